#pragma once

#include <lmw/learn/mlp.h>

namespace lmw::learn {

/// Which parameters count how much in a tangent kernel.
enum class NtkWeights {
  one,           ///< every parameter alike: sum over all of df/dw df'/dw
  learning_rate  ///< weighted by the lr of each array's Scale: the kernel that gradient flow trains the network with
};

/// The empirical neural tangent kernel on n inputs, k outputs:
///
///   K[i k + a, j k + b] = sum_w  df_a(x_i)/dw  df_b(x_j)/dw     (df includes output_scale; centring cancels)
///                       = sum_l (a_l^2 u_l,i . u_l,j + c_l^2) (d^a_l,i . d^b_l,j),
///
/// with u_l the inputs of layer l, d^a_l = df_a/dz_l, and a_l, c_l the multipliers of its weights and bias. The second
/// line is how it is computed: no Jacobian is ever stored.
///
/// @param x  (inputs, n), n >= 1.
/// @return (n k, n k), exactly symmetric.
/// @throws std::invalid_argument  inputs of another size, or none.
/// Cost about n^2 (k^2 + 1) sum_l width_l flops and n (k + 1) sum_l width_l numbers.
/// Source: Jacot, Gabriel & Hongler 2018; the layer form is the chain rule.
template <class Scalar>
Matrix<Scalar> ntk(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, NtkWeights weights = NtkWeights::one);

/// The same between two sets: (n k, m k), rows for `x`, columns for `other`.
template <class Scalar>
Matrix<Scalar> cross_ntk(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, const MatrixView<Scalar>& other,
                         NtkWeights weights = NtkWeights::one);

}  // namespace lmw::learn
