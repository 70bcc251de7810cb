#pragma once

#include <lmw/sdk/abi.h>
#include <lmw/sdk/law.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The shim between the C table and the C++ of a law. Authors use LawList and LMW_PLUGIN, nothing else in here.

#ifndef LMW_PLUGIN_VERSION
#define LMW_PLUGIN_VERSION "0.0.0"
#endif
#ifndef LMW_PLUGIN_BUILD
#define LMW_PLUGIN_BUILD ""
#endif
#ifdef __FAST_MATH__
#error "a law must not be compiled with -ffast-math: it hides NaN and changes the last bits of a result"
#endif

/// SHA-256 of a source file by its base name; written by lmw_add_plugin(), absent in a hand-made build.
extern "C" __attribute__((weak, visibility("hidden"))) const char* lmw_source_sha256(const char* file);

namespace lmw::sdk {

/// The laws of one plugin, in order. Each law's file defines `void add_<law>(LawList&)`.
class LawList {
 public:
  template <class L>
  void add(std::source_location where = std::source_location::current()) {
    std::string_view file = where.file_name();
    file.remove_prefix(file.find_last_of('/') + 1);
    entries_.push_back({std::make_unique<L>(), std::string(file)});
  }
  struct Entry {
    std::unique_ptr<Law> law;
    std::string source_file;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

namespace detail {

/// Thrown inside the shim when the host said stop; never seen by an author's catch of std::exception.
struct Stopped {};

inline std::string strings(const std::vector<std::string>& list) {
  return json_array(list, [](const std::string& s) { return json_text(s); });
}

inline const char* type_name(const JsonScalar& value) {
  constexpr const char* names[] = {"integer", "real", "text", "boolean"};
  return names[value.index()];
}

inline std::string to_json(const Parameter& p) {
  JsonObject json;
  json.add("name", p.name).add("type", type_name(p.value));
  std::visit([&](const auto& v) { json.add("default", v); }, p.value);
  json.add("unit", p.unit).add("min", p.min).add("max", p.max).add_raw("choices", strings(p.choices));
  return json.add("meaning", p.meaning).str();
}

inline std::string to_json(const Observable& o) {
  return JsonObject()
      .add("name", o.name)
      .add("unit", o.unit)
      .add("kind", "K" + std::to_string(static_cast<int>(o.kind)))
      .add("meaning", o.meaning)
      .add("axis", o.axis)
      .add("log_axis", o.log_axis)
      .add("log_value", o.log_value)
      .add("secondary", o.secondary)
      .add("diagnostic", o.diagnostic)
      .add("subject", o.subject)
      .str();
}

inline std::string to_json(const Cost& cost) {
  return JsonObject().add("core_seconds", cost.core_seconds).add("memory_bytes", cost.memory_bytes).str();
}

/// The law's pillar, or its plugin's where that is one.
inline std::string pillar_of(const LawInfo& law, std::string_view plugin_id) {
  for (const char* pillar : {"solvable", "limits", "scaling", "hyperparameters", "universality", "crosscutting"})
    if (law.pillar == pillar || (law.pillar.empty() && plugin_id == pillar)) return pillar;
  if (law.pillar.empty()) return "crosscutting";
  throw std::invalid_argument(law.name + ": pillar \"" + law.pillar +
                              "\": expected solvable, limits, scaling, "
                              "hyperparameters, universality or crosscutting");
}

/// A list of words of the card, each one of those that the scorecard knows.
inline std::string known_words(const LawInfo& law, const char* field, const std::vector<std::string>& given,
                               const std::vector<std::string>& known) {
  for (const auto& word : given)
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw std::invalid_argument(law.name + ": " + field + " \"" + word + "\": expected one of " + strings(known));
  return strings(given);
}

/// @throws std::invalid_argument  names what the card does not have, a sign that is none, more than six knobs.
inline std::string elasticities(const LawInfo& law) {
  std::vector<std::string> knobs;
  const auto refuse = [&](const Elasticity& e, const std::string& what) {
    throw std::invalid_argument(law.name + ": elasticity of " + e.observable + " in " + e.parameter + ": " + what);
  };
  const auto named = [](const auto& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& item) { return item.name == name; });
  };
  for (const Elasticity& e : law.elasticities) {
    if (!named(law.observables, e.observable)) refuse(e, "not an observable of the card");
    if (!named(law.parameters, e.parameter)) refuse(e, "not a parameter of the card");
    if (e.sign < -1 || e.sign > 1) refuse(e, "sign " + std::to_string(e.sign) + ": expected -1, 0 or 1");
    if (e.eps < 0 || (e.sign == 0 && e.eps == 0)) refuse(e, "expected eps > 0 with the sign 0, and none below 0");
    if (e.eps > 0 && e.value * e.sign < 0) refuse(e, "the value has the other sign");
    if (e.sign == 0 && e.value != 0) refuse(e, "sign 0 says that the value is 0");
    if (std::find(knobs.begin(), knobs.end(), e.parameter) == knobs.end()) knobs.push_back(e.parameter);
    if (knobs.size() > 6) refuse(e, "a seventh knob: expected six at most");
  }
  return json_array(law.elasticities, [](const Elasticity& e) {
    return JsonObject()
        .add("observable", e.observable)
        .add("parameter", e.parameter)
        .add("sign", e.sign)
        .add("value", e.value)
        .add("eps", e.eps)
        .str();
  });
}

inline std::string to_json(const LawInfo& law, std::string_view plugin_id, std::string_view source_sha256) {
  const auto as_json = [](const auto& item) { return to_json(item); };
  JsonObject json;
  json.add("name", law.name).add("version", law.version).add("title", law.title).add("claim", law.claim);
  json.add("formula", law.formula).add("source", law.source);
  json.add("pillar", pillar_of(law, plugin_id)).add("analogue", law.analogue);
  json.add_raw("parameters", json_array(law.parameters, as_json));
  json.add_raw("observables", json_array(law.observables, as_json));
  json.add_raw("rivals", json_array(law.rivals, [](const Rival& r) {
                 return JsonObject().add("name", r.name).add("meaning", r.meaning).str();
               }));
  json.add("regime", law.regime).add("refuted_if", law.refuted_if);
  json.add("fitted_parameters", law.fitted_parameters).add_raw("data", strings(law.data));
  json.add_raw("tags", strings(law.tags));
  json.add("predicts", law.predicts == Predicts::per_point ? "per_point" : "per_replicate");
  json.add("deterministic", law.deterministic);
  json.add_raw("cost", JsonObject()
                           .add_raw("quick", to_json(law.quick))
                           .add_raw("standard", to_json(law.standard))
                           .add_raw("thorough", to_json(law.thorough))
                           .str());
  json.add("max_replicates_quick", law.max_replicates_quick).add("max_replicates", law.max_replicates);
  json.add_raw("subjects",
               known_words(law, "subject", law.subjects, {"dynamics", "representations", "weights", "performance"}));
  json.add_raw("architectures",
               known_words(law, "architecture", law.architectures, {"linear", "mlp", "convolutional", "attention"}));
  for (const auto& o : law.observables)
    if (!o.subject.empty() && std::find(law.subjects.begin(), law.subjects.end(), o.subject) == law.subjects.end())
      throw std::invalid_argument(law.name + ": " + o.name + ": subject \"" + o.subject +
                                  "\": expected one of the card's " + strings(law.subjects));
  json.add("measured_inputs", law.measured_inputs).add("fixed_points", law.fixed_points);
  json.add_raw("elasticities", elasticities(law));
  const Physics& p = law.physics;
  json.add("symmetry", p.symmetry).add("conserved_or_order_parameter", p.conserved_or_order_parameter);
  json.add("control_parameter", p.control_parameter).add("large_parameter", p.large_parameter);
  json.add("leading_correction", p.leading_correction);
  json.add_raw("axioms",
               known_words(law, "axiom", p.axioms,
                           {"gradient-flow", "symmetry", "self-averaging", "gaussian-equivalence", "balance"}));
  json.add("prepared_bytes", law.prepared_bytes).add("source_sha256", source_sha256);
  return json.str();
}

/// Keeps what prepare() made, by the parameters that it depends on; the least recently used goes first.
class PreparedCache {
 public:
  template <class Make>
  std::shared_ptr<const Prepared> get(const std::string& key, double budget_bytes, Make&& make) {
    std::shared_future<std::shared_ptr<const Prepared>> ready;
    std::promise<std::shared_ptr<const Prepared>> mine;
    bool make_it = false;
    {
      const std::lock_guard lock(mutex_);
      for (auto it = entries_.begin(); it != entries_.end(); ++it)
        if (it->key == key) {
          entries_.splice(entries_.begin(), entries_, it);
          ready = it->value;
          break;
        }
      if (!ready.valid()) {
        ready = mine.get_future().share();
        entries_.push_front({key, ready});
        make_it = true;
      }
    }
    if (make_it) {
      try {
        mine.set_value(make());
      } catch (...) {
        mine.set_exception(std::current_exception());
        const std::lock_guard lock(mutex_);  // a failure is not remembered: the next call tries again
        entries_.remove_if([&](const Entry& entry) { return entry.key == key; });
      }
      trim(budget_bytes);
    }
    return ready.get();
  }

