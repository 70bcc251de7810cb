#include "model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "number.h"

#include <lmw/numerics/number_text.h>

namespace lmw::reports {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (value.is_number()) return numerics::shortest(value.get<double>());
  return value.dump();
}

std::string member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? "" : text_of(*found);
}

bool flag(const json& object, const char* name) { return member(object, name) == "true"; }

/// The parts of a card that no column of `laws` has. A card without them is a card of few words, not an error.
void read_card(Law& law) {
  const json card = json::parse(law.card, nullptr, false);
  if (!card.is_object()) return;
  const auto each = [&](const char* list, auto&& take) {
    const auto found = card.find(list);
    if (found == card.end() || !found->is_array()) return;
    for (const json& entry : *found)
      if (entry.is_object()) take(entry);
  };
  each("parameters", [&](const json& p) {
    law.parameters.push_back({member(p, "name"), member(p, "unit"), member(p, "meaning")});
  });
  each("observables", [&](const json& o) {
    law.observables.push_back({member(o, "name"), member(o, "unit"), member(o, "meaning"), member(o, "axis"),
                               flag(o, "log_axis"), flag(o, "log_value"), flag(o, "secondary")});
  });
  each("elasticities", [&](const json& e) {
    const auto real = [&](const char* name) {
      const auto found = e.find(name);
      return found == e.end() || !found->is_number() ? 0.0 : found->get<double>();
    };
    law.elasticities.push_back(
        {member(e, "observable"), member(e, "parameter"), static_cast<int>(real("sign")), real("value"), real("eps")});
  });
  if (const auto axioms = card.find("axioms"); axioms != card.end() && axioms->is_array())
    for (const json& axiom : *axioms) law.axiom_list.push_back(text_of(axiom));
  each("rivals", [&](const json& r) { law.rivals.push_back({member(r, "name"), member(r, "meaning")}); });
}

