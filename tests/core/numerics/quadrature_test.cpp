#include <lmw/numerics/quadrature.h>

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

using namespace lmw::numerics;

TEST_SUITE("numerics/quadrature") {
  TEST_CASE("the three-point rules are the tabulated ones") {
    const Quadrature legendre = gauss_legendre(3);
    CHECK(legendre.nodes(2) == doctest::Approx(std::sqrt(0.6)).epsilon(1e-15));
    CHECK(legendre.nodes(1) == 0.0);
    CHECK(legendre.weights(1) == doctest::Approx(8.0 / 9).epsilon(1e-15));
    const Quadrature hermite = gauss_hermite(3);
    CHECK(hermite.nodes(2) == doctest::Approx(std::sqrt(3.0)).epsilon(1e-15));
    CHECK(hermite.weights(2) == doctest::Approx(1.0 / 6).epsilon(1e-15));
    CHECK(gauss_legendre(1, 2, 6).nodes(0) == 4.0);
    CHECK(gauss_hermite(1).weights(0) == 1.0);
  }
  TEST_CASE("n nodes are exact up to degree 2n - 1, and not beyond") {
    const auto legendre = [](int n, int degree) {
      return gauss_legendre(n)([&](double x) { return std::pow(x, degree); });
    };
    CHECK(legendre(6, 10) == doctest::Approx(2.0 / 11).epsilon(1e-14));
    CHECK(std::abs(legendre(6, 12) - 2.0 / 13) > 1e-6);
    const auto hermite = [](int n, int degree) {
      return gauss_hermite(n)([&](double x) { return std::pow(x, degree); });
    };
    CHECK(hermite(6, 10) == doctest::Approx(945.0).epsilon(1e-13));  // 9!! = E[z^10]
    CHECK(std::abs(hermite(6, 12) - 10395.0) > 1.0);
    CHECK(hermite(6, 9) == 0.0);
  }
  TEST_CASE("smooth integrals reach rounding with few nodes") {
    CHECK(gauss_legendre(20, 0, std::numbers::pi)([](double x) { return std::sin(x); }) ==
          doctest::Approx(2.0).epsilon(1e-14));
    CHECK(gauss_hermite(40)([](double z) { return std::exp(z); }) == doctest::Approx(std::exp(0.5)).epsilon(1e-14));
    CHECK(gauss_hermite(100)([](double z) { return 1 - std::tanh(z) * std::tanh(z); }) ==
          doctest::Approx(0.605706).epsilon(1e-6));
  }
  TEST_CASE("large rules keep weights that sum to their mass, far into the tails") {
    for (const int n : {50, 200}) {
      const Quadrature rule = gauss_hermite(n);
      CHECK(rule.weights.sum() == doctest::Approx(1.0).epsilon(1e-13));
      CHECK(rule.weights.minCoeff() > 0);
      CHECK(rule.nodes(n - 1) == -rule.nodes(0));
    }
    CHECK(gauss_legendre(500, -1, 2).weights.sum() == doctest::Approx(3.0).epsilon(1e-12));
  }
  TEST_CASE("a kink costs accuracy: relu's mean falls in as 1/n") {
    const double exact = 1 / std::sqrt(2 * std::numbers::pi);
    const auto error = [&](int n) {
      return std::abs(gauss_hermite(n)([](double z) { return std::max(z, 0.0); }) - exact);
    };
    CHECK(error(50) < 0.01);
    CHECK(error(200) / error(50) == doctest::Approx(0.25).epsilon(0.1));
  }
  TEST_CASE("impossible rules are refused") {
    CHECK_THROWS_AS(gauss_hermite(0), std::domain_error);
    CHECK_THROWS_AS(gauss_hermite(201), std::domain_error);
    CHECK_THROWS_AS(gauss_legendre(5, 0, INFINITY), std::domain_error);
  }
}
