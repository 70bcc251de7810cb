#include <lmw/learn/generators.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/wide_kernels.h>

#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <algorithm>
#include <cmath>
#include <numbers>

using lmw::sdk::PointOverrides;
using lmw::tests::curve;
using lmw::tests::largest_difference;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("limits/ntk-predicts-training");
  return loaded;
}

PointOverrides slopes(double time, int draws) { return {{"time", time}, {"factor", 4}, {"draws", draws}}; }

const PointOverrides trajectory = {{"question", "trajectory"}, {"widest", 512}, {"draws", 8}};

}  // namespace

TEST_SUITE("limits/ntk-predicts-training") {
  TEST_CASE("the kernel of infinite width on eight points of the circle is the published one") {
    const Eigen::MatrixXd x = lmw::learn::circle(8, 0.1, std::numbers::sqrt2);
    const Eigen::MatrixXd theta =
        lmw::numerics::wide_kernels(
            {.activation = lmw::numerics::WideActivation::tanh, .weight_var = 1.5, .bias_var = 0.1, .hidden_layers = 1},
            x.transpose() * x / 2)
            .ntk;
    const double row[] = {1.74251, 1.14053, 0.181172};
    for (Eigen::Index k = 0; k < 3; ++k) CHECK(theta(0, k) == doctest::Approx(row[k]).epsilon(5e-6));
    const Eigen::VectorXd values = lmw::numerics::symmetric_eigenvalues(theta);
    CHECK(values(7) == doctest::Approx(5.62263).epsilon(2e-6));
    CHECK(values(6) == doctest::Approx(5.62263).epsilon(2e-6));
    CHECK(values(5) == doctest::Approx(1.69030).epsilon(5e-6));
  }

  TEST_CASE("powers, bands and rivals are the published ones") {
    const struct {
      const char *observable, *rival;
      double power, wrong, eps, b_th;
    } known[] = {{"limit_kernel_slope", "frozen-hidden-layer", -0.5, 0, 0.1, 0.05},
                 {"own_kernel_slope", "square-root", -1, -0.5, 0.14, 0.1},
                 {"kernel_change_slope", "square-root", -1, -0.5, 0.14, 0.1},
                 {"kernel_fluctuation_slope", "one-over-n", -0.5, -1, 0.1, 0}};
    for (const auto& [observable, rival, power, wrong, eps, b_th] : known) {
      const auto record = law().record(slopes(10, 1), observable);
      CHECK(record.value.at(0) == power);
      CHECK(record.eps.at(0) == eps);
      CHECK(record.b_th.at(0) == b_th);
      CHECK(law().predicted(slopes(10, 1), observable, rival) == wrong);
    }
    CHECK_THROWS(law().predicted(slopes(40, 1), "own_kernel_slope"));
  }

  TEST_CASE("trained networks show them: four standard errors, and the bound on the next order") {
    // Slopes of single networks over 64, 256, 1024 spread by 0.3, the motion of the kernel by 0.2.
    const double error = 4 * 0.3 / std::sqrt(24.0);
    const auto answer = law().measure(slopes(10, 24), 5);
    CHECK(std::abs(curve(answer.series, "limit_kernel_slope").at(0) + 0.5) < error + 0.05);
    CHECK(std::abs(curve(answer.series, "own_kernel_slope").at(0) + 1) < error + 0.1);
    CHECK(std::abs(curve(answer.series, "kernel_change_slope").at(0) + 1) < error + 0.1);
    CHECK(std::abs(curve(answer.series, "kernel_fluctuation_slope").at(0) + 0.5) < error);
  }

  TEST_CASE("a wide network follows the predicted course; with a frozen hidden layer it would lag behind") {
    const auto measured = law().measure(trajectory, 2).series, predicted = law().predict_replicate(trajectory, 2);
    for (const char* observable : {"train_error", "test_error"}) {
      // Errors of single networks spread by 0.007 around it: 0.02 is eight standard errors of the mean of 8.
      CHECK(largest_difference(curve(measured, observable), curve(predicted, observable)) < 0.02);
      CHECK(largest_difference(curve(measured, observable), curve(predicted, observable, "frozen-hidden-layer")) > 0.1);
    }
  }

  TEST_CASE("in the mean-field scale the error at time 40 does not fall with the width") {
    const PointOverrides rich = {{"output_scale", "mean-field"}, {"time", 40.0}, {"factor", 4}, {"draws", 8}};
    CHECK(law().regime(rich).must_break);
    CHECK(std::abs(law().measured(rich, 1, "limit_kernel_slope")) < 0.1);
  }

  TEST_CASE("it wants steps that converge, a decade of widths, and wide networks") {
    CHECK(law().regime(slopes(10, 1)).inside);
    CHECK(law().regime(trajectory).inside);
    CHECK_FALSE(law().regime({{"lr", 3.0}}).inside);  // 2 P / 5.62263 = 2.85
    CHECK(law().regime({{"lr", 2.8}}).inside);
    CHECK_FALSE(law().regime({{"narrowest", 32}}).inside);
    CHECK_FALSE(law().regime({{"widest", 512}}).inside);
    CHECK_FALSE(law().regime({{"question", "trajectory"}, {"widest", 100}}).inside);
  }
}