bool is_slug(std::string_view s) {
  return !s.empty() && s.size() <= 64 && s[0] >= 'a' && s[0] <= 'z' &&
         s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void require_law_id(const std::string& law) {
  const auto slash = law.find('/');
  if (slash != std::string::npos && is_slug(law.substr(0, slash)) && is_slug(law.substr(slash + 1))) return;
  throw std::runtime_error("law \"" + law +
                           "\": expected plugin/name in lower-case letters, digits and hyphens, since pages are named "
                           "after laws; lmw verify says whether the lab was changed");
}

Run pick_run(store::Reader& lab, std::optional<std::int64_t> run_id) {
  const std::vector<store::RunRow> runs = lab.runs();
  if (runs.empty()) throw std::runtime_error("the lab has no run yet; try: lmw run --demo");
  const auto found =
      run_id ? std::find_if(runs.begin(), runs.end(), [&](const auto& run) { return run.run_id == *run_id; })
             : runs.end() - 1;
  if (found != runs.end()) return {*found, found->chain};
  std::string known;
  for (const auto& run : runs) known += (known.empty() ? "" : ", ") + std::to_string(run.run_id);
  throw std::runtime_error("run " + std::to_string(*run_id) + ": expected one of " + known + "; lmw status lists them");
}

std::vector<Law> read_laws(store::Reader& lab, std::int64_t run_id) {
  const std::vector<store::LawRow> cards = lab.laws();
  std::vector<Law> laws;
  for (const store::LawSummaryRow& summary : lab.law_summaries({.run_id = run_id})) {
    const auto card = std::find_if(cards.begin(), cards.end(), [&](const store::LawRow& row) {
      return row.law == summary.law && row.law_version == summary.law_version;
    });
    require_law_id(summary.law);
    Law& law = laws.emplace_back();
    if (card != cards.end()) static_cast<store::LawRow&>(law) = *card;
    law.law = summary.law;
    const bool known =
        std::any_of(pillars().begin(), pillars().end(), [&](const auto& p) { return p.first == law.pillar; });
    if (!known) law.pillar = "crosscutting";  // a plugin of its own
    law.summary = summary;
    read_card(law);
  }
  return laws;
}

/// The law that a row belongs to; nullptr if the run does not list it.
Law* owner(std::vector<Law>& laws, const std::string& id) {
  const auto found = std::find_if(laws.begin(), laws.end(), [&](const Law& law) { return law.law == id; });
  return found == laws.end() ? nullptr : &*found;
}

void read_comparisons(store::Reader& lab, std::int64_t run_id, std::vector<Law>& laws) {
  for (const store::VerdictRow& row : lab.verdicts({.run_id = run_id})) {
    Law* law = owner(laws, row.law);
    if (law == nullptr) continue;
    Comparison& c = law->comparisons.emplace_back();
    static_cast<store::VerdictRow&>(c) = row;
    c.parameters = parse_point(row.point);
  }
}

void read_sealed(const LabFile& lab, const std::string& run, std::vector<Law>& laws) {
  const Rows rows = lab.query(
      "SELECT law, prediction_id, point_id, point, observable, rival, kind, min(predicted) AS lower, "
      "max(upper) AS upper, regime, "
      "regime_reason,\n"
      "       abstained, abstain_reason, compare, sealed_at, digest, chain, first_measured_at\n"
      "FROM predictions\n"
      "LEFT JOIN (SELECT point_id, min(measured_at) AS first_measured_at\n"
      "           FROM measurements WHERE run_id = " +
      run +
      " GROUP BY point_id) USING (point_id)\n"
      "WHERE run_id = " +
      run + " AND replicate IS NULL GROUP BY prediction_id ORDER BY prediction_id");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Law* law = owner(laws, rows.text(i, "law"));
    if (law == nullptr) continue;
    law->sealed.push_back({.prediction_id = rows.integer(i, "prediction_id"),
                           .point_id = rows.integer(i, "point_id"),
                           .parameters = parse_point(rows.text(i, "point")),
                           .observable = rows.text(i, "observable"),
                           .rival = rows.text(i, "rival"),
                           .kind = rows.text(i, "kind"),
                           .regime = rows.text(i, "regime"),
                           .regime_reason = rows.text(i, "regime_reason"),
                           .abstain_reason = rows.text(i, "abstain_reason"),
                           .sealed_at = rows.text(i, "sealed_at"),
                           .digest = rows.text(i, "digest"),
                           .chain = rows.text(i, "chain"),
                           .compare = rows.text(i, "compare"),
                           .first_measured_at = rows.text(i, "first_measured_at"),
                           .abstained = rows.integer(i, "abstained") != 0,
                           .lower = rows.text(i, "kind") == "K3" ? rows.real(i, "lower") : nothing,
                           .upper = rows.real(i, "upper")});
  }
}

/// Finds in which parameters a law's points differ, and names each comparison's setting by them. A comparison takes
/// from what was sealed the reason of its regime and, for an interval, both ends: a verdict names the nearest number in
/// it.
void complete(Law& law) {
  std::map<std::int64_t, const Point*> points;
  for (const Comparison& c : law.comparisons) points[c.point_id] = &c.parameters;
  for (const Sealed& s : law.sealed) points[s.point_id] = &s.parameters;
  std::map<std::string, std::map<std::string, std::vector<const Parameter*>>> values;
  std::map<std::string, std::size_t> seen;
  for (const auto& [id, point] : points)
    for (const Parameter& p : *point) {
      values[p.name][p.text].push_back(&p);
      ++seen[p.name];
    }
  const auto varies = [&](const std::string& name) { return values[name].size() > 1 || seen[name] < points.size(); };
  for (const auto& [name, texts] : values)
    if (varies(name)) law.varying.push_back(name);
  const auto on_axis = [&](const std::string& name) {
    return std::any_of(law.observables.begin(), law.observables.end(), [&](const auto& o) { return o.axis == name; });
  };
  std::stable_partition(law.varying.begin(), law.varying.end(), on_axis);
  for (const std::string& name : law.varying)
    for (const auto& [text, same] : values[name])
      if (!on_axis(name) && same.size() > 1 && 3 * same.size() >= 2 * points.size() && find(law.usual, name) == nullptr)
        law.usual.push_back(*same.front());
  if (!points.empty())
    for (const Parameter& p : *points.begin()->second)
      if (!varies(p.name)) law.fixed.push_back(p);

  std::map<std::int64_t, const Sealed*> by_prediction, by_point;
  for (const Sealed& s : law.sealed) by_prediction[s.prediction_id] = by_point[s.point_id] = &s;
  for (Comparison& c : law.comparisons) {
    c.setting = law.setting_of(c.parameters);
    if (const auto s = by_point.find(c.point_id); s != by_point.end()) c.regime_reason = s->second->regime_reason;
    if (const auto s = by_prediction.find(c.prediction_id); s != by_prediction.end()) {
      c.upper = s->second->upper;
      if (c.kind == "K3") c.predicted = s->second->lower;
      c.compare = s->second->compare;
    }
  }
}

}  // namespace

