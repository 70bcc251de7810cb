#pragma once

#include <lmw/learn/mlp.h>

namespace lmw::learn {

/// u_l = phi_l(z_{l-1}), (inputs of layer l, n): what layer l = 0, 1, ... sees. features(net, x, 1) are the first
/// hidden units after their activation, features(net, x, 0) the input itself.
/// @throws std::invalid_argument  (here and below) inputs of another size, or none.
/// @throws std::out_of_range      (here and below) no such layer.
template <class Scalar>
Matrix<Scalar> features(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer);

/// z_l, (outputs of layer l, n): before the next activation. Of the last layer: the output without scale and centring.
template <class Scalar>
Matrix<Scalar> pre_activations(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer);

/// The average gradient outer product of the outputs by the inputs of a layer:
///
///   (1/n) sum_i sum_a (df_a/du_l)(x_i) (df_a/du_l)(x_i)^T,   (inputs of layer l, inputs of layer l).
///
/// For layer > 0 only the path through W_l counts, not a skip around it. What centring takes away is not
/// differentiated. Cost of k backward passes. Source: Radhakrishnan, Beaglehole, Pandit & Belkin 2024.
template <class Scalar>
Matrix<Scalar> agop(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer = 0);

/// Charges that gradient flow conserves because unit i between layers l and l + 1 may be rescaled, phi homogeneous of
/// degree p (identity and relu 1, quadratic 2):
///
///   Q_i = |W_l[i, :]|^2 / lr_W,l + b_l[i]^2 / lr_b,l - p |W_{l+1}[:, i]|^2 / lr_W,l+1.
///
/// lr are those of the arrays' Scale; without a bias its term is absent. One step of plain descent changes Q_i by
/// lr^2 times the same expression with gradients in place of weights and lr_X in place of 1 / lr_X.
/// @throws std::out_of_range  l + 1 is no layer. @throws std::domain_error  an activation that is not homogeneous, a
///                            skip that starts or ends at unit i, or a frozen array.
/// Source: Du, Hu & Lee 2018; Kunin et al. 2021.
template <class Scalar>
Eigen::VectorXd rescaling_charges(const Mlp<Scalar>& net, int layer);

/// The whole matrix that is conserved between two linear layers (the activation between them is the identity):
///
///   C = W_{l+1}^T W_{l+1} / lr_W,l+1 - W_l W_l^T / lr_W,l - b_l b_l^T / lr_b,l.
///
/// Errors as rescaling_charges. Source: Arora, Cohen & Hazan 2018.
template <class Scalar>
Eigen::MatrixXd balance_charge(const Mlp<Scalar>& net, int layer);

}  // namespace lmw::learn
