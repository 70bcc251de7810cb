#include "lab_view.h"

#include "failure.h"
#include "text.h"

#include <lmw/numerics/number_text.h>
#include <lmw/sdk/json.h>
#include <lmw/sdk/point.h>
#include <lmw/store/query.h>

#include <algorithm>
#include <cmath>

namespace lmw::cli {
namespace {

using store::LawSummaryRow;
using store::VerdictRow;

bool is_own_primary(const VerdictRow& v) { return v.rival.empty() && !v.secondary; }

/// The sentence of the law's first comparison that `wanted` holds of.
template <class Predicate>
std::string sentence_of(const LawSummaryRow& law, const std::vector<VerdictRow>& verdicts, Predicate&& wanted) {
  for (const VerdictRow& v : verdicts)
    if (v.law == law.law && is_own_primary(v) && wanted(v)) return v.sentence;
  return "";
}

std::string value_text(const sdk::JsonScalar& value) {
  return std::visit([](const auto& v) { return sdk::JsonObject().add("v", v).str(); }, value);
}

std::string count_of(std::int64_t part, std::int64_t whole, const std::string& noun) {
  return std::to_string(part) + " of " + plural(static_cast<std::size_t>(whole), noun);
}

}  // namespace

store::RunRow find_run(store::Reader& reader, std::optional<store::Id> run_id) {
  const auto runs = reader.runs();
  if (runs.empty()) refuse("the lab is empty", "at least one run", "none", "lmw run --demo");
  if (!run_id) return runs.back();
  for (const auto& run : runs)
    if (run.run_id == *run_id) return run;
  refuse("no such run in this lab", "1 to " + std::to_string(runs.back().run_id), std::to_string(*run_id),
         "lmw status");
}

Table table_of_query(const std::filesystem::path& lab, const std::string& sql) {
  Table table({});
  store::query(
      lab, sql,
      [&](const std::vector<std::string>& names) {
        std::vector<Column> columns;
        for (const std::string& name : names) columns.push_back({.name = name, .title = name, .fit = Fit::wrap});
        table = Table(std::move(columns));
      },
      [&](std::span<const store::Cell> cells) {
        table.add({cells.begin(), cells.end()});
        return true;
      });
  return table;
}

Cell number_cell(double value) { return std::isnan(value) ? Cell() : Cell(value); }

PointNames::PointNames(const std::vector<VerdictRow>& verdicts) {
  for (const VerdictRow& v : verdicts) laws_[v.law].points.insert(v.point);
  for (auto& [id, law] : laws_) {
    std::map<std::string, std::map<std::string, std::size_t>> counts;  // how many points have this value
    for (const std::string& json : law.points) {
      const sdk::Point point = sdk::Point::from_json(json);
      for (const auto& [name, value] : point.values()) ++counts[name][value_text(value)];
    }
    for (const auto& [name, values] : counts) {
      if (values.size() == 1 && values.begin()->second == law.points.size()) continue;
      law.varying.insert(name);
      for (const auto& [value, count] : values)
        if (2 * count > law.points.size()) law.usual[name] = value;
    }
  }
}

std::string PointNames::varying(const VerdictRow& verdict) const {
  const auto law = laws_.find(verdict.law);
  return law == laws_.end()
             ? point_text(verdict.point)
             : point_text(verdict.point, [&](const std::string& name) { return law->second.varying.contains(name); });
}

std::string PointNames::unusual(const VerdictRow& verdict) const {
  const auto found = laws_.find(verdict.law);
  if (found == laws_.end()) return point_text(verdict.point);
  const Law& law = found->second;
  const sdk::Point point = sdk::Point::from_json(verdict.point);
  const std::string text = point_text(verdict.point, [&](const std::string& name) {
    const auto usual = law.usual.find(name);
    return law.varying.contains(name) &&
           (usual == law.usual.end() || usual->second != value_text(point.values().at(name)));
  });
  return text.empty() ? varying(verdict) : text;
}

std::string PointNames::usual(const std::string& name) const {
  const auto law = laws_.find(name);
  if (law == laws_.end()) return "";
  // Written as any of its points writes it.
  std::string text;
  for (const auto& [parameter, value] : law->second.usual)
    for (const std::string& json : law->second.points)
      if (value_text(sdk::Point::from_json(json).values().at(parameter)) == value) {
        text += (text.empty() ? "" : " ") + point_text(json, [&](const std::string& p) { return p == parameter; });
        break;
      }
  return text;
}

bool PointNames::before(const VerdictRow& a, const VerdictRow& b) const {
  const sdk::Point x = sdk::Point::from_json(a.point), y = sdk::Point::from_json(b.point);
  return x.values() < y.values();
}

std::string PointNames::common(const std::string& name) const {
  const auto law = laws_.find(name);
  if (law == laws_.end()) return "";
  return point_text(*law->second.points.begin(),
                    [&](const std::string& parameter) { return !law->second.varying.contains(parameter); });
}

Cell predicted_cell(const VerdictRow& v) {
  if (std::isnan(v.predicted)) return {};
  return Cell(v.predicted).as(numerics::significant(v.predicted, 4) + " ± " + numerics::significant(v.eps + v.b_th, 2));
}

Cell verdict_cell(const VerdictRow& v) {
  Cell cell(v.verdict, tone_of(v.verdict));
  if (!v.sub_verdict.empty()) cell.shown = v.verdict + ", " + v.sub_verdict;
  if (!v.badge.empty()) cell.shown = v.badge;  // the same word, and what stands up to the number of comparisons
  if (v.needed_replicates > v.n_replicates)
    cell.shown = v.verdict + ": about " + std::to_string(v.needed_replicates) + " seeds would decide";
  return cell;
}

Cell measured_cell(const VerdictRow& v) {
  if (std::isnan(v.measured)) return {};
  return Cell(v.measured)
      .as(v.deterministic ? numerics::significant(v.measured, 5)
                          : numerics::value_with_uncertainty(v.measured, v.measured_se));
}

std::string why(const LawSummaryRow& law, const std::vector<VerdictRow>& verdicts) {
  if (law.verdict == "error" || law.verdict == "not_run") {
    const std::string first = sentence_of(law, verdicts, [&](const VerdictRow& v) { return v.verdict == law.verdict; });
    return first.empty() ? "nothing was judged yet" : first;
  }
  if (law.comparisons == 1) return sentence_of(law, verdicts, [](const VerdictRow&) { return true; });
  const bool all_broke = law.must_break_broken == law.must_break_tried;
  const std::string breaks =
      law.must_break_tried == 0                ? ""
      : all_broke && law.must_break_tried == 1 ? "; outside, it breaks at the point where it must"
      : all_broke ? "; outside, it breaks at all " + std::to_string(law.must_break_tried) + " points where it must"
                  : "; outside, it breaks at " + count_of(law.must_break_broken, law.must_break_tried, "point") +
                        " where it must";
  if (law.verdict == "falsified")
    return count_of(law.falsified_holm, law.inside, "comparison") + " inside its regime disagree" +
           (law.falsified_holm == 1 ? "s" : "") + ", adjusted p = " + numerics::significant(law.least_p_adjusted, 2) +
           breaks;
  if (law.verdict == "confirmed")
    return (law.inside == 1   ? "its one comparison inside its regime agrees"
            : law.inside == 2 ? "both comparisons inside its regime agree"
                              : "all " + std::to_string(law.inside) + " comparisons inside its regime agree") +
           breaks;
  if (law.verdict == "outside") return "no comparison lies inside its regime" + breaks;
  std::string text =
      count_of(law.confirmed, law.inside, "comparison") + " inside its regime agree" + (law.confirmed == 1 ? "s" : "");
  if (law.inconclusive > 0) text += ", " + std::to_string(law.inconclusive) + " undecided";
  if (law.falsified > 0)
    text += ", " + std::to_string(law.falsified) + " disagree" + (law.falsified == 1 ? "s" : "") +
            " (not enough after correction)";
  if (law.not_converged > 0) text += ", " + std::to_string(law.not_converged) + " did not converge";
  if (law.rivals_refuted < law.rivals_tried)
    text += "; " + plural(static_cast<std::size_t>(law.rivals_tried - law.rivals_refuted), "rival") + " still standing";
  return text + breaks;
}

Table summary_table(const std::vector<LawSummaryRow>& laws, const std::vector<VerdictRow>& verdicts) {
  Table table({{.name = "law", .fit = Fit::wrap},
               {.name = "verdict"},
               {.name = "why", .fit = Fit::wrap},
               {.name = "rivals_tried", .machine_only = true},
               {.name = "rivals_refuted", .title = "rivals"},
               {.name = "points"},
               {.name = "core_seconds", .machine_only = true}});
  for (const LawSummaryRow& law : laws) {
    Cell rivals(law.rivals_refuted);
    rivals.shown =
        law.rivals_tried == 0 ? "none" : std::to_string(law.rivals_refuted) + " of " + std::to_string(law.rivals_tried);
    table.add({law.law, Cell(law.verdict, tone_of(law.verdict)), why(law, verdicts), law.rivals_tried,
               std::move(rivals), law.points, law.core_seconds});
  }
  return table;
}

std::vector<std::string> next_steps(const store::RunRow& run, const std::vector<LawSummaryRow>& laws,
                                    const std::vector<VerdictRow>& verdicts) {
  std::vector<std::string> steps;
  const std::string id = std::to_string(run.run_id);
  // The most telling comparison: what nobody expected, furthest out; else the first.
  const VerdictRow* telling = nullptr;
  for (const VerdictRow& v : verdicts) {
    if (!is_own_primary(v)) continue;
    const bool surprise = v.met_expectation == 0;
    if (telling == nullptr || (surprise && (telling->met_expectation != 0 || v.falsify_ratio > telling->falsify_ratio)))
      telling = &v;
  }
  steps.push_back("lmw verdicts --run " + id);
  if (telling != nullptr) steps.push_back("lmw explain " + std::to_string(telling->verdict_id));
  const auto undecided =
      std::find_if(laws.begin(), laws.end(), [](const LawSummaryRow& law) { return law.verdict == "inconclusive"; });
  if (undecided != laws.end() && run.effort == "quick")
    steps.push_back("lmw run " + undecided->law + " --effort standard");
  steps.push_back("lmw report -o report --run " + id);
  return steps;
}

}  // namespace lmw::cli
