#include <lmw/host/library.h>

#include <boost/dll/shared_library.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace lmw::host {
namespace {

using nlohmann::json;

/// One call of a law: the table that is lent to it, and what it answered. The functions that the plugin calls must not
/// throw through it: what goes wrong here is kept and rethrown after the call.
class Call {
 public:
  explicit Call(const CallContext& context) : context_(context) {}
  Call(const Call&) = delete;

  std::function<void(const char*)> on_json = [](const char*) { throw std::runtime_error("unexpected emit_json"); };
  std::function<void(const char*, const double*, const double*, std::size_t)> on_array =
      [](const char*, const double*, const double*, std::size_t) { throw std::runtime_error("unexpected emit_array"); };
  std::function<void(const char*, const char*)> on_outcome = [](const char*, const char*) {
    throw std::runtime_error("unexpected outcome");
  };

  /// @returns false if the law stopped because it was told to.
  bool make(const lmw_plugin& plugin, std::uint32_t law, std::uint32_t op, const std::string& point_json,
            std::int64_t seed) {
    lmw_status status{};
    plugin.call(law, op, point_json.c_str(), static_cast<std::uint64_t>(seed), &table_, &status);
    status.message[LMW_MESSAGE_CAPACITY - 1] = '\0';
    if (thrown_) std::rethrow_exception(thrown_);
    if (status.code == LMW_STOPPED) return false;
    if (status.code != LMW_OK) throw std::runtime_error(status.message);
    return true;
  }

