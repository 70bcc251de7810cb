#include "support.h"

#include <lmw/judge/design.h>
#include <lmw/judge/estimate.h>
#include <lmw/judge/exponent.h>
#include <lmw/judge/sequential.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {
const std::vector<double> sizes = {16, 32, 64, 128, 256, 512};

std::vector<double> curve(double amplitude, double b, double c, double w) {
  std::vector<double> y;
  for (const double x : sizes) y.push_back(amplitude * std::pow(x, -b) * (1 + c * std::pow(x, -w)));
  return y;
}
}  // namespace

TEST_SUITE("judge/exponent") {
  TEST_CASE("the slope of a pure power is its exponent") {
    CHECK(log_slope(sizes, curve(3, 0.7, 0, 1)) == doctest::Approx(0.7).epsilon(1e-12));
    CHECK(log_slope(sizes, curve(3, -2, 0, 1)) == doctest::Approx(-2).epsilon(1e-12));
  }
  TEST_CASE("a correction to scaling moves the fitted slope to 1.0511") {
    CHECK(log_slope(sizes, curve(1, 1, 1, 0.5)) == doctest::Approx(1.0511).epsilon(5e-5));
  }
  TEST_CASE("local slopes lie between sizes and extrapolate towards the exponent") {
    const auto slopes = local_slopes(sizes, curve(2, 1, 1, 0.5));
    REQUIRE(slopes.size() == 5);
    CHECK(slopes[0].x == doctest::Approx(16 * std::sqrt(2.0)));
    CHECK(slopes[0].slope == doctest::Approx(1 + std::log2(1.25 / (1 + std::pow(32, -0.5)))));
    // b(x) = 1 + x^-1/2/2 + O(1/x): the line through x^-1/2 leaves a curvature of a few thousandths.
    CHECK(extrapolated_slope(slopes, 0.5) == doctest::Approx(1).epsilon(0.015));
    CHECK(std::abs(extrapolated_slope(slopes, 0.5) - 1) < std::abs(slopes.back().slope - 1));
  }
  TEST_CASE("the corrected power law is recovered where it is exact") {
    for (const double c : {0.0, 1.0, -0.9, 5.0}) {
      const auto fit = fit_corrected_power_law(sizes, curve(2, 1.3, c, 0.5), 0.5);
      REQUIRE(fit.has_value());
      CHECK(fit->amplitude == doctest::Approx(2).epsilon(1e-7));
      CHECK(fit->exponent == doctest::Approx(1.3).epsilon(1e-7));
      CHECK(fit->correction == doctest::Approx(c).epsilon(1e-6));
    }
  }
  TEST_CASE("pooled slopes follow the weighted formula") {
    // Three sizes with samples {m - d, m + d}: s^2 = 2 d^2, variance of the log mean = d^2/m^2.
    const std::vector<double> x = {1, 10, 100};
    const std::vector<std::vector<double>> samples = {{9, 11}, {0.95, 1.05}, {0.08, 0.12}};
    const auto e = pooled_log_slope(x, samples);
    const double v[] = {0.01, 0.0025, 0.04}, m[] = {10, 1, 0.1};
    double w = 0, lw = 0, yw = 0, sxx = 0, sxy = 0, chi2 = 0, l[3], y[3];
    for (int j = 0; j < 3; ++j) {
      l[j] = std::log(x[j]);
      y[j] = std::log(m[j]) + v[j] / 2;
      w += 1 / v[j];
      lw += l[j] / v[j];
      yw += y[j] / v[j];
    }
    lw /= w;
    yw /= w;
    for (int j = 0; j < 3; ++j) {
      sxx += (l[j] - lw) * (l[j] - lw) / v[j];
      sxy += (l[j] - lw) * (y[j] - yw) / v[j];
    }
    for (int j = 0; j < 3; ++j) chi2 += std::pow(y[j] - yw - sxy / sxx * (l[j] - lw), 2) / v[j];
    CHECK(e.value == doctest::Approx(-sxy / sxx).epsilon(1e-9));
    CHECK(e.se == doctest::Approx(std::sqrt(std::max(1.0, chi2) / sxx)).epsilon(1e-9));
    CHECK(e.df == 1);
    CHECK(e.n == 2);
  }
  TEST_CASE("points off the line inflate the pooled slope's error") {
    const std::vector<double> x = {1, 10, 100};
    const std::vector<std::vector<double>> on = {{99, 101}, {9.9, 10.1}, {0.99, 1.01}},
                                           off = {{99, 101}, {19.8, 20.2}, {0.99, 1.01}};
    CHECK(pooled_log_slope(x, off).se > 10 * pooled_log_slope(x, on).se);
  }
  TEST_CASE("the tail exponent is 1 + n over the sum of logarithms") {
    const double e = std::exp(1.0);
    const auto a = tail_exponent(std::vector{e, e * e, e * e * e, 0.5}, 1);
    CHECK(a.value == doctest::Approx(1.5));
    CHECK(a.se == doctest::Approx(0.5 / std::sqrt(3.0)));
    CHECK(a.n == 3);
    CHECK(std::isinf(a.df));
    CHECK_THROWS_AS(tail_exponent(std::vector{1.0, 1.0}, 1), std::invalid_argument);
    CHECK_THROWS_AS(tail_exponent(std::vector{2.0, 3.0}, 0), std::invalid_argument);
  }
  TEST_CASE("the tail exponent's interval covers 95 % at 500 draws") {
    // 1000 samples: 950 +- 3 * 6.9, with a bias of about half a percent downwards.
    std::mt19937_64 rng(4);
    std::uniform_real_distribution<double> u(0, 1);
    int covered = 0;
    for (int run = 0; run < 1000; ++run) {
      std::vector<double> x(500);
      for (double& v : x) v = std::pow(1 - u(rng), -1 / 1.5);
      const auto a = tail_exponent(x, 1);
      covered += std::abs(a.value - 2.5) <= 1.96 * a.se;
    }
    CHECK(covered >= 924);
    CHECK(covered <= 971);
  }
  TEST_CASE("a decade is a factor of ten") {
    CHECK(spans_a_decade(std::vector{10.0, 30.0, 100.0}));
    CHECK(spans_a_decade(std::vector{0.1, 1.0}));
    CHECK(!spans_a_decade(std::vector{10.0, 99.0}));
    CHECK_THROWS_AS(spans_a_decade(std::vector{1.0}), std::invalid_argument);
  }
  TEST_CASE("below a decade an exponent is not decided, by any rule, and has no power") {
    Prediction law{.kind = Kind::exponent, .predicted = {2}, .eps = {0.5}};
    Prediction rival = law;
    rival.predicted = {9};
    const Replicates near = {{1.9}, {2.0}, {2.1}, {2.05}, {1.95}, {2.0}, {2.1}, {1.9}}, far(near.size(), {9.0});
    CHECK(decide(law, near).decision == Decision::confirmed);
    law.span = rival.span = 10;  // a decade, whatever ten sizes in between round to
    CHECK(decide(law, near).decision == Decision::confirmed);
    law.span = rival.span = 9.9;
    for (const Result& r :
         {decide(law, near), decide(rival, near), decide_any_time(law, near), decide_any_time(rival, near),
          decide_estimate(law, {.value = 2, .se = 0.01, .df = 7, .n = 8})}) {
      CHECK(r.decision == Decision::inconclusive);
      CHECK(r.note.find("decade") != std::string::npos);
    }
    CHECK(power_against(rival, law, 64) == 0);
    CHECK(power_against_any_time(rival, law, 64) == 0);
    law.span = 0.5;
    CHECK_THROWS_AS(decide(law, near), std::invalid_argument);
  }
  TEST_CASE("what has no logarithm or no slope is refused") {
    CHECK_THROWS_AS(log_slope(std::vector{1.0, 2.0}, std::vector{1.0, -1.0}), std::invalid_argument);
    CHECK_THROWS_AS(log_slope(std::vector{1.0, 1.0}, std::vector{1.0, 2.0}), std::invalid_argument);
    CHECK_THROWS_AS(log_slope(std::vector{1.0, 2.0}, std::vector{1.0}), std::invalid_argument);
    CHECK_THROWS_AS(local_slopes(std::vector{2.0, 1.0}, std::vector{1.0, 1.0}), std::invalid_argument);
    CHECK_THROWS_AS(pooled_log_slope(std::vector{1.0, 2.0, 3.0}, {{1, 2}, {1, 1}, {1, 2}}), std::invalid_argument);
    CHECK_THROWS_AS(fit_corrected_power_law(sizes, curve(1, 1, 0, 1), 0), std::invalid_argument);
  }
  TEST_CASE("blocks see the correlation of an autoregressive run") {
    // x_t = r x_{t-1} + noise: tau = (1+r)/(1-r), se of the mean = sqrt(tau/n) sd. Both estimates wander by some 20 %.
    std::mt19937_64 rng(6);
    std::normal_distribution<double> normal;
    const double r = 0.8;
    const int n = 20'000;
    std::vector<double> x(n);
    double state = 0;
    for (double& v : x) v = state = r * state + std::sqrt(1 - r * r) * normal(rng);
    const auto b = block_mean(x);
    REQUIRE(b.has_value());
    CHECK(b->autocorrelation_time == doctest::Approx(9).epsilon(0.2));
    CHECK(b->se == doctest::Approx(std::sqrt(9.0 / n)).epsilon(0.2));
    CHECK(b->blocks >= 10);
    CHECK(static_cast<double>(b->block_length) >= 5 * b->autocorrelation_time);
  }
  TEST_CASE("a run too short or too slow for ten blocks has no error") {
    CHECK(!block_mean(std::vector<double>(1000, 1.0)));
    std::vector<double> ramp(100);
    for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
    CHECK(!block_mean(ramp));
    ramp[3] = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(block_mean(ramp), std::invalid_argument);
  }
}
