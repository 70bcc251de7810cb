#include "support.h"

#include <lmw/judge/failure.h>

#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {

/// Widths amplitude size^exponent, each with this relative error.
std::vector<SizedBoundary> widths(double amplitude, double exponent, double relative_error,
                                  const std::vector<double>& sizes) {
  std::vector<SizedBoundary> boundaries;
  for (const double size : sizes) {
    const double width = amplitude * std::pow(size, exponent);
    boundaries.push_back({size, {.width = width, .width_se = relative_error * width, .df = 11}});
  }
  return boundaries;
}

const double e = std::exp(1.0);
const std::vector<double> steps = {1, e, e* e};  // log sizes 0, 1, 2: their squares about the mean sum to 2

/// 13 cells of `runs` around x = 1, four widths to either side.
std::vector<BoundaryCell> scan(double width, int runs, std::mt19937_64& rng) {
  std::vector<BoundaryCell> cells;
  for (int g = 0; g < 13; ++g) {
    const double u = 4 * width * (g - 6) / 6.0, p = 1 / (1 + std::exp(-u / width));
    cells.push_back({std::exp(u), {std::binomial_distribution<int>(runs, p)(rng), runs}});
  }
  return cells;
}

}  // namespace

TEST_SUITE("judge/width_trend") {
  TEST_CASE("the exponent of an exact power law is found, with the error of weighted least squares") {
    const auto trend = width_trend(widths(0.3, -0.5, 0.05, steps));
    CHECK(trend.exponent == doctest::Approx(-0.5).epsilon(1e-12));
    CHECK(trend.se == doctest::Approx(0.05 / std::sqrt(2.0)).epsilon(1e-12));
    CHECK(trend.df == 11);
    CHECK(trend.high - trend.low == doctest::Approx(2 * 2.200985 * 0.05 / std::sqrt(2.0)).epsilon(1e-6));  // T_11
  }
  TEST_CASE("a width that falls as the square root is structure, one that stays is an accident") {
    CHECK(width_trend(widths(0.3, -0.5, 0.05, steps)).failure_class == FailureClass::structural);
    CHECK(width_trend(widths(0.3, -0.5, 0.05, steps)).note.empty());
    CHECK(width_trend(widths(0.3, 0, 0.05, steps)).failure_class == FailureClass::contingent);
    CHECK(width_trend(widths(0.3, -0.25, 0.05, steps)).failure_class == FailureClass::undetermined);
    CHECK(width_trend(widths(0.3, 0, 0.5, steps)).failure_class == FailureClass::undetermined);
    const auto grows = width_trend(widths(0.3, 0.5, 0.05, steps));
    CHECK(grows.failure_class == FailureClass::undetermined);
    CHECK(grows.note == "the boundary widens with size");
    // |b| + T_11(.95) se = 0.15 + 1.795885 * 0.0353553 = 0.21349.
    CHECK(width_trend(widths(0.3, -0.15, 0.05, steps), 0.2136).failure_class == FailureClass::contingent);
    CHECK(width_trend(widths(0.3, -0.15, 0.05, steps), 0.2134).failure_class == FailureClass::undetermined);
  }
  TEST_CASE("widths off a line by more than their errors say inflate the error") {
    auto bent = widths(1, 0, 0.01, steps);
    bent[1].fit.width = std::exp(0.1);  // residuals -1/30, 1/15, -1/30 of the log: chi2 = (1/150)/0.01^2 = 66.7
    bent[1].fit.width_se = 0.01 * bent[1].fit.width;
    const auto trend = width_trend(bent);
    CHECK(trend.exponent == doctest::Approx(0).epsilon(1e-12));
    CHECK(trend.se == doctest::Approx(0.01 / std::sqrt(2.0) * std::sqrt(200.0 / 3)).epsilon(1e-10));
  }
  TEST_CASE("the error of a fitted width is its spread over experiments") {
    // 500 scans: the sample sd has a relative standard error of 3.2 %, and the fit's small-sample bias adds a little.
    std::mt19937_64 rng(5);
    double sum = 0, square = 0, se = 0;
    constexpr int experiments = 500;
    for (int i = 0; i < experiments; ++i) {
      const auto fit = fit_boundary(scan(0.08, 100, rng));
      REQUIRE(fit.has_value());
      CHECK(fit->df == 11);
      sum += fit->width / experiments;
      square += fit->width * fit->width / experiments;
      se += fit->width_se / experiments;
    }
    CHECK(sum == doctest::Approx(0.08).epsilon(0.02));
    CHECK(se == doctest::Approx(std::sqrt(square - sum * sum)).epsilon(0.12));
  }
  TEST_CASE("scans at growing sizes are told apart") {
    std::mt19937_64 rng(6);
    std::vector<SizedBoundary> sharpens, stays;
    for (const double size : {16.0, 64.0, 256.0, 1024.0}) {
      sharpens.push_back({size, *fit_boundary(scan(0.3 / std::sqrt(size), 36, rng))});
      stays.push_back({size, *fit_boundary(scan(0.05, 36, rng))});
    }
    CHECK(width_trend(sharpens).failure_class == FailureClass::structural);
    CHECK(width_trend(stays).failure_class == FailureClass::contingent);
  }
  TEST_CASE("too few sizes and fits without a width are undetermined and say so") {
    CHECK(width_trend({}).failure_class == FailureClass::undetermined);
    const std::vector<double> two = {1, 4};
    CHECK(width_trend(widths(1, -2, 0.001, two)).failure_class == FailureClass::undetermined);
    CHECK(!width_trend(widths(1, -2, 0.001, two)).note.empty());
    for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
      auto boundaries = widths(1, -2, 0.001, steps);
      boundaries[2].fit.width = bad;
      CHECK(width_trend(boundaries).failure_class == FailureClass::undetermined);
      CHECK(!width_trend(boundaries).note.empty());
      boundaries = widths(1, -2, 0.001, steps);
      boundaries[0].fit.width_se = bad;
      CHECK(width_trend(boundaries).failure_class == FailureClass::undetermined);
    }
  }
  TEST_CASE("sizes and tolerances that are none are refused") {
    const std::vector<double> equal = {2, 2, 2};
    CHECK_THROWS_AS(width_trend(widths(1, 0, 0.1, equal)), std::invalid_argument);
    auto boundaries = widths(1, 0, 0.1, steps);
    boundaries[0].size = 0;
    CHECK_THROWS_AS(width_trend(boundaries), std::invalid_argument);
    CHECK_THROWS_AS(width_trend(widths(1, 0, 0.1, steps), 0), std::invalid_argument);
    CHECK_THROWS_AS(width_trend(widths(1, 0, 0.1, steps), std::nan("")), std::invalid_argument);
    CHECK_THROWS_AS(width_trend(widths(1, 0, 0.1, steps), 0.25, {0, 0.05}), std::invalid_argument);
  }
}
