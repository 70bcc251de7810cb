#include <lmw/numerics/linear_modes.h>
#include <lmw/numerics/ode.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;
using Vector = Eigen::VectorXd;
using Out = Eigen::Ref<Eigen::VectorXd>;

TEST_SUITE("numerics/ode") {
  TEST_CASE("a logistic mode follows its closed form at every asked time") {
    const Vector times = Vector::LinSpaced(40, 0, 4), start = Vector::Constant(1, 1e-3);
    const auto solution = solve_ode(
        [](double, const Vector& a, Out da) { da = (2 * a.array() * (3 - a.array())).matrix(); }, start, times);
    for (Eigen::Index j = 0; j < times.size(); ++j)
      CHECK(solution(0, j) == doctest::Approx(linear_mode_strength(3, 1e-3, times(j))).epsilon(1e-7));
  }
  TEST_CASE("an oscillator keeps its energy to the tolerance, and comes back when time runs backwards") {
    const auto rotate = [](double, const Vector& y, Out dy) { dy(0) = y(1), dy(1) = -y(0); };
    const Vector start = (Vector(2) << 1, 0).finished();
    const Vector forward = solve_ode(rotate, start, (Vector(2) << 0, 20 * M_PI).finished()).col(1);
    CHECK((forward - start).norm() < 1e-6);
    const Vector back = solve_ode(rotate, forward, (Vector(2) << 20 * M_PI, 0).finished()).col(1);
    CHECK((back - start).norm() < 1e-6);
  }
  TEST_CASE("the error falls with the tolerance as the order of the method says") {
    const auto error = [](double tolerance) {
      const auto rhs = [](double t, const Vector& y, Out dy) { dy = -y * std::cos(t); };
      const Vector start = Vector::Ones(1), times = (Vector(2) << 0, 5).finished();
      const auto y = solve_ode(rhs, start, times, {.rel_tol = tolerance, .abs_tol = tolerance});
      return std::abs(y(0, 1) - std::exp(-std::sin(5.0)));
    };
    CHECK(error(1e-6) < 1e-5);
    CHECK(error(1e-12) < 1e-10);
  }
  TEST_CASE("asking for more times does not change the solution beyond the tolerance") {
    const auto rhs = [](double t, const Vector& y, Out dy) {
      dy = (y.array() * (std::sin(t) - 0.1 * y.array())).matrix();
    };
    const Vector start = Vector::Ones(1);
    const double sparse = solve_ode(rhs, start, (Vector(2) << 0, 10).finished())(0, 1);
    CHECK(solve_ode(rhs, start, Vector::LinSpaced(1001, 0, 10))(0, 1000) == doctest::Approx(sparse).epsilon(1e-7));
  }
  TEST_CASE("one time is the start; a start at rest stays there") {
    const Vector start = Vector::Zero(3);
    const auto rest = [](double, const Vector& y, Out dy) { dy = y; };
    CHECK(solve_ode(rest, start, Vector::Zero(1)) == start);
    CHECK(solve_ode(rest, start, (Vector(2) << 0, 1e3).finished()).col(1) == start);
  }
  TEST_CASE("a blow-up is told with its time, and bad arguments are refused") {
    const auto square = [](double, const Vector& y, Out dy) { dy = y.cwiseProduct(y); };  // 1 / (1 - t)
    const Vector one = Vector::Ones(1);
    CHECK_THROWS_AS(solve_ode(square, one, (Vector(2) << 0, 2).finished()), std::runtime_error);
    CHECK_THROWS_AS(solve_ode(square, one, (Vector(3) << 0, 1, 0.5).finished()), std::invalid_argument);
    CHECK_THROWS_AS(solve_ode(square, one, Vector()), std::invalid_argument);
    CHECK_THROWS_AS(solve_ode(square, one, one, {.rel_tol = 0}), std::invalid_argument);
    CHECK_THROWS_AS(solve_ode(square, one, (Vector(2) << 0, 0.9).finished(), {.max_steps = 3}), std::runtime_error);
  }
}
