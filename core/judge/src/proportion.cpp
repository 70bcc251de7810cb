#include <lmw/judge/proportion.h>

#include "quantiles.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::judge {
namespace {

void check_counts(std::int64_t k, std::int64_t n) {
  if (n < 0 || k < 0 || k > n)
    throw std::invalid_argument("k = " + std::to_string(k) + ", n = " + std::to_string(n) + ": expected 0 <= k <= n");
}

}  // namespace

Interval clopper_pearson(std::int64_t k, std::int64_t n, double tail) {
  check_counts(k, n);
  if (!(tail > 0 && tail <= 0.5))
    throw std::invalid_argument("tail = " + std::to_string(tail) + ": expected in (0, 1/2]");
  const double successes = static_cast<double>(k), failures = static_cast<double>(n - k);
  Interval interval;
  if (k > 0) interval.low = beta_lower(tail, successes, failures + 1);
  if (k < n) interval.high = beta_upper(tail, successes + 1, failures);
  return interval;
}

std::optional<Interval> wilson(std::int64_t k, std::int64_t n) {
  check_counts(k, n);
  if (n == 0) return std::nullopt;
  const double z = normal_upper(0.025), size = static_cast<double>(n), share = static_cast<double>(k) / size;
  const double scale = 1 + z * z / size, centre = (share + z * z / (2 * size)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / size + z * z / (4 * size * size));
  // At k = 0 and k = n one end is exactly 0 or 1; rounding must not carry it past.
  return Interval{k == 0 ? 0 : centre - half, k == n ? 1 : centre + half};
}

}  // namespace lmw::judge
