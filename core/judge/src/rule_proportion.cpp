#include "quantiles.h"
#include "rules.h"
#include "trials.h"

#include <lmw/judge/proportion.h>

#include <algorithm>
#include <cmath>

namespace lmw::judge {
namespace {

/// The Location of a fraction, with its binomial standard error, and the interval shown for it.
Location describe_fraction(const Prediction& prediction, const Replicates& replicates, const Trials& trials,
                           Result& result) {
  Location at = locate(prediction, replicates, 0);
  at.measured = static_cast<double>(trials.successes) / static_cast<double>(trials.n);
  at.residual = at.measured - at.predicted;
  at.measured_se = at.se = std::sqrt(at.measured * (1 - at.measured) / static_cast<double>(trials.n));
  at.df = std::numeric_limits<double>::infinity();
  describe(at, 0, result);
  result.grid.front() = {at.predicted, at.measured, at.measured_se, at.residual, result.statistic};
  const auto shown = clopper_pearson(trials.successes, trials.n, interval_tail);
  result.ci_low = shown.low;
  result.ci_high = shown.high;
  return at;
}

}  // namespace

void rule_proportion(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result) {
  const Trials trials = count_trials(replicates, 0, prediction.draws);
  result.note = trials.problem;
  if (!trials.problem.empty()) return;
  const Location at = describe_fraction(prediction, replicates, trials, result);
  const std::int64_t k = trials.successes, n = trials.n;

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
  result.p_confirm =
      std::max(open_above ? 0.0 : binomial_at_most(k, n, p + eps), open_below ? 0.0 : binomial_at_least(k, n, p - eps));
  if (p + eps < 0 || p - eps > 1)  // no probability lies in the band
    result.p_falsify = 0;
  else if (at.measured > p + eps)
    result.p_falsify = std::min(1.0, 2 * binomial_at_least(k, n, p + eps));
  else if (at.measured < p - eps)
    result.p_falsify = std::min(1.0, 2 * binomial_at_most(k, n, p - eps));
}

void rule_classification(const Prediction& prediction, const Replicates& replicates, const Levels& levels,
                         Result& result) {
  const Trials trials = count_trials(replicates, 0, prediction.draws, true);
  result.note = trials.problem;
  if (!trials.problem.empty()) return;
  if (trials.n == 0) {
    result.note = "no cell has a label";
    return;
  }
  const Location at = describe_fraction(prediction, replicates, trials, result);
  const double least = at.predicted - at.eps_eff, room = 1 - least;
  const auto low = clopper_pearson(trials.successes, trials.n, levels.confirm).low;
  const auto high = clopper_pearson(trials.successes, trials.n, levels.falsify / 2).high;
  result.confirm_ratio = (1 - low) / room;
  result.falsify_ratio = (1 - high) / room;
  result.p_confirm = binomial_at_least(trials.successes, trials.n, least);
  result.p_falsify = std::min(1.0, 2 * binomial_at_most(trials.successes, trials.n, least));
}

}  // namespace lmw::judge
