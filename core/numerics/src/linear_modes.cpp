#include <lmw/numerics/linear_modes.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

void require_mode(double s, double start) {
  if (!(s > 0.0 && start > 0.0 && start < s))
    throw std::domain_error("linear mode: s = " + std::to_string(s) + ", start = " + std::to_string(start) +
                            ": expected 0 < start < s");
}

}  // namespace

double linear_mode_strength(double s, double start, double t) {
  require_mode(s, start);
  return s / (1.0 + (s / start - 1.0) * std::exp(-2.0 * s * t));
}

double linear_mode_half_time(double s, double start) {
  require_mode(s, start);
  return std::log(s / start - 1.0) / (2.0 * s);
}

double linear_mode_half_time(double s, double start, double learning_rate) {
  return linear_mode_half_time(s, start) +
         learning_rate * (0.25 * std::log(s / (2.0 * start)) - 0.5 * std::numbers::ln2);
}

}  // namespace lmw::numerics
