#include <lmw/numerics/linalg.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace lmw::numerics;

TEST_SUITE("numerics/linalg") {
  TEST_CASE("the second-difference matrix has eigenvalues 2 - 2 cos(k pi / (n + 1)), ascending") {
    const Eigen::Index n = 50;
    Eigen::MatrixXd a = 2.0 * Eigen::MatrixXd::Identity(n, n);
    a.diagonal(-1).setConstant(-1.0);  // the lower triangle is all that is read
    const Eigen::VectorXd values = symmetric_eigenvalues(a);
    for (Eigen::Index k = 0; k < n; ++k)
      CHECK(values(k) == doctest::Approx(2 - 2 * std::cos(static_cast<double>(k + 1) * M_PI / 51)).epsilon(1e-13));
  }

  TEST_CASE("eigenpairs put the matrix together again and both routes give the same values") {
    Rng rng(1);
    const Eigen::Index n = 120;
    Eigen::MatrixXd a = rng.normal(n, n);
    a = (a + a.transpose()).eval();
    const auto [values, vectors] = symmetric_eigen(a);
    const double scale = a.norm();  // backward stability: a modest multiple of n eps ||A||
    CHECK((vectors * values.asDiagonal() * vectors.transpose() - a).norm() < 1e-13 * scale);
    CHECK((vectors.transpose() * vectors - Eigen::MatrixXd::Identity(n, n)).norm() < 1e-12);
    CHECK((symmetric_eigenvalues(a) - values).norm() < 1e-13 * scale);
    for (Eigen::Index k = 1; k < n; ++k) REQUIRE(values(k - 1) <= values(k));
  }

  TEST_CASE("several threads at once get the bits that one gets") {
    Rng rng(2);
    const Eigen::Index n = 200;
    Eigen::MatrixXd a = rng.normal(n, n);
    a = (a + a.transpose()).eval();
    const SymmetricEigen alone = symmetric_eigen(a);
    const int repeats = 60;  // a BLAS without locks fails in 1 to 7 % of them
    std::vector<int> equal(4);
    {
      std::vector<std::jthread> threads;
      for (std::size_t t = 0; t < equal.size(); ++t)
        threads.emplace_back([&, t] {
          for (int i = 0; i < repeats; ++i) {
            const SymmetricEigen here = symmetric_eigen(a);
            equal[t] += here.values == alone.values && here.vectors == alone.vectors;
          }
        });
    }
    for (const int count : equal) CHECK(count == repeats);
  }

  TEST_CASE("an empty matrix has no eigenvalues; a bad one is refused") {
    CHECK(symmetric_eigen(Eigen::MatrixXd(0, 0)).values.size() == 0);
    CHECK_THROWS_AS(symmetric_eigenvalues(Eigen::MatrixXd(2, 3)), std::invalid_argument);
    Eigen::MatrixXd bad = Eigen::MatrixXd::Identity(3, 3);
    bad(1, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(symmetric_eigen(bad), std::domain_error);
  }

  TEST_CASE("random orthonormal columns are orthonormal, and their signs are fair") {
    Rng rng(3);
    const Eigen::MatrixXd q = random_orthonormal(40, 15, rng);
    CHECK((q.transpose() * q - Eigen::MatrixXd::Identity(15, 15)).norm() < 1e-13);
    // Haar: every entry has mean 0 and variance 1/n. Unfixed, Householder's first entry always has the same sign.
    double sum = 0, sum_sq = 0;
    const int draws = 4000, n = 4;
    for (int i = 0; i < draws; ++i) {
      const double entry = random_orthonormal(n, n, rng)(0, 0);
      sum += entry, sum_sq += entry * entry;
    }
    CHECK(std::abs(sum / draws) < 4 * std::sqrt(1.0 / n / draws));
    // Var(q^2) = 3/(n(n+2)) - 1/n^2 for a uniformly random unit vector.
    CHECK(std::abs(sum_sq / draws - 0.25) < 4 * std::sqrt((3.0 / 24 - 1.0 / 16) / draws));
    CHECK_THROWS_AS(random_orthonormal(3, 4, rng), std::invalid_argument);
  }
}
