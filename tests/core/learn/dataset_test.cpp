#include <lmw/learn/dataset.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/loss.h>

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace lmw;

TEST_SUITE("learn/dataset") {
  TEST_CASE("labels become unit vectors or signs, and one out of range is named") {
    const Eigen::VectorXi labels = (Eigen::VectorXi(4) << 2, 0, 1, 2).finished();
    const Eigen::MatrixXd hot = learn::one_hot(labels, 3);
    CHECK(hot.colwise().sum().isOnes());
    CHECK(hot(2, 0) == 1);
    CHECK(hot(2, 3) == 1);
    CHECK((learn::binarise(labels, [](int c) { return c % 2 == 0; }) - Eigen::RowVector4d(1, 1, -1, 1)).norm() == 0);
    CHECK_THROWS_WITH_AS(learn::one_hot(labels, 2), "label 2 of example 0: expected 0 to 1", std::invalid_argument);
    CHECK_THROWS_AS(learn::one_hot(Eigen::VectorXi::Constant(1, -1), 2), std::invalid_argument);
  }

  TEST_CASE("examples can be chosen by number, more than once") {
    const learn::Dataset<double> data{Eigen::RowVector3d(1, 2, 3), Eigen::RowVector3d(4, 5, 6)};
    const auto chosen = data.chosen({2, 2, 0});
    CHECK((chosen.x - Eigen::RowVector3d(3, 3, 1)).norm() == 0);
    CHECK((chosen.y - Eigen::RowVector3d(6, 6, 4)).norm() == 0);
    CHECK_THROWS_AS(data.chosen({3}), std::invalid_argument);
  }

  TEST_CASE("whitened data have the covariance one, and the map is the same for other data") {
    numerics::Rng rng(1);
    const Eigen::MatrixXd mix = rng.normal(5, 5);
    const Eigen::MatrixXd x = (mix * rng.normal(5, 60)).array() + 3;
    const auto map = learn::whitening(x);
    const Eigen::MatrixXd white = map(x);
    CHECK(white.rowwise().mean().norm() < 1e-13);
    CHECK((white * white.transpose() / 60 - Eigen::MatrixXd::Identity(5, 5)).norm() < 1e-12);
    const auto leading = learn::whitening(x, 2);
    CHECK((leading(x) - white.topRows(2)).norm() < 1e-12);
    CHECK(learn::centring(x)(x).rowwise().sum().norm() < 1e-11);
    CHECK_THROWS_AS(map(Eigen::MatrixXd(4, 2)), std::invalid_argument);
    CHECK_THROWS_AS(learn::whitening(x, 6), std::invalid_argument);
    CHECK_THROWS_AS(learn::whitening(x.leftCols(3)), std::domain_error);  // rank 2
    CHECK_THROWS_AS(learn::centring(Eigen::MatrixXd(3, 0)), std::invalid_argument);
  }

  TEST_CASE("losses at values known by hand") {
    const Eigen::MatrixXd f = (Eigen::MatrixXd(2, 2) << 1, 0, 3, 0).finished();
    const Eigen::MatrixXd y = (Eigen::MatrixXd(2, 2) << 0, 1, 1, 0).finished();
    CHECK(learn::loss_value(learn::Loss::mse_half, f, y) == doctest::Approx((1 + 4 + 1) / 4.0).epsilon(1e-15));
    CHECK(learn::loss_value(learn::Loss::mse, f, y) == doctest::Approx(3).epsilon(1e-15));
    CHECK(learn::loss_value(learn::Loss::cross_entropy, f, y) ==
          doctest::Approx((std::log1p(std::exp(-2.0)) + std::numbers::ln2) / 2).epsilon(1e-15));
    const Eigen::MatrixXd signs = (Eigen::MatrixXd(1, 2) << 1, -1).finished();
    CHECK(learn::loss_value(learn::Loss::logistic, Eigen::MatrixXd(Eigen::RowVector2d(1000, 0)), signs) ==
          doctest::Approx(std::numbers::ln2 / 2).epsilon(1e-15));
    CHECK(learn::loss_value(learn::Loss::cross_entropy, Eigen::MatrixXd(1000 * f), y) < 400);  // no overflow
    CHECK(learn::accuracy(f, y) == 1);
    CHECK(learn::accuracy(Eigen::MatrixXd(Eigen::RowVector2d(1, 2)), signs) == 0.5);
    CHECK_THROWS_AS(learn::loss_value(learn::Loss::mse, f, signs), std::invalid_argument);
    CHECK_THROWS_AS(learn::accuracy(Eigen::MatrixXd(1, 0), Eigen::MatrixXd(1, 0)), std::invalid_argument);
    CHECK_THROWS_AS(learn::check_targets(learn::Loss::cross_entropy, f), std::invalid_argument);
    CHECK_THROWS_AS(learn::check_targets(learn::Loss::logistic, y), std::invalid_argument);
  }
}

