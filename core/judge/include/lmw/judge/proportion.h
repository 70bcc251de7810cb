#pragma once

#include <cstdint>

namespace lmw::judge {

struct Interval {
  double low = 0, high = 1;
};

/// Exact interval of a probability after k successes in n trials, each end with error at most `tail`:
///
///   low = Beta^-1(tail; k, n-k+1) (0 for k = 0),   high = Beta^-1(1-tail; k+1, n-k) (1 for k = n).
///
/// @param tail  in (0, 1/2]: 0.025 for a 95 % interval.
/// @throws std::invalid_argument  n < 0, k outside [0, n], tail outside (0, 1/2].
/// n = 0 gives (0, 1). Source: Clopper & Pearson 1934.
Interval clopper_pearson(std::int64_t k, std::int64_t n, double tail = 0.025);

}  // namespace lmw::judge
