#include <lmw/numerics/kernel.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

TEST_SUITE("numerics/kernel") {
  TEST_CASE("squared distances of a 3-4-5 triangle") {
    const Eigen::MatrixXd points = (Eigen::MatrixXd(3, 2) << 0, 0, 3, 0, 3, 4).finished();
    const Eigen::MatrixXd expected = (Eigen::MatrixXd(3, 3) << 0, 9, 25, 9, 0, 16, 25, 16, 0).finished();
    CHECK(squared_distances(points) == expected);
  }
  TEST_CASE("squared distances agree with differences, and repeated points are at distance zero") {
    Rng rng(1);
    Eigen::MatrixXd points = rng.normal(30, 20);
    points.row(7) = points.row(3);
    const Eigen::MatrixXd sq = squared_distances(points);
    const double largest = points.rowwise().squaredNorm().maxCoeff();
    for (Eigen::Index i = 0; i < 30; ++i)
      for (Eigen::Index j = 0; j < 30; ++j)
        REQUIRE(std::abs(sq(i, j) - (points.row(i) - points.row(j)).squaredNorm()) < 1e-14 * largest);
    CHECK(sq(7, 3) < 1e-14 * largest);
    CHECK(sq == sq.transpose());
    CHECK(sq.minCoeff() == 0.0);
  }
  TEST_CASE("the median averages the two middle entries of an even count") {
    CHECK(median_entry((Eigen::MatrixXd(2, 2) << 4, 1, 3, 2).finished()) == 2.5);
    CHECK(median_entry((Eigen::MatrixXd(1, 3) << 9, 1, 3).finished()) == 3.0);
    CHECK_THROWS_AS(median_entry(Eigen::MatrixXd(0, 0)), std::invalid_argument);
  }
  TEST_CASE("both kernels at distance one width") {
    const Eigen::MatrixXd sq = Eigen::MatrixXd::Constant(1, 1, 2.0);
    CHECK(gaussian_kernel(sq, 2.0)(0, 0) == doctest::Approx(std::exp(-0.5)).epsilon(1e-15));
    CHECK(laplace_kernel(sq, 2.0)(0, 0) == doctest::Approx(std::exp(-1.0)).epsilon(1e-15));
    CHECK_THROWS_AS(gaussian_kernel(sq, 0.0), std::domain_error);
    CHECK_THROWS_AS(laplace_kernel(sq, -1.0), std::domain_error);
  }
  TEST_CASE("both kernels are positive definite on distinct points, with unit trace per point") {
    Rng rng(2);
    const Eigen::MatrixXd sq = squared_distances(rng.normal(60, 5));
    for (const Eigen::MatrixXd& k : {gaussian_kernel(sq, 10.0), laplace_kernel(sq, 10.0)}) {
      const Eigen::VectorXd values = symmetric_eigenvalues(k);
      CHECK(values(0) > 0.0);
      CHECK(values.sum() == doctest::Approx(60.0).epsilon(1e-13));
    }
  }
}
