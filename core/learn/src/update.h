#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/optimiser.h>
#include <lmw/learn/types.h>

#include <cstdint>
#include <vector>

namespace lmw::learn {

/// A weight matrix or bias within the parameter vector.
struct Span {
  int layer = 0;
  Eigen::Index at = 0, count = 0;
  Scale scale = {};
};

/// All arrays of a network, in the order of its parameters.
std::vector<Span> spans_of(const Architecture& net);

/// Applies an optimiser's rule to a parameter vector, by plain loops: one pass over the parameters per step. A step is
/// begin(), then apply() for each layer in any order.
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
  /// True if no array can move before the whole gradient is known: then `g` must be it in begin().
  bool needs_whole_gradient() const;
  /// Counts the step. Where the whole gradient is needed, clips it, adds coupled decay and takes its norm.
  void begin(const Scalar* w, Scalar* g);
  /// Moves one layer's arrays by their part of g, taken where look_ahead left w. `g` is changed.
  void apply(int layer, Scalar* w, Scalar* g, double lr);
  int layers() const { return spans_.back().layer + 1; }

  const Vector<Scalar>& velocity() const { return velocity_; }
  const Vector<Scalar>& second_moment() const { return second_moment_; }

 private:
  bool coupled() const { return optimiser_.decay > 0 && !optimiser_.decoupled; }
  void add_decay(const Span& span, const Scalar* w, Scalar* g) const;
  void move(const Span& span, Scalar* w, Scalar* g, double lr);
  std::vector<Span> spans_;
  Eigen::Index count_;
  Optimiser optimiser_;
  Vector<Scalar> velocity_, second_moment_;
  double beta1_power_ = 1, beta2_power_ = 1;  ///< beta^t
  std::int64_t steps_ = 0;
};

extern template class Update<float>;
extern template class Update<double>;

}  // namespace lmw::learn
