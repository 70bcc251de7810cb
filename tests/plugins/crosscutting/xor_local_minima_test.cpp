#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/xor-local-minima");
  return loaded;
}

PointOverrides width(int units) { return {{"width", units}}; }

}  // namespace

TEST_SUITE("crosscutting/xor-local-minima") {
  TEST_CASE("the probabilities are those of 400 runs, and so are the restarts that they ask for") {
    const struct {
      int units;
      double fails, restarts;
    } known[] = {{2, 0.775, 19}, {3, 0.443, 6}, {4, 0.275, 4}, {6, 0.103, 3}, {10, 0.003, 1}};
    for (const auto& [units, fails, restarts] : known) {
      const double p = law().predicted(width(units), "failure_probability");
      CHECK(std::abs(p - fails) <= 0.00051);  // a number of three digits
      CHECK(std::ceil(std::log(0.01) / std::log(p)) == restarts);
    }
  }

  TEST_CASE("the band holds the error of 400 runs") {
    // The 99 % Wilson interval of 310 in 400 is (0.7171, 0.8240); of 1 in 400 it is (0.0003, 0.0215).
    CHECK(law().record(width(2), "failure_probability").b_th[0] == doctest::Approx(0.775 - 0.7171).epsilon(2e-3));
    CHECK(law().record(width(10), "failure_probability").b_th[0] == doctest::Approx(0.0215 - 0.0025).epsilon(5e-3));
  }

  TEST_CASE("between the widths the logarithm is straight, beyond them the law abstains") {
    const double four = law().predicted(width(4), "failure_probability"),
                 six = law().predicted(width(6), "failure_probability");
    CHECK(law().predicted(width(5), "failure_probability") == doctest::Approx(std::sqrt(four * six)).epsilon(1e-12));
    CHECK(law().predict(width(1)).abstained);
    CHECK(law().predict(width(11)).abstained);
  }

  TEST_CASE("one unit never fits XOR, and ten nearly always learn it") {
    CHECK(law().measured({{"width", 1}, {"draws", 50}}, 1, "failure_probability") == 1);
    CHECK(law().measured({{"width", 10}, {"draws", 100}}, 1, "failure_probability") < 0.05);
  }

  TEST_CASE("fresh runs fail as often as those that were counted") {
    // At H = 4: four standard errors of both samples, 400 and 500 runs.
    const double p = law().predicted(width(4), "failure_probability");
    const double measured = law().measured({{"width", 4}, {"draws", 500}}, 2, "failure_probability");
    CHECK(std::abs(measured - p) < 4 * std::sqrt(p * (1 - p) * (1 / 400.0 + 1 / 500.0)));
  }

  TEST_CASE("other starts and shorter runs lie outside") {
    CHECK(law().regime({}).inside);
    CHECK(law().regime({{"init_scale", 3.0}}).must_break);
    CHECK(law().regime({{"steps", 300}}).must_break);
    CHECK_FALSE(law().regime({{"steps", 3000}}).inside);
    CHECK_FALSE(law().regime({{"steps", 3000}}).must_break);
    CHECK_FALSE(law().regime({{"learning_rate", 0.3}}).inside);
  }
}
