#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// Spectrum of a kernel on the corners of {-1,1}^d under their uniform distribution, K(x, x') = profile(j) with j the
/// number of coordinates in which x and x' differ. The eigenfunctions are the products of coordinates (parities); all
/// parities of k coordinates share one eigenvalue:
///
///   lambda_k = 2^-d sum_{j=0}^{d} profile(j) K_j(k),   K_j(k) = sum_i (-1)^i C(k, i) C(d-k, j-i)   (Krawtchouk).
struct HypercubeSpectrum {
  Eigen::VectorXd eigenvalues;     ///< (d + 1) by degree k = 0..d
  Eigen::VectorXd multiplicities;  ///< (d + 1) C(d, k)
};

/// @param profile  (d + 1) kernel values by Hamming distance, 0 <= d <= 50.
/// @throws std::invalid_argument  d out of range.
/// Cost O(d^3). Absolute error about 1e-15 times the largest |profile|.
HypercubeSpectrum hypercube_spectrum(const Eigen::Ref<const Eigen::VectorXd>& profile);

}  // namespace lmw::numerics
