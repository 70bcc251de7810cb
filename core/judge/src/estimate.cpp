#include <lmw/judge/estimate.h>

#include "rules.h"

#include <cmath>
#include <stdexcept>

namespace lmw::judge {

Estimate jackknife(double full, std::span<const double> leave_one_out) {
  constexpr std::size_t least = 8;
  if (leave_one_out.size() < least)
    throw std::invalid_argument(std::to_string(leave_one_out.size()) + " networks: expected at least 8");
  const Sample sample = summarise(leave_one_out);
  const double n = static_cast<double>(sample.n);
  return {full, sample.sd * (n - 1) / std::sqrt(n), n - 1, sample.n};  // sum of squares = (n-1) sd^2
}

Result decide_estimate(const Prediction& prediction, const Estimate& estimate, const Levels& levels) {
  validate(prediction);
  check_levels(levels);
  if (prediction.predicted.size() != 1 ||
      (prediction.kind != Kind::point && prediction.kind != Kind::theory_error && prediction.kind != Kind::exponent))
    throw std::invalid_argument("an estimate is compared with one number: expected K1, K2 or K5 on 1 grid point");
  if (estimate.se < 0 || !(estimate.df >= 1))
    throw std::invalid_argument("se = " + std::to_string(estimate.se) + ", df = " + std::to_string(estimate.df) +
                                ": expected se >= 0 and df >= 1");
  Location at = locate(prediction, {{estimate.value}}, 0);
  at.measured_se = estimate.se;
  at.se = std::hypot(estimate.se, at.theory_sd);
  at.df = welch_df(estimate.se, estimate.df, at.theory_sd, prediction.theory_df);

  Result result;
  result.n_replicates = estimate.n;
  result.grid = {{at.predicted, at.measured, at.measured_se, at.residual, at.residual / at.se}};
  describe_with_interval(at, 0, result);
  if (!std::isfinite(at.residual) || !std::isfinite(at.se) || at.se == 0) {
    result.degenerate = at.se == 0;
    result.note = at.se == 0 ? "an estimate without a standard error" : "the estimate is not finite";
    return result;
  }
  if (spans_too_little(prediction)) {
    result.note = too_short;
    return result;
  }
  rule_point(at, levels, result);
  conclude(result);
  if (result.decision == Decision::inconclusive) result.note = "the interval crosses the edge of the band";
  return result;
}

}  // namespace lmw::judge
