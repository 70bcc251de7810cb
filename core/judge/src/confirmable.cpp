#include "confirmable.h"

#include <boost/math/tools/toms748_solve.hpp>

#include <cmath>
#include <cstdint>

namespace lmw::judge {

// (n-1) c^2 is chi^2_(n-1), so y = log c has a density in proportion to exp(df (y - exp(2y)/2)). It is smooth and its
// tails fall at least exponentially, for which equal steps are as good as any quadrature: 20 in a standard deviation.
SampleSpread::SampleSpread(std::int64_t n) {
  const double df = static_cast<double>(n - 1), step = 0.05 / std::sqrt(2 * df);
  const auto log_density = [&](double y) { return df * (y - std::expm1(2 * y) / 2); };  // 0 at its peak, y = 0
  constexpr double negligible = -30;
  double total = 0;
  const auto add = [&](double y) {
    const double log_weight = log_density(y);
    nodes_.push_back(std::exp(y));
    weights_.push_back(std::exp(log_weight));
    total += weights_.back();
    return log_weight > negligible;
  };
  add(0);
  for (int i = 1; add(-i * step); ++i) {
  }
  for (int i = 1; add(i * step); ++i) {
  }
  for (double& w : weights_) w /= total;
}

double largest_confirmable(const std::function<double(double)>& probability) {
  const auto beyond = [&](double x) { return probability(x) - 0.9; };
  const double at_none = beyond(0), at_most = beyond(1);
  if (!(at_none > 0)) return 0;
  if (at_most > 0) return 1;
  std::uintmax_t steps = 100;
  const auto close = [](double low, double high) { return high - low <= 1e-9 * high; };
  return boost::math::tools::toms748_solve(beyond, 0.0, 1.0, at_none, at_most, close, steps).first;
}

}  // namespace lmw::judge
