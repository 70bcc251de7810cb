#include <lmw/host/plan.h>

#include <lmw/host/complaint.h>
#include <lmw/host/nearest.h>

#include <lmw/store/canonical.h>

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <utility>

namespace lmw::host {
namespace {

constexpr std::size_t max_points = 1'000'000;

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// The sweep's points with the settings over them, each once, in order.
std::vector<sdk::Point> points_of(const LawCard& law, std::vector<sdk::Point> sweep,
                                  const std::vector<Study::Setting>& settings) {
  for (const auto& setting : settings) {
    const ParameterCard* parameter = law.parameter(setting.parameter);
    std::vector<sdk::JsonScalar> values;
    for (const auto& text : setting.values) {
      try {
        values.push_back(parameter->parse(text));
      } catch (const UsageError& e) {
        throw UsageError(setting.where + ": " + law.id + ": " + e.what());
      }
    }
    if (sweep.size() * values.size() > max_points)
      refuse(setting.where + ": too many points of " + law.id, "at most a million",
             std::to_string(sweep.size()) + " points times " + std::to_string(values.size()) + " values of " +
                 setting.parameter,
             "fewer values, or a larger step");
    std::vector<sdk::Point> product;
    std::set<std::string> seen;
    for (const auto& point : sweep)
      for (const auto& value : values) {
        auto changed = point.values();
        changed[setting.parameter] = value;
        sdk::Point next(std::move(changed));
        if (seen.insert(next.to_json()).second) product.push_back(std::move(next));
      }
    sweep = std::move(product);
  }
  return sweep;
}

std::string canonical_of(const sdk::Point& point) {
  std::vector<std::pair<std::string, store::CanonicalScalar>> values;
  for (const auto& [name, value] : point.values())
    std::visit([&, &key = name](const auto& v) { values.emplace_back(key, v); }, value);
  return store::canonical_point(values);
}

/// The law's data sets, less those that are a choice of a text parameter (or begin one: fashion-mnist-pixels; or go on
/// from it: digits names digits-8x8), if the point has chosen otherwise.
std::vector<std::string> data_needed(const LawCard& law, const sdk::Point& point) {
  std::vector<std::string> needed;
  for (const std::string& name : law.data) {
    const auto names_it = [&name](const std::string& choice) {
      return choice.rfind(name, 0) == 0 || name.rfind(choice + "-", 0) == 0;
    };
    const bool left_out =
        std::any_of(law.parameters.begin(), law.parameters.end(), [&](const ParameterCard& parameter) {
          return std::any_of(parameter.choices.begin(), parameter.choices.end(), names_it) &&
                 !names_it(point.text(parameter.name));
        });
    if (!left_out) needed.push_back(name);
  }
  return needed;
}

/// What a pattern could have been: of its own form.
std::vector<std::string> names_like(const std::string& pattern, const Registry& registry) {
  std::set<std::string> names;
  for (const auto* law : registry.laws()) {
    if (pattern.rfind("pillar:", 0) == 0)
      names.insert("pillar:" + law->pillar);
    else if (pattern.rfind("tag:", 0) == 0)
      for (const auto& tag : law->tags) names.insert("tag:" + tag);
    else if (pattern.rfind("data:", 0) == 0)
      for (const auto& data : law->data) names.insert("data:" + data);
    else
      names.insert({law->id, law->id.substr(0, law->id.find('/'))});
  }
  return {names.begin(), names.end()};
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

[[noreturn]] void refuse_law(const Study::Selection& selection, const Registry& registry) {
  for (const auto& plugin : registry.refused())
    if (plugin.library.stem() == selection.pattern.substr(0, selection.pattern.find('/')))
      throw LoadError(plugin.code, "plugin " + plugin.library.string() + ": " + plugin.reason);
  const auto names = names_like(selection.pattern, registry);
  const bool marked = selection.pattern.find(':') != std::string::npos;
  const std::string near = nearest(selection.pattern, names);
  const std::size_t refused = registry.refused().size();
  refuse((selection.where.empty() ? "" : selection.where + ": ") + "no law matches \"" + selection.pattern + "\"",
         marked && !names.empty() ? "one of " + listed(names)
                                  : "a law's or a plugin's id, a pattern ('solvable/*'), pillar:, tag: or data:",
         "\"" + selection.pattern + "\"" +
             (refused == 0 ? ""
                           : ": none among the plugins that can be used; " + std::to_string(refused) +
                                 " cannot (lmw list plugins)"),
         near.empty() ? "lmw list" : near);
}

[[noreturn]] void refuse_setting(const Study::Setting& setting, const std::vector<const LawCard*>& chosen) {
  std::vector<std::string> names, ids;
  for (const auto* law : chosen) {
    ids.push_back(law->id);
    if (!selects(setting.pattern, *law)) continue;
    for (const auto& parameter : law->parameters)
      if (!contains(names, parameter.name)) names.push_back(parameter.name);
  }
  if (ids.size() > 8) ids = {std::to_string(ids.size()) + " laws"};
  if (names.empty() &&
      std::none_of(chosen.begin(), chosen.end(), [&](const LawCard* law) { return selects(setting.pattern, *law); }))
    refuse(setting.where + ": none of the selected laws matches \"" + setting.pattern + "\"",
           "a pattern that matches one of " + listed(ids), "\"" + setting.pattern + "\"",
           setting.parameter + "=" + listed(setting.values).substr(0, 40));
  const std::string near = nearest(setting.parameter, names);
  refuse(setting.where + ": no selected law has a parameter \"" + setting.parameter + "\"",
         names.empty() ? "no setting: " + listed(ids) + " has no parameters" : "one of " + listed(names),
         "\"" + setting.parameter + "\"",
         near.empty() ? "lmw show " + chosen.front()->id : near + "=" + listed(setting.values).substr(0, 40));
}

/// A point that a law's own sweep made is held to the law's own ranges.
void check(const LawCard& law, const sdk::Point& point) {
  for (const auto& parameter : law.parameters) {
    const auto found = point.values().find(parameter.name);
    if (found == point.values().end()) throw LoadError("PLUGIN_SWEEP", law.id + ": a point without " + parameter.name);
    parameter.check(found->second);
  }
}

}  // namespace

bool selects(const std::string& pattern, const LawCard& law) {
  const auto after = [&](const char* prefix) -> std::optional<std::string> {
    const std::string_view head(prefix);
    if (pattern.compare(0, head.size(), head) != 0) return std::nullopt;
    return pattern.substr(head.size());
  };
  if (const auto pillar = after("pillar:")) return law.pillar == *pillar;
  if (const auto tag = after("tag:")) return contains(law.tags, *tag);
  if (const auto data = after("data:")) return contains(law.data, *data);
  if (pattern.find('/') == std::string::npos && law.id.compare(0, pattern.size() + 1, pattern + "/") == 0) return true;
  if (pattern == law.name) return true;
  return fnmatch(pattern.c_str(), law.id.c_str(), 0) == 0;
}

Plan make_plan(const Study& study, Registry& registry) {
  Plan plan;
  plan.study = study.name;
  plan.effort = study.effort;
  plan.run_seed = study.run_seed;
  const auto laws = registry.laws();
  if (laws.empty())
    refuse("no law is there to run", "plugins on the plugin path",
           std::to_string(registry.refused().size()) + " that were refused, and no other", "lmw list plugins");

  std::vector<std::optional<int>> replicates(laws.size());
  std::vector<bool> chosen(laws.size(), false);
  for (const auto& selection : study.selections) {
    bool matched = false;
    for (std::size_t i = 0; i < laws.size(); ++i) {
      if (!selects(selection.pattern, *laws[i])) continue;
      matched = chosen[i] = true;
      if (selection.replicates) replicates[i] = selection.replicates;
    }
    if (!matched) refuse_law(selection, registry);
  }
  std::vector<const LawCard*> selected;
  for (std::size_t i = 0; i < laws.size(); ++i)
    if (chosen[i]) selected.push_back(laws[i]);
  for (const auto& setting : study.settings) {
    const bool used = std::any_of(selected.begin(), selected.end(), [&](const LawCard* law) {
      return selects(setting.pattern, *law) && law->parameter(setting.parameter) != nullptr;
    });
    if (!used) refuse_setting(setting, selected);
  }

  std::string listed;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    if (!chosen[i]) continue;
    const LawCard& law = *laws[i];
    const Library& library = registry.library(registry.plugin_of(law));
    std::vector<Study::Setting> settings;
    for (const auto& setting : study.settings)
      if (selects(setting.pattern, law) && law.parameter(setting.parameter) != nullptr) settings.push_back(setting);
    const auto sweep = library.sweep(law.index, study.effort);
    const std::size_t before = plan.points.size();
    for (const auto& point : points_of(law, sweep, settings)) {
      check(law, point);
      plan.points.push_back(
          {&law, point.to_json(), canonical_of(point), replicates[i], data_needed(law, point), study.until_decided});
      store::CanonicalObject line;
      line.add("law", law.id).add("law_version", law.version).add("source", law.source_sha256);
      line.add_raw("point", plan.points.back().canonical).add("replicates", replicates[i].value_or(0));
      listed += (listed.empty() ? "" : ",") + line.str();
    }
    if (plan.points.size() > max_points)
      refuse("too many points", "at most a million", "more", "fewer laws, or fewer values");
    const std::size_t count = plan.points.size() - before;
    const CostCard& cost = law.cost(study.effort);
    const double share = sweep.empty() ? 0 : static_cast<double>(count) / static_cast<double>(sweep.size());
    plan.forecast.push_back({&law, count, cost.core_seconds * share, cost.memory_bytes});
  }
  store::CanonicalObject whole;
  whole.add("effort", plan.effort).add("run_seed", plan.run_seed).add_raw("points", "[" + listed + "]");
  if (study.until_decided) whole.add("until_decided", true);
  plan.study_json = whole.str();
  plan.study_sha256 = store::to_hex(store::sha256(plan.study_json));
  return plan;
}

}  // namespace lmw::host
