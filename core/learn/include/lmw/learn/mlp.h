#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/types.h>
#include <lmw/numerics/random.h>

#include <utility>
#include <vector>

namespace lmw::learn {

/// A network with its weights: a value that can be copied, stored and compared. Scalar is float or double.
///
/// All weights and biases lie in ONE vector, layer after layer: W_l column by column, then b_l. Gradients,
/// Hessian-vector products and optimiser states use the same order.
///
/// Thread-safe for reading. The same seed gives the same initial weights in both precisions, up to rounding.
template <class Scalar>
class Mlp {
 public:
  /// Draws W_l ~ N(0, weight.init_var) and b_l ~ N(0, bias.init_var), layer after layer, from `rng`; by custom
  /// `numerics::Rng(seed, numerics::Stream::init)`.
  /// @throws std::invalid_argument  as check(architecture).
  Mlp(Architecture architecture, numerics::Rng& rng);
  Mlp(Architecture architecture, numerics::Rng&& rng) : Mlp(std::move(architecture), rng) {}

  const Architecture& architecture() const { return architecture_; }
  Eigen::Index parameter_count() const { return parameters_.size(); }
  Vector<Scalar>& parameters() { return parameters_; }
  const Vector<Scalar>& parameters() const { return parameters_; }

  /// W_l, (outputs, inputs) of layer l = 0, 1, ...: a view, to read or to write.
  /// @throws std::out_of_range  no such layer; `bias` also: the layer has none.
  Eigen::Map<Matrix<Scalar>> weight(int layer);
  Eigen::Map<const Matrix<Scalar>> weight(int layer) const;
  Eigen::Map<Vector<Scalar>> bias(int layer);
  Eigen::Map<const Vector<Scalar>> bias(int layer) const;

  /// f(x) = output_scale (z(x) - [centred] z_init(x)), (outputs, n).
  /// @throws std::invalid_argument  x does not have `inputs` rows.
  /// Cost 2 n parameter_count flops, twice that if centred; memory for the activations of one block of examples.
  Matrix<Scalar> output(const MatrixView<Scalar>& x) const;
  /// output_scale z_init(x): what a centred network takes away. Zero if it is not centred.
  Matrix<Scalar> initial_output(const MatrixView<Scalar>& x) const;
  /// From here on the weights of now are the initial ones, for a centred network whose weights were set by hand.
  void centre_here();

 private:
  Matrix<Scalar> scaled_output(const Vector<Scalar>& parameters, const MatrixView<Scalar>& x) const;
  Eigen::Index offset_of(int layer, bool of_bias) const;

  Architecture architecture_;
  std::vector<Eigen::Index> offsets_;
  Vector<Scalar> parameters_;
  Vector<Scalar> initial_;  ///< empty unless centred
};

extern template class Mlp<float>;
extern template class Mlp<double>;

}  // namespace lmw::learn
