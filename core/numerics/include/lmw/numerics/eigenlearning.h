#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// Kernel ridge regression as the eigenframework sees it. With the eigenproblem of the kernel under the distribution of
/// x, K(x, x') = sum_i lambda_i phi_i(x) phi_i(x') and E[phi_i phi_j] = delta_ij, the labels are
/// y = sum_i v_i phi_i(x) + noise, and the predictor is f(x) = k(x)^T (K + ridge I_n)^{-1} y: the ridge is added to the
/// n x n Gram matrix, never multiplied by n; ridge 0 interpolates.
///
/// For a pool of N points taken as the population: lambda are the eigenvalues of K/N and v_i = u_i^T y / sqrt(N) with
/// the unit eigenvectors u_i, so that sum_i v_i^2 is the mean square label.
struct KrrProblem {
  Eigen::VectorXd eigenvalues;      ///< (m) lambda_i >= 0, in any order
  Eigen::VectorXd coefficients_sq;  ///< (m) v_i^2 >= 0
  double ridge = 0;                 ///< delta >= 0
  double noise_var = 0;             ///< sigma^2 >= 0: variance of the label noise, in training and in test labels
};

/// What the eigenframework predicts at one sample size.
struct KrrRisk {
  double kappa = 0;              ///< the effective ridge
  Eigen::VectorXd learnability;  ///< (m) L_i = lambda_i / (lambda_i + kappa): mean learned share of mode i
  double overfitting = 0;        ///< E0 = n / (n - sum_i L_i^2) >= 1
  double test = 0;               ///< mean squared error on new noisy labels, without 1/2
  double train = 0;              ///< mean squared residual on the n noisy training labels
};

/// The kappa > 0 with sum_i lambda_i / (lambda_i + kappa) + ridge / kappa = n, to rounding.
///
/// The left side falls monotonically: Newton in log kappa, kept inside a bracket by bisection.
/// @param n  number of samples, > 0; not necessarily whole.
/// @throws std::domain_error  a negative or non-finite entry, n <= 0, or ridge = 0 with n >= the number of nonzero
///                            eigenvalues (the predictor then interpolates every function: no kappa > 0 exists).
/// Cost O(m) per step, at most a few dozen steps.
double krr_kappa(const Eigen::Ref<const Eigen::VectorXd>& eigenvalues, double ridge, double n);

/// Mean test and train risk of kernel ridge regression on n samples:
///
///   test  = E0 (sum_i (1 - L_i)^2 v_i^2 + sigma^2),    train = (ridge / (n kappa))^2 test.
///
/// Exact as the effective dimension grows, with relative corrections of order 1/n for Gaussian features.
/// @throws std::invalid_argument  eigenvalues and coefficients_sq differ in size.
/// @throws std::domain_error      as krr_kappa, and for a negative noise_var or coefficient.
/// Cost as krr_kappa. Thread-safe.
/// Source: Simon, Dickens, Karkada & DeWeese 2023, "The eigenlearning framework"; Canatar, Bordelon & Pehlevan 2021.
KrrRisk krr_risk(const KrrProblem& problem, double n);

/// The same problem from its `modes` leading modes, in order of falling eigenvalue. Modes far below kappa act as a
/// ridge and as noise: the trace of the tail is added to the ridge, its target power to noise_var. Relative error of
/// the risk: about the sums over the tail of (lambda_i / kappa)^2 / n and of (lambda_i / kappa) v_i^2 / risk.
/// @throws std::invalid_argument  modes outside [0, m], or sizes that differ.
KrrProblem leading_modes(const KrrProblem& problem, Eigen::Index modes);

}  // namespace lmw::numerics
