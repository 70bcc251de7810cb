#include "failures.h"

#include "lines.h"

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

bool changes_sides(const Condition& a, const Condition& b) {
  return (a.forecast == FailureClass::safe && b.forecast == FailureClass::structural) ||
         (a.forecast == FailureClass::structural && b.forecast == FailureClass::safe);
}

using Conditions = std::vector<Condition>;

void count_flips(const Line& line, const Conditions& conditions, store::FailureStructure& s) {
  for (std::size_t i = 0; i < line.points.size(); ++i)
    // A number has neighbours; of words, each is a neighbour of every other.
    for (std::size_t j = i + 1; j < (line.numeric ? std::min(i + 2, line.points.size()) : line.points.size()); ++j) {
      const Condition &a = conditions[line.points[i]], &b = conditions[line.points[j]];
      if (!changes_sides(a, b)) continue;
      ++s.flips_tried;
      s.flips_seen += a.called == a.forecast && b.called == b.forecast;
    }
}

/// A scan across a forecast boundary: cells whose failures rise with x, or with 1/x where they fall with x.
struct Scan {
  std::vector<judge::BoundaryCell> cells;
  bool rises = true;
  double below = 0, above = 0;  ///< the grid points, in the parameter, between which the forecast changes
};

/// The scan along a line of a positive parameter on which the forecast changes sides once.
std::optional<Scan> scan_of(const Line& line, const Conditions& conditions) {
  if (!line.numeric || !(line.values.front() > 0)) return std::nullopt;
  std::size_t change = 0;
  for (std::size_t i = 1; i < line.points.size(); ++i) {
    const Condition &before = conditions[line.points[i - 1]], &here = conditions[line.points[i]];
    if (before.forecast == here.forecast) continue;
    if (change != 0 || !changes_sides(before, here)) return std::nullopt;
    change = i;
  }
  if (change == 0) return std::nullopt;
  Scan scan{.cells = {},
            .rises = conditions[line.points.back()].forecast == FailureClass::structural,
            .below = line.values[change - 1],
            .above = line.values[change]};
  for (std::size_t i = 0; i < line.points.size(); ++i)
    scan.cells.push_back(
        {scan.rises ? line.values[i] : 1 / line.values[i], count_of(conditions[line.points[i]].counts)});
  if (!scan.rises) std::reverse(scan.cells.begin(), scan.cells.end());
  return scan;
}

std::optional<judge::BoundaryFit> fit_of(const Scan& scan) {
  return scan.cells.size() < 3 ? std::nullopt : judge::fit_boundary(scan.cells);
}

void locate(const Line& line, const Scan& scan, store::FailureStructure& s) {
  const double predicted = std::sqrt(scan.below * scan.above);
  // Room for the rounding of two roots.
  const double reach = std::max(1.03, std::sqrt(scan.above / scan.below) * (1 + 1e-9));
  const auto result = judge::decide_boundary(scan.cells, scan.rises ? predicted : 1 / predicted, reach);
  s.boundary = line.parameter;
  s.boundary_predicted = predicted;
  s.boundary_decision = judge::to_text(result.decision);
  const double low = scan.rises ? std::exp(result.ci_low) : std::exp(-result.ci_high);
  const double high = scan.rises ? std::exp(result.ci_high) : std::exp(-result.ci_low);
  const bool located = result.measured != 0 || result.ci_high > result.ci_low;
  s.boundary_low = located && std::isfinite(low) ? low : nan;
  s.boundary_high = located && std::isfinite(high) ? high : nan;
  const auto fit = fit_of(scan);
  s.boundary_width = fit ? fit->width : nan;
}

/// Follows the width of one boundary along every other parameter that it was scanned at three values of, or more.
void follow_width(const std::vector<Line>& lines, const Conditions& conditions, store::FailureStructure& s) {
  std::vector<sdk::Point> places;  // of scans along the boundary's parameter, without it
  std::vector<judge::BoundaryFit> fits;
  for (const Line& line : lines) {
    if (line.parameter != s.boundary) continue;
    const auto scan = scan_of(line, conditions);
    const auto fit = scan ? fit_of(*scan) : std::nullopt;
    if (!fit) continue;
    auto rest = conditions[line.points.front()].point.values();
    rest.erase(rest.find(line.parameter));
    places.emplace_back(std::move(rest));
    fits.push_back(*fit);
  }
  std::size_t longest = 2;
  for (const Line& line : lines_in(places)) {
    if (!line.numeric || !(line.values.front() > 0) || line.points.size() <= longest) continue;
    longest = line.points.size();
    std::vector<judge::SizedBoundary> sized;
    for (std::size_t i = 0; i < line.points.size(); ++i) sized.push_back({line.values[i], fits[line.points[i]]});
    const auto trend = judge::width_trend(sized);
    s.size = line.parameter;
    s.width_trend = trend.exponent;
    s.width_trend_se = std::isnan(trend.exponent) ? nan : trend.se;
    s.width_class = judge::to_text(trend.failure_class);
  }
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
  std::vector<sdk::Point> points;
  for (const Condition& c : inside) points.push_back(c.point);
  const auto lines = lines_in(points);
  std::size_t longest = 2;
  for (const Line& line : lines) {
    count_flips(line, inside, s);
    const auto scan = scan_of(line, inside);
    if (!scan || line.points.size() <= longest) continue;
    longest = line.points.size();
    locate(line, *scan, s);
  }
  if (!s.boundary.empty()) follow_width(lines, inside, s);
  return s;
}

}  // namespace

std::vector<store::FailureRecord> classify(const std::vector<FailureCounts>& counts) {
  std::vector<store::FailureRecord> failures;
  for (const FailureCounts& c : counts) {
    if (c.runs < 1) continue;
    const auto call = judge::call_failure(count_of(c));
    const bool forecast = !std::isnan(c.predicted);
    store::FailureRecord failure{.point_id = c.point_id,
                                 .observable = c.observable,
                                 .failure_class = judge::to_text(call.failure_class),
                                 .forecast_class = forecast ? judge::to_text(judge::forecast_class(c.predicted)) : "",
                                 .unexpected = forecast && c.inside && judge::unexpected_structural(call, c.predicted),
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
  for (const FailureCounts& c : counts) {
    // Points are listed for the replicates they lost only where they lost some: their rates say nothing together.
    if (c.observable.empty()) continue;
    if (auto& conditions = by_law[c.law]; c.runs >= 1 && c.inside)
      conditions.push_back({c, sdk::Point::from_json(c.point), judge::forecast_class(c.predicted),
                            judge::call_failure(count_of(c)).failure_class});
  }
  std::vector<store::FailureStructure> all;
  for (auto& [law, conditions] : by_law) {
    // Not in the order of sealing, which depends on the number of threads: the last digit of a sum must not.
    std::sort(conditions.begin(), conditions.end(),
              [](const Condition& a, const Condition& b) { return a.counts.point < b.counts.point; });
    all.push_back(structure_of(law, conditions));
  }
  return all;
}

}  // namespace lmw::host