 private:
  template <class F>
  int guarded(F&& f) noexcept {
    if (thrown_) return 1;
    try {
      f();
      return stopping() ? 1 : 0;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }
  bool stopping() const { return context_.stop != nullptr && context_.stop->load(std::memory_order_relaxed) != 0; }
  static Call& self(void* ctx) { return *static_cast<Call*>(ctx); }

  int find_data(const char* name, char* path, std::uint64_t capacity, char* sha256) {
    if (context_.data == nullptr || !*context_.data) return 1;
    const auto found = (*context_.data)(name);
    if (!found || found->path.size() + 1 > capacity) return 1;
    std::snprintf(path, capacity, "%s", found->path.c_str());
    std::snprintf(sha256, 65, "%s", found->sha256.c_str());
    return 0;
  }

  const CallContext& context_;
  std::exception_ptr thrown_;
  const lmw_host table_ = {
      .size = sizeof(lmw_host),
      .ctx = this,
      .emit_array =
          [](void* ctx, const char* name, const double* x, const double* value, std::uint64_t n) {
            return self(ctx).guarded([&] {
              if (n == 0 || n > 1'000'000 || value == nullptr || name == nullptr)
                throw std::runtime_error("emit_array: expected 1 to 1000000 values");
              self(ctx).on_array(name, x, value, n);
            });
          },
      .emit_json = [](void* ctx, const char* text) { return self(ctx).guarded([&] { self(ctx).on_json(text); }); },
      .outcome = [](void* ctx, const char* code,
                    const char* text) { return self(ctx).guarded([&] { self(ctx).on_outcome(code, text); }); },
      .data =
          [](void* ctx, const char* name, char* path, std::uint64_t capacity, char* sha256) {
            int missing = 1;
            self(ctx).guarded([&] { missing = self(ctx).find_data(name, path, capacity, sha256); });
            return missing;
          },
      .cancelled = [](void* ctx) { return self(ctx).stopping() ? 1 : 0; },
      .log =
          [](void* ctx, int level, const char* text) {
            self(ctx).guarded([&] {
              if (self(ctx).context_.log) self(ctx).context_.log(level, text);
            });
          },
  };
};

double number(const json& value) {
  if (value.is_number()) return value.get<double>();
  return value == "inf" ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

SeriesAnswer series_of(const char* name, const double* x, const double* value, std::size_t n) {
  SeriesAnswer series;
  series.observable = name;
  if (const auto bar = series.observable.find('|'); bar != std::string::npos) {
    series.rival = series.observable.substr(bar + 1);
    series.observable.resize(bar);
  }
  if (x != nullptr) series.x.assign(x, x + n);
  series.value.assign(value, value + n);
  return series;
}

/// Never unloaded: a law's object may outlive any handle that we could count. Never freed, but always reachable.
const boost::dll::shared_library& keep_loaded(const std::filesystem::path& file) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::unique_ptr<boost::dll::shared_library>>;
  auto library = std::make_unique<boost::dll::shared_library>(
      std::filesystem::canonical(file).string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  const std::lock_guard lock(mutex);
  return *kept->emplace_back(std::move(library));
}

}  // namespace

Library Library::load(const std::filesystem::path& file) {
  try {
    const lmw_plugin* table = keep_loaded(file).get<const lmw_plugin*()>(LMW_ENTRY_SYMBOL)();
    if (table == nullptr) throw LoadError("PLUGIN_NULL", "the entry returned no table");
    if (table->abi_major != LMW_ABI_MAJOR)
      throw LoadError("PLUGIN_ABI_MAJOR", "built for ABI " + std::to_string(table->abi_major) + ", this lmw speaks " +
                                              std::to_string(LMW_ABI_MAJOR));
    if (table->size < offsetof(lmw_plugin, call) + sizeof table->call || table->call == nullptr)
      throw LoadError("PLUGIN_SHORT_TABLE", "table of " + std::to_string(table->size) + " bytes");
    return Library(table);
  } catch (const LoadError&) {
    throw;
  } catch (const std::exception& e) {
    throw LoadError("PLUGIN_LOAD", e.what());
  }
}

std::vector<sdk::Point> Library::sweep(std::uint32_t law, const std::string& effort) const {
  std::vector<sdk::Point> points;
  const CallContext nothing_lent;
  Call call(nothing_lent);
  call.on_json = [&](const char* text) { points.push_back(sdk::Point::from_json(text)); };
  call.make(*table_, law, LMW_OP_SWEEP, sdk::JsonObject().add("effort", effort).str(), 0);
  return points;
}

RegimeAnswer Library::regime(std::uint32_t law, const std::string& point_json, const CallContext& context) const {
  RegimeAnswer answer;
  Call call(context);
  call.on_json = [&](const char* text) {
    const json regime = json::parse(text);
    answer = {.inside = regime.at("inside").get<bool>(),
              .must_break = regime.at("must_break").get<bool>(),
              .rho = number(regime.at("rho")),
              .reason = regime.at("reason").get<std::string>()};
  };
  call.make(*table_, law, LMW_OP_REGIME, point_json, 0);
  return answer;
}

void Library::prepare(std::uint32_t law, const std::string& point_json, const CallContext& context) const {
  Call call(context);
  call.make(*table_, law, LMW_OP_PREPARE, point_json, 0);
}

PredictAnswer Library::predict(std::uint32_t law, const std::string& point_json, const CallContext& context) const {
  PredictAnswer answer;
  Call call(context);
  call.on_json = [&](const char* text) {
    const json said = json::parse(text);
    if (said.contains("abstain")) {
      answer.abstained = true;
      answer.abstain_reason = said.at("abstain").get<std::string>();
      return;
    }
    PredictionAnswer prediction;
    prediction.observable = said.at("observable").get<std::string>();
    prediction.rival = said.at("rival").get<std::string>();
    prediction.compare = said.at("compare").get<std::string>();
    prediction.eps_reason = said.at("eps_reason").get<std::string>();
    prediction.theory_df = number(said.at("theory_df"));
    prediction.draws = said.at("draws").get<std::int64_t>();
    if (said.contains("order")) prediction.order = number(said.at("order"));  // a plugin of before does not say
    if (said.contains("span")) prediction.span = number(said.at("span"));
    prediction.deterministic = said.value("deterministic", false);
    answer.predictions.push_back(std::move(prediction));
  };
  call.on_array = [&](const char* name, const double* x, const double* value, std::size_t n) {
    if (answer.predictions.empty()) throw std::runtime_error("an array before the prediction it belongs to");
    PredictionAnswer& prediction = answer.predictions.back();
    if (x != nullptr) prediction.x.assign(x, x + n);
    const std::string_view field = name;
    auto& target = field == "value"   ? prediction.value
                   : field == "upper" ? prediction.upper
                   : field == "eps"   ? prediction.eps
                   : field == "b_th"  ? prediction.b_th
                   : field == "theory_sd"
                       ? prediction.theory_sd
                       : throw std::runtime_error("unknown field \"" + std::string(field) + "\" of a prediction");
    target.assign(value, value + n);
  };
  call.make(*table_, law, LMW_OP_PREDICT, point_json, 0);
  return answer;
}

std::vector<SeriesAnswer> Library::predict_replicate(std::uint32_t law, const std::string& point_json,
                                                     std::int64_t seed, const CallContext& context) const {
  std::vector<SeriesAnswer> answer;
  Call call(context);
  call.on_array = [&](const char* name, const double* x, const double* value, std::size_t n) {
    answer.push_back(series_of(name, x, value, n));
  };
  call.make(*table_, law, LMW_OP_PREDICT_REPLICATE, point_json, seed);
  return answer;
}

MeasureAnswer Library::measure(std::uint32_t law, const std::string& point_json, std::int64_t seed,
                               const CallContext& context) const {
  MeasureAnswer answer;
  Call call(context);
  call.on_array = [&](const char* name, const double* x, const double* value, std::size_t n) {
    answer.series.push_back(series_of(name, x, value, n));
  };
  call.on_outcome = [&](const char* code, const char* text) {
    answer.outcome = code;
    answer.message = text;
  };
  try {
    answer.stopped = !call.make(*table_, law, LMW_OP_MEASURE, point_json, seed);
  } catch (const std::exception& e) {
    answer.outcome = "failed";
    answer.message = e.what();
  }
  // A law that returned early because cancelled() said so has not measured what it was asked to.
  if (context.stop != nullptr && context.stop->load() != 0 && answer.series.empty()) answer.stopped = true;
  if (answer.outcome != "ok") answer.series.clear();
  return answer;
}

}  // namespace lmw::host
