#include <lmw/judge/median.h>

#include "quantiles.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::judge {

Median median_interval(std::span<const double> values, double level) {
  if (!(level > 0 && level < 1))
    throw std::invalid_argument("level = " + std::to_string(level) + ": expected in (0, 1)");
  std::vector<double> sorted(values.begin(), values.end());
  Median result;
  if (sorted.empty() || std::any_of(sorted.begin(), sorted.end(), [](double v) { return std::isnan(v); }))
    return result;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size(), middle = n / 2;
  // Halved first: the sum of two large values is not a double.
  result.value =
      n % 2 || sorted[middle - 1] == sorted[middle] ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
  // The largest j with P(Bin(n, 1/2) < j) within the tail, by halving: the lower end may have any rank up to n/2.
  std::size_t j = 0, beyond = middle + 1;
  while (beyond - j > 1) {
    const std::size_t rank = j + (beyond - j) / 2;
    const double below = binomial_at_most(static_cast<std::int64_t>(rank) - 1, static_cast<std::int64_t>(n), 0.5);
    (below <= level / 2 ? j : beyond) = rank;
  }
  if (j == 0) return result;
  result.low = sorted[j - 1];
  result.high = sorted[n - j];
  return result;
}

}  // namespace lmw::judge
