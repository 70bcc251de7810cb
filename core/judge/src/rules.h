#pragma once

#include "sample.h"

#include <lmw/judge/judge.h>

#include <vector>

/// The rules behind decide(). Each takes valid, finite input and fills ratios, p-values, interval and the deciding
/// grid point of a Result; decide() turns the ratios into the decision.
namespace lmw::judge {

/// Interval of a coverage that does not depend on the look.
inline constexpr double interval_tail = 0.025;

/// K1, K2, K3, K5. Two-sided equivalence for one number: confirmed iff the 1 - 2 a_c interval of the difference lies
/// inside the band, falsified iff the 1 - a_f interval lies outside. Skew-corrected where the sample calls for it.
void rule_point(const Location& at, const Levels& levels, Result& result);

/// K4. The same for a grid: confirmed iff every point is, falsified iff the largest excess beats a family-wise bound.
void rule_curve(const std::vector<Location>& grid, const Replicates& replicates, const Levels& levels, Result& result);

/// A comparison without noise: the replicate and grid point that is furthest out, relative to its band, decides.
void rule_exact(const Prediction& prediction, const Replicates& replicates, Result& result);

/// K6. Paired differences of neighbours in a claimed order, each to exceed its margin.
void rule_ordering(const std::vector<Location>& grid, bool deterministic, const Levels& levels, Result& result);

/// K7. Drift at three step sizes, extrapolated to step 0, with a test of the order of the extrapolation.
void rule_conserved(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result);

/// K8. Fractions of draws below each grid point against a distribution function, by the DKW inequality.
void rule_distribution(const Prediction& prediction, const Replicates& replicates, const Levels& levels,
                       Result& result);

/// K9. k successes of n Bernoulli trials against a probability, by Clopper-Pearson intervals.
void rule_proportion(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result);

/// K10. k right labels of n against the least accuracy predicted - eps - b_th.
void rule_classification(const Prediction& prediction, const Replicates& replicates, const Levels& levels,
                         Result& result);

/// @throws std::invalid_argument  a level outside (0, 1/2].
/// An exponent whose fit spans less than a decade: nothing is decided, and why.
bool spans_too_little(const Prediction& prediction);
inline constexpr const char* too_short = "the fit spans less than a decade in x: an exponent wants one at least";

void check_levels(const Levels& levels);

/// Copies what describes one grid point into the Result.
void describe(const Location& at, std::size_t index, Result& result);

/// What no decision reads: the relative error of a curve, the median of a number. Finite replicates.
void describe_sample(const Prediction& prediction, const std::vector<Location>& grid, const Replicates& replicates,
                     Result& result);

/// The CASE over the ratios. NaN, from sums past both ends of double's range, decides nothing.
void conclude(Result& result);

/// `describe`, with the plain t interval.
void describe_with_interval(const Location& at, std::size_t index, Result& result);

}  // namespace lmw::judge
