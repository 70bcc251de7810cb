#include <lmw/numerics/linalg.h>
#include <lmw/numerics/quadrature.h>
#include <lmw/numerics/random_matrix.h>

#include <doctest/doctest.h>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

namespace {
doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(2e-6); }
}  // namespace

TEST_SUITE("numerics/random_matrix") {
  TEST_CASE("Marchenko-Pastur: published edges and values of the distribution function") {
    const MarchenkoPastur half(0.5);
    CHECK(half.lower() == six_digits(0.0857864));
    CHECK(half.upper() == six_digits(2.914214));
    CHECK(half.cdf(1) == six_digits(0.576004));
    CHECK(half.cdf(2) == six_digits(0.881191));
    CHECK(MarchenkoPastur(0.25).cdf(1) == six_digits(0.553390));
    // gamma = 1: density sqrt((4 - s) / s) / (2 pi), so F(1) = 1/3 + sqrt(3) / (2 pi).
    CHECK(MarchenkoPastur(1).cdf(1) == doctest::Approx(1.0 / 3 + std::sqrt(3.0) / (2 * M_PI)).epsilon(1e-14));
  }
  TEST_CASE("the closed distribution function is the integral of the density") {
    for (const double gamma : {0.1, 0.5, 0.99, 1.0, 2.0, 7.0}) {
      const MarchenkoPastur law(gamma, 3.0);
      for (const double share : {0.2, 0.5, 0.9}) {
        const double s = law.lower() + share * (law.upper() - law.lower());
        // From the upper edge, in u = sqrt(upper - s), where the density is smooth.
        const double above = gauss_legendre(
            100, 0, std::sqrt(law.upper() - s))([&](double u) { return 2 * u * law.density(law.upper() - u * u); });
        CHECK(law.cdf(s) == doctest::Approx(1 - above).epsilon(1e-10));
      }
      CHECK(law.cdf(law.upper()) == 1.0);
      CHECK(law.cdf(-1e-9) == 0.0);
      CHECK(law.cdf(law.lower() / 2) == doctest::Approx(std::max(0.0, 1 - 1 / gamma)).epsilon(1e-15));
    }
  }
  TEST_CASE("moments of the continuous part: 1, 1, 1 + gamma, and the mean inverse 1 / (1 - gamma)") {
    const MarchenkoPastur law(0.5);
    const Quadrature rule = law.continuous_part(200);
    CHECK(rule.weights.sum() == doctest::Approx(1.0).epsilon(1e-13));
    CHECK(rule([](double s) { return s; }) == doctest::Approx(1.0).epsilon(1e-13));
    CHECK(rule([](double s) { return s * s; }) == doctest::Approx(1.5).epsilon(1e-13));
    CHECK(rule([](double s) { return 1 / s; }) == doctest::Approx(2.0).epsilon(1e-12));
    CHECK(MarchenkoPastur(4).continuous_part(200).weights.sum() == doctest::Approx(0.25).epsilon(1e-13));
    CHECK(MarchenkoPastur(4).atom() == 0.75);
  }
  TEST_CASE("the risk of gradient flow on linear regression, integrated over it, is as published") {
    // R(t) = r^2 [int e^{-2ts} dF + (1 - 1/gamma)_+] + sigma^2 gamma int (1 - e^{-ts})^2 / s dF_cont, r = 1, sigma^2 =
    // 1/4.
    const auto risk = [](double gamma, double t) {
      const MarchenkoPastur law(gamma);
      return law.atom() + law.continuous_part(400)([&](double s) {
        return std::exp(-2 * t * s) + 0.25 * gamma * std::pow(1 - std::exp(-t * s), 2) / s;
      });
    };
    CHECK(risk(0.5, 1) == six_digits(0.307932));
    CHECK(risk(0.5, 5) == six_digits(0.184460));
    CHECK(risk(2, 1) == six_digits(0.645604));
    CHECK(risk(2, 10) == six_digits(0.738251));
  }
  TEST_CASE("a sample's eigenvalues follow it, much closer than independent draws would") {
    Rng rng(8);
    const Eigen::Index n = 800, p = 400;
    const Eigen::MatrixXd x = rng.normal(n, p);
    const Eigen::VectorXd s = symmetric_eigenvalues(x.transpose() * x / static_cast<double>(n));
    const MarchenkoPastur law(0.5);
    double distance = 0;
    for (Eigen::Index i = 0; i < p; ++i)
      distance = std::max(distance, std::abs(law.cdf(s(i)) - (static_cast<double>(i) + 0.5) / static_cast<double>(p)));
    CHECK(distance < 0.01);  // rigidity: of order 1/p up to logarithms; independent draws would give 0.04
  }
  TEST_CASE("spikes: published positions and overlaps, and the thresholds") {
    CHECK(spiked_covariance(1, 0.5).eigenvalue == six_digits(3.0));
    CHECK(spiked_covariance(1, 0.5).overlap_sq == six_digits(0.333333));
    CHECK(spiked_covariance(2, 0.5).eigenvalue == six_digits(3.75));
    CHECK(spiked_covariance(2, 0.5).overlap_sq == six_digits(0.7));
    CHECK_FALSE(spiked_covariance(0.7, 0.5).visible);
    CHECK(spiked_covariance(0.7, 0.5).eigenvalue == six_digits(2.914214));

    const SpikedRectangle one = spiked_rectangle(1, 0.5), two = spiked_rectangle(2, 0.5);
    CHECK(one.singular_value == six_digits(1.732051));
    CHECK(one.left_overlap_sq == six_digits(0.333333));
    CHECK(one.right_overlap_sq == six_digits(0.25));
    CHECK(two.singular_value == six_digits(2.371708));
    CHECK(two.left_overlap_sq == six_digits(0.861111));
    CHECK(two.right_overlap_sq == six_digits(0.775));
    CHECK(spiked_rectangle(0.8409, 0.5).visible);  // 0.5^(1/4) = 0.840896
    CHECK_FALSE(spiked_rectangle(0.8408, 0.5).visible);
    CHECK(spiked_rectangle(0.5, 0.5).singular_value == six_digits(1 + std::sqrt(0.5)));
  }
  TEST_CASE("at the threshold the outlier joins the bulk and the overlap vanishes") {
    const double root = std::sqrt(0.3), just = root * (1 + 1e-9);
    CHECK(spiked_covariance(just, 0.3).eigenvalue == doctest::Approx(MarchenkoPastur(0.3).upper()).epsilon(1e-12));
    CHECK(spiked_covariance(just, 0.3).overlap_sq < 1e-8);
    CHECK(spiked_rectangle(std::sqrt(just), 0.3).singular_value == doctest::Approx(1 + root).epsilon(1e-12));
  }
  TEST_CASE("a sampled spike sits where it should") {
    // Independent route; outlier fluctuations are n^-1/2, about 0.02 here for singular value and overlaps.
    Rng rng(10);
    const Eigen::Index rows = 300, cols = 600;
    Eigen::MatrixXd m = rng.normal(rows, cols) / std::sqrt(static_cast<double>(cols));
    const Eigen::VectorXd u = rng.normal(rows).normalized(), v = rng.normal(cols).normalized();
    m += 2.0 * u * v.transpose();
    const auto [values, vectors] = symmetric_eigen(m * m.transpose());
    const double top = std::sqrt(values(rows - 1));
    const Eigen::VectorXd left = vectors.col(rows - 1), right = m.transpose() * left / top;
    const SpikedRectangle expected = spiked_rectangle(2.0, 0.5);
    CHECK(std::abs(top - expected.singular_value) < 0.1);
    CHECK(std::abs(std::pow(left.dot(u), 2) - expected.left_overlap_sq) < 0.1);
    CHECK(std::abs(std::pow(right.dot(v), 2) - expected.right_overlap_sq) < 0.1);
  }
  TEST_CASE("parameters out of range are refused") {
    CHECK_THROWS_AS(MarchenkoPastur(0), std::domain_error);
    CHECK_THROWS_AS(MarchenkoPastur(1, -1), std::domain_error);
    CHECK_THROWS_AS(MarchenkoPastur(1).continuous_part(0), std::domain_error);
    CHECK_THROWS_AS(spiked_covariance(-1, 1), std::domain_error);
    CHECK_THROWS_AS(spiked_rectangle(1, 1.5), std::domain_error);
  }
}
