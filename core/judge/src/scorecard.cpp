#include <lmw/judge/scorecard.h>

#include "logistic.h"
#include "quantiles.h"
#include "sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

namespace lmw::judge {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

bool states_a_number(Kind kind) { return kind != Kind::ordering && kind != Kind::classification; }

double weight_of(Kind kind) {
  if (!states_a_number(kind)) return 0.25;
  return kind == Kind::interval ? 0.5 : 1;
}

bool decided(const ScoredComparison& c) { return c.decision != Decision::inconclusive; }

std::optional<ScaleTrend> scale_trend(std::span<const ScoredComparison> comparisons) {
  std::vector<double> u, passed, ones;
  for (const auto& c : comparisons)
    if (c.scale && decided(c)) {
      u.push_back(std::log(*c.scale));
      passed.push_back(c.decision == Decision::confirmed ? 1 : 0);
      ones.push_back(1);
    }
  if (u.size() < 3) return std::nullopt;
  const double mean = summarise(u).mean;
  for (double& v : u) v -= mean;
  const auto fit = fit_logistic(u, passed, ones);
  if (!fit) return std::nullopt;
  const double se = std::sqrt(fit->v11);
  return ScaleTrend{fit->slope, se, fit->slope + normal_upper(0.025) * se < 0};
}

}  // namespace

Score share(std::int64_t k, std::int64_t n) {
  const auto interval = wilson(k, n);
  if (!interval) return {};
  return {static_cast<double>(k) / static_cast<double>(n), interval->low, interval->high, n};
}

Fundamental fundamental(std::span<const PredictionInputs> predictions) {
  Fundamental result;
  std::int64_t free = 0;
  double economy = 0, measured = 0;
  for (const auto& p : predictions) {
    free += p.fitted_parameters == 0;
    economy += 1 / (1.0 + p.fitted_parameters);
    measured += p.measured_inputs;
  }
  const auto n = static_cast<std::int64_t>(predictions.size());
  result.parameter_free = share(free, n);
  if (n == 0) return result;
  result.economy = economy / static_cast<double>(n);
  result.measured_inputs = measured / static_cast<double>(n);
  return result;
}

Mathematical mathematical(std::span<const PredictionForm> predictions) {
  Mathematical result;
  std::int64_t numeric = 0;
  double weight = 0;
  std::vector<double> sharpness;
  for (const auto& p : predictions) {
    numeric += states_a_number(p.kind);
    weight += weight_of(p.kind);
    if (p.rival_gap && *p.rival_gap > 0) sharpness.push_back(p.eps_eff / *p.rival_gap);
  }
  const auto n = static_cast<std::int64_t>(predictions.size());
  result.numeric = share(numeric, n);
  if (n > 0) result.weight = weight / static_cast<double>(n);
  if (!sharpness.empty()) result.sharpness = median(std::move(sharpness));
  return result;
}

Predictive predictive(std::span<const ScoredComparison> comparisons) {
  std::int64_t confirmed = 0, clear = 0;
  std::map<int, std::array<std::int64_t, 2>> by_decade;  // passed, decided
  for (const auto& c : comparisons) {
    if (c.scale && !(*c.scale > 0 && std::isfinite(*c.scale)))
      throw std::invalid_argument("scale = " + std::to_string(*c.scale) + ": expected > 0");
    if (!decided(c)) continue;
    const bool passed = c.decision == Decision::confirmed;
    ++clear;
    confirmed += passed;
    if (!c.scale) continue;
    // The tiny shift keeps 1000, whose logarithm rounds below 3, in its own decade.
    auto& decade = by_decade[static_cast<int>(std::floor(std::log10(*c.scale) + 1e-12))];
    decade[0] += passed;
    ++decade[1];
  }
  const auto n = static_cast<std::int64_t>(comparisons.size());
  Predictive result;
  result.pass_rate = share(confirmed, clear);
  result.inconclusive = share(n - clear, n);
  for (const auto& [exponent, counts] : by_decade) result.decades.push_back({exponent, share(counts[0], counts[1])});
  result.trend = scale_trend(comparisons);
  return result;
}

Score calibration(std::span<const PredictedInterval> intervals) {
  if (intervals.empty()) return {};
  std::int64_t inside = 0;
  for (const auto& i : intervals) inside += std::abs(i.residual) <= student_upper(0.025, i.df) * i.se + i.b_th;
  const auto n = static_cast<std::int64_t>(intervals.size());
  const auto exact = clopper_pearson(inside, n);
  return {static_cast<double>(inside) / static_cast<double>(n), exact.low, exact.high, n};
}

Score coverage(std::span<const Coverage> laws) {
  std::set<std::tuple<Subject, int, Architecture>> cells;
  for (const auto& law : laws) {
    if (law.pillar < 0 || law.pillar > 4)
      throw std::invalid_argument("pillar = " + std::to_string(law.pillar) + ": expected 0 to 4");
    if (law.confirmed) cells.insert({law.subject, law.pillar, law.architecture});
  }
  constexpr std::int64_t all = 4 * 5 * 4;
  Score score;
  score.value = static_cast<double>(cells.size()) / static_cast<double>(all);  // a census, so no interval
  score.n = all;
  return score;
}

Score joint_coverage(std::span<const JointRun> runs) {
  const auto joint = std::count_if(runs.begin(), runs.end(), [](const JointRun& run) {
    return run.predicted >= 3 && run.confirmed == run.predicted;
  });
  return share(joint, static_cast<std::int64_t>(runs.size()));
}

std::int64_t description_length(std::int64_t nodes, std::int64_t fixed_points) { return nodes + 20 * fixed_points; }

}  // namespace lmw::judge
