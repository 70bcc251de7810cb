#include <lmw/host/card.h>

#include <lmw/host/complaint.h>
#include <lmw/host/nearest.h>
#include <lmw/numerics/number_text.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace lmw::host {
namespace {

using nlohmann::json;

/// The SDK writes what JSON cannot say as a number in words.
double number(const json& value) {
  if (value.is_number()) return value.get<double>();
  const auto text = value.get<std::string>();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  throw LoadError("PLUGIN_SIDECAR", "expected a number, found \"" + text + "\"");
}

sdk::JsonScalar scalar(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.get<std::string>();
}

CostCard cost_of(const json& value) { return {number(value.at("core_seconds")), number(value.at("memory_bytes"))}; }

LawCard law_of(const json& value, const std::string& plugin, std::uint32_t index) {
  LawCard law;
  law.name = value.at("name").get<std::string>();
  law.id = plugin + "/" + law.name;
  law.index = index;
  law.version = value.at("version").get<int>();
  law.title = value.at("title").get<std::string>();
  law.claim = value.at("claim").get<std::string>();
  law.formula = value.at("formula").get<std::string>();
  law.source = value.at("source").get<std::string>();
  law.pillar = value.at("pillar").get<std::string>();
  law.analogue = value.at("analogue").get<std::string>();
  law.regime = value.at("regime").get<std::string>();
  law.refuted_if = value.at("refuted_if").get<std::string>();
  law.fitted_parameters = value.at("fitted_parameters").get<int>();
  law.data = value.at("data").get<std::vector<std::string>>();
  law.tags = value.at("tags").get<std::vector<std::string>>();
  law.per_replicate = value.at("predicts") == "per_replicate";
  law.deterministic = value.at("deterministic").get<bool>();
  law.quick = cost_of(value.at("cost").at("quick"));
  law.standard = cost_of(value.at("cost").at("standard"));
  law.thorough = cost_of(value.at("cost").at("thorough"));
  law.max_replicates_quick = value.at("max_replicates_quick").get<int>();
  law.max_replicates = value.at("max_replicates").get<int>();
  law.source_sha256 = value.at("source_sha256").get<std::string>();
  for (const auto& p : value.at("parameters"))
    law.parameters.push_back({.name = p.at("name").get<std::string>(),
                              .unit = p.at("unit").get<std::string>(),
                              .meaning = p.at("meaning").get<std::string>(),
                              .value = scalar(p.at("default")),
                              .min = number(p.at("min")),
                              .max = number(p.at("max")),
                              .choices = p.at("choices").get<std::vector<std::string>>()});
  for (const auto& o : value.at("observables"))
    law.observables.push_back({.name = o.at("name").get<std::string>(),
                               .unit = o.at("unit").get<std::string>(),
                               .kind = o.at("kind").get<std::string>(),
                               .meaning = o.at("meaning").get<std::string>(),
                               .axis = o.at("axis").get<std::string>(),
                               .subject = o.value("subject", ""),
                               .log_axis = o.at("log_axis").get<bool>(),
                               .log_value = o.at("log_value").get<bool>(),
                               .secondary = o.at("secondary").get<bool>(),
                               .diagnostic = o.value("diagnostic", false)});
  for (const auto& r : value.at("rivals"))
    law.rivals.push_back({r.at("name").get<std::string>(), r.at("meaning").get<std::string>()});
  // What cards of before do not say.
  for (const auto& e : value.value("elasticities", json::array()))
    law.elasticities.push_back({.observable = e.at("observable").get<std::string>(),
                                .parameter = e.at("parameter").get<std::string>(),
                                .sign = e.at("sign").get<int>(),
                                .value = number(e.at("value")),
                                .eps = number(e.at("eps"))});
  law.physics = {.symmetry = value.value("symmetry", ""),
                 .conserved_or_order_parameter = value.value("conserved_or_order_parameter", ""),
                 .control_parameter = value.value("control_parameter", ""),
                 .large_parameter = value.value("large_parameter", ""),
                 .leading_correction = value.value("leading_correction", ""),
                 .axioms = value.value("axioms", std::vector<std::string>())};
  return law;
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// What a parameter takes, in words: "a whole number from 1 to 10000", "a number, 0 or more".
std::string wanted(const ParameterCard& p) {
  if (!p.choices.empty()) {
    std::string list;
    for (const auto& choice : p.choices) list += (list.empty() ? "" : ", ") + choice;
    return "one of " + list;
  }
  if (p.value.index() == 2) return "a text";
  if (p.value.index() == 3) return "true or false";
  const std::string noun = p.value.index() == 0 ? "a whole number" : "a number";
  const auto end = [](double v) { return numerics::significant(v, 15); };
  if (std::isfinite(p.min) && std::isfinite(p.max)) return noun + " from " + end(p.min) + " to " + end(p.max);
  if (std::isfinite(p.min)) return noun + ", " + end(p.min) + " or more";
  return std::isfinite(p.max) ? noun + ", at most " + end(p.max) : noun;
}

[[noreturn]] void refuse_value(const ParameterCard& p, const std::string& found) {
  const std::string near = nearest(found, p.choices);
  const auto* integer = std::get_if<std::int64_t>(&p.value);
  const auto* real = std::get_if<double>(&p.value);
  const auto* text = std::get_if<std::string>(&p.value);
  refuse("the parameter " + p.name, wanted(p), "\"" + found + "\"",
         p.name + "=" +
             (!near.empty()             ? near
              : integer != nullptr      ? std::to_string(*integer)
              : real != nullptr         ? numerics::shortest(*real)
              : text != nullptr         ? *text
              : std::get<bool>(p.value) ? "true"
                                        : "false") +
             (near.empty() ? ", the default" : ""));
}

}  // namespace

const char* ParameterCard::type() const {
  constexpr const char* names[] = {"integer", "real", "text", "boolean"};
  return names[value.index()];
}

sdk::JsonScalar ParameterCard::parse(std::string_view text) const {
  const auto *first = text.data(), *last = first + text.size();
  sdk::JsonScalar parsed;
  switch (value.index()) {
    case 0: {
      std::int64_t integer = 0;
      if (const auto [end, ec] = std::from_chars(first, last, integer); ec != std::errc() || end != last)
        refuse_value(*this, std::string(text));
      parsed = integer;
      break;
    }
    case 1: {
      double real = 0;
      if (const auto [end, ec] = std::from_chars(first, last, real); ec != std::errc() || end != last)
        refuse_value(*this, std::string(text));
      parsed = real;
      break;
    }
    case 2: parsed = std::string(text); break;
    default:
      if (text != "true" && text != "false") refuse_value(*this, std::string(text));
      parsed = text == "true";
  }
  check(parsed);
  return parsed;
}

void ParameterCard::check(const sdk::JsonScalar& candidate) const {
  const bool number = std::holds_alternative<std::int64_t>(candidate) || std::holds_alternative<double>(candidate);
  if (candidate.index() != value.index())
    refuse("the parameter " + name, wanted(*this), "another type", "lmw show, for the law's parameters");
  if (const auto* text = std::get_if<std::string>(&candidate)) {
    if (!choices.empty() && std::find(choices.begin(), choices.end(), *text) == choices.end())
      refuse_value(*this, *text);
  } else if (number) {
    const auto* integer = std::get_if<std::int64_t>(&candidate);
    const double v = integer != nullptr ? static_cast<double>(*integer) : std::get<double>(candidate);
    if (!std::isfinite(v) || v < min || v > max)
      refuse_value(*this, integer != nullptr ? std::to_string(*integer) : numerics::shortest(v));
  }
}

const CostCard& LawCard::cost(std::string_view effort) const {
  return effort == "quick" ? quick : effort == "standard" ? standard : thorough;
}
const ParameterCard* LawCard::parameter(std::string_view parameter_name) const {
  for (const auto& p : parameters)
    if (p.name == parameter_name) return &p;
  return nullptr;
}
const ObservableCard* LawCard::observable(std::string_view observable_name) const {
  for (const auto& o : observables)
    if (o.name == observable_name) return &o;
  return nullptr;
}

PluginCard read_plugin_card(std::string_view text, const std::filesystem::path& library) {
  constexpr std::size_t max_bytes = 4 << 20;
  constexpr int max_depth = 16;
  if (text.size() > max_bytes) throw LoadError("PLUGIN_SIDECAR", "larger than 4 MiB");
  try {
    const auto shallow = [](int depth, json::parse_event_t, json&) {
      if (depth > max_depth) throw LoadError("PLUGIN_SIDECAR", "nested deeper than 16 levels");
      return true;
    };
    const json card = json::parse(text, shallow);
    if (card.at("format") != 1)
      throw LoadError("PLUGIN_SIDECAR", "format " + card.at("format").dump() + ": this lmw reads format 1");
    PluginCard plugin{.id = card.at("id").get<std::string>(),
                      .version = card.at("version").get<std::string>(),
                      .build = card.at("build").get<std::string>(),
                      .build_id = card.at("build_id").get<std::string>(),
                      .library = library,
                      .laws = {}};
    if (!is_slug(plugin.id)) throw LoadError("PLUGIN_BAD_ID", "the id \"" + plugin.id + "\" is not a slug");
    for (const auto& law : card.at("laws")) {
      plugin.laws.push_back(law_of(law, plugin.id, static_cast<std::uint32_t>(plugin.laws.size())));
      plugin.laws.back().json = law.dump();
      if (!is_slug(plugin.laws.back().name))
        throw LoadError("PLUGIN_BAD_ID", "the law's name \"" + plugin.laws.back().name + "\" is not a slug");
    }
    return plugin;
  } catch (const json::exception& e) {
    throw LoadError("PLUGIN_SIDECAR", e.what());
  }
}

}  // namespace lmw::host
