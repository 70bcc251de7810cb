#pragma once

#include <cstdint>
#include <optional>

namespace lmw::judge {

struct Interval {
  double low = 0, high = 1;
};

/// Exact interval of a probability after k successes in n trials, each end with error at most `tail`:
///
///   low = Beta^-1(tail; k, n-k+1) (0 for k = 0),   high = Beta^-1(1-tail; k+1, n-k) (1 for k = n).
///
/// @param tail  in (0, 1/2]: 0.025 for a 95 % interval.
/// @throws std::invalid_argument  k outside [0, n], tail outside (0, 1/2].
/// n = 0 gives (0, 1). Source: Clopper & Pearson 1934.
Interval clopper_pearson(std::int64_t k, std::int64_t n, double tail = 0.025);

/// Shorter, for display: with ph = k/n and z = z(0.975),
///
///   (ph + z^2/2n)/(1 + z^2/n) +- z/(1 + z^2/n) sqrt( ph(1-ph)/n + z^2/(4 n^2) );
///
/// covers 95 % on average over probabilities and at least 91 % for each of 0.5 to 0.99 at n = 20. Nothing for n = 0.
/// @throws std::invalid_argument  k outside [0, n]. Source: Wilson 1927.
std::optional<Interval> wilson(std::int64_t k, std::int64_t n);

}  // namespace lmw::judge