std::string Parameter::shown() const {
  if (!std::isfinite(value)) return text;
  return number(value, value == std::floor(value) ? 15 : 6);  // whole numbers keep all of their digits
}

std::string Law::file_stem() const {
  std::string stem = law;
  return stem.replace(stem.find('/'), 1, "--");
}

std::string Law::setting_of(const Point& point) const {
  std::string text;
  for (const std::string& name : varying)
    if (const Parameter* p = find(point, name)) {
      const Parameter* most = find(usual, name);
      if (most == nullptr || most->text != p->text) text += (text.empty() ? "" : ", ") + name + " = " + p->shown();
    }
  return text.empty() && !varying.empty() ? "usual setting" : text;
}

std::string Law::unit_of(std::string_view observable) const {
  for (const ObservableCard& o : observables)
    if (o.name == observable) return o.unit == "1" ? "" : o.unit;
  return "";
}

const std::vector<std::pair<std::string, std::string>>& pillars() {
  static const std::vector<std::pair<std::string, std::string>> names = {
      {"solvable", "Solvable settings"},       {"limits", "Tractable limits"},
      {"scaling", "Macroscopic laws"},         {"hyperparameters", "Hyperparameter theory"},
      {"universality", "Universal phenomena"}, {"crosscutting", "Across pillars"}};
  return names;
}

std::string pillar_name(std::string_view id) {
  for (const auto& [pillar, name] : pillars())
    if (pillar == id) return name;
  return std::string(id);
}

Model read_model(const std::filesystem::path& file, std::optional<std::int64_t> run_id) {
  store::Reader lab(file);
  Model model;
  model.run = pick_run(lab, run_id);
  model.laws = read_laws(lab, model.run.run_id);
  read_comparisons(lab, model.run.run_id, model.laws);
  read_sealed(LabFile(file), std::to_string(model.run.run_id), model.laws);
  std::int64_t newest = 0;
  for (Law& law : model.laws) {
    complete(law);
    for (const Sealed& s : law.sealed)
      if (s.prediction_id > newest) newest = s.prediction_id, model.run.chain_head = s.chain;
  }
  const auto rank = [](const Law& law) {
    return std::find_if(pillars().begin(), pillars().end(), [&](const auto& p) { return p.first == law.pillar; }) -
           pillars().begin();
  };
  std::stable_sort(model.laws.begin(), model.laws.end(),
                   [&](const Law& a, const Law& b) { return rank(a) != rank(b) ? rank(a) < rank(b) : a.law < b.law; });
  return model;
}

Point parse_point(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) throw std::runtime_error("point " + text + ": expected a JSON object");
  Point point;
  for (const auto& [name, value] : object.items())
    point.push_back({name, text_of(value), value.is_number() ? value.get<double>() : nothing});
  return point;
}

const Parameter* find(const Point& point, std::string_view name) {
  const auto found = std::find_if(point.begin(), point.end(), [&](const Parameter& p) { return p.name == name; });
  return found == point.end() ? nullptr : &*found;
}

}  // namespace lmw::reports
