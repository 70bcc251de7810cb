#include "support.h"

#include <lmw/judge/sequential.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
}

TEST_SUITE("judge/any_time") {
  TEST_CASE("the confidence sequence's half-widths are those of the closed form") {
    CHECK(t_mixture_half_width(4, 1) == inf);
    CHECK(t_mixture_half_width(8, 1) == doctest::Approx(1.502918).epsilon(1e-6));
    CHECK(t_mixture_half_width(16, 1) == doctest::Approx(0.876582).epsilon(1e-6));
    CHECK(t_mixture_half_width(32, 1) == doctest::Approx(0.590393).epsilon(1e-6));
    CHECK(t_mixture_half_width(64, 1) == doctest::Approx(0.415421).epsilon(1e-6));
    CHECK_THROWS_AS(t_mixture_half_width(1, 1), std::invalid_argument);
  }
  TEST_CASE("e-values at t = 0, 3, 5 for n = 10") {
    CHECK(t_mixture_e_value(10, 0) == doctest::Approx(0.301511).epsilon(1e-6));
    CHECK(t_mixture_e_value(10, 3) == doctest::Approx(6.244689).epsilon(1e-6));
    CHECK(t_mixture_e_value(10, 5) == doctest::Approx(75.258099).epsilon(1e-6));
    CHECK(t_mixture_e_value(10, inf) == doctest::Approx(std::pow(11, 4.5)).epsilon(1e-12));
  }
  TEST_CASE("the sequence is the set of means whose e-value stays below 1/alpha") {
    for (const std::int64_t n : {8, 16, 64}) {
      const double h = t_mixture_half_width(n, 2.0), t = h / 2 * std::sqrt(static_cast<double>(n));
      CHECK(t_mixture_e_value(n, t) == doctest::Approx(20).epsilon(1e-9));
    }
  }
  TEST_CASE("the e-value against a band is that of its nearest edge, and below one inside") {
    CHECK(e_value_outside_band(10, 0.3, 1, 0, 0.5) == doctest::Approx(0.301511).epsilon(1e-6));
    CHECK(e_value_outside_band(10, -0.5 - 3 / std::sqrt(10.0), 1, 0, 0.5) == doctest::Approx(6.244689).epsilon(1e-6));
    CHECK_THROWS_AS(e_value_outside_band(10, 1, 0, 0, 0.5), std::invalid_argument);
  }
  TEST_CASE("a decision at any time follows its ratios, and its p-values the level") {
    const double h = t_mixture_half_width(16, 1);
    const auto r = decide_any_time(point(0, 2), with_moments(16, 0.5, 1));
    CHECK(r.confirm_ratio == doctest::Approx((0.5 + h) / 2).epsilon(1e-9));
    CHECK(r.falsify_ratio == doctest::Approx((0.5 - h) / 2).epsilon(1e-9));
    CHECK(r.decision == Decision::confirmed);
    CHECK(decide_any_time(point(0, 0.5 + h), with_moments(16, 0.5, 1)).p_confirm == doctest::Approx(0.05));
    CHECK(decide_any_time(point(0, 0.5), with_moments(16, 0.5 + h, 1)).p_falsify == doctest::Approx(0.05));
    CHECK(decide_any_time(point(0, 0.1), with_moments(16, 2, 1)).decision == Decision::falsified);
    CHECK(decide_any_time(point(0, 100), with_moments(4, 0, 1)).decision == Decision::inconclusive);
  }
  TEST_CASE("a noisy theory pays for itself: level 0.04 and 2.576 of its standard errors") {
    const double h = t_mixture_half_width(32, 1, 0.04) + 2.5758293035489 * 0.1;
    const auto r = decide_any_time(point(0, 2, 0.1), with_moments(32, 0.2, 1));
    CHECK(r.confirm_ratio == doctest::Approx((0.2 + h) / 2).epsilon(1e-9));
    CHECK(decide_any_time(point(0, 0.2 + h, 0.1), with_moments(32, 0.2, 1)).p_confirm == doctest::Approx(0.05));
  }
  TEST_CASE("nothing is confirmed at any time from nothing") {
    CHECK(decide_any_time(point(0, 1), scalars({0})).decision == Decision::inconclusive);
    CHECK(decide_any_time(point(0, 1), scalars({0, 0, 0})).decision == Decision::inconclusive);
    CHECK(decide_any_time(point(0, 1), scalars({0, inf, 0})).decision == Decision::inconclusive);
    auto curve = point(0, 1);
    curve.kind = Kind::curve;
    CHECK_THROWS_AS(decide_any_time(curve, scalars({0, 1})), std::invalid_argument);
  }
  TEST_CASE("empirical Bernstein of four values: every weight is clipped at one half") {
    const auto r = empirical_bernstein(std::vector{0.2, 0.9, 0.4, 0.6});
    CHECK(r.centre == doctest::Approx(0.525).epsilon(1e-9));
    CHECK(r.half_width == doctest::Approx(1.885027).epsilon(1e-6));
    CHECK_THROWS_AS(empirical_bernstein(std::vector{1.5}), std::invalid_argument);
    CHECK_THROWS_AS(empirical_bernstein({}), std::invalid_argument);
  }
  TEST_CASE("empirical Bernstein covers the mean over all times more often than 95 %") {
    // 300 runs of 200 Bernoulli(0.3): at most 15 + 3 sd = 26 may miss.
    std::mt19937_64 rng(9);
    int missed = 0;
    for (int run = 0; run < 300; ++run) {
      std::vector<double> x;
      bool miss = false;
      for (int t = 0; t < 200; ++t) {
        x.push_back(std::bernoulli_distribution(0.3)(rng));
        const auto r = empirical_bernstein(x);
        miss = miss || std::abs(r.centre - 0.3) > r.half_width;
      }
      missed += miss;
    }
    CHECK(missed <= 26);
  }
  TEST_CASE("nine successes of ten against one half have the e-value 9.309091") {
    CHECK(bernoulli_e_value(9, 10, 0.5) == doctest::Approx(9.309091).epsilon(1e-6));
    CHECK(bernoulli_e_value(0, 0, 0.5) == doctest::Approx(1));
    CHECK(bernoulli_e_value(10, 10, 0.5) == doctest::Approx(1024.0 / 11));
    CHECK_THROWS_AS(bernoulli_e_value(3, 2, 0.5), std::invalid_argument);
    CHECK_THROWS_AS(bernoulli_e_value(1, 2, 1), std::invalid_argument);
  }
  TEST_CASE("a Bernoulli e-value has expectation one under its null") {
    double sum = 0;
    for (int k = 0; k <= 12; ++k)
      sum += std::exp(std::lgamma(13) - std::lgamma(k + 1) - std::lgamma(13 - k)) * std::pow(0.3, k) *
             std::pow(0.7, 12 - k) * bernoulli_e_value(k, 12, 0.3);
    CHECK(sum == doctest::Approx(1).epsilon(1e-9));
  }
  TEST_CASE("thirty-nine failures in a row are structural at any time, thirty-eight are not") {
    CHECK(structural_e_value(38, 38) < 40);
    CHECK(structural_e_value(39, 39) >= 40);
    CHECK(structural_e_value(0, 1) == doctest::Approx(0.1));
    CHECK(0.9 * structural_e_value(1, 1) + 0.1 * structural_e_value(0, 1) == doctest::Approx(1));
  }
}
