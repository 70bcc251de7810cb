#include <lmw/judge/scorecard.h>

#include "quantiles.h"
#include "sample.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::judge {

Score regret(std::span<const PairedLosses> losses) {
  if (losses.size() < 2) throw std::invalid_argument(std::to_string(losses.size()) + " seeds: expected at least 2");
  std::vector<double> above_best, to_gain;
  for (const auto& l : losses) {
    above_best.push_back(l.theory - l.grid_best);
    to_gain.push_back(l.default_choice - l.grid_best);
    if (!std::isfinite(above_best.back()) || !std::isfinite(to_gain.back()))
      throw std::invalid_argument("a loss is not finite: a diverged run is a failure, not a regret");
  }
  const Sample a = summarise(above_best), b = summarise(to_gain);
  const double n = static_cast<double>(a.n);
  Score score;
  score.n = a.n;
  if (b.mean == 0) return score;
  score.value = a.mean / b.mean;
  double covariance = 0;
  for (std::size_t i = 0; i < losses.size(); ++i)
    covariance += (above_best[i] - a.mean) * (to_gain[i] - b.mean) / (n - 1);
  // Fieller: all rho with (mean a - rho mean b)^2 <= t^2 var(a - rho b)/n, a quadratic q2 rho^2 - 2 q1 rho + q0 <= 0.
  const double t = student_upper(0.025, n - 1), f = t * t / n;
  const double q2 = b.mean * b.mean - f * b.sd * b.sd, q1 = a.mean * b.mean - f * covariance;
  const double q0 = a.mean * a.mean - f * a.sd * a.sd, discriminant = q1 * q1 - q2 * q0;
  if (!(b.mean > 0) || !(q2 > 0) || discriminant < 0) return score;
  score.low = (q1 - std::sqrt(discriminant)) / q2;
  score.high = (q1 + std::sqrt(discriminant)) / q2;
  return score;
}

bool useful(const Score& regret, double cost_ratio) {
  return regret.high.has_value() && *regret.high <= 0.1 && cost_ratio <= 0.1;
}

}  // namespace lmw::judge
