#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("solvable/krr-eigenlearning");
  return loaded;
}

doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

PointOverrides normalised(int n, double ridge) { return {{"n_samples", n}, {"ridge", ridge}}; }
PointOverrides gaussian(int m, int n, double ridge, double noise_var) {
  return {{"setting", "gaussian"}, {"n_features", m},        {"n_samples", n},
          {"ridge", ridge},        {"noise_var", noise_var}, {"target_decay", 1.8}};
}
PointOverrides cube(int d, int n, double ridge) {
  return {{"setting", "hypercube"}, {"dimension", d}, {"n_samples", n}, {"ridge", ridge}};
}
PointOverrides learnability(int n, double ridge) {
  return {{"setting", "learnability"}, {"dimension", 8}, {"n_samples", n}, {"ridge", ridge}};
}
PointOverrides network(int width, double output_scale) {
  return {{"setting", "learnability-network"}, {"dimension", 4}, {"n_samples", 8}, {"width", width},
          {"output_scale", output_scale},      {"draws", 1}};
}
PointOverrides with_draws(PointOverrides at, int draws) {
  at.push_back({"draws", draws});
  return at;
}

/// Gaussian risks differ from the theory at finite size by about 1/n of themselves, and from their mean by chance:
/// `sd` is the relative spread of one draw, as measured.
void check_mean(const PointOverrides& at, const char* observable, int draws, double sd, double bias) {
  const double predicted = law().predicted(at, observable);
  const double measured = law().measured(with_draws(at, draws), 11, observable);
  CHECK(std::abs(measured / predicted - 1) < 4 * sd / std::sqrt(draws) + bias);
}

}  // namespace

