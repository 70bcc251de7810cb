#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// sum_i weights(i) f(nodes(i)) stands for an integral of f. Nodes ascend.
struct Quadrature {
  Eigen::VectorXd nodes, weights;

  template <class F>
  double operator()(F&& f) const {
    double sum = 0;
    for (Eigen::Index i = 0; i < nodes.size(); ++i) sum += weights(i) * f(nodes(i));
    return sum;
  }
};

/// Integrals over [low, high], exact for polynomials up to degree 2n - 1.
/// @throws std::domain_error  n outside 1..1000, or a bound that is not finite.
/// Cost O(n^3) once (an eigenproblem). Source: Golub & Welsch 1969.
Quadrature gauss_legendre(int n, double low = -1.0, double high = 1.0);

/// E[f(Z)] for a standard normal Z, exact for polynomials up to degree 2n - 1: weights sum to 1.
/// Rules of some 100 nodes integrate smooth activations to rounding; for a kink such as relu's the error falls as 1/n.
/// @throws std::domain_error  n outside 1..200 (beyond, the smallest weights underflow).
Quadrature gauss_hermite(int n);

}  // namespace lmw::numerics
