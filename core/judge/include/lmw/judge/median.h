#pragma once

#include <limits>
#include <span>

namespace lmw::judge {

/// A median with its interval; NaN where there is none.
struct Median {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
};

/// The sample median and the order statistics x_(j), x_(S+1-j) that hold the distribution's median between them,
/// whatever the distribution: j is the largest with
///
///   P(Bin(S, 1/2) in [j, S - j]) >= 1 - level,
///
/// so at 5 % the interval covers exactly 0.9688 with 6 values, 0.9922 with 8, 0.9785 with 10 and 0.9672 with 64; and at
/// least that where values can tie. No such j exists below 6 values (at 5 %): the ends are then NaN. An even number of
/// values has the mean of its middle two as median. A value that is NaN leaves no median.
/// @throws std::invalid_argument  level outside (0, 1). Cost O(S log S). Source: Thompson 1936.
Median median_interval(std::span<const double> values, double level = 0.05);

}  // namespace lmw::judge
