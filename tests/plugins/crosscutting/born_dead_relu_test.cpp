#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/born-dead-relu");
  return loaded;
}

PointOverrides size(int width, int depth) { return {{"width", width}, {"depth", depth}}; }

}  // namespace

TEST_SUITE("crosscutting/born-dead-relu") {
  TEST_CASE("the probabilities are the known ones") {
    const struct {
      int width, depth;
      double dead;
    } known[] = {{2, 10, 0.943686}, {3, 10, 0.736924}, {5, 20, 0.470051}, {8, 20, 0.0752927}};
    for (const auto& [width, depth, dead] : known)
      CHECK(law().predicted(size(width, depth), "failure_probability") == doctest::Approx(dead).epsilon(2e-6));
  }

  TEST_CASE("for wide layers the probability is that of a Poisson number with mean L 2^-N") {
    // The next order is L 2^-2N / 2 exp(-1), or 4.6e-6.
    CHECK(law().predicted(size(16, 1 << 16), "failure_probability") ==
          doctest::Approx(1 - std::exp(-1.0)).epsilon(1e-5));
    CHECK(law().predicted(size(60, 1), "failure_probability") == doctest::Approx(std::exp2(-60.0)).epsilon(1e-12));
  }

  TEST_CASE("one unit in one layer is off half of the time, whatever the law of the weights") {
    for (const char* weights : {"normal", "uniform", "cauchy"}) {
      const PointOverrides at = {{"width", 1}, {"depth", 1}, {"weights", weights}, {"draws", 10'000}};
      // Four standard errors of 10 000 trials.
      CHECK(std::abs(law().measured(at, 1, "failure_probability") - 0.5) < 4 * 0.005);
    }
  }

  TEST_CASE("the measured share is the predicted one") {
    const double dead = law().predicted({}, "failure_probability");
    const double measured = law().measured({{"draws", 10'000}}, 4, "failure_probability");
    CHECK(std::abs(measured - dead) < 4 * std::sqrt(dead * (1 - dead) / 10'000));
    CHECK(measured == law().measured({{"draws", 10'000}}, 4, "failure_probability"));
  }

  TEST_CASE("biases and weights with a mean lie outside, where many die also by its word") {
    CHECK(law().regime({{"weights", "cauchy"}}).inside);
    CHECK(law().regime({{"bias", 0.1}}).must_break);
    CHECK(law().regime({{"weight_mean", 0.5}}).must_break);
    CHECK_FALSE(law().regime({{"bias", 0.1}, {"width", 8}}).must_break);  // 4 % die: nothing to lose
    CHECK_FALSE(law().regime({{"bias", 0.1}, {"width", 8}}).inside);
    // With a bias only the last layer can cut the gradient: less than 2^-3.
    CHECK(law().measured({{"bias", 0.1}}, 1, "failure_probability") < 0.125);
  }

  TEST_CASE("a rival is named only where data could tell it from the law") {
    CHECK(law().predicted(size(2, 10), "failure_probability", "expected-number") == 1);
    CHECK_THROWS(law().predicted(size(8, 20), "failure_probability", "expected-number"));
    CHECK_THROWS(law().predicted(size(3, 1), "failure_probability", "last-layer"));
  }
}
