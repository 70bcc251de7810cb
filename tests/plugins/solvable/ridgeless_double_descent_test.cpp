#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("solvable/ridgeless-double-descent");
  return loaded;
}

lmw::sdk::PointOverrides features(int p) { return {{"n_features", p}}; }

}  // namespace

TEST_SUITE("solvable/ridgeless-double-descent") {
  TEST_CASE("the predictions and rivals at n = 100 are the published ones") {
    const struct {
      int p;
      double risk, classical, eps;
    } known[] = {{20, 0.0632911, 0.05, 0.08},    {50, 0.255102, 0.125, 0.08}, {80, 1.05263, 0.2, 0.08},
                 {120, 1.48246, 0.166667, 0.08}, {200, 0.752525, 0.5, 0.04},  {400, 0.833612, 0.75, 0.04}};
    for (const auto& [p, risk, classical, eps] : known) {
      CHECK(law().predicted(features(p), "excess_risk") == doctest::Approx(risk).epsilon(5e-6));
      CHECK(law().predicted(features(p), "excess_risk", "classical") == doctest::Approx(classical).epsilon(5e-6));
      CHECK(law().record(features(p), "excess_risk").eps[0] == doctest::Approx(eps * risk).epsilon(5e-6));
    }
    const lmw::sdk::PointOverrides sharp = {{"n_features", 80}, {"test", "sharp"}};
    CHECK(law().predicted(sharp, "excess_risk", "large-size") == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(law().record(sharp, "excess_risk").eps[0] == doctest::Approx(0.025).epsilon(1e-3));
  }

  TEST_CASE("at large size with p/n fixed the law becomes its proportional limit") {
    // gamma = 1/2: sigma^2 gamma / (1 - gamma); gamma = 2: r^2 / 2 + sigma^2. Corrections are of order 1/n.
    CHECK(law().predicted({{"n_samples", 10000}, {"n_features", 5000}}, "excess_risk") ==
          doctest::Approx(0.25).epsilon(3e-4));
    CHECK(law().predicted({{"n_samples", 5000}, {"n_features", 10000}}, "excess_risk") ==
          doctest::Approx(0.5 + 0.25).epsilon(3e-4));
  }

  TEST_CASE("it abstains where the mean is infinite, and knows where it should break") {
    for (const int p : {99, 100, 101}) CHECK(law().predict(features(p)).abstained);
    CHECK_FALSE(law().predict(features(98)).abstained);
    CHECK(law().predict({{"noise_var", 0.0}}).abstained);

    CHECK(law().regime(features(90)).inside);
    CHECK_FALSE(law().regime(features(91)).inside);
    CHECK_FALSE(law().regime(features(91)).must_break);
    CHECK(law().regime({{"n_features", 200}, {"covariance_decay", 1.0}}).must_break);
    CHECK(law().regime({{"n_features", 20}, {"covariance_decay", 1.0}}).inside);
    CHECK(law().regime({{"n_features", 200}, {"solver", "gradient_descent"}, {"start_norm", 1.0}}).must_break);
  }

  TEST_CASE("training from zero ends in the minimum-norm solution") {
    for (const int p : {20, 250}) {
      lmw::sdk::PointOverrides at = {{"n_features", p}, {"draws", 3}};
      const double direct = law().measured(at, 5, "excess_risk");
      at.push_back({"solver", "gradient_descent"});
      CHECK(law().measured(at, 5, "excess_risk") == doctest::Approx(direct).epsilon(1e-6));
    }
  }

  TEST_CASE("one seed is one number, and its mean over draws is the predicted one") {
    for (const int p : {50, 200}) {
      const lmw::sdk::PointOverrides at = {{"n_features", p}, {"draws", 2000}};
      const double risk = law().measured(at, 1, "excess_risk");
      CHECK(risk == law().measured(at, 1, "excess_risk"));
      CHECK(risk != law().measured(at, 2, "excess_risk"));
      // One data set has a standard deviation of 0.07 at both sizes: four standard errors.
      CHECK(std::abs(risk - law().predicted(at, "excess_risk")) < 4 * 0.07 / std::sqrt(2000.0));
    }
  }

  TEST_CASE("below the peak the covariance does not matter; above it does, and so does the start") {
    const lmw::sdk::PointOverrides below = {{"n_features", 50}, {"covariance_decay", 1.0}, {"draws", 1000}};
    CHECK(std::abs(law().measured(below, 3, "excess_risk") - law().predicted(below, "excess_risk")) <
          4 * 0.07 / std::sqrt(1000.0));
    const lmw::sdk::PointOverrides anisotropic = {{"n_features", 200}, {"covariance_decay", 1.0}, {"draws", 200}};
    CHECK(law().measured(anisotropic, 3, "excess_risk") < 0.8 * law().predicted(anisotropic, "excess_risk"));
    // From a start of norm 1 the unseen part of b - w0 is twice that of b: 2 (1 - n/p) in place of 1 - n/p.
    const lmw::sdk::PointOverrides started = {
        {"n_features", 400}, {"solver", "gradient_descent"}, {"start_norm", 1.0}, {"draws", 20}};
    CHECK(law().measured(started, 3, "excess_risk") ==
          doctest::Approx(law().predicted(started, "excess_risk") + 0.75).epsilon(0.1));
  }
}
