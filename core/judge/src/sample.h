#pragma once

#include <lmw/judge/judge.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lmw::judge {

/// Moments of S independent values. Values that are all equal have sd exactly 0; nothing overflows that need not.
struct Sample {
  std::int64_t n = 0;
  double mean = 0;
  double sd = 0;        ///< divisor S - 1; 0 for S < 2
  double skewness = 0;  ///< mu3 / sd^3 with the unbiased mu3 = S/((S-1)(S-2)) sum (m_i - mean)^3; 0 for S < 3
};
Sample summarise(std::span<const double> values);

/// The replicates' values at one grid point.
std::vector<double> column(const Replicates& replicates, std::size_t g);

/// One grid point, ready for a rule.
struct Location {
  Sample sample;
  double lower = 0, upper = 0;  ///< ends of what was predicted: equal but for an interval
  double eps = 0, b_th = 0, eps_eff = 0;
  double predicted = 0;  ///< the predicted value nearest to the measured one
  double measured = 0;
  double residual = 0;     ///< measured - predicted
  double measured_se = 0;  ///< sd / sqrt(S)
  double theory_sd = 0;
  double se = 0;  ///< hypot(measured_se, theory_sd)
  double df = 0;  ///< Welch-Satterthwaite, real
};
Location locate(const Prediction& prediction, const Replicates& replicates, std::size_t g);

/// Degrees of freedom of hypot(measured_se, theory_sd), Welch-Satterthwaite; real. Either may be 0, not both.
double welch_df(double measured_se, double measured_df, double theory_sd, double theory_df);

/// num / eps with the meaning of "at most 1" kept for a band of width 0.
double band_ratio(double num, double eps);

}  // namespace lmw::judge
