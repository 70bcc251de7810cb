#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>

namespace lmw::learn {

/// The gradient of each example's own loss, one a column, so that the mean of the columns is the gradient of the loss.
/// @return (parameter_count, n).
/// @throws std::invalid_argument  shapes that do not fit, no examples, targets that do not fit the loss.
/// Cost of two gradients, and parameter_count n numbers.
template <class Scalar>
Matrix<Scalar> per_example_gradients(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss);

/// The derivative of every output by every parameter: column i k + a holds that of output a for example i, k outputs.
/// J^T J is the tangent kernel; use `ntk`, which never stores J, for that.
/// @return (parameter_count, n k). @throws std::invalid_argument  inputs of another size, or none.
template <class Scalar>
Matrix<Scalar> output_jacobian(const Mlp<Scalar>& net, const MatrixView<Scalar>& x);

/// How gradients scatter over examples, the population being the n that are given:
///
///   mean_sq = |G|^2,  G = (1/n) sum_i g_i;     trace = tr Sigma = (1/n) sum_i |g_i|^2 - |G|^2.
///
/// A batch of B independent draws has E|g_B|^2 = mean_sq + trace / B. B_simple = trace / mean_sq.
struct GradientNoise {
  double mean_sq = 0;
  double trace = 0;
};

/// Without storing a gradient per example: |g_i|^2 = sum_l (a_l^2 |u_l,i|^2 + c_l^2) |d_l,i|^2, a and c the multipliers
/// of weights and bias. Errors as above. Cost of one gradient.
/// Source: McCandlish, Kaplan & Amodei 2018, appendix A; Goodfellow 2015 for the norms.
template <class Scalar>
GradientNoise gradient_noise(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss);

}  // namespace lmw::learn
