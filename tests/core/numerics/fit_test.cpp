#include <lmw/numerics/fit.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

TEST_SUITE("numerics/fit") {
  TEST_CASE("a small regression by hand") {
    // y = 1, 2, 2 at x = 0, 1, 2: slope 1/2, intercept 7/6, residuals -1/6, 1/3, -1/6, variance 1/6 on 1 degree.
    const Eigen::MatrixXd design = (Eigen::MatrixXd(3, 2) << 1, 0, 1, 1, 1, 2).finished();
    const LinearFit fit = fit_linear(design, Eigen::Vector3d(1, 2, 2));
    CHECK(fit.coefficients(0) == doctest::Approx(7.0 / 6).epsilon(1e-14));
    CHECK(fit.coefficients(1) == doctest::Approx(0.5).epsilon(1e-14));
    CHECK(fit.residual_sq == doctest::Approx(1.0 / 6).epsilon(1e-13));
    CHECK(fit.freedom == 1);
    CHECK(fit.std_error(1) == doctest::Approx(std::sqrt(1.0 / 6 / 2)).epsilon(1e-13));
    CHECK(fit.std_error(0) == doctest::Approx(std::sqrt(1.0 / 6 * 5 / 6)).epsilon(1e-13));
  }
  TEST_CASE("a weight of three is a row three times") {
    const Eigen::MatrixXd design = (Eigen::MatrixXd(3, 2) << 1, 0, 1, 1, 1, 3).finished();
    const Eigen::MatrixXd repeated = (Eigen::MatrixXd(5, 2) << 1, 0, 1, 1, 1, 1, 1, 1, 1, 3).finished();
    const LinearFit weighted = fit_linear(design, Eigen::Vector3d(1, 2, 7), Eigen::Vector3d(1, 3, 1));
    const LinearFit plain = fit_linear(repeated, (Eigen::VectorXd(5) << 1, 2, 2, 2, 7).finished());
    CHECK((weighted.coefficients - plain.coefficients).norm() < 1e-13);
    CHECK(weighted.residual_sq == doctest::Approx(plain.residual_sq).epsilon(1e-12));
  }
  TEST_CASE("stated standard errors are the spread over repetitions, for both kinds of weights") {
    Rng rng(4);
    const Eigen::Index n = 12;
    const int repeats = 4000;
    Eigen::MatrixXd design(n, 2);
    design << Eigen::VectorXd::Ones(n), Eigen::VectorXd::LinSpaced(n, -1, 2);
    const Eigen::VectorXd std_dev = Eigen::VectorXd::LinSpaced(n, 0.5, 3);
    double plain = 0, plain_var = 0, weighted = 0;
    for (int i = 0; i < repeats; ++i) {
      const Eigen::VectorXd noise = rng.normal(n);
      const LinearFit ols = fit_linear(design, noise);
      const LinearFit wls =
          fit_linear(design, std_dev.cwiseProduct(noise), std_dev.array().square().inverse().matrix());
      plain += std::pow(ols.coefficients(1), 2), plain_var += ols.covariance(1, 1);
      weighted += std::pow(wls.coefficients(1) / wls.std_error(1), 2);
    }
    // Squares of normals: relative standard error sqrt(2 / repeats) = 2.2 %; four of them.
    CHECK(plain / plain_var == doctest::Approx(1.0).epsilon(4 * std::sqrt(2.0 / repeats)));
    CHECK(weighted / repeats == doctest::Approx(1.0).epsilon(4 * std::sqrt(2.0 / repeats)));
  }
  TEST_CASE("a power law is recovered, and a correction to it bends the slope as published") {
    const Eigen::VectorXd x = (Eigen::VectorXd(6) << 16, 32, 64, 128, 256, 512).finished();
    const PowerLaw law = fit_power_law(x, 3 * x.array().pow(-0.7));
    CHECK(law.exponent == doctest::Approx(0.7).epsilon(1e-13));
    CHECK(law.amplitude == doctest::Approx(3.0).epsilon(1e-12));
    CHECK(law(100) == doctest::Approx(3 * std::pow(100, -0.7)).epsilon(1e-12));
    // y = x^-1 (1 + x^-1/2) on 16..512 has the fitted slope 1.0511, not 1.
    const Eigen::VectorXd bent = x.array().inverse() * (1 + x.array().rsqrt());
    CHECK(fit_power_law(x, bent).exponent == doctest::Approx(1.0511).epsilon(5e-5));
  }
  TEST_CASE("what cannot be fitted is refused") {
    const Eigen::VectorXd one = Eigen::VectorXd::Ones(3);
    CHECK_THROWS_AS(fit_linear(Eigen::MatrixXd::Ones(3, 2), one), std::domain_error);
    CHECK_THROWS_AS(fit_linear(Eigen::MatrixXd::Ones(3, 3), one), std::invalid_argument);
    CHECK_THROWS_AS(fit_linear(Eigen::MatrixXd::Ones(4, 1), one), std::invalid_argument);
    CHECK_THROWS_AS(fit_linear(Eigen::MatrixXd::Ones(3, 1), one, -one), std::domain_error);
    CHECK_THROWS_AS(fit_power_law(one, one), std::domain_error);
    CHECK_THROWS_AS(fit_power_law(one, -one), std::domain_error);
  }
}