TEST_SUITE("learn/generators") {
  TEST_CASE("Gaussian inputs have the spectrum, within the error of the sample") {
    numerics::Rng rng(1);
    const Eigen::VectorXd spectrum = learn::power_law(6, 1.5);
    CHECK(spectrum(3) == doctest::Approx(0.125).epsilon(1e-15));
    const int n = 40000;
    const Eigen::MatrixXd x = learn::gaussian_inputs(spectrum, n, rng);
    const Eigen::MatrixXd covariance = x * x.transpose() / n;
    // Entry (i, j) has standard error sqrt((1 + [i = j]) lambda_i lambda_j / n); 21 entries, five standard errors.
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j <= i; ++j)
        CHECK(std::abs(covariance(i, j) - (i == j ? spectrum(i) : 0.0)) <
              5 * std::sqrt((1 + (i == j)) * spectrum(i) * spectrum(j) / n));
  }

  TEST_CASE("the power-law task: exact risk equals the empirical one") {
    const auto task = learn::power_law_task(20, 1.8, 1.5, 0.25);
    CHECK(task.target(9) * task.target(9) == doctest::Approx(std::pow(10.0, -1.8)).epsilon(1e-14));
    const Eigen::VectorXd truth = task.target.cwiseQuotient(task.spectrum.cwiseSqrt());
    CHECK(task.risk(truth) == doctest::Approx(0.25).epsilon(1e-13));
    numerics::Rng rng(1);
    const auto data = task.sample(50000, rng);
    const Eigen::VectorXd w = 0.5 * truth;
    const Eigen::ArrayXd error = (w.transpose() * data.x - data.y).array().square().transpose();
    const double standard_error = std::sqrt((error - error.mean()).square().mean() / 50000);
    CHECK(std::abs(error.mean() - task.risk(w)) < 4 * standard_error);
  }

  TEST_CASE("parities are orthogonal over the whole cube") {
    const Eigen::MatrixXd x = learn::hypercube(6);
    REQUIRE(x.cols() == 64);
    CHECK(x.rowwise().sum().norm() == 0);
    const Eigen::MatrixXd a = learn::parity(x, {0, 2, 5}), b = learn::parity(x, {1, 2});
    CHECK(a.sum() == 0);
    CHECK((a * b.transpose())(0, 0) == 0);
    CHECK((a * a.transpose())(0, 0) == 64);
    numerics::Rng rng(1);
    CHECK(learn::random_corners(5, 9, rng).cwiseAbs().isOnes());
    CHECK_THROWS_AS(learn::hypercube(0), std::invalid_argument);
    CHECK_THROWS_AS(learn::parity(x, {6}), std::invalid_argument);
  }

  TEST_CASE("circle and interval") {
    const Eigen::MatrixXd x = learn::circle(8, 0.1, 2);
    CHECK((x * x.transpose() - 16 * Eigen::Matrix2d::Identity()).norm() < 1e-13);
    const auto data = learn::on_interval(5, [](double t) { return t * t; });
    CHECK((data.x - (Eigen::RowVectorXd(5) << -1, -0.5, 0, 0.5, 1).finished()).norm() < 1e-15);
    CHECK(data.y(0, 1) == 0.25);
    CHECK_THROWS_AS(learn::on_interval(1, [](double) { return 0.0; }), std::invalid_argument);
  }

  TEST_CASE("a teacher labels its inputs, with noise of the variance asked for") {
    const learn::Mlp<double> teacher(learn::standard({.widths = {3, 4, 2}}), numerics::Rng(1));
    numerics::Rng rng(2);
    const auto clean = learn::teacher_student(teacher, 7, 0, rng);
    CHECK((clean.y - teacher.output(clean.x)).norm() == 0);
    const auto noisy = learn::teacher_student(teacher, 20000, 0.5, rng);
    // 40000 squares of variance 2 * 0.25: standard error 0.0035; four of those.
    CHECK(std::abs((noisy.y - teacher.output(noisy.x)).squaredNorm() / 40000 - 0.5) < 0.015);
  }

  TEST_CASE("a Gaussian mixture has the mean and covariance that it states") {
    learn::GaussianMixture mixture{(Eigen::MatrixXd(2, 3) << 1, 0, -2, 0, 3, 1).finished(), Eigen::Vector2d(0.5, 2),
                                   Eigen::Vector3d(0.2, 0.5, 0.3)};
    numerics::Rng rng(1);
    const int n = 60000;
    const auto sample = mixture.sample(n, rng);
    // Standard errors below sqrt(8 / n) = 0.012 for means and about 0.03 for covariances; four of those.
    CHECK((sample.x.rowwise().mean() - mixture.mean()).cwiseAbs().maxCoeff() < 0.05);
    const Eigen::MatrixXd centred = sample.x.colwise() - sample.x.rowwise().mean();
    CHECK((centred * centred.transpose() / n - mixture.covariance()).cwiseAbs().maxCoeff() < 0.12);
    CHECK(static_cast<double>((sample.labels.array() == 1).count()) / n == doctest::Approx(0.5).epsilon(0.017));
    mixture.weights(0) = 0.3;
    CHECK_THROWS_AS(mixture.sample(1, rng), std::invalid_argument);
  }
}
