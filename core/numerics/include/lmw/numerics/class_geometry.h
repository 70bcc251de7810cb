#pragma once

#include <Eigen/Core>

/// How features are arranged by class: the numbers in which neural collapse is described. Features are (p, n), one
/// example a column; labels are class numbers 0..K-1, and each class needs an example. With mu_k the mean of class k
/// and mu_G = (1/K) sum_k mu_k the centre.
///
/// std::invalid_argument, from every function: sizes that differ, fewer than two classes, a label out of range, a class
/// without examples. A configuration without size (all means equal) gives NaN or infinity.
/// Source: Papyan, Han & Donoho 2020.
namespace lmw::numerics {

/// mu_k, (p, classes).
Eigen::MatrixXd class_means(const Eigen::Ref<const Eigen::MatrixXd>& features,
                            const Eigen::Ref<const Eigen::VectorXi>& labels, Eigen::Index classes);

/// Mean squared distance of an example to its class mean, over the mean squared distance of a class mean to the centre:
/// [ (1/n) sum_i |h_i - mu_y(i)|^2 ] / [ (1/K) sum_k |mu_k - mu_G|^2 ]. Collapse takes it to 0.
double within_over_between(const Eigen::Ref<const Eigen::MatrixXd>& features,
                           const Eigen::Ref<const Eigen::VectorXi>& labels, Eigen::Index classes);

/// Cosines between the columns of `means` as they are: (K, K) with ones on the diagonal.
Eigen::MatrixXd cosines(const Eigen::Ref<const Eigen::MatrixXd>& means);

/// Mean over pairs k != l of |cos(mu_k - mu_G, mu_l - mu_G) + 1/(K-1)|: 0 for the corners of a regular simplex. The
/// mean without the bars is no evidence: for means of equal norm it is -1/(K-1) whatever their directions, for they sum
/// to zero.
double simplex_deviation(const Eigen::Ref<const Eigen::MatrixXd>& means);

/// | W / |W| - M^T / |M| |, Frobenius norms, M the centred means: 0 if each row of `weights` (K, p) points along its
/// class mean, sqrt 2 if the two have nothing to do with each other.
double weight_misalignment(const Eigen::Ref<const Eigen::MatrixXd>& weights,
                           const Eigen::Ref<const Eigen::MatrixXd>& means);

}  // namespace lmw::numerics
