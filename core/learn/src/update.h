#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/optimiser.h>
#include <lmw/learn/types.h>

#include <vector>

namespace lmw::learn {

/// A weight matrix or bias within the parameter vector.
struct Span {
  Eigen::Index at = 0, count = 0;
  Scale scale = {};
};

/// All arrays of a network, in the order of its parameters.
std::vector<Span> spans_of(const Architecture& net);

/// Applies an optimiser's rule to a parameter vector. Loops over raw pointers: one pass over the parameters per step.
template <class Scalar>
class Update {
 public:
  Update(const Architecture& net, const Optimiser& optimiser);

  /// True if a step is w -= rate g for each array, so that it can be made without storing g.
  bool is_plain() const;
  /// What a plain step multiplies an array by before it subtracts rate g.
  Scalar plain_keep(const Scale& scale, double lr) const;
  /// Before the gradient is taken: nesterov's look ahead.
  void look_ahead(Scalar* w);
  /// Takes the look ahead back: the step will not be made.
  void withdraw(Scalar* w);
  /// The step itself, from the gradient where look_ahead left w. `g` may be overwritten.
  void apply(Scalar* w, Scalar* g, double lr);

  const Vector<Scalar>& velocity() const { return velocity_; }
  const Vector<Scalar>& second_moment() const { return second_moment_; }

 private:
  void clip(Scalar* g) const;
  std::vector<Span> spans_;
  Eigen::Index count_;
  Optimiser optimiser_;
  Vector<Scalar> velocity_, second_moment_;
  double beta1_power_ = 1, beta2_power_ = 1;  ///< beta^t
  bool started_ = false;
};

extern template class Update<float>;
extern template class Update<double>;

}  // namespace lmw::learn
