#include <lmw/numerics/hypercube.h>

#include <lmw/numerics/linalg.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

using lmw::numerics::hypercube_spectrum;

namespace {

/// exp(x.x'/d - 1) by Hamming distance.
Eigen::VectorXd exponential_profile(int d) { return (-2.0 / d * Eigen::ArrayXd::LinSpaced(d + 1, 0, d)).exp(); }

}  // namespace

TEST_SUITE("numerics/hypercube") {
  TEST_CASE("the exponential kernel on 12 bits has the published eigenvalues") {
    const double known[] = {0.383513, 0.0318857, 0.00265100, 2.20407e-4, 1.83249e-5};
    const auto spectrum = hypercube_spectrum(exponential_profile(12));
    for (int k = 0; k < 5; ++k) CHECK(spectrum.eigenvalues(k) == doctest::Approx(known[k]).epsilon(3e-6));
    CHECK(spectrum.multiplicities(2) == 66);
  }

  TEST_CASE("a product kernel has product eigenvalues") {
    // exp(-2 j / d) = prod over bits of 1 or q = exp(-2/d): eigenvalues ((1 + q)/2)^(d-k) ((1 - q)/2)^k.
    const int d = 9;
    const double q = std::exp(-2.0 / d);
    const auto spectrum = hypercube_spectrum(exponential_profile(d));
    for (int k = 0; k <= d; ++k)
      CHECK(std::abs(spectrum.eigenvalues(k) - std::pow((1 + q) / 2, d - k) * std::pow((1 - q) / 2, k)) < 1e-15);
  }

  TEST_CASE("any profile has the eigenvalues of its matrix, as often as the multiplicities say") {
    const int d = 5;
    const Eigen::VectorXd profile = (Eigen::VectorXd(d + 1) << 2.0, 0.7, -0.4, 0.1, 0.3, -1.1).finished();
    Eigen::MatrixXd kernel(32, 32);
    for (unsigned x = 0; x < 32; ++x)
      for (unsigned y = 0; y < 32; ++y) kernel(x, y) = profile(std::popcount(x ^ y)) / 32;
    const auto spectrum = hypercube_spectrum(profile);
    CHECK(spectrum.multiplicities.sum() == 32);
    Eigen::VectorXd expected(32);
    Eigen::Index next = 0;
    for (int k = 0; k <= d; ++k)
      for (int copy = 0; copy < spectrum.multiplicities(k); ++copy) expected(next++) = spectrum.eigenvalues(k);
    std::sort(expected.begin(), expected.end());
    CHECK((lmw::numerics::symmetric_eigenvalues(kernel) - expected).cwiseAbs().maxCoeff() < 1e-14);
  }

  TEST_CASE("dimension 0 is the value itself, and sizes out of range are refused") {
    CHECK(hypercube_spectrum(Eigen::VectorXd::Constant(1, 3.0)).eigenvalues(0) == 3.0);
    CHECK_THROWS_AS(hypercube_spectrum(Eigen::VectorXd(0)), std::invalid_argument);
    CHECK_THROWS_AS(hypercube_spectrum(Eigen::VectorXd::Zero(52)), std::invalid_argument);
  }
}
