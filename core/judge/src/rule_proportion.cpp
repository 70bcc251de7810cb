#include "quantiles.h"
#include "rules.h"

#include <lmw/judge/proportion.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace lmw::judge {

void rule_proportion(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result) {
  const double draws = static_cast<double>(prediction.draws);
  std::int64_t k = 0;
  for (std::size_t i = 0; i < replicates.size(); ++i) {
    const double successes = replicates[i][0] * draws, whole = std::round(successes);
    if (!(whole >= 0 && whole <= draws) || std::abs(successes - whole) > 1e-6 * std::max(1.0, whole)) {
      result.note = "replicate " + std::to_string(i) + " is not a fraction of " + std::to_string(prediction.draws) +
                    " trials";
      return;
    }
    k += static_cast<std::int64_t>(whole);
  }
  const std::int64_t n = static_cast<std::int64_t>(replicates.size()) * prediction.draws;
  Location at = locate(prediction, replicates, 0);
  at.measured = static_cast<double>(k) / static_cast<double>(n);
  at.residual = at.measured - at.predicted;
  at.measured_se = at.se = std::sqrt(at.measured * (1 - at.measured) / static_cast<double>(n));
  at.df = std::numeric_limits<double>::infinity();
  describe(at, 0, result);

  // An edge of the band outside (0, 1) cannot be crossed, whatever the rounding of p +- eps says.
  const double p = at.predicted, eps = at.eps_eff;
  const bool open_above = p + eps >= 1, open_below = p - eps <= 0;
  const auto inside = clopper_pearson(k, n, levels.confirm);
  double above = band_ratio(inside.high - p, eps), below = band_ratio(p - inside.low, eps);
  if (open_above) above = std::min(above, 1.0);
  if (open_below) below = std::min(below, 1.0);
  result.confirm_ratio = std::max(above, below);
  const auto outside = clopper_pearson(k, n, levels.falsify / 2);
  result.falsify_ratio = std::max(band_ratio(outside.low - p, eps), band_ratio(p - outside.high, eps));
  result.p_confirm = std::max(open_above ? 0.0 : binomial_at_most(k, n, p + eps),
                              open_below ? 0.0 : binomial_at_least(k, n, p - eps));
  if (p + eps < 0 || p - eps > 1)  // no probability lies in the band
    result.p_falsify = 0;
  else if (at.measured > p + eps)
    result.p_falsify = std::min(1.0, 2 * binomial_at_least(k, n, p + eps));
  else if (at.measured < p - eps)
    result.p_falsify = std::min(1.0, 2 * binomial_at_most(k, n, p - eps));
  const auto shown = clopper_pearson(k, n, interval_tail);
  result.ci_low = shown.low;
  result.ci_high = shown.high;
}

}  // namespace lmw::judge
