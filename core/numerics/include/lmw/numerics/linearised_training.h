#pragma once

#include <Eigen/Core>

#include <cstdint>

namespace lmw::numerics {

/// Gradient descent on (1/2n) sum (f - y)^2 for a model that is linear in its weights, with tangent kernel K = J J^T on
/// its n training examples. The first residual r_0 = f_0 - y decides everything that follows:
///
///   residual      r_k = (I - eta K / n)^k r_0
///   output        f_k(x) = f_0(x) + K(x, X) c_k,   c_k = K^-1 (r_k - r_0)
///   weights       w_k - w_0 = J^T c_k,   |w_k - w_0|^2 = c_k^T K c_k.
///
/// A wide network in NTK parametrisation follows it, with K its own kernel at the start or that of infinite width.
/// Directions with an eigenvalue below 1e-12 of the largest never move, and take no part in c_k.
/// Thread-safe: its state is its arguments. Source: Jacot, Gabriel & Hongler 2018; Lee et al. 2019.
class LinearisedTraining {
 public:
  /// @param kernel         (n, n) symmetric, not negative beyond rounding.
  /// @param learning_rate  eta >= 0 of one step on all n examples.
  /// @throws std::invalid_argument  not square, or empty.
  /// @throws std::domain_error      an entry or the learning rate is not finite, or eta < 0.
  /// Cost one eigendecomposition.
  LinearisedTraining(const Eigen::Ref<const Eigen::MatrixXd>& kernel, double learning_rate);

  /// r_k after k >= 0 steps. All three: @throws std::invalid_argument  another size, or steps < 0. Cost O(n^2).
  Eigen::VectorXd residual(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const;
  /// c_k.
  Eigen::VectorXd coefficients(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const;
  /// |w_k - w_0|.
  double motion(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const;

  /// eta times the largest eigenvalue of K / n: training converges below 2.
  double top_rate() const { return rates_(rates_.size() - 1); }

 private:
  void check(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const;
  bool moves(Eigen::Index mode) const { return values_(mode) > 1e-12 * values_(values_.size() - 1); }

  Eigen::VectorXd values_;  ///< of K, ascending
  Eigen::VectorXd rates_;   ///< eta times them over n
  Eigen::MatrixXd vectors_;
};

}  // namespace lmw::numerics
