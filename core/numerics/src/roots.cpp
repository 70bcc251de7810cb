#include <lmw/numerics/roots.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace lmw::numerics {

double find_root(const std::function<double(double)>& f, double low, double high, double tolerance) {
  double a = low, b = high, fa = f(a), fb = f(b);
  if (fa == 0) return a;
  if (fb == 0) return b;
  if (!(fa * fb < 0) && !(std::signbit(fa) != std::signbit(fb) && !std::isnan(fa) && !std::isnan(fb)))
    throw std::domain_error("find_root: f(" + std::to_string(a) + ") = " + std::to_string(fa) + ", f(" +
                            std::to_string(b) + ") = " + std::to_string(fb) + ": expected opposite signs");
  // b is the best point so far, the zero lies between b and c, a is the previous b.
  double c = a, fc = fa, step = b - a, previous_step = step;
  for (;;) {
    if (std::abs(fc) < std::abs(fb)) {
      a = b, b = c, c = a;
      fa = fb, fb = fc, fc = fa;
    }
    const double least = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + tolerance / 2;
    const double half = (c - b) / 2;
    if (std::abs(half) <= least || fb == 0) return b;
    if (std::abs(previous_step) < least || std::abs(fa) <= std::abs(fb)) {
      step = previous_step = half;
    } else {
      double p, q;
      const double s = fb / fa;
      if (a == c) {  // two points: secant
        p = 2 * half * s;
        q = 1 - s;
      } else {  // three: inverse quadratic
        const double r = fb / fc, t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = std::abs(p);
      if (2 * p < std::min(3 * half * q - std::abs(least * q), std::abs(previous_step * q))) {
        previous_step = std::exchange(step, p / q);
      } else {
        step = previous_step = half;
      }
    }
    a = b, fa = fb;
    b += std::abs(step) > least ? step : std::copysign(std::max(least, std::numeric_limits<double>::min()), half);
    fb = f(b);
    if (std::isnan(fb)) throw std::runtime_error("find_root: f(" + std::to_string(b) + ") is not a number");
    if (std::signbit(fb) == std::signbit(fc)) {
      c = a, fc = fa;
      step = previous_step = b - a;
    }
  }
}

}  // namespace lmw::numerics
