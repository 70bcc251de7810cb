#pragma once

#include <lmw/learn/types.h>
#include <lmw/numerics/random.h>

#include <functional>

namespace lmw::learn {

/// A symmetric matrix that is known by its products only: out = A in, both of the same size.
template <class Scalar>
using SymmetricOperator = std::function<void(const Vector<Scalar>& in, Vector<Scalar>& out)>;

/// The k algebraically largest eigenvalues with their vectors.
template <class Scalar>
struct Eigenpairs {
  Eigen::VectorXd values;     ///< (k) falling
  Matrix<Scalar> vectors;     ///< (size, k) orthonormal; signs are arbitrary
  Eigen::VectorXd residuals;  ///< (k) |A v - lambda v|
  bool converged = false;     ///< all residuals at most tolerance |lambda_1|
  int products = 0;           ///< products with A that this took
};

struct EigenOptions {
  double tolerance = 1e-4;  ///< residual over |lambda_1|; the error of an eigenvalue is about its square over the gap
  int max_products = 300;
  numerics::Rng start = numerics::Rng(0, numerics::Stream::noise);  ///< directions that no warm start gives
};

/// The k largest eigenpairs by a block Krylov method with restarts: Rayleigh-Ritz in a growing orthonormal basis, which
/// is extended by the residuals of the pairs that have not converged. Warm-started from the vectors of a nearby
/// problem, one to five products per pair are typical; from nothing, ten to thirty.
///
/// @param size  of the matrix. @param k  1..size.
/// @param warm  an earlier answer (any number of vectors), or {} for a random start.
/// @return the best pairs found; ask `converged` before use. A degenerate eigenvalue is found as often as it fits in k.
/// @throws std::invalid_argument  k outside 1..size, or warm vectors of another size.
/// Basis of at most 2k + 16 vectors and their images, in Scalar; inner products are accumulated in double.
/// Source: Saad 2011, "Numerical methods for large eigenvalue problems", chapters 6 and 7.
template <class Scalar>
Eigenpairs<Scalar> top_eigenpairs(const SymmetricOperator<Scalar>& product, Eigen::Index size, int k,
                                  const Eigenpairs<Scalar>& warm = {}, const EigenOptions& options = {});

/// A mean over independent draws.
struct Estimate {
  double mean = 0;
  double standard_error = 0;  ///< 0 for a single draw
};

/// tr A = E z^T A z over random signs z (Hutchinson). The variance of one draw is twice the sum of squared off-diagonal
/// entries. @throws std::invalid_argument  probes < 1.
/// Source: Hutchinson 1990.
template <class Scalar>
Estimate trace_estimate(const SymmetricOperator<Scalar>& product, Eigen::Index size, int probes, numerics::Rng rng);

}  // namespace lmw::learn
