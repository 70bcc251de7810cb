#pragma once

#include <lmw/numerics/random.h>

#include <cstdint>
#include <vector>

namespace lmw::crosscutting {

/// A ReLU network of one hidden layer on the four points of XOR, f(x) = c + sum_h a_h relu(w_h . x + b_h), and
/// full-batch gradient descent on half the mean squared error. Targets of (0,0), (0,1), (1,0), (1,1): 0, 1, 1, 0.
class XorNetwork {
 public:
  /// w ~ N(0, scale^2), a ~ N(0, scale^2 / width), b = c = 0, drawn unit by unit.
  /// @throws std::invalid_argument  width < 1.
  XorNetwork(std::int64_t width, double scale, numerics::Rng& rng);

  /// Gives every unit the weights of the first.
  void make_units_equal();
  /// Moves every weight into a unit by a normal number of this standard deviation, and every weight out of one by its
  /// 1/sqrt(width)-th part.
  void perturb(double std_dev, numerics::Rng& rng);
  /// Whether all units have bitwise the same weights.
  bool units_equal() const;
  /// At most `steps` steps; ends earlier if the mean squared error is below 1e-7.
  /// @returns the mean squared error where it ended: not finite if it diverged.
  /// Cost: 4 width multiply-adds a step, three times. No allocation per step.
  double train(std::int64_t steps, double learning_rate);

 private:
  struct Unit {
    double w0 = 0, w1 = 0, b = 0, a = 0;
    bool operator==(const Unit&) const = default;
  };
  std::vector<Unit> units_;
  double c_ = 0;
};

/// A run has failed if its mean squared error ends above this: between the smallest local minimum, 1/8, and none.
inline constexpr double xor_failure_mse = 0.01;

}  // namespace lmw::crosscutting
