#include <lmw/numerics/quadrature.h>

#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("limits/nngp-kernel-recursion");
  return loaded;
}

PointOverrides network(const char* activation, int layers) {
  PointOverrides at = {{"activation", activation}, {"hidden_layers", layers}};
  if (std::string(activation) == "relu") at.insert(at.end(), {{"weight_var", 2.0}, {"bias_var", 0.0}});
  return at;
}

doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

}  // namespace

TEST_SUITE("limits/nngp-kernel-recursion") {
  TEST_CASE("covariances, rivals and tolerances at 60 degrees are the published ones") {
    const struct {
      const char *activation, *rival11, *rival12;
      double k12[3], k11[3], wrong12[3], wrong11[3];
    } known[] = {{"relu", "linear", "correlation-kept", {1.21800, 1.36781, 1.47626}, {2, 2, 2}, {1, 1, 1}, {4, 8, 16}},
                 {"erf",
                  "probit",
                  "probit",
                  {0.497937, 0.440323, 0.436646},
                  {0.927207, 0.775273, 0.723996},
                  {0.418035, 0.332644, 0.311105},
                  {0.732998, 0.517032, 0.432112}},
                 {"tanh",
                  "erf-for-tanh",
                  "erf-for-tanh",
                  {0.453188, 0.384398, 0.375378},
                  {0.819995, 0.637737, 0.571564},
                  {0.497937, 0.440323, 0.436646},
                  {0.927207, 0.775273, 0.723996}}};
    for (const auto& [activation, rival11, rival12, k12, k11, wrong12, wrong11] : known)
      for (int l = 0; l < 3; ++l) {
        const PointOverrides at = network(activation, l + 1);
        CHECK(law().predicted(at, "k12") == six_digits(k12[l]));
        CHECK(law().predicted(at, "k11") == six_digits(k11[l]));
        CHECK(law().predicted(at, "k12", rival12) == six_digits(wrong12[l]));
        CHECK(law().predicted(at, "k11", rival11) == six_digits(wrong11[l]));
        CHECK(law().record(at, "k12").eps[0] == doctest::Approx(0.02 * k12[l]).epsilon(1e-5));
        CHECK(law().record(at, "k12").b_th[0] == doctest::Approx(k12[l] / 256).epsilon(1e-5));
      }
  }

  TEST_CASE("equal inputs have the covariance that is the variance, at every depth") {
    const PointOverrides same = {{"hidden_layers", 7}, {"angle_degrees", 0.0}};
    CHECK(law().predicted(same, "k12") == doctest::Approx(law().predicted(same, "k11")).epsilon(1e-12));
  }

  TEST_CASE("means over random networks agree: four standard errors, and a bias of half the value over the width") {
    for (const char* activation : {"relu", "erf", "tanh"}) {
      PointOverrides at = network(activation, 2);
      at.insert(at.end(), {{"width", 64}, {"draws", 1000}});
      const double scatter = std::string(activation) == "relu" ? 0.25 : 0.22;  // of one network, as measured
      for (const char* observable : {"k11", "k12"}) {
        const double predicted = law().predicted(at, observable);
        CHECK(std::abs(law().measured(at, 3, observable) / predicted - 1) < 4 * scatter / std::sqrt(1000.0) + 0.5 / 64);
      }
      CHECK(std::abs(law().measured(at, 3, "output_product") / law().predicted(at, "k12") - 1) <
            4 * 2.0 / std::sqrt(1000.0));
    }
  }

  TEST_CASE("Cauchy weights have another kernel: 1.094 +- 0.002 in place of 0.819995") {
    const PointOverrides cauchy = {{"entries", "cauchy"}, {"width", 64}, {"draws", 1000}};
    // 1000 networks here and there: standard errors of 0.002 each.
    CHECK(std::abs(law().measured(cauchy, 1, "k11") - 1.094) < 4 * 0.002 * std::sqrt(2.0));
    CHECK(law().regime(cauchy).must_break);
  }

  TEST_CASE("two units in the second layer lower k11 to 0.544396, an average over both of them") {
    const PointOverrides narrow = {{"hidden_layers", 3}, {"width", 64}, {"bottleneck", 2}, {"draws", 4000}};
    const auto rule = lmw::numerics::gauss_hermite(60);
    const double k1 = law().predicted(network("tanh", 1), "k11");
    const auto square = [](double z) { return std::tanh(z) * std::tanh(z); };
    const double expected = rule([&](double z1) {
      return rule([&](double z2) {
        const double variance = 1.5 * (square(std::sqrt(k1) * z1) + square(std::sqrt(k1) * z2)) / 2 + 0.1;
        return 1.5 * rule([&](double z) { return square(std::sqrt(variance) * z); }) + 0.1;
      });
    });
    CHECK(expected == six_digits(0.544396));
    CHECK(std::abs(law().measured(narrow, 1, "k11") - expected) < 4 * 0.0023);
    CHECK(law().regime(narrow).must_break);
    CHECK(law().predicted(narrow, "k11") == six_digits(0.571564));
    CHECK(law().record(narrow, "k11").b_th[0] == doctest::Approx(0.571564 / 64).epsilon(1e-5));
  }

  TEST_CASE("it holds where depth is at most a twentieth of the width") {
    CHECK(law().regime({{"hidden_layers", 3}, {"width", 64}}).inside);
    CHECK_FALSE(law().regime({{"hidden_layers", 4}, {"width", 64}}).inside);
    CHECK_FALSE(law().regime({{"hidden_layers", 3}, {"bottleneck", 20}}).must_break);
  }
}
