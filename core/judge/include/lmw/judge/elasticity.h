#pragma once

#include <lmw/judge/judge.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

/// How an observable answers a knob: its elasticity d log|observable| / d log knob. A law that declares the signs says
/// what to turn, and which way.
namespace lmw::judge {

/// Replicates of one observable at one setting of a knob; all else equal.
struct ElasticityCell {
  double knob = 0;
  std::vector<double> values;
};

struct Elasticity {
  Decision sign = Decision::inconclusive;  ///< whether the observable has the declared sign between all neighbours
  /// Least-squares slope of log|values| in log knob for each replicate index; its mean over replicates and the 95 % t
  /// interval, whose ends are NaN with a single replicate. Descriptive. NaN where the values have no logarithm.
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  std::int64_t replicates = 0, cells = 0;
  std::string note;  ///< why inconclusive, in a few words; else empty
};

/// Whether |observable| rises (sign = +1) or falls (-1) with the knob. The rule is that of an ordering (K6) on
///
///   theta_ij = sign (log|v_i,j+1| - log|v_i,j|),   j a setting of the knob, i the index of a replicate:
///
/// confirmed iff every pair of neighbours rises (or falls) significantly, falsified iff some pair does the opposite,
/// after Holm. Settings may have different numbers of replicates: the first S of each count, S the fewest. Replicates
/// that share a seed across settings gain from it; independent ones are paired by their index, which is as valid.
/// Differences below 2.2e-12 are rounding and count as none.
///
/// One replicate for each setting has no spread and is inconclusive, unless the law is `deterministic`: then the signs
/// of the differences decide alone, at any number of equal replicates. "Does not depend" (sign = 0) cannot be shown
/// without a tolerance and is inconclusive here: decide_elasticity_value(cells, 0, eps) shows it. Inconclusive, too:
/// fewer than 2 settings, a setting without replicates, values that are 0, not finite or of mixed sign.
///
/// @param cells  knob > 0, finite, increasing.
/// @throws std::invalid_argument  other knobs; sign outside {-1, 0, 1}; a level outside (0, 1/2].
/// Cost O(S cells). Thread-safe.
Elasticity decide_elasticity(std::span<const ElasticityCell> cells, int sign, const Levels& levels = {},
                             bool deterministic = false);

/// Whether the elasticity is `value` within `eps`: the rule for a number (K1) on the replicates' slopes. The same cells
/// are inconclusive.
/// @throws std::invalid_argument  as above; value not finite; eps negative or not finite.
Result decide_elasticity_value(std::span<const ElasticityCell> cells, double value, double eps,
                               const Levels& levels = {}, bool deterministic = false);

}  // namespace lmw::judge
