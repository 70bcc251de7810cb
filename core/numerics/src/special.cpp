#include <lmw/numerics/special.h>

#include "wichura.h"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::numerics {

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_quantile(double p) {
  if (!(p > 0.0 && p < 1.0))
    throw std::domain_error("normal_quantile: p = " + std::to_string(p) + ": expected 0 < p < 1");
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return detail::normal_quantile_centre(q);
  return detail::normal_quantile_tail(q, q < 0.0 ? p : 1.0 - p);
}

}  // namespace lmw::numerics
