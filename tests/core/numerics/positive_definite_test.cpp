#include <lmw/numerics/positive_definite.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <limits>

using namespace lmw::numerics;

TEST_SUITE("numerics/positive_definite") {
  TEST_CASE("a 2 x 2 system by hand, reading the lower triangle alone") {
    Eigen::MatrixXd a = (Eigen::Matrix2d() << 4, 99, 2, 3).finished();
    const Eigen::MatrixXd x = solve_positive_definite(a, Eigen::Vector2d(8, 8));
    CHECK(x(0) == doctest::Approx(1).epsilon(1e-15));
    CHECK(x(1) == doctest::Approx(2).epsilon(1e-15));
  }

  TEST_CASE("the residual of a random system is at rounding") {
    Rng rng(1);
    const Eigen::MatrixXd x = rng.normal(60, 80), b = rng.normal(60, 3);
    Eigen::MatrixXd a = x * x.transpose() / 80;
    a.diagonal().array() += 0.1;
    CHECK((a * solve_positive_definite(a, b) - b).norm() < 1e-13 * b.norm());
    // In place, within larger matrices.
    Eigen::MatrixXd room = Eigen::MatrixXd::Zero(70, 70), answer = Eigen::MatrixXd::Zero(65, 3);
    room.block(2, 3, 60, 60) = a;
    answer.middleRows(1, 60) = b;
    solve_positive_definite_in_place(room.block(2, 3, 60, 60), answer.middleRows(1, 60));
    CHECK((a * answer.middleRows(1, 60) - b).norm() < 1e-13 * b.norm());
    CHECK(answer.row(0).norm() + answer.bottomRows(4).norm() == 0);
  }

  TEST_CASE("what has no solution is refused") {
    Eigen::MatrixXd a = Eigen::Matrix3d::Identity();
    CHECK_THROWS_AS(solve_positive_definite(a, Eigen::VectorXd::Ones(2)), std::invalid_argument);
    CHECK_THROWS_AS(solve_positive_definite(Eigen::MatrixXd(2, 3), Eigen::VectorXd::Ones(2)), std::invalid_argument);
    a(1, 1) = -1;
    CHECK_THROWS_WITH_AS(solve_positive_definite(a, Eigen::VectorXd::Ones(3)),
                         "solve_positive_definite: not positive definite at row 1 of 3: try a larger ridge",
                         std::domain_error);
    a(1, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(solve_positive_definite(a, Eigen::VectorXd::Ones(3)), std::domain_error);
  }
}