 private:
  struct Entry {
    std::string key;
    std::shared_future<std::shared_ptr<const Prepared>> value;
  };
  void trim(double budget_bytes) {
    const std::lock_guard lock(mutex_);
    double held = 0;
    bool newest = true;
    for (auto it = entries_.begin(); it != entries_.end();) {
      const bool done = it->value.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
      const auto made = done ? it->value.get() : nullptr;
      held += made ? static_cast<double>(made->bytes) : 0;
      it = (made && !newest && held > budget_bytes) ? entries_.erase(it) : std::next(it);
      newest = false;
    }
  }
  std::mutex mutex_;
  std::list<Entry> entries_;
};

/// A plugin as C++ sees it: its laws and their prepared state. One object per loaded library.
struct Plugin {
  std::string id;
  LawList laws;
  std::vector<LawInfo> infos;
  std::vector<std::unique_ptr<PreparedCache>> caches;

  template <class Fill>
  Plugin(std::string plugin_id, Fill&& fill) : id(std::move(plugin_id)) {
    fill(laws);
    for (const auto& entry : laws.entries()) {
      infos.push_back(entry.law->info());
      caches.push_back(std::make_unique<PreparedCache>());
    }
  }
  std::string card(std::uint32_t i) const {
    const char* sha = lmw_source_sha256 ? lmw_source_sha256(laws.entries()[i].source_file.c_str()) : "";
    return to_json(infos[i], id, sha == nullptr ? "" : sha);
  }
};

/// The host, as a law sees it during one call.
class HostRecorder final : public Recorder {
 public:
  HostRecorder(const lmw_host& host, Plugin& plugin, std::uint32_t law, std::uint32_t op, const Point& at)
      : host_(host), plugin_(plugin), law_(law), op_(op), at_(at) {}

