#include <lmw/numerics/complementarity.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include <cmath>

using Eigen::MatrixXd;
using lmw::numerics::semidefinite_complementarity;

namespace {

MatrixXd image(const MatrixXd& b, const MatrixXd& x) {
  const Eigen::Index k = x.rows();
  return (b * x.reshaped<Eigen::RowMajor>()).reshaped<Eigen::RowMajor>(k, k);
}

double least_eigenvalue(const MatrixXd& m) { return Eigen::SelfAdjointEigenSolver<MatrixXd>(m).eigenvalues()(0); }

/// B[X]_ij = sum_mn <g_ij, g_mn> X_mn with symmetric g: what central flows meet.
MatrixXd gram_operator(Eigen::Index k, lmw::numerics::Rng& rng) {
  MatrixXd g(30, k * k);
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = i; j < k; ++j) {
      g.col(i * k + j) = rng.normal(30);
      g.col(j * k + i) = g.col(i * k + j);
    }
  return g.transpose() * g;
}

}  // namespace

TEST_SUITE("numerics/complementarity") {
  TEST_CASE("one by one it is max(0, -a/b)") {
    const MatrixXd b = MatrixXd::Constant(1, 1, 4);
    CHECK(semidefinite_complementarity(MatrixXd::Constant(1, 1, -3), b)(0, 0) == 0.75);
    CHECK(semidefinite_complementarity(MatrixXd::Constant(1, 1, 3), b)(0, 0) == 0);
  }

  TEST_CASE("with the identity for B it is the negative part of A") {
    const MatrixXd a = (MatrixXd(2, 2) << 1, 2, 2, -1).finished();  // eigenvalues +-sqrt 5
    const MatrixXd x = semidefinite_complementarity(a, MatrixXd::Identity(4, 4));
    CHECK(x.trace() == doctest::Approx(std::sqrt(5.0)).epsilon(1e-12));
    CHECK(std::abs(x.determinant()) < 1e-12);
    CHECK(std::abs(least_eigenvalue(a + x)) < 1e-12);
  }

  TEST_CASE("the three conditions hold for random problems of two and three directions, from any start") {
    lmw::numerics::Rng rng(5);
    for (int trial = 0; trial < 20; ++trial) {
      const Eigen::Index k = 2 + trial % 2;
      const MatrixXd b = gram_operator(k, rng), half = rng.normal(k, k);
      const MatrixXd a = half + half.transpose() - 3 * MatrixXd::Identity(k, k);
      const MatrixXd x = semidefinite_complementarity(a, b), slack = a + image(b, x);
      const double scale = a.cwiseAbs().maxCoeff();
      CHECK(least_eigenvalue(x) > -1e-12 * x.cwiseAbs().maxCoeff());
      CHECK(least_eigenvalue(slack) > -1e-8 * scale);
      CHECK(std::abs((x.array() * slack.array()).sum()) < 1e-8 * scale * x.norm());
      const MatrixXd again = semidefinite_complementarity(a, b, 3 * MatrixXd::Identity(k, k));
      CHECK((again - x).norm() < 1e-8 * x.norm());
    }
  }

  TEST_CASE("shapes that do not fit and operators without a solution are refused") {
    CHECK_THROWS_AS(semidefinite_complementarity(MatrixXd::Zero(2, 2), MatrixXd::Zero(2, 2)), std::invalid_argument);
    CHECK_THROWS_AS(semidefinite_complementarity(-MatrixXd::Identity(2, 2), MatrixXd::Zero(4, 4)), std::domain_error);
    CHECK(semidefinite_complementarity(MatrixXd::Identity(2, 2), MatrixXd::Zero(4, 4)).isZero());
  }
}
