#include <lmw/numerics/linearised_training.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using lmw::numerics::LinearisedTraining;

TEST_SUITE("numerics/linearised_training") {
  TEST_CASE("it is gradient descent on a linear model, step for step") {
    lmw::numerics::Rng rng(11);
    const Eigen::MatrixXd features = rng.normal(7, 12);  // (weights, examples): more examples than weights
    const Eigen::VectorXd y = rng.normal(12), start = rng.normal(7), elsewhere = rng.normal(7);
    const double lr = 0.2;
    const LinearisedTraining theory(features.transpose() * features, lr);
    const Eigen::VectorXd first = features.transpose() * start - y;
    Eigen::VectorXd w = start;
    for (int k = 0; k < 40; ++k) w -= lr / 12 * features * (features.transpose() * w - y);
    // Rounding grows with neither k nor the condition number here: all factors are below 1.
    CHECK((theory.residual(first, 40) - (features.transpose() * w - y)).norm() < 1e-12 * first.norm());
    CHECK(theory.motion(first, 40) == doctest::Approx((w - start).norm()).epsilon(1e-11));
    const double output = elsewhere.dot(start) + (features.transpose() * elsewhere).dot(theory.coefficients(first, 40));
    CHECK(output == doctest::Approx(elsewhere.dot(w)).epsilon(1e-11));
  }

  TEST_CASE("nothing has moved before the first step, and in the end all that can be learned is") {
    const Eigen::MatrixXd kernel = Eigen::Vector3d(4, 1, 0).asDiagonal();
    const LinearisedTraining theory(kernel, 0.3);
    const Eigen::Vector3d first(1, -2, 5);
    CHECK(theory.residual(first, 0) == first);
    CHECK(theory.motion(first, 0) == 0);
    CHECK((theory.residual(first, 2000) - Eigen::Vector3d(0, 0, 5)).norm() < 1e-12);
    CHECK(theory.motion(first, 2000) == doctest::Approx(std::sqrt(1.0 / 4 + 4.0 / 1)).epsilon(1e-12));
    CHECK(theory.coefficients(first, 2000)(2) == 0);
    CHECK(theory.top_rate() == doctest::Approx(0.3 * 4 / 3).epsilon(1e-14));
  }

  TEST_CASE("arguments that cannot be are refused") {
    const Eigen::MatrixXd kernel = Eigen::Matrix2d::Identity();
    const LinearisedTraining theory(kernel, 0.1);
    const Eigen::VectorXd three = Eigen::Vector3d::Ones(), two = Eigen::Vector2d::Ones();
    CHECK_THROWS_AS(theory.residual(three, 1), std::invalid_argument);
    CHECK_THROWS_AS(theory.motion(two, -1), std::invalid_argument);
    CHECK_THROWS_AS(LinearisedTraining(Eigen::MatrixXd(2, 3), 0.1), std::invalid_argument);
    CHECK_THROWS_AS(LinearisedTraining(Eigen::MatrixXd(0, 0), 0.1), std::invalid_argument);
    CHECK_THROWS_AS(LinearisedTraining(kernel, -0.1), std::domain_error);
    CHECK_THROWS_AS(LinearisedTraining(kernel, std::numeric_limits<double>::infinity()), std::domain_error);
  }
}