  DataFile data(std::string_view name) override {
    const auto& declared = plugin_.infos[law_].data;
    const std::string wanted(name);
    if (std::find(declared.begin(), declared.end(), wanted) == declared.end())
      throw std::runtime_error("data set \"" + wanted + "\" is not declared in info().data");
    char path[4096] = "", sha256[65] = "";
    if (host_.data(host_.ctx, wanted.c_str(), path, sizeof path, sha256) != 0)
      throw std::runtime_error("data set \"" + wanted + "\" is not there; try: lmw data fetch " + wanted);
    return {path, sha256};
  }
  bool cancelled() override { return host_.cancelled(host_.ctx) != 0; }
  void log(std::string_view message) override { host_.log(host_.ctx, 1, std::string(message).c_str()); }

  void record(const Record& r) override {
    const std::size_t n = std::max(r.x.size(), std::size_t{1});
    if (op_ == LMW_OP_PREDICT) {
      JsonObject json;
      json.add("observable", r.observable).add("rival", r.rival).add("theory_df", r.theory_df);
      json.add("eps_reason", r.eps_reason).add("draws", r.draws).add("order", r.order);
      json.add("span", r.span);
      json.add("deterministic", r.deterministic);
      constexpr const char* compare[] = {"value", "difference", "ratio"};
      json.add("compare", compare[static_cast<int>(r.compare)]);
      check(host_.emit_json(host_.ctx, json.str().c_str()));
      array("value", r, r.value, n);
      array("upper", r, r.upper, n);
      array("eps", r, r.eps, n);
      array("b_th", r, r.b_th, n);
      array("theory_sd", r, r.theory_sd, n);
    } else {
      // Predictions of a replicate name their rival behind a vertical bar: no name contains one.
      array(r.rival.empty() ? r.observable : r.observable + "|" + r.rival, r, r.value, n);
    }
  }
  void abstain(std::string_view reason) override {
    check(host_.emit_json(host_.ctx, JsonObject().add("abstain", reason).str().c_str()));
  }
  void outcome(Outcome outcome, std::string_view reason) override {
    check(host_.outcome(host_.ctx, to_text(outcome), std::string(reason).c_str()));
  }
  void emit(const std::string& json) { check(host_.emit_json(host_.ctx, json.c_str())); }

