#include <lmw/numerics/random.h>
#include <lmw/numerics/wide_kernels.h>

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

using namespace lmw::numerics;

namespace {

doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

/// Two inputs at 60 degrees with |x|^2 = d.
const Eigen::Matrix2d sixty_degrees = (Eigen::Matrix2d() << 1.0, 0.5, 0.5, 1.0).finished();

WideNetwork network(WideActivation phi, int hidden_layers) {
  const bool relu = phi == WideActivation::relu || phi == WideActivation::linear;
  return {phi, relu ? 2.0 : 1.5, relu ? 0.0 : 0.1, hidden_layers};
}

}  // namespace

TEST_SUITE("numerics/wide_kernels") {
  TEST_CASE("the arc-cosine kernels have their known values") {
    const auto k1 = [](double c) { return 2 * pair_averages(WideActivation::relu, 1, c, 1).value; };
    const auto k0 = [](double c) { return 2 * pair_averages(WideActivation::relu, 1, c, 1).slope; };
    CHECK(k1(0) == six_digits(0.318310));
    CHECK(k1(0.5) == six_digits(0.608998));
    CHECK(k0(0.5) == six_digits(0.666667));
    CHECK(k1(1) == doctest::Approx(1).epsilon(1e-15));
    CHECK(k1(-1) == doctest::Approx(0));
  }

  TEST_CASE("output covariances at 60 degrees are the published ones, for one to three hidden layers") {
    const struct {
      WideActivation phi;
      double k12[3], k11[3];
    } known[] = {{WideActivation::relu, {1.21800, 1.36781, 1.47626}, {2, 2, 2}},
                 {WideActivation::linear, {2, 4, 8}, {4, 8, 16}},
                 {WideActivation::erf, {0.497937, 0.440323, 0.436646}, {0.927207, 0.775273, 0.723996}},
                 {WideActivation::probit, {0.418035, 0.332644, 0.311105}, {0.732998, 0.517032, 0.432112}},
                 {WideActivation::tanh, {0.453188, 0.384398, 0.375378}, {0.819995, 0.637737, 0.571564}}};
    for (const auto& [phi, k12, k11] : known)
      for (int l = 0; l < 3; ++l) {
        const Eigen::MatrixXd k = wide_kernels(network(phi, l + 1), sixty_degrees).nngp;
        CHECK(k(0, 1) == six_digits(k12[l]));
        CHECK(k(0, 0) == six_digits(k11[l]));
      }
  }

  TEST_CASE("tangent kernels at 60 degrees are the published ones") {
    const struct {
      WideActivation phi;
      double t12[3], t11[3];
    } known[] = {{WideActivation::relu, {1.88466, 2.70296, 3.47569}, {4, 6, 8}},
                 {WideActivation::erf, {0.920629, 1.09761, 1.31240}, {2.05053, 2.58000, 3.15716}},
                 {WideActivation::tanh, {0.824465, 0.919579, 1.05595}, {1.74251, 1.94541, 2.16742}}};
    for (const auto& [phi, t12, t11] : known)
      for (int l = 0; l < 3; ++l) {
        const Eigen::MatrixXd t = wide_kernels(network(phi, l + 1), sixty_degrees).ntk;
        CHECK(t(0, 1) == six_digits(t12[l]));
        CHECK(t(0, 0) == six_digits(t11[l]));
      }
  }

  TEST_CASE("closed forms agree with quadrature, where the activation is smooth") {
    const double k11 = 0.8, k12 = -0.3, k22 = 0.5;
    const auto erf = pair_averages(WideActivation::erf, k11, k12, k22);
    CHECK(std::abs(erf.value - gaussian_pair_average([](double z) { return std::erf(z); }, k11, k12, k22)) < 1e-10);
    const auto erf_slope = [](double z) { return 2 * std::numbers::inv_sqrtpi * std::exp(-z * z); };
    CHECK(std::abs(erf.slope - gaussian_pair_average(erf_slope, k11, k12, k22)) < 1e-10);
    const auto probit = pair_averages(WideActivation::probit, k11, k12, k22);
    const auto phi = [](double z) { return std::erf(z / std::numbers::sqrt2); };
    const auto phi_slope = [](double z) { return std::sqrt(2 / std::numbers::pi) * std::exp(-z * z / 2); };
    CHECK(std::abs(probit.value - gaussian_pair_average(phi, k11, k12, k22)) < 1e-12);
    CHECK(std::abs(probit.slope - gaussian_pair_average(phi_slope, k11, k12, k22)) < 1e-12);
    // For tanh: twice the nodes change nothing.
    const auto tanh = [](double z) { return std::tanh(z); };
    CHECK(std::abs(pair_averages(WideActivation::tanh, 1, 0.5, 1).value - gaussian_pair_average(tanh, 1, 0.5, 1, 160)) <
          1e-9);
    CHECK(std::abs(pair_averages(WideActivation::tanh, 10, 5, 10).value - gaussian_pair_average(tanh, 10, 5, 10, 160)) <
          1e-4);
  }

  TEST_CASE("the relu averages agree with Monte Carlo within four standard errors") {
    Rng rng(17);
    const Eigen::ArrayXd u = rng.normal(200'000);
    const Eigen::ArrayXd v = -0.4 * u + std::sqrt(1 - 0.16) * rng.normal(200'000).array();
    const Eigen::ArrayXd product = (2 * u).max(0.0) * v.max(0.0), both = (u > 0 && v > 0).cast<double>();
    const auto known = pair_averages(WideActivation::relu, 4, -0.8, 1);
    const auto off = [](const Eigen::ArrayXd& x, double mean) {
      return std::abs(x.mean() - mean) / std::sqrt((x - x.mean()).square().mean() / static_cast<double>(x.size()));
    };
    CHECK(off(product, known.value) < 4);
    CHECK(off(both, known.slope) < 4);
  }

  TEST_CASE("without hidden layers both kernels are the inputs'; small inputs make erf linear") {
    const auto none = wide_kernels({WideActivation::tanh, 1.5, 0.1, 0}, sixty_degrees);
    CHECK(none.nngp(0, 1) == doctest::Approx(0.85));
    CHECK(none.ntk == none.nngp);
    const double tiny = 1e-4, slope = 4 / std::numbers::pi;  // erf'(0)^2
    CHECK(pair_averages(WideActivation::erf, tiny, tiny / 2, tiny).value ==
          doctest::Approx(slope * tiny / 2).epsilon(5e-4));
    CHECK(pair_averages(WideActivation::tanh, 0, 0, 2.0).value == 0);
  }

  TEST_CASE("what is out of range is refused") {
    CHECK_THROWS_AS(pair_averages(WideActivation::relu, -1, 0, 1), std::domain_error);
    CHECK_THROWS_AS(wide_kernels({}, Eigen::MatrixXd::Zero(2, 3)), std::invalid_argument);
    CHECK_THROWS_AS(wide_kernels({.weight_var = 0}, sixty_degrees), std::domain_error);
    CHECK_THROWS_AS(wide_kernels({.bias_var = -1}, sixty_degrees), std::domain_error);
    CHECK_THROWS_AS(wide_kernels({.hidden_layers = -1}, sixty_degrees), std::domain_error);
  }
}
