#include <lmw/numerics/random.h>
#include <lmw/numerics/relu_kernels.h>
#include <lmw/numerics/wide_kernels.h>

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace lmw::numerics;

namespace {

/// The recursion once more, with the standard library's acos, pair by pair.
void by_definition(double weight_var, double bias_var, int layers, Eigen::MatrixXd& k, Eigen::MatrixXd& t) {
  constexpr double pi = std::numbers::pi;
  for (int l = 0; l < layers; ++l) {
    const Eigen::MatrixXd last = k;
    for (Eigen::Index a = 0; a < k.rows(); ++a)
      for (Eigen::Index b = 0; b < k.cols(); ++b) {
        const double scale = std::sqrt(last(a, a) * last(b, b));
        const double c = a == b ? 1 : std::clamp(last(a, b) / scale, -1.0, 1.0), angle = pi - std::acos(c);
        k(a, b) = weight_var * scale * (std::sqrt(1 - c * c) + angle * c) / (2 * pi) + bias_var;
        t(a, b) = k(a, b) + weight_var * angle / (2 * pi) * t(a, b);
      }
  }
}

}  // namespace

TEST_SUITE("numerics/relu_kernels") {
  TEST_CASE("two inputs at 60 degrees, one to three layers at the critical point") {
    const double known[] = {1.21800, 1.36781, 1.47626};  // published values: 2 k1(1/2) and its iterates
    for (int layers = 1; layers <= 3; ++layers) {
      Eigen::MatrixXd k = (Eigen::Matrix2d() << 2, 1, 1, 2).finished(), t = k;
      relu_kernels(2, 0, layers, k, t);
      CHECK(k(1, 0) == doctest::Approx(known[layers - 1]).epsilon(4e-6));
      CHECK(k(0, 0) == 2);
      CHECK(t(0, 0) == 2 * (layers + 1));  // every layer adds its share
      CHECK(k(0, 1) == k(1, 0));
    }
  }

  TEST_CASE("random inputs agree with the formula in every entry, over more than one strip") {
    Rng rng(1);
    const Eigen::MatrixXd x = rng.normal(5, 300);
    Eigen::MatrixXd k = (1.7 * x.transpose() * x / 5).array() + 0.3, t = k;
    Eigen::MatrixXd expected_k = k, expected_t = t;
    relu_kernels(1.7, 0.3, 3, k, t);
    by_definition(1.7, 0.3, 3, expected_k, expected_t);
    const double scale = expected_t.cwiseAbs().maxCoeff();
    CHECK((k - expected_k).cwiseAbs().maxCoeff() < 4e-15 * scale);
    // Where c is near 1 acos loses half the digits: the formula is good to 1e-8 there, elsewhere to rounding.
    CHECK((t - expected_t).cwiseAbs().maxCoeff() < 1e-13 * scale);
    CHECK((k.array() == k.transpose().array()).all());
  }

  TEST_CASE("parallel inputs stay parallel, and opposite ones have k1 = k0 = 0") {
    const Eigen::VectorXd scale = (Eigen::Vector3d() << 1, 3, -2).finished();
    Eigen::MatrixXd k = 2 * scale * scale.transpose(), t = k;
    relu_kernels(2, 0, 1, k, t);
    CHECK(k(1, 0) == doctest::Approx(6).epsilon(1e-15));
    CHECK(t(1, 0) == doctest::Approx(12).epsilon(1e-7));
    CHECK(std::abs(k(2, 0)) < 1e-15);
    CHECK(std::abs(t(2, 0)) < 1e-7);
  }

  TEST_CASE("the general recursion gives the same") {
    Rng rng(1);
    const Eigen::MatrixXd x = rng.normal(4, 20), gram = x.transpose() * x / 4;
    Eigen::MatrixXd k = (1.5 * gram).array() + 0.1, t = k;
    relu_kernels(1.5, 0.1, 2, k, t);
    const WideKernels wide = wide_kernels({.weight_var = 1.5, .bias_var = 0.1, .hidden_layers = 2}, gram);
    CHECK((wide.ntk - t).cwiseAbs().maxCoeff() < 1e-13);
    const PairAverages pair =
        pair_averages(WideActivation::relu, 1.5 * gram(0, 0) + 0.1, 1.5 * gram(0, 1) + 0.1, 1.5 * gram(1, 1) + 0.1);
    Eigen::MatrixXd one = (1.5 * gram).array() + 0.1, one_t = one;
    relu_kernels(1.5, 0.1, 1, one, one_t);
    CHECK(one(0, 1) == doctest::Approx(1.5 * pair.value + 0.1).epsilon(1e-14));
  }

  TEST_CASE("arguments out of range are refused") {
    Eigen::MatrixXd k = Eigen::Matrix2d::Identity(), t = k, other(3, 3);
    CHECK_THROWS_AS(relu_kernels(0, 0, 1, k, t), std::domain_error);
    CHECK_THROWS_AS(relu_kernels(2, -1, 1, k, t), std::domain_error);
    CHECK_THROWS_AS(relu_kernels(2, 0, -1, k, t), std::domain_error);
    CHECK_THROWS_AS(relu_kernels(2, 0, 1, k, other), std::invalid_argument);
    k(1, 1) = 0;
    CHECK_THROWS_AS(relu_kernels(2, 0, 1, k, t), std::domain_error);
  }
}
