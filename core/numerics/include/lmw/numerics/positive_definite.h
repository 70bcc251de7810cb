#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// The X with A X = B for a symmetric positive definite A, by Cholesky factorisation through LAPACK (dpotrf, dpotrs):
/// the coefficients of kernel ridge regression, with A = K + ridge I.
///
/// @param a  (n, n), n <= 40 000; only the lower triangle is read. Taken by value: it is the workspace.
/// @param b  (n, k).
/// @throws std::invalid_argument  not square, too large, or b with another number of rows.
/// @throws std::domain_error      a is not positive definite to rounding (says at which row; a larger ridge helps), or
///                                an entry is not finite.
/// @throws std::runtime_error     OpenBLAS is the serial build, which several threads must not call at once.
/// Cost n^3 / 3 + 2 n^2 k flops. Thread-safe, one thread inside.
Eigen::MatrixXd solve_positive_definite(Eigen::MatrixXd a, Eigen::MatrixXd b);

/// The same in place, for large matrices that are made anew again and again: `b` becomes X, the lower triangle of `a`
/// the Cholesky factor. On an error both are destroyed.
void solve_positive_definite_in_place(Eigen::Ref<Eigen::MatrixXd> a, Eigen::Ref<Eigen::MatrixXd> b);

}  // namespace lmw::numerics
