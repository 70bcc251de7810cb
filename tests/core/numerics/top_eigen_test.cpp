#include <lmw/numerics/top_eigen.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

TEST_SUITE("numerics/top_eigen") {
  TEST_CASE("the top of a random matrix agrees with all of its eigenpairs") {
    Rng rng(6);
    const Eigen::MatrixXd x = rng.normal(80, 200), a = x * x.transpose() / 200.0;
    const SymmetricEigen all = symmetric_eigen(a), top = top_eigen(a, 5);
    for (Eigen::Index k = 0; k < 5; ++k) {
      CHECK(top.values(k) == doctest::Approx(all.values(75 + k)).epsilon(1e-9));
      CHECK(std::abs(top.vectors.col(k).dot(all.vectors.col(75 + k))) == doctest::Approx(1.0).epsilon(1e-9));
    }
  }
  TEST_CASE("an operator that is never written down: the second difference on a line") {
    const Eigen::Index n = 100;
    const SymmetricOperator second_difference = [n](const Eigen::VectorXd& in, Eigen::Ref<Eigen::VectorXd> out) {
      for (Eigen::Index i = 0; i < n; ++i) out(i) = 2 * in(i) - (i > 0 ? in(i - 1) : 0) - (i + 1 < n ? in(i + 1) : 0);
    };
    const SymmetricEigen top = top_eigen(second_difference, n, 3);
    for (int k = 0; k < 3; ++k)
      CHECK(top.values(2 - k) == doctest::Approx(2 + 2 * std::cos((k + 1) * M_PI / 101)).epsilon(1e-9));
  }
  TEST_CASE("negative eigenvalues of large size are not the top, and the bits repeat") {
    Eigen::VectorXd diagonal = Eigen::VectorXd::LinSpaced(50, -100, 1);
    const Eigen::MatrixXd a = diagonal.asDiagonal();
    const SymmetricEigen top = top_eigen(a, 2);
    CHECK(top.values(1) == doctest::Approx(1.0).epsilon(1e-9));
    CHECK(top.values(0) == doctest::Approx(diagonal(48)).epsilon(1e-8));
    CHECK(top.vectors == top_eigen(a, 2).vectors);
  }
  TEST_CASE("k outside 1..n-1 is refused") {
    CHECK_THROWS_AS(top_eigen(Eigen::MatrixXd::Identity(4, 4), 4), std::invalid_argument);
    CHECK_THROWS_AS(top_eigen(Eigen::MatrixXd::Identity(4, 4), 0), std::invalid_argument);
    CHECK_THROWS_AS(top_eigen(Eigen::MatrixXd(4, 5), 2), std::invalid_argument);
  }
}
