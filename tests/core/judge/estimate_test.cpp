#include "support.h"

#include <lmw/judge/estimate.h>
#include <lmw/judge/proportion.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

TEST_SUITE("judge/estimate") {
  TEST_CASE("the jackknife of a mean is its standard error") {
    const std::vector<double> x = {1, 2, 4, 8, 3, 5, 7, 6, 0};
    double sum = 0, square = 0;
    for (const double v : x) sum += v;
    const double n = 9, mean = sum / n;
    std::vector<double> left_out;
    for (const double v : x) {
      left_out.push_back((sum - v) / (n - 1));
      square += (v - mean) * (v - mean);
    }
    const auto e = jackknife(mean, left_out);
    CHECK(e.se == doctest::Approx(std::sqrt(square / (n - 1) / n)).epsilon(1e-12));
    CHECK(e.df == 8);
    CHECK(e.n == 9);
    CHECK(e.value == mean);
    CHECK_THROWS_AS(jackknife(0, std::vector<double>(7, 1.0)), std::invalid_argument);
  }
  TEST_CASE("an estimate with the moments of a sample gets the sample's verdict") {
    const auto data = with_moments(12, 0.4, 1);
    for (const double theory_sd : {0.0, 0.2}) {
      const auto p = point(0, 0.9, theory_sd);
      const auto sample = decide(p, data), estimate = decide_estimate(p, {0.4, 1 / std::sqrt(12.0), 11, 12});
      CHECK(estimate.confirm_ratio == doctest::Approx(sample.confirm_ratio).epsilon(1e-9));
      CHECK(estimate.falsify_ratio == doctest::Approx(sample.falsify_ratio).epsilon(1e-9));
      CHECK(estimate.p_confirm == doctest::Approx(sample.p_confirm).epsilon(1e-9));
      CHECK(estimate.df == doctest::Approx(sample.df).epsilon(1e-9));
      CHECK(estimate.decision == sample.decision);
    }
  }
  TEST_CASE("an estimate without an error, or not a number, says nothing") {
    CHECK(decide_estimate(point(0, 1), {0, 0, 5, 6}).degenerate);
    CHECK(decide_estimate(point(0, 1), {0, 0, 5, 6}).decision == Decision::inconclusive);
    const double none = std::numeric_limits<double>::quiet_NaN();
    CHECK(decide_estimate(point(0, 1), {none, 0.1, 5, 6}).decision == Decision::inconclusive);
    CHECK(decide_estimate(point(0, 1), {0, none, 5, 6}).decision == Decision::inconclusive);
    CHECK_THROWS_AS(decide_estimate(point(0, 1), {0, 1, 0.5, 1}), std::invalid_argument);
    CHECK_THROWS_AS(decide_estimate(point(0, 1), {0, -1, 5, 6}), std::invalid_argument);
  }
  TEST_CASE("Wilson's intervals of 18/20, 45/50 and 0/20") {
    CHECK(wilson(18, 20)->low == doctest::Approx(0.698966).epsilon(1e-6));
    CHECK(wilson(18, 20)->high == doctest::Approx(0.972134).epsilon(1e-6));
    CHECK(wilson(45, 50)->low == doctest::Approx(0.786398).epsilon(1e-6));
    CHECK(wilson(45, 50)->high == doctest::Approx(0.956524).epsilon(1e-6));
    CHECK(wilson(0, 20)->low == 0);
    CHECK(wilson(0, 20)->high == doctest::Approx(0.161125).epsilon(1e-5));
    CHECK(wilson(20, 20)->high == 1);
    CHECK(!wilson(0, 0));
    CHECK_THROWS_AS(wilson(2, 1), std::invalid_argument);
  }
}
