#include "failures.h"

#include <lmw/judge/failure.h>
#include <lmw/sdk/point.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace lmw::host {
namespace {

using judge::FailureClass;
using store::FailureCounts;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

judge::FailureCount count_of(const FailureCounts& c) { return {c.failures, c.runs}; }

/// A condition with what is asked of it more than once.
struct Condition {
  FailureCounts counts;
  sdk::Point point;
  FailureClass forecast = FailureClass::undetermined, called = FailureClass::undetermined;
};

/// The point without one parameter: equal for points that differ in that parameter alone.
std::string without(const sdk::Point& point, const std::string& parameter) {
  auto rest = point.values();
  rest.erase(rest.find(parameter));
  return sdk::Point(std::move(rest)).to_json();
}

std::optional<double> number_of(const sdk::JsonScalar& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// Points that differ in one parameter alone, in its order if it is a number.
struct Line {
  std::string parameter;
  bool numeric = true;
  std::vector<const Condition*> conditions;
};

std::vector<Line> lines_through(const std::vector<Condition>& conditions) {
  std::vector<Line> lines;
  if (conditions.empty()) return lines;
  for (const auto& [parameter, unused] : conditions.front().point.values()) {
    std::map<std::string, Line> by_rest;
    for (const Condition& c : conditions) {
      const auto value = c.point.values().find(parameter);
      if (value == c.point.values().end()) continue;
      Line& line = by_rest[without(c.point, parameter)];
      line.parameter = parameter;
      line.numeric = line.numeric && number_of(value->second).has_value();
      line.conditions.push_back(&c);
    }
    for (auto& [rest, line] : by_rest) {
      if (line.conditions.size() < 2) continue;
      std::stable_sort(line.conditions.begin(), line.conditions.end(), [&](const Condition* a, const Condition* b) {
        const auto x = number_of(a->point.values().find(parameter)->second);
        const auto y = number_of(b->point.values().find(parameter)->second);
        return x && y && *x < *y;
      });
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

bool changes_sides(const Condition& a, const Condition& b) {
  return (a.forecast == FailureClass::safe && b.forecast == FailureClass::structural) ||
         (a.forecast == FailureClass::structural && b.forecast == FailureClass::safe);
}

void count_flips(const Line& line, store::FailureStructure& s) {
  for (std::size_t i = 0; i < line.conditions.size(); ++i)
    // A number has neighbours; of words, each is a neighbour of every other.
    for (std::size_t j = i + 1; j < (line.numeric ? std::min(i + 2, line.conditions.size()) : line.conditions.size());
         ++j) {
      const Condition &a = *line.conditions[i], &b = *line.conditions[j];
      if (!changes_sides(a, b)) continue;
      ++s.flips_tried;
      s.flips_seen += a.called == a.forecast && b.called == b.forecast;
    }
}

/// Where the forecast changes sides along a line, if it does so once, between 1 and n - 1; else 0.
std::size_t change_of(const Line& line) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < line.conditions.size(); ++i) {
    if (line.conditions[i]->forecast == line.conditions[i - 1]->forecast) continue;
    if (at != 0 || !changes_sides(*line.conditions[i - 1], *line.conditions[i])) return 0;
    at = i;
  }
  return at;
}

void locate(const Line& line, std::size_t change, store::FailureStructure& s) {
  const bool rises = line.conditions.back()->forecast == FailureClass::structural;
  std::vector<judge::BoundaryCell> cells;
  for (const Condition* c : line.conditions)
    cells.push_back({*number_of(c->point.values().find(line.parameter)->second), count_of(c->counts)});
  const double below = cells[change - 1].x, above = cells[change].x;
  if (!rises) {  // the rule wants failures that rise with x
    std::reverse(cells.begin(), cells.end());
    for (auto& cell : cells) cell.x = 1 / cell.x;
  }
  const double predicted = std::sqrt(below * above);
  const double reach = std::max(1.03, std::sqrt(above / below) * (1 + 1e-9));  // room for the rounding of two roots
  const auto result = judge::decide_boundary(cells, rises ? predicted : 1 / predicted, reach);
  s.boundary = line.parameter;
  s.boundary_predicted = predicted;
  s.boundary_decision = judge::to_text(result.decision);
  const double low = rises ? std::exp(result.ci_low) : std::exp(-result.ci_high);
  const double high = rises ? std::exp(result.ci_high) : std::exp(-result.ci_low);
  const bool located = result.measured != 0 || result.ci_high > result.ci_low;
  s.boundary_low = located && std::isfinite(low) ? low : nan;
  s.boundary_high = located && std::isfinite(high) ? high : nan;
}

void add_variance(const std::vector<Condition>& conditions, store::FailureStructure& s) {
  std::vector<judge::FailureCount> counts;
  std::vector<double> forecasts;
  for (const Condition& c : conditions) {
    counts.push_back(count_of(c.counts));
    forecasts.push_back(c.counts.predicted);
  }
  const bool enough =
      counts.size() >= 2 && std::all_of(counts.begin(), counts.end(), [](const auto& c) { return c.runs >= 2; });
  if (!enough) return;
  const auto shares = judge::variance_shares(counts);
  s.within = shares.within;
  s.between = shares.between;
  s.structural_share = shares.structural_share.value_or(nan);
  const auto quality = judge::forecast_quality(forecasts, counts);
  s.brier = quality.brier;
  s.reliability = quality.reliability;
  s.skill = quality.skill.value_or(nan);
  s.captured = quality.captured.value_or(nan);
  if (counts.size() < 8) return;
  judge::Prediction number;
  number.predicted = {0};
  number.eps = {1};
  const auto interval = judge::decide_estimate(number, judge::structural_share_estimate(counts));
  s.share_low = std::max(0.0, interval.ci_low);
  s.share_high = std::min(1.0, interval.ci_high);
}

store::FailureStructure structure_of(const std::string& law, const std::vector<Condition>& inside) {
  store::FailureStructure s{.law = law, .conditions = static_cast<std::int64_t>(inside.size())};
  for (double* value :
       {&s.within, &s.between, &s.structural_share, &s.share_low, &s.share_high, &s.brier, &s.reliability, &s.skill,
        &s.captured, &s.boundary_predicted, &s.boundary_low, &s.boundary_high})
    *value = nan;
  add_variance(inside, s);
  for (const Condition& c : inside) {
    if (c.forecast != FailureClass::structural) continue;
    ++s.persist_tried;
    s.persist_held += c.called == FailureClass::structural;
  }
  std::size_t longest = 2;
  for (const Line& line : lines_through(inside)) {
    count_flips(line, s);
    const std::size_t change = line.numeric ? change_of(line) : 0;
    const bool positive =
        line.numeric && *number_of(line.conditions.front()->point.values().find(line.parameter)->second) > 0;
    if (change == 0 || !positive || line.conditions.size() <= longest) continue;
    longest = line.conditions.size();
    locate(line, change, s);
  }
  return s;
}

}  // namespace

std::vector<store::FailureRecord> classify(const std::vector<FailureCounts>& counts) {
  std::vector<store::FailureRecord> failures;
  for (const FailureCounts& c : counts) {
    if (c.runs < 1) continue;
    const auto call = judge::call_failure(count_of(c));
    store::FailureRecord failure{.point_id = c.point_id,
                                 .observable = c.observable,
                                 .failure_class = judge::to_text(call.failure_class),
                                 .forecast_class = judge::to_text(judge::forecast_class(c.predicted)),
                                 .unexpected = c.inside && judge::unexpected_structural(call, c.predicted),
                                 .rate = static_cast<double>(c.failures) / static_cast<double>(c.runs),
                                 .low = call.interval.low,
                                 .high = call.interval.high,
                                 .predicted_rate = c.predicted,
                                 .failures = c.failures,
                                 .n = c.runs};
    if (call.failure_class == FailureClass::undetermined && call.consistent_with != FailureClass::undetermined)
      failure.consistent = judge::to_text(call.consistent_with);
    // Beta quantiles are rounded: the interval holds the rate all the same.
    failure.low = std::min(failure.low, failure.rate);
    failure.high = std::max(failure.high, failure.rate);
    failures.push_back(std::move(failure));
  }
  return failures;
}

std::vector<store::FailureStructure> structures(const std::vector<FailureCounts>& counts) {
  std::map<std::string, std::vector<Condition>> by_law;
  for (const FailureCounts& c : counts)
    if (auto& conditions = by_law[c.law]; c.runs >= 1 && c.inside)
      conditions.push_back({c, sdk::Point::from_json(c.point), judge::forecast_class(c.predicted),
                            judge::call_failure(count_of(c)).failure_class});
  std::vector<store::FailureStructure> all;
  for (const auto& [law, conditions] : by_law) all.push_back(structure_of(law, conditions));
  return all;
}

}  // namespace lmw::host
