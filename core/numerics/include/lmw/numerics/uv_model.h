#pragma once

namespace lmw::numerics {

/// A two-layer linear network on one example: f = u.v / sqrt(n) at x = 1 with target 0, u and v in R^n, loss f^2 / 2.
/// Gradient descent on all 2n weights moves two numbers only, in a closed loop.
struct UvState {
  double f = 0;          ///< the output
  double curvature = 0;  ///< (|u|^2 + |v|^2) / n: the tangent kernel, and the Hessian's top eigenvalue at f = 0
};

/// One step, exactly, for every n:
///
///   f' = f (1 - eta curvature + eta^2 f^2 / n),   curvature' = curvature + (eta f^2 / n) (eta curvature - 4).
///
/// So eta curvature < 2 shrinks |f|, and eta curvature < 4 lets the curvature only fall (|f| <= sqrt(n) curvature / 2).
/// Source: Lewkowycz, Bahri, Dyer, Sohl-Dickstein & Gur-Ari 2020.
UvState uv_step(const UvState& now, double eta, double n);

}  // namespace lmw::numerics