 protected:
  const Prepared* prepared_state() override {
    if (!prepared_) {
      const LawInfo& info = plugin_.infos[law_];
      std::string key;
      for (const auto& [name, value] : at_.values())
        if (info.prepared_by.empty() ||
            std::find(info.prepared_by.begin(), info.prepared_by.end(), name) != info.prepared_by.end())
          std::visit([&](const auto& v) { key += JsonObject().add(name, v).str(); }, value);
      prepared_ = plugin_.caches[law_]->get(key, info.prepared_bytes,
                                            [&] { return plugin_.laws.entries()[law_].law->prepare(at_, *this); });
    }
    return prepared_.get();
  }

 private:
  static void check(int stop) {
    if (stop != 0) throw Stopped{};
  }
  /// A scalar given for a curve holds at every x.
  void array(const std::string& name, const Record& r, const Values& values, std::size_t n) {
    if (values.empty()) return;
    std::vector<double> v = values.get();
    if (v.size() == 1) v.resize(n, v[0]);
    if (v.size() != n)
      throw std::invalid_argument(r.observable + ", " + name + ": expected " + std::to_string(n) +
                                  " values, one per x, found " + std::to_string(v.size()));
    check(host_.emit_array(host_.ctx, name.c_str(), r.x.empty() ? nullptr : r.x.data(), v.data(), n));
  }

  friend struct Shim;
  const lmw_host& host_;
  Plugin& plugin_;
  std::uint32_t law_, op_;
  const Point& at_;
  std::shared_ptr<const Prepared> prepared_;
};

/// The functions behind the table. Nothing thrown leaves them.
struct Shim {
  template <class F>
  static void guarded(lmw_status* status, F&& f) noexcept {
    const auto say = [&](std::int32_t code, const char* text) {
      status->code = code;
      std::snprintf(status->message, sizeof status->message, "%s", text);
    };
    try {
      say(LMW_OK, "");
      f();
    } catch (const Stopped&) {
      say(LMW_STOPPED, "stopped by the host");
    } catch (const std::exception& e) {
      say(LMW_FAILED, e.what());
    } catch (...) {
      say(LMW_FAILED, "something thrown that is not a std::exception");
    }
  }

