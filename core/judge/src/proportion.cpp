#include <lmw/judge/proportion.h>

#include "quantiles.h"

#include <stdexcept>
#include <string>

namespace lmw::judge {

Interval clopper_pearson(std::int64_t k, std::int64_t n, double tail) {
  if (n < 0 || k < 0 || k > n)
    throw std::invalid_argument("k = " + std::to_string(k) + ", n = " + std::to_string(n) + ": expected 0 <= k <= n");
  if (!(tail > 0 && tail <= 0.5))
    throw std::invalid_argument("tail = " + std::to_string(tail) + ": expected in (0, 1/2]");
  const double successes = static_cast<double>(k), failures = static_cast<double>(n - k);
  Interval interval;
  if (k > 0) interval.low = beta_lower(tail, successes, failures + 1);
  if (k < n) interval.high = beta_upper(tail, successes + 1, failures);
  return interval;
}

}  // namespace lmw::judge
