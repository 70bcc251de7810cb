#pragma once

#include <lmw/judge/judge.h>

#include <cstdint>
#include <span>

namespace lmw::judge {

/// A number that comes with its standard error instead of replicates: a fit, a statistic of pairs of networks.
struct Estimate {
  double value = 0, se = 0;
  double df = 1;       ///< degrees of freedom of se, >= 1
  std::int64_t n = 0;  ///< independent units behind it
};

/// Standard error, by leaving out each network in turn, of a statistic of n networks that is made of their pairs:
///
///   se^2 = (n-1)/n sum_i (theta_(-i) - mean)^2,   df = n - 1.
///
/// Pairs are not independent: treating them so covers half of the time where 95 % is said. For skewed pair statistics
/// (squared differences) this interval covers 85 % with 8 networks and 89 % with 16.
///
/// @param full           the statistic of all networks.
/// @param leave_one_out  theta_(-i): n >= 8 values.
/// @throws std::invalid_argument  fewer than 8. Source: Tukey 1958; Efron & Stein 1981.
Estimate jackknife(double full, std::span<const double> leave_one_out);

/// The rule for a number (K1, K2, K5) applied to an estimate. A theory_sd enters as in decide().
/// @throws std::invalid_argument  as validate(); another kind, more than one grid point, se < 0, df < 1, a level outside
/// (0, 1/2].
/// An estimate that is not finite, or with se = 0 and an exact theory, says nothing.
Result decide_estimate(const Prediction& prediction, const Estimate& estimate, const Levels& levels = {});

}  // namespace lmw::judge