  static void call(Plugin& plugin, std::uint32_t i, std::uint32_t op, const char* point_json, std::uint64_t seed_value,
                   const lmw_host& host) {
    const Law& law = *plugin.laws.entries().at(i).law;
    const Point given = Point::from_json(point_json);
    const Seed seed{seed_value};
    HostRecorder out(host, plugin, i, op, given);
    switch (op) {
      case LMW_OP_SWEEP: {
        const std::string& effort = given.text("effort");
        const auto points = law.sweep(effort == "quick"      ? Effort::quick
                                      : effort == "standard" ? Effort::standard
                                                             : Effort::thorough);
        for (const auto& overrides : points) out.emit(complete(plugin.infos[i], overrides).to_json());
        return;
      }
      case LMW_OP_REGIME: {
        const Regime regime = law.regime(given, out);
        return out.emit(JsonObject()
                            .add("inside", regime.inside)
                            .add("rho", regime.rho)
                            .add("reason", regime.reason)
                            .add("must_break", regime.must_break)
                            .str());
      }
      case LMW_OP_PREPARE: out.prepared_state(); return;
      case LMW_OP_PREDICT: return law.predict(given, out);
      case LMW_OP_PREDICT_REPLICATE: return law.predict_replicate(given, seed, out);
      case LMW_OP_MEASURE: return law.measure(given, seed, out);
      default: throw std::invalid_argument("unknown operation " + std::to_string(op));
    }
  }

  /// The declared parameter values, with those of one point of a sweep over them.
  static Point complete(const LawInfo& info, const PointOverrides& overrides) {
    std::map<std::string, JsonScalar, std::less<>> values;
    for (const auto& parameter : info.parameters) values[parameter.name] = parameter.value;
    for (const auto& [name, value] : overrides) {
      const auto found = values.find(name);
      if (found == values.end()) throw std::invalid_argument("sweep(): no parameter named " + name);
      if (found->second.index() != value.index())
        throw std::invalid_argument("sweep(): " + name + " is declared " + type_name(found->second) + ", found " +
                                    type_name(value));
      found->second = value;
    }
    return Point(std::move(values));
  }
};

/// Fills the table once; what the laws throw while they are made is told by every later call.
template <class Fill>
const lmw_plugin* table(const char* id, Fill* fill) noexcept {
  static Fill* const fill_laws = fill;
  static const char* const plugin_id = id;
  static std::string broken;
  static const std::unique_ptr<Plugin> plugin = [] {
    try {
      return std::make_unique<Plugin>(plugin_id, fill_laws);
    } catch (const std::exception& e) {
      broken = e.what();
    } catch (...) {
      broken = "something thrown that is not a std::exception";
    }
    return std::unique_ptr<Plugin>();
  }();
  static const lmw_plugin answer = {
      .size = sizeof(lmw_plugin),
      .abi_major = LMW_ABI_MAJOR,
      .abi_minor = LMW_ABI_MINOR,
      .n_laws = plugin ? static_cast<std::uint32_t>(plugin->infos.size()) : 0,
      .id = plugin_id,
      .version = LMW_PLUGIN_VERSION,
      .build = LMW_PLUGIN_BUILD,
      .describe =
          [](std::uint32_t law, const lmw_host* host, lmw_status* status) {
            Shim::guarded(status, [&] {
              if (!plugin) throw std::runtime_error(broken);
              if (law >= plugin->infos.size()) throw std::out_of_range("no law number " + std::to_string(law));
              host->emit_json(host->ctx, plugin->card(law).c_str());
            });
          },
      .call =
          [](std::uint32_t law, std::uint32_t op, const char* point_json, std::uint64_t seed, const lmw_host* host,
             lmw_status* status) {
            Shim::guarded(status, [&] {
              if (!plugin) throw std::runtime_error(broken);
              if (law >= plugin->infos.size()) throw std::out_of_range("no law number " + std::to_string(law));
              Shim::call(*plugin, law, op, point_json, seed, *host);
            });
          },
  };
  return plugin ? &answer : nullptr;
}

}  // namespace detail
}  // namespace lmw::sdk

/// Ends the one file of a plugin that names its laws:  LMW_PLUGIN(my-theory, my_theory::fill)
/// where `void fill(lmw::sdk::LawList&)` adds the laws in order.
#define LMW_PLUGIN(id, fill)                                                               \
  extern "C" __attribute__((visibility("default"))) const lmw_plugin* lmw_plugin_entry() { \
    return ::lmw::sdk::detail::table(#id, &(fill));                                        \
  }
