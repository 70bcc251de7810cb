#include <lmw/numerics/eigenlearning.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>
#include <Eigen/Cholesky>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

namespace {

/// i^-exponent, i = 1..count.
Eigen::VectorXd power_law(double exponent, Eigen::Index count) {
  return Eigen::VectorXd::LinSpaced(count, 1, static_cast<double>(count)).array().pow(-exponent);
}

/// Reference values below are printed to six significant digits.
doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

}  // namespace

TEST_SUITE("numerics/eigenlearning") {
  TEST_CASE("five halving modes: kappa, overfitting and both risks") {
    const Eigen::VectorXd halves = (Eigen::VectorXd(5) << 1, 0.5, 0.25, 0.125, 0.0625).finished();
    const KrrRisk bare = krr_risk({halves, halves, 0, 0}, 3);
    CHECK(bare.kappa == six_digits(0.151916));
    CHECK(bare.overfitting == six_digits(3.05347));
    CHECK(bare.test == six_digits(0.455748));
    CHECK(bare.train == 0);

    const KrrRisk noisy = krr_risk({halves, halves, 0.1, 0.2}, 2);
    CHECK(noisy.kappa == six_digits(0.504848));
    CHECK(noisy.overfitting == six_digits(1.73972));
    CHECK(noisy.test == six_digits(1.18367));
    CHECK(noisy.train == six_digits(0.0116104));
  }

  TEST_CASE("a power-law task with 4000 modes") {
    const Eigen::VectorXd lambda = power_law(1.5, 4000), v2 = power_law(1.8, 4000);
    const KrrRisk risk = krr_risk({lambda, v2, 0.1, 0.25}, 200);
    CHECK(risk.kappa == six_digits(0.00181150));
    CHECK(risk.overfitting == six_digits(1.36741));
    CHECK(risk.test == six_digits(0.385953));
    CHECK(risk.train == six_digits(0.0294035));
    CHECK(krr_risk({lambda, v2, 0, 0}, 50).test == six_digits(0.123599));
  }

  TEST_CASE("a power-law task with 500 modes, with and without ridge and noise") {
    const Eigen::VectorXd lambda = power_law(1.5, 500), v2 = power_law(1.8, 500);
    const KrrRisk noisy = krr_risk({lambda, v2, 0.1, 0.25}, 50);
    CHECK(noisy.test == six_digits(0.483894));
    CHECK(noisy.test / noisy.overfitting == six_digits(0.329204));
    CHECK(krr_risk({lambda, v2, 50 * 0.1, 0.25}, 50).test == six_digits(0.592231));
    CHECK(krr_risk({lambda, v2, 0.1, 0}, 50).test == six_digits(0.116421));
    CHECK(krr_risk({lambda, v2, 0, 0}, 50).test == six_digits(0.108366));
  }

  TEST_CASE("lambda = i^-2: effective ridge and learnabilities") {
    const Eigen::VectorXd lambda = power_law(2, 1000), v2 = Eigen::VectorXd::Ones(1000);
    const KrrRisk few = krr_risk({lambda, v2, 0, 0}, 10);
    CHECK(few.kappa == six_digits(0.0221893));
    CHECK(few.learnability(0) == six_digits(0.978292));
    CHECK(few.learnability(9) == six_digits(0.310663));
    CHECK(few.overfitting == six_digits(1.91297));
    const KrrRisk more = krr_risk({lambda, v2, 0, 0}, 50);
    CHECK(more.kappa == six_digits(9.27521e-4));
    CHECK(more.learnability(0) == six_digits(0.999073));
    CHECK(more.learnability(9) == six_digits(0.915121));
    CHECK(more.overfitting == six_digits(2.02333));
    const KrrRisk ridged = krr_risk({lambda, v2, 1e-3, 0}, 50);
    CHECK(ridged.kappa == six_digits(9.67547e-4));
    CHECK(ridged.overfitting == six_digits(1.98014));
    CHECK(ridged.learnability.sum() == six_digits(48.9665));
  }

  TEST_CASE("without a ridge the learnabilities sum to n") {
    for (const double n : {0.5, 1.0, 7.0, 99.0, 299.0})
      CHECK(krr_risk({power_law(1.5, 300), power_law(1.8, 300), 0, 0}, n).learnability.sum() ==
            doctest::Approx(n).epsilon(1e-12));
  }

  TEST_CASE("equal eigenvalues: kappa solves a linear equation") {
    // m lambda / (lambda + kappa) = n at lambda = 0.2, and the risk becomes (1 - n/m) |v|^2.
    const KrrRisk risk = krr_risk({Eigen::VectorXd::Constant(8, 0.2), Eigen::VectorXd::Constant(8, 0.5), 0, 0}, 3);
    CHECK(risk.kappa == doctest::Approx(0.2 * 5 / 3).epsilon(1e-14));
    CHECK(risk.test == doctest::Approx(4.0 * 5 / 8).epsilon(1e-14));
  }

  TEST_CASE("a huge ridge learns nothing, and a huge sample learns the target") {
    const KrrProblem frozen{power_law(1.5, 100), power_law(1.8, 100), 1e12, 0.3};
    CHECK(krr_risk(frozen, 10).test == doctest::Approx(frozen.coefficients_sq.sum() + 0.3).epsilon(1e-9));
    const KrrProblem learned{power_law(1.5, 100), power_law(1.8, 100), 1e-3, 0.3};
    CHECK(krr_risk(learned, 1e7).test == doctest::Approx(0.3).epsilon(1e-4));
  }

  TEST_CASE("the error of cutting the tail is what the dropped terms allow, and falls with every mode kept") {
    const KrrProblem whole{power_law(1.5, 20000), power_law(1.8, 20000), 0.01, 0.1};
    const double n = 30;
    const KrrRisk exact = krr_risk(whole, n);
    double previous = 1;
    for (const Eigen::Index modes : {500, 2000, 8000}) {
      const KrrProblem cut = leading_modes(whole, modes);
      CHECK(cut.eigenvalues.size() == modes);
      const double error = std::abs(krr_risk(cut, n).test / exact.test - 1);
      // Per dropped mode: v^2 stands for (1 - L)^2 v^2, and lambda / kappa for L, in sums of size test and n / E0.
      const Eigen::ArrayXd ratio = whole.eigenvalues.tail(20000 - modes).array() / exact.kappa;
      const double target = (2 * ratio * whole.coefficients_sq.tail(20000 - modes).array()).sum();
      const double ridge = (2 * ratio.square()).sum();
      CHECK(error < exact.overfitting * (target / exact.test + 2 * ridge / n));
      CHECK(error < previous / 4);
      previous = error;
    }
    const KrrProblem reversed{whole.eigenvalues.reverse(), whole.coefficients_sq.reverse(), 0.01, 0.1};
    CHECK(leading_modes(reversed, 500).eigenvalues == leading_modes(whole, 500).eigenvalues);
  }

  TEST_CASE("ridge regression on Gaussian features has these risks") {
    // Independent route: draw features, solve, and read off the exact test risk of the weights.
    const Eigen::Index m = 300, n = 60;
    const int draws = 200;
    const double ridge = 0.1, noise_var = 0.25;
    const KrrProblem problem{power_law(1.5, m), power_law(1.8, m), ridge, noise_var};
    const Eigen::VectorXd scale = problem.eigenvalues.cwiseSqrt();
    Rng rng(41);
    Eigen::ArrayXd test(draws), train(draws);
    for (int draw = 0; draw < draws; ++draw) {
      const Eigen::MatrixXd z = rng.normal(n, m);
      Eigen::VectorXd v = problem.coefficients_sq.cwiseSqrt();
      for (Eigen::Index i = 0; i < m; ++i) v(i) *= rng.sign();
      const Eigen::VectorXd y = z * v + std::sqrt(noise_var) * rng.normal(n);
      const Eigen::MatrixXd x = z * scale.asDiagonal();
      const Eigen::MatrixXd gram = x * x.transpose() + ridge * Eigen::MatrixXd::Identity(n, n);
      const Eigen::VectorXd dual = gram.llt().solve(y);
      test(draw) = (scale.cwiseProduct(x.transpose() * dual) - v).squaredNorm() + noise_var;
      train(draw) = (ridge * dual).squaredNorm() / static_cast<double>(n);
    }
    const KrrRisk risk = krr_risk(problem, static_cast<double>(n));
    const auto std_error = [&](const Eigen::ArrayXd& a) {
      return std::sqrt((a - a.mean()).square().sum() / (draws - 1.0) / draws);
    };
    // Four standard errors, and the theory's own relative correction of about 1/n.
    CHECK(std::abs(test.mean() - risk.test) < 4 * std_error(test) + risk.test / n);
    CHECK(std::abs(train.mean() - risk.train) < 4 * std_error(train) + risk.train / n);
  }

  TEST_CASE("what has no solution is refused") {
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(4);
    CHECK_THROWS_AS(krr_kappa(ones, 0, 4), std::domain_error);
    CHECK_THROWS_AS(krr_kappa(ones, 0, 0), std::domain_error);
    CHECK_THROWS_AS(krr_kappa(-ones, 1, 2), std::domain_error);
    CHECK_THROWS_AS(krr_kappa(ones, -1, 2), std::domain_error);
    CHECK_THROWS_AS(krr_risk({ones, Eigen::VectorXd::Ones(3), 0, 0}, 2), std::invalid_argument);
    CHECK_THROWS_AS(leading_modes({ones, ones, 0, 0}, 5), std::invalid_argument);
    CHECK(krr_kappa(ones, 1e-3, 4) > 0);
  }
}
