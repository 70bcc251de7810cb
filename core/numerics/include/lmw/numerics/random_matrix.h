#pragma once

#include <lmw/numerics/quadrature.h>

/// Spectra of large random matrices with independent entries, and what a spike of rank one does to them.
namespace lmw::numerics {

/// The limiting eigenvalue distribution of X^T X / n, X (n, p) with independent entries of mean 0 and variance
/// `variance`, as n and p grow with p/n = `gamma`: an atom of mass 1 - 1/gamma at 0 if gamma > 1, and the density
///
///   sqrt((upper - s)(s - lower)) / (2 pi gamma variance s),    lower, upper = variance (1 -+ sqrt(gamma))^2.
///
/// Source: Marchenko & Pastur 1967.
class MarchenkoPastur {
 public:
  /// @throws std::domain_error  gamma or variance not > 0 and finite.
  explicit MarchenkoPastur(double gamma, double variance = 1.0);

  double lower() const { return lower_; }
  double upper() const { return upper_; }
  double atom() const;             ///< mass at 0
  double density(double s) const;  ///< of the continuous part
  /// Mass at or below s, atom included. Closed form; absolute error about 1e-16 max(1, 1/gamma).
  double cdf(double s) const;
  /// Integrals over the continuous part, whose mass is min(1, 1/gamma): the midpoint rule in the angle theta with
  /// s = (upper + lower)/2 + (upper - lower)/2 cos(theta). For a smooth f the error falls exponentially in `nodes`; for
  /// f(s) = 1/s and the like the rate is (1 - sqrt(gamma)) / (1 + sqrt(gamma)) a node.
  /// @throws std::domain_error  nodes < 1.
  Quadrature continuous_part(int nodes) const;

 private:
  double gamma_, variance_, lower_, upper_;
};

/// Where the top eigenvalue of a sample goes when the population has a spike, and how much of the spike's direction its
/// eigenvector keeps.
struct SpikedCovariance {
  bool visible = false;   ///< strength > sqrt(gamma): the eigenvalue has left the bulk
  double eigenvalue = 0;  ///< (1 + l)(1 + gamma / l); the bulk's edge if it is not visible
  double overlap_sq = 0;  ///< (1 - gamma / l^2) / (1 + gamma / l); 0 if it is not visible
};
/// Population covariance I + l u u^T, sample covariance X^T X / n, gamma = p/n, n to infinity.
/// @throws std::domain_error  strength or gamma not > 0.
/// Source: Baik, Ben Arous & Peche 2005; Paul 2007.
SpikedCovariance spiked_covariance(double strength, double gamma);

/// Top singular value and vectors of M = Z + theta u v^T, Z (rows, cols) with entries of variance 1/cols.
struct SpikedRectangle {
  bool visible = false;        ///< theta > c^(1/4)
  double singular_value = 0;   ///< sqrt((1 + theta^2)(c + theta^2)) / theta; the bulk's edge 1 + sqrt(c) if not visible
  double left_overlap_sq = 0;  ///< with u, the side of `rows`
  double right_overlap_sq = 0;  ///< with v, the side of `cols`
};
/// @param c  rows / cols, in (0, 1].
/// @throws std::domain_error  theta not > 0, or c outside (0, 1].
/// Source: Benaych-Georges & Nadakuditi 2012.
SpikedRectangle spiked_rectangle(double theta, double c);

}  // namespace lmw::numerics
