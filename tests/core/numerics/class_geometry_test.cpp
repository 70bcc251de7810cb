#include <lmw/numerics/class_geometry.h>
#include <lmw/numerics/random.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

namespace {

/// Corners of a regular simplex with K corners, about the origin.
Eigen::MatrixXd simplex(Eigen::Index k) { return Eigen::MatrixXd::Identity(k, k).array() - 1 / static_cast<double>(k); }

}  // namespace

TEST_SUITE("class geometry") {
  TEST_CASE("by hand: two classes of two points on a line") {
    Eigen::MatrixXd h(1, 4);
    h << 0, 2, 5, 7;
    const Eigen::VectorXi labels = (Eigen::VectorXi(4) << 0, 0, 1, 1).finished();
    const Eigen::MatrixXd means = class_means(h, labels, 2);
    CHECK(means(0, 0) == 1);
    CHECK(means(0, 1) == 6);
    // Each point lies 1 from its mean, each mean 5/2 from the centre.
    CHECK(within_over_between(h, labels, 2) == doctest::Approx(1 / 6.25).epsilon(1e-15));
  }

  TEST_CASE("the corners of a simplex, moved, turned and scaled, deviate from it by rounding alone") {
    Rng rng(4);
    for (const Eigen::Index k : {2, 4, 10}) {
      const Eigen::MatrixXd corners = (3 * simplex(k)).colwise() + rng.normal(k);
      CHECK(simplex_deviation(corners) < 1e-13);
      CHECK(cosines(simplex(k))(0, 1) == doctest::Approx(-1 / (static_cast<double>(k) - 1)).epsilon(1e-13));
    }
    // An orthogonal frame is a simplex about its own centre.
    CHECK(simplex_deviation(Eigen::MatrixXd::Identity(5, 5)) < 1e-14);
  }

  TEST_CASE("a square is no simplex: its neighbours' cosines are 0 and its opposite ones -1") {
    Eigen::MatrixXd square(2, 4);
    square << 1, 0, -1, 0, 0, 1, 0, -1;
    CHECK(simplex_deviation(square) == doctest::Approx((8 * (1.0 / 3) + 4 * (2.0 / 3)) / 12).epsilon(1e-14));
  }

  TEST_CASE("weights along the means are aligned whatever their length; opposite ones are 2 away") {
    Rng rng(7);
    const Eigen::MatrixXd means = rng.normal(6, 4), centred = means.colwise() - means.rowwise().mean();
    CHECK(weight_misalignment(0.1 * centred.transpose(), means) < 1e-14);
    CHECK(weight_misalignment(-centred.transpose(), means) == doctest::Approx(2).epsilon(1e-14));
    // Unrelated ones in 20000 dimensions: the inner product of unit vectors is 0 within 1 / sqrt(80000).
    const Eigen::MatrixXd many = rng.normal(20000, 4);
    CHECK(std::abs(weight_misalignment(rng.normal(4, 20000), many) - std::sqrt(2.0)) < 4 / std::sqrt(80000.0));
  }

  TEST_CASE("it refuses classes without examples, labels out of range and shapes that differ") {
    const Eigen::MatrixXd h = Eigen::MatrixXd::Ones(2, 3);
    const Eigen::VectorXi labels = (Eigen::VectorXi(3) << 0, 0, 2).finished();
    CHECK_THROWS_AS(class_means(h, labels, 3), std::invalid_argument);
    CHECK_THROWS_AS(class_means(h, labels, 2), std::invalid_argument);
    CHECK_THROWS_AS(class_means(h, labels.head(2), 3), std::invalid_argument);
    CHECK_THROWS_AS(weight_misalignment(h, h), std::invalid_argument);
  }
}
