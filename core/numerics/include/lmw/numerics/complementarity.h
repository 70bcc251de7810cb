#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// The semidefinite complementarity problem: the symmetric X with
///
///   X >= 0,   A + B[X] >= 0,   tr X (A + B[X]) = 0         (>= 0: positive semidefinite),
///
/// for a symmetric A and a positive definite B. X minimises tr X B[X] / 2 + tr A X over X >= 0. For 1 x 1 it is
/// max(0, -a/b); for any size it is 0 if A >= 0.
///
/// Accelerated projected gradient, the projection being the clipping of negative eigenvalues.
///
/// @param a      (k, k); its lower triangle is read.
/// @param b      (k^2, k^2) symmetric: B[X]_ij = sum_mn b(i k + j, m k + n) X_mn, the same for ij and ji.
/// @param start  (k, k) a guess, such as the solution of a nearby problem; empty for none.
/// @return (k, k), accurate to about 1e-10 of its largest entry unless b is worse conditioned than 1e6.
/// @throws std::invalid_argument  shapes that do not fit.
/// @throws std::domain_error      b has no positive eigenvalue although A is not positive semidefinite: there is no X.
/// Cost: some tens to thousands of k x k eigenproblems. Source: Beck & Teboulle 2009 (FISTA).
Eigen::MatrixXd semidefinite_complementarity(const Eigen::Ref<const Eigen::MatrixXd>& a,
                                             const Eigen::Ref<const Eigen::MatrixXd>& b,
                                             const Eigen::MatrixXd& start = {});

}  // namespace lmw::numerics
