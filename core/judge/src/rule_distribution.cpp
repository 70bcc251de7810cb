#include "rules.h"
#include "trials.h"

#include <lmw/judge/distribution.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace lmw::judge {

double dkw_radius(std::int64_t n, double level) {
  if (n < 1) throw std::invalid_argument("n = " + std::to_string(n) + ": expected >= 1");
  if (!(level > 0 && level < 1))
    throw std::invalid_argument("level = " + std::to_string(level) + ": expected in (0, 1)");
  return std::sqrt(std::log(2 / level) / (2 * static_cast<double>(n)));
}

double ks_distance(std::span<const double> f_of_sorted) {
  if (f_of_sorted.empty()) throw std::invalid_argument("an empty sample: expected at least 1 draw");
  const double n = static_cast<double>(f_of_sorted.size());
  double distance = 0, before = 0;
  for (std::size_t i = 0; i < f_of_sorted.size(); ++i) {
    const double f = f_of_sorted[i];
    if (!(f >= before && f <= 1))
      throw std::invalid_argument("F = " + std::to_string(f) + ": expected nondecreasing values in [0, 1]");
    before = f;
    distance = std::max({distance, static_cast<double>(i + 1) / n - f, f - static_cast<double>(i) / n});
  }
  return distance;
}

void rule_distribution(const Prediction& prediction, const Replicates& replicates, const Levels& levels,
                       Result& result) {
  const double infinity = std::numeric_limits<double>::infinity();
  result.confirm_ratio = -infinity;
  result.p_confirm = 0;
  double radius = 0, below = 0;
  for (std::size_t g = 0; g < prediction.predicted.size(); ++g) {
    const Trials trials = count_trials(replicates, g, prediction.draws);
    Location at = locate(prediction, replicates, g);
    const double n = static_cast<double>(trials.n);
    at.measured = trials.problem.empty() ? static_cast<double>(trials.successes) / n : at.measured;
    if (!trials.problem.empty() || at.measured < below) {
      result.confirm_ratio = infinity;
      result.falsify_ratio = -infinity;
      result.p_confirm = result.p_falsify = 1;
      result.note =
          trials.problem.empty() ? "the fractions fall along the grid: no distribution function does" : trials.problem;
      return;
    }
    below = at.measured;
    at.residual = at.measured - at.predicted;
    at.measured_se = at.se = std::sqrt(at.measured * (1 - at.measured) / n);
    at.df = infinity;
    const double distance = std::abs(at.residual), gap = distance - at.eps_eff;
    const double confirm = band_ratio(distance + dkw_radius(trials.n, levels.confirm), at.eps_eff);
    const double falsify = band_ratio(distance - dkw_radius(trials.n, levels.falsify), at.eps_eff);
    const double p = std::min(1.0, 2 * std::exp(-2 * n * gap * gap));
    result.confirm_ratio = std::max(result.confirm_ratio, confirm);
    result.p_confirm = std::max(result.p_confirm, gap < 0 ? p : 1);
    result.p_falsify = std::min(result.p_falsify, gap > 0 ? p : 1);
    result.grid[g] = {at.predicted, at.measured, at.measured_se, at.residual,
                      at.se > 0 ? at.residual / at.se : std::numeric_limits<double>::quiet_NaN()};
    if (g > 0 && falsify <= result.falsify_ratio) continue;
    result.falsify_ratio = falsify;
    describe(at, g, result);
    radius = dkw_radius(trials.n, 2 * interval_tail);
  }
  result.ci_low = std::max(0.0, result.measured - radius);
  result.ci_high = std::min(1.0, result.measured + radius);
}

}  // namespace lmw::judge
