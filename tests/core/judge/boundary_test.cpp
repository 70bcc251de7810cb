#include "support.h"

#include <lmw/judge/failure.h>

#include <cmath>
#include <stdexcept>

using namespace judge_test;

namespace {

/// 13 cells from x = 0.7 to 1.4, log-spaced, failing as a logistic function with its middle at `middle`.
std::vector<BoundaryCell> scan(double middle, double width, int runs, unsigned seed) {
  std::mt19937_64 rng(seed);
  std::vector<BoundaryCell> cells;
  for (int g = 0; g < 13; ++g) {
    const double x = 0.7 * std::pow(2.0, g / 12.0);
    const double p = 1 / (1 + std::exp(-(std::log(x) - std::log(middle)) / width));
    cells.push_back({x, {std::binomial_distribution<int>(runs, p)(rng), runs}});
  }
  return cells;
}

/// 0 failures of `runs` below the boundary, all above.
std::vector<BoundaryCell> sharp(const std::vector<double>& x, double boundary, int runs) {
  std::vector<BoundaryCell> cells;
  for (const double v : x) cells.push_back({v, {v < boundary ? 0 : runs, runs}});
  return cells;
}

}  // namespace

TEST_SUITE("judge/boundary") {
  TEST_CASE("the fit recovers location and width from exact shares") {
    std::vector<BoundaryCell> cells;
    const std::int64_t runs = 100'000'000;
    for (int g = 0; g < 9; ++g) {
      const double x = std::exp(0.1 * (g - 4)), p = 1 / (1 + std::exp(-(std::log(x) - 0.05) / 0.08));
      cells.push_back({x, {static_cast<std::int64_t>(std::round(p * static_cast<double>(runs))), runs}});
    }
    const auto fit = fit_boundary(cells);
    REQUIRE(fit.has_value());
    CHECK(fit->log_location == doctest::Approx(0.05).epsilon(1e-6));
    CHECK(fit->width == doctest::Approx(0.08).epsilon(1e-6));
  }
  TEST_CASE("the standard error of the location is its spread over experiments") {
    // 400 scans: the sample sd has a relative standard error of 3.5 %.
    double sum = 0, square = 0, se = 0;
    for (unsigned e = 0; e < 400; ++e) {
      const auto fit = fit_boundary(scan(1, 0.08, 36, e));
      REQUIRE(fit.has_value());
      sum += fit->log_location / 400;
      square += fit->log_location * fit->log_location / 400;
      se += fit->se / 400;
    }
    CHECK(se == doctest::Approx(std::sqrt(square - sum * sum)).epsilon(0.12));
  }
  TEST_CASE("a true boundary is confirmed, one off by twice the tolerance is not") {
    const auto cells = scan(1, 0.05, 100, 3);
    CHECK(decide_boundary(cells, 1).decision == Decision::confirmed);
    CHECK(decide_boundary(cells, 1.08).decision == Decision::falsified);
    CHECK(decide_boundary(cells, 1).df == 11);
  }
  TEST_CASE("a grid that does not bracket the boundary is inconclusive") {
    CHECK(decide_boundary(scan(3, 0.05, 40, 1), 3).decision == Decision::inconclusive);
    CHECK(decide_boundary(scan(0.3, 0.05, 40, 1), 0.3).decision == Decision::inconclusive);
  }
  TEST_CASE("a sharp boundary is judged by its bracket") {
    const std::vector<double> coarse = {0.5, 0.9, 1.1, 2}, fine = {0.5, 0.98, 1.01, 2};
    CHECK(decide_boundary(sharp(coarse, 1, 36), 1).decision == Decision::inconclusive);
    const auto r = decide_boundary(sharp(fine, 1, 36), 1);
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.confirm_ratio == doctest::Approx(-std::log(0.98) / std::log(1.03)));
    CHECK(decide_boundary(sharp(fine, 1, 36), 1.05).decision == Decision::falsified);
    CHECK(decide_boundary(sharp(fine, 1, 36), 0.94).decision == Decision::falsified);
  }
  TEST_CASE("a bracket of few runs is no evidence") {
    const std::vector<double> fine = {0.5, 0.98, 1.01, 2};
    CHECK(decide_boundary(sharp(fine, 1, 5), 1).decision == Decision::inconclusive);  // 2^-4 > 0.05
    CHECK(decide_boundary(sharp(fine, 1, 6), 1).decision == Decision::confirmed);     // 2^-5 < 0.05
    CHECK(decide_boundary(sharp(fine, 1, 4), 1.2).decision == Decision::inconclusive);
    CHECK(decide_boundary(sharp(fine, 1, 5), 1.2).decision == Decision::falsified);
  }
  TEST_CASE("failures at the first point leave the bracket open below") {
    auto cells = sharp({0.9, 0.99, 1.01, 1.2}, 1, 36);
    cells[0].count.failures = 3;
    CHECK(decide_boundary(cells, 1).decision == Decision::inconclusive);
    CHECK(decide_boundary(cells, 1.1).decision == Decision::falsified);
  }
  TEST_CASE("the decision is the case of its ratios for a thousand random scans") {
    std::mt19937_64 rng(12);
    int wrong = 0, decided = 0;
    for (unsigned e = 0; e < 1000; ++e) {
      const auto cells =
          scan(0.8 + 0.4 * double(rng() % 100) / 100, 0.005 + 0.1 * double(rng() % 10) / 10, 1 + int(rng() % 40), e);
      const auto r = decide_boundary(cells, 1);
      wrong += r.decision != by_ratios(r);
      decided += r.decision != Decision::inconclusive;
    }
    CHECK(wrong == 0);
    CHECK(decided > 100);
  }
  TEST_CASE("cells that are no scan are refused") {
    CHECK_THROWS_AS(fit_boundary(sharp({1, 2}, 1.5, 10)), std::invalid_argument);
    CHECK_THROWS_AS(fit_boundary(sharp({1, 3, 2}, 1.5, 10)), std::invalid_argument);
    CHECK_THROWS_AS(fit_boundary(sharp({-1, 1, 2}, 1.5, 10)), std::invalid_argument);
    CHECK_THROWS_AS(decide_boundary(sharp({1, 2, 3}, 1.5, 10), 0), std::invalid_argument);
    CHECK_THROWS_AS(decide_boundary(sharp({1, 2, 3}, 1.5, 10), 1, 1), std::invalid_argument);
    CHECK(!fit_boundary(sharp({1, 2, 3, 4}, 2.5, 10)));  // separated: no maximum
  }
}