TEST_SUITE("solvable/krr-eigenlearning") {
  TEST_CASE("Gaussian features of unit power: the predictions, tolerances and rivals are the published ones") {
    const struct {
      int n;
      double ridge, risk, eps;
      const char* rival;
      double wrong;
    } known[] = {{30, 0, 0.131971, 0.06, "no-overfitting", 0.0828830},
                 {100, 0, 0.103157, 0.03, "no-overfitting", 0.0578695},
                 {300, 0, 0.132493, 0.03, "no-overfitting", 0.0511266},
                 {30, 0.05, 0.130142, 0.06, "ridge-times-n", 0.160790},
                 {100, 0.05, 0.0935025, 0.03, "ridge-times-n", 0.128814},
                 {300, 0.05, 0.0841706, 0.03, "ridge-times-n", 0.119862}};
    for (const auto& [n, ridge, risk, eps, rival, wrong] : known) {
      const auto own = law().record(normalised(n, ridge), "test_risk");
      CHECK(own.value[0] == six_digits(risk));
      CHECK(own.eps[0] == doctest::Approx(eps * risk).epsilon(1e-5));
      CHECK(own.b_th[0] == doctest::Approx(0.01 * risk).epsilon(1e-5));
      CHECK(law().predicted(normalised(n, ridge), "test_risk", rival) == six_digits(wrong));
    }
    // kappa = ridge/n resolves more modes than there are samples: its overfitting factor is negative.
    for (const int n : {30, 100}) CHECK(law().predicted(normalised(n, 0.05), "test_risk", "bare-ridge") < 0);
  }

  TEST_CASE("Gaussian features with v^2 = i^-1.8: published at M = 500, and measured elsewhere at M = 1500") {
    const struct {
      double ridge, noise_var, risk, no_overfitting, times_n, linear;
    } known[] = {{0.1, 0.25, 0.483894, 0.329204, 0.592231, 0.617041},
                 {0.1, 0, 0.116421, 0.0792035, 0.327384, 0.249568},
                 {0, 0, 0.108366, 0.0646590, 0, 0.236971}};
    for (const auto& [ridge, noise_var, risk, no_overfitting, times_n, linear] : known) {
      const PointOverrides at = gaussian(500, 50, ridge, noise_var);
      CHECK(law().predicted(at, "test_risk") == six_digits(risk));
      CHECK(law().predicted(at, "test_risk", "no-overfitting") == six_digits(no_overfitting));
      CHECK(law().predicted(at, "test_risk", "linear-bias") == six_digits(linear));
      if (ridge > 0) CHECK(law().predicted(at, "test_risk", "ridge-times-n") == six_digits(times_n));
    }
    CHECK(law().predicted(gaussian(1500, 50, 0, 0), "test_risk") == doctest::Approx(0.1192).epsilon(5e-4));
    CHECK(law().predicted(gaussian(1500, 200, 0, 0), "test_risk") == doctest::Approx(0.03470).epsilon(2e-4));
    CHECK(law().predicted(gaussian(1500, 200, 0.1, 0), "train_risk") == doctest::Approx(0.003598).epsilon(2e-4));
    CHECK(law().predicted(gaussian(1500, 200, 0.1, 0.25), "test_risk") == doctest::Approx(0.3890).epsilon(2e-4));
    CHECK(law().predicted(gaussian(1500, 200, 0.1, 0.25), "train_risk") == doctest::Approx(0.03470).epsilon(2e-4));
  }

  TEST_CASE("the hypercube kernel: the predictions and the rival are the published ones") {
    const struct {
      int n;
      double risk, no_overfitting;
    } known[] = {{32, 0.531093, 0.333575}, {64, 0.381092, 0.214357}, {128, 0.257362, 0.127981}};
    for (const auto& [n, risk, no_overfitting] : known) {
      CHECK(law().predicted(cube(12, n, 0), "test_risk") == six_digits(risk));
      CHECK(law().predicted(cube(12, n, 0), "test_risk", "no-overfitting") == six_digits(no_overfitting));
    }
    CHECK(law().predicted(cube(12, 128, 0.05), "test_risk") == six_digits(0.249912));
    CHECK(law().predicted(cube(12, 128, 0.05), "train_risk") == six_digits(0.0191493));
    CHECK(law().predicted(cube(8, 128, 0), "test_risk") == six_digits(0.223899));
  }

  TEST_CASE("a ridge far above the kernel learns nothing, and the risk is the target's power and the noise") {
    PointOverrides at = normalised(100, 1e6);
    CHECK(law().predicted(at, "test_risk") == doctest::Approx(1.05).epsilon(1e-3));
    CHECK(law().predicted(at, "train_risk") == doctest::Approx(1.05).epsilon(1e-3));
    check_mean(at, "train_risk", 20, 0.14, 0);  // the labels' mean square over 100 samples
  }

  TEST_CASE("means over draws agree with the theory") {
    check_mean(normalised(100, 0.05), "test_risk", 100, 0.08, 0.01);
    check_mean(gaussian(500, 50, 0.1, 0.25), "test_risk", 100, 0.10, 0.02);
    check_mean(gaussian(500, 50, 0.1, 0.25), "train_risk", 100, 0.30, 0.02);
    check_mean(cube(12, 64, 0), "test_risk", 100, 0.15, 0.035);  // features that are not Gaussian: up to 3.5 %
    CHECK(law().measured(with_draws(cube(8, 128, 0), 50), 2, "test_risk") < 0.9 * 0.223899);
  }

  TEST_CASE("learnabilities add up to n for each training set, and to less with a ridge") {
    for (const int n : {16, 32, 64, 128}) {
      const double sum = law().measured(with_draws(learnability(n, 0), 1), 5, "learnability_sum");
      CHECK(std::abs(sum - n) < 1e-11 * n);
      CHECK(law().predicted_replicate(learnability(n, 0), 5, "learnability_sum") == doctest::Approx(n).epsilon(1e-14));
    }
    // Published for one training set each; over training sets the standard deviation is 0.21, 0.29, 0.36, 0.28.
    const double with_ridge[] = {12.4, 23.2, 39.3, 60.4}, spread[] = {0.21, 0.29, 0.36, 0.28};
    for (const int k : {0, 1, 2, 3}) {
      const PointOverrides at = with_draws(learnability(16 << k, 0.1), 1);
      const double predicted = law().predicted_replicate(at, 5, "learnability_sum");
      CHECK(std::abs(law().predicted_replicate(with_draws(learnability(16 << k, 0.1), 100), 5, "learnability_sum") -
                     with_ridge[k]) < 3 * spread[k]);
      CHECK(std::abs(law().measured(at, 5, "learnability_sum") - predicted) < 1e-11 * predicted);
      CHECK(law().predicted_replicate(at, 5, "learnability_sum", "ridgeless") == 16 << k);
    }
    CHECK(law().predicted_replicate(learnability(16, 0), 5, "learnability_sum", "unseen-only") == 0);
  }

  TEST_CASE("a lazy network spends n units, one that learns features more, and the squares add up to less") {
    // Over seeds the sum spreads by 0.05 at width 512 when lazy, by 0.2 when rich.
    CHECK(std::abs(law().measured(network(512, 1), 4, "learnability_sum") - 8) < 0.2);
    CHECK(law().measured(network(512, 0.03), 4, "learnability_sum") > 8.4);
    CHECK(law().predicted_replicate(network(512, 1), 4, "learnability_sum", "sum-of-squares") < 6.5);
  }

  TEST_CASE("it knows where it should hold, and abstains where no kappa exists") {
    CHECK(law().regime(cube(12, 512, 0)).inside);
    CHECK_FALSE(law().regime(cube(12, 513, 0)).inside);
    CHECK(law().regime(cube(8, 128, 0)).must_break);
    CHECK_FALSE(law().regime(normalised(4, 0)).inside);
    CHECK_FALSE(law().regime(normalised(500, 0)).inside);
    CHECK(law().regime(normalised(500, 0.05)).inside);
    CHECK(law().regime(learnability(200, 0)).inside);
    CHECK(law().regime(network(128, 0.03)).must_break);
    CHECK_FALSE(law().regime(network(128, 0.2)).must_break);
    CHECK(law().predict(normalised(600, 0)).abstained);
    CHECK_FALSE(law().predict(normalised(600, 0.05)).abstained);
  }

  TEST_CASE("one seed is one number") {
    for (const auto& at : {normalised(30, 0), cube(12, 32, 0)}) {
      const double risk = law().measured(with_draws(at, 1), 1, "test_risk");
      CHECK(risk == law().measured(with_draws(at, 1), 1, "test_risk"));
      CHECK(risk != law().measured(with_draws(at, 1), 2, "test_risk"));
    }
  }
}
