#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <cmath>
#include <string>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;
using lmw::tests::public_data;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("universality/neural-collapse");
  return loaded;
}

/// Reference values are printed to six significant digits.
doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

PointOverrides four(const char* loss) { return {{"loss", loss}}; }
PointOverrides ten(const char* loss) { return {{"loss", loss}, {"classes", 10}, {"per_class", 3}, {"features", 16}}; }
PointOverrides network(const char* data, double decay, int steps) {
  return {{"model", "network"},   {"data", data}, {"per_class", 20}, {"decay_w", decay},
          {"learning_rate", 0.1}, {"width", 64},  {"steps", steps}};
}

}  // namespace

TEST_SUITE("universality/neural-collapse") {
  TEST_CASE("the state of free features has the published norms, gaps and objective") {
    CHECK(law().predicted(four("cross-entropy"), "logit_gap") == six_digits(5.283204));
    CHECK(law().predicted(four("cross-entropy"), "w_norm_sq") == six_digits(3.962403));
    CHECK(law().predicted(four("cross-entropy"), "h_norm_sq") == six_digits(3.962403));
    CHECK(law().predicted(four("cross-entropy"), "objective") == six_digits(0.0943617));
    CHECK(law().predicted(four("mse"), "logit_gap") == six_digits(0.98));
    CHECK(law().predicted(four("mse"), "w_norm_sq") == six_digits(0.98));
    CHECK(law().predicted(four("mse"), "objective") == six_digits(0.0198));
    CHECK(law().predicted(four("mse-bias"), "w_norm_sq") == six_digits(0.735));
    CHECK(law().predicted(four("mse-bias"), "objective") == six_digits(0.01485));
    CHECK(law().predicted(ten("cross-entropy"), "logit_gap") == six_digits(5.518251));
    CHECK(law().predicted(ten("cross-entropy"), "w_norm_sq") == six_digits(3.846977));
    CHECK(law().predicted(ten("cross-entropy"), "h_norm_sq") == six_digits(6.411629));
    CHECK(law().predicted(ten("cross-entropy"), "objective") == six_digits(0.227828));
    CHECK(law().predicted(ten("mse"), "logit_gap") == six_digits(0.961270));
    CHECK(law().predicted(ten("mse"), "w_norm_sq") == six_digits(0.744597));
    CHECK(law().predicted(ten("mse-bias"), "w_norm_sq") == six_digits(0.670137));
    CHECK(law().predicted(four("cross-entropy"), "raw_cosine") == six_digits(-1.0 / 3));
    CHECK(law().predicted(four("mse"), "raw_cosine") == 0);
    CHECK(law().predicted(four("mse"), "raw_cosine", "simplex") == six_digits(-1.0 / 3));
    CHECK(law().predicted(four("cross-entropy"), "raw_cosine", "right-angles") == 0);
  }

  TEST_CASE("trained free features arrive there, to what single precision leaves after 20000 steps") {
    for (const char* loss : {"cross-entropy", "mse", "mse-bias"})
      for (const PointOverrides& at : {four(loss), ten(loss)}) {
        for (const char* observable : {"logit_gap", "w_norm_sq", "h_norm_sq", "objective"})
          CHECK(law().measured(at, 3, observable) == doctest::Approx(law().predicted(at, observable)).epsilon(2e-5));
        CHECK(law().measured(at, 3, "cosine_error") < 2e-5);
      }
  }

  TEST_CASE("with too much decay everything goes to zero, and at ln K the objective is left out") {
    const PointOverrides at = {{"decay_w", 0.5}, {"decay_h", 0.1}, {"steps", 200}};
    CHECK(law().predicted(at, "w_norm_sq") == 0);
    CHECK(law().measured(at, 1, "h_norm_sq") < 1e-12);
    CHECK_THROWS(law().record(at, "objective"));
    CHECK(law().regime(at).inside);
  }

  TEST_CASE("classes of different sizes and too few dimensions break it") {
    const PointOverrides uneven = {{"per_class", 10}, {"per_minor_class", 2}}, flat = {{"features", 2}};
    CHECK(law().regime(uneven).must_break);
    CHECK(law().regime(flat).must_break);
    // Published cosines: -0.388 to -0.321 with classes of 10 and 2; -1 to 0 in two dimensions.
    CHECK(law().measured(uneven, 1, "cosine_error") == doctest::Approx(0.388 - 1.0 / 3).epsilon(0.01));
    CHECK(law().measured(flat, 1, "cosine_error") == doctest::Approx(2.0 / 3).epsilon(1e-4));
  }

  TEST_CASE("a network approaches it, by weight decay alone") {
    const PointOverrides at = network("synthetic", 5e-3, 1000), free = network("synthetic", 0, 1000);
    CHECK(law().measured(at, 1, "within_fall") > 0.1);
    CHECK(law().measured(at, 1, "weights_fall") > 0.1);
    CHECK(law().measured(at, 1, "angles_fall") > 0.1);
    CHECK(law().measured(at, 1, "within_fall") < law().predicted(at, "within_fall", "complete"));
    CHECK(law().measured(free, 1, "weights_fall") < 0);
    CHECK(law().regime(free).must_break);
    CHECK_FALSE(law().regime({{"model", "network"}, {"classes", 10}}).inside);
  }

  TEST_CASE("the same on images of four classes") {
    if (!public_data("fashion-mnist")) return;
    const PointOverrides at = network("fashion-mnist", 5e-3, 1000);
    CHECK(law().measured(at, 1, "within_fall") > 0.1);
    CHECK(law().measured(at, 1, "weights_fall") > 0);
    CHECK(law().regime(at).inside);
  }
}
