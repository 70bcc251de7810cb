#pragma once

#include <lmw/judge/judge.h>

namespace lmw::judge {

/// Page's trend statistic of k conditions in their claimed order, from S replicates:
///
///   L = sum_j j sum_s rank_sj,   mean S k (k+1)^2/4,   variance S k^2 (k+1)^2 (k-1)/144,
///
/// with ranks 1..k within each replicate, ties sharing their average. Descriptive only: a significant trend together
/// with the right signs "confirms" a strict order in half of the experiments in which one pair is in truth equal, which
/// is why the rule for orderings tests every pair instead.
struct PageTrend {
  double statistic = 0, mean = 0, sd = 0, z = 0;
  double p = 1;  ///< P(Z >= z), normal approximation
};

/// @param values  S >= 1 replicates of k >= 2 finite values each, not differences.
/// @throws std::invalid_argument  other shapes, a value that is NaN.
/// Cost O(S k^2). Source: Page 1963.
PageTrend page_trend(const Replicates& values);

}  // namespace lmw::judge
