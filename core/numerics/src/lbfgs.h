#pragma once

#include <lmw/numerics/minimise.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lmw::numerics {

/// What `lbfgs` reports beside x.
struct LbfgsEnd {
  double value = 0, gradient_max = 0;
  bool converged = false;
  int evaluations = 0;
};

/// minimise() for vectors of fixed or dynamic size; f(x, gradient) -> double. x is the start, then the minimum.
template <class Vector, class F>
LbfgsEnd lbfgs(F&& f, Vector& x, const MinimiseOptions& options) {
  constexpr int memory = 10;
  std::array<Vector, memory> step, change;
  std::array<double, memory> curvature{}, weight{};
  Vector gradient(x), next_gradient(x), next(x), direction(x);
  int pairs = 0;  // ever stored; pair k lives in slot k % memory
  LbfgsEnd end{.value = f(x, gradient), .evaluations = 1};
  const auto slot = [](int k) { return static_cast<std::size_t>(k % memory); };

  for (int iteration = 0; iteration < options.max_iterations; ++iteration) {
    if (gradient.cwiseAbs().maxCoeff() < options.gradient_tolerance) {
      end.converged = true;
      break;
    }
    // direction = -H gradient, by the two loops over the stored pairs.
    direction = -gradient;
    const int oldest = std::max(0, pairs - memory);
    for (int k = pairs - 1; k >= oldest; --k) {
      weight[slot(k)] = step[slot(k)].dot(direction) / curvature[slot(k)];
      direction -= weight[slot(k)] * change[slot(k)];
    }
    if (pairs > 0)
      direction *= curvature[slot(pairs - 1)] / change[slot(pairs - 1)].squaredNorm();
    else
      direction /= std::max(1.0, gradient.norm());
    for (int k = oldest; k < pairs; ++k)
      direction += (weight[slot(k)] - change[slot(k)].dot(direction) / curvature[slot(k)]) * step[slot(k)];

    double slope = direction.dot(gradient);
    if (!(slope < 0)) {  // rounding spoilt the pairs: start over from steepest descent
      direction = -gradient;
      slope = -gradient.squaredNorm();
      pairs = 0;
    }

    // Weak Wolfe conditions by bisection between a point that is too short and one that is too long.
    double length = 1, too_short = 0, too_long = 0, next_value = 0;
    bool lower = false;
    for (int trial = 0; trial < 30; ++trial) {
      next = x + length * direction;
      next_value = f(next, next_gradient);
      ++end.evaluations;
      if (!(next_value <= end.value + 1e-4 * length * slope)) {
        too_long = length;
      } else {
        lower = true;
        if (next_gradient.dot(direction) >= 0.9 * slope) break;
        too_short = length;
      }
      if (trial + 1 < 30) length = too_long > 0 ? (too_short + too_long) / 2 : 2 * length;
    }
    if (!lower || !(next_value <= end.value)) {
      end.converged = std::abs(slope) <= options.value_tolerance * std::abs(end.value);
      break;
    }

    const double gain = end.value - next_value;
    const Vector moved = next - x, turned = next_gradient - gradient;
    const double curved = moved.dot(turned);
    x = next;
    gradient = next_gradient;
    end.value = next_value;
    if (curved > 1e-14 * turned.squaredNorm()) {
      step[slot(pairs)] = moved;
      change[slot(pairs)] = turned;
      curvature[slot(pairs)] = curved;
      ++pairs;
    }
    if (gain <= options.value_tolerance * std::max(std::abs(end.value), 1e-12)) {
      end.converged = true;
      break;
    }
  }
  end.gradient_max = gradient.cwiseAbs().maxCoeff();
  return end;
}

}  // namespace lmw::numerics
