#include <lmw/numerics/minimise.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace lmw::numerics;

TEST_SUITE("numerics/minimise") {
  TEST_CASE("a convex quadratic: the solution of its linear system") {
    Rng rng(1);
    const Eigen::MatrixXd root = rng.normal(30, 40), a = root * root.transpose() / 40;
    const Eigen::VectorXd b = rng.normal(30);
    const Minimum found = minimise(
        [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
          gradient = a * x - b;
          return 0.5 * x.dot(a * x) - b.dot(x);
        },
        Eigen::VectorXd::Zero(30), {.gradient_tolerance = 1e-9, .value_tolerance = 1e-18});
    CHECK(found.converged);
    CHECK((a * found.x - b).cwiseAbs().maxCoeff() < 1e-7);
    CHECK(found.value < 0);
  }

  TEST_CASE("Rosenbrock's valley") {
    const Minimum found = minimise(
        [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
          const double u = 1 - x(0), v = x(1) - x(0) * x(0);
          gradient << -2 * u - 400 * x(0) * v, 200 * v;
          return u * u + 100 * v * v;
        },
        Eigen::Vector2d(-1.2, 1), {.value_tolerance = 1e-20});
    CHECK(found.converged);
    CHECK((found.x - Eigen::Vector2d(1, 1)).norm() < 1e-7);
    CHECK(found.evaluations < 100);
  }

  TEST_CASE("a function that is not finite everywhere is stepped back into") {
    const Minimum found = minimise(
        [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
          gradient(0) = 1 - 1 / x(0);
          return x(0) > 0 ? x(0) - std::log(x(0)) : std::numeric_limits<double>::quiet_NaN();
        },
        Eigen::VectorXd::Constant(1, 0.01), {.value_tolerance = 1e-16});
    CHECK(found.x(0) == doctest::Approx(1).epsilon(1e-7));
  }

  TEST_CASE("what cannot be minimised is refused, and an early end is told") {
    const Objective bowl = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      gradient = 4 * x.array().cube();
      return x.array().pow(4).sum();
    };
    CHECK_THROWS_AS(minimise(bowl, Eigen::VectorXd::Constant(2, INFINITY)), std::domain_error);
    CHECK_THROWS_AS(minimise(bowl, Eigen::VectorXd::Ones(2), {.value_tolerance = 0}), std::invalid_argument);
    CHECK_FALSE(minimise(bowl, Eigen::VectorXd::Constant(2, 10.0), {.max_iterations = 2}).converged);
  }
}
