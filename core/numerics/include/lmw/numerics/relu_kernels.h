#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// The kernels of an infinitely wide ReLU network, layer after layer in place, several times faster than a general
/// recursion (vector code, one column at a time through all layers):
///
///   K     <- sigma_w^2 sqrt(K_aa K_bb) (sqrt(1 - c^2) + (pi - acos c) c) / (2 pi) + sigma_b^2
///   Theta <- K + sigma_w^2 (pi - acos c) / (2 pi) Theta,         c = K_ab / sqrt(K_aa K_bb).
///
/// @param nngp  (n, n) symmetric PSD, in: K^1 = sigma_w^2 x.x'/d + sigma_b^2; out: K^{L+1}. Only the lower triangle is
///              read; both are written.
/// @param ntk   (n, n) the same for Theta^1 = K^1 and Theta^{L+1}.
/// @param hidden_layers  L >= 0.
/// Correlations are clamped to [-1, 1]; the diagonal is exact (c = 1). Absolute error about 1e-15 of the diagonal.
/// @throws std::invalid_argument  shapes that are not square or differ.
/// @throws std::domain_error      weight_var <= 0, bias_var < 0, hidden_layers < 0, or a diagonal entry of nngp that is
///                                not positive.
/// Cost about 4 ns a pair and layer. Source: Cho & Saul 2009; Jacot, Gabriel & Hongler 2018.
void relu_kernels(double weight_var, double bias_var, int hidden_layers, Eigen::Ref<Eigen::MatrixXd> nngp,
                  Eigen::Ref<Eigen::MatrixXd> ntk);

}  // namespace lmw::numerics
