#include "support.h"

#include <lmw/judge/distribution.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {

/// The uniform law on [0, 1] at the grid's points.
Prediction uniform(const std::vector<double>& grid, double eps, std::int64_t draws) {
  Prediction p;
  p.kind = Kind::distribution;
  p.predicted = grid;
  p.eps.assign(grid.size(), eps);
  p.draws = draws;
  return p;
}

const std::vector<double> nine = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

/// Fractions of `draws` values of u^power at or below the grid points.
Replicates sample(std::size_t replicates, int draws, double power, unsigned seed) {
  std::mt19937_64 rng(seed);
  std::uniform_real_distribution<double> u(0, 1);
  Replicates r(replicates, std::vector<double>(nine.size(), 0));
  for (auto& row : r)
    for (int k = 0; k < draws; ++k) {
      const double x = std::pow(u(rng), power);
      for (std::size_t g = 0; g < nine.size(); ++g) row[g] += (x <= nine[g]) / double(draws);
    }
  return r;
}

}  // namespace

TEST_SUITE("judge/decide_distribution") {
  TEST_CASE("the DKW radius at n = 1000 and 5 % is 0.042947") {
    CHECK(dkw_radius(1000, 0.05) == doctest::Approx(0.042947).epsilon(1e-5));
    CHECK_THROWS_AS(dkw_radius(0, 0.05), std::invalid_argument);
    CHECK_THROWS_AS(dkw_radius(10, 0), std::invalid_argument);
  }
  TEST_CASE("to confirm with a margin of 0.025 takes 2952 draws") {
    CHECK(dkw_radius(2952, 0.05) <= 0.025);
    CHECK(dkw_radius(2951, 0.05) > 0.025);
  }
  TEST_CASE("the Kolmogorov-Smirnov distance looks at both sides of each jump") {
    CHECK(ks_distance(std::vector{0.5}) == 0.5);
    CHECK(ks_distance(std::vector{0.1, 0.2}) == doctest::Approx(0.8));  // 2/2 - 0.2
    CHECK(ks_distance(std::vector{0.7, 0.9}) == doctest::Approx(0.7));  // 0.7 - 0/2
    CHECK(ks_distance(std::vector{0.25, 0.75}) == doctest::Approx(0.25));
    CHECK_THROWS_AS(ks_distance(std::vector{0.5, 0.4}), std::invalid_argument);
    CHECK_THROWS_AS(ks_distance(std::vector<double>{}), std::invalid_argument);
  }
  TEST_CASE("the ratios are (distance +- radius)/eps over the grid, the p-values DKW's") {
    const auto data = sample(30, 100, 1, 1);
    const auto r = decide(uniform(nine, 0.1, 100), data);
    double largest = 0;
    for (std::size_t g = 0; g < nine.size(); ++g) {
      double mean = 0;
      for (const auto& row : data) mean += row[g] / 30;
      largest = std::max(largest, std::abs(mean - nine[g]));
    }
    CHECK(r.confirm_ratio == doctest::Approx((largest + dkw_radius(3000, 0.05)) / 0.1).epsilon(1e-9));
    CHECK(r.falsify_ratio == doctest::Approx((largest - dkw_radius(3000, 0.05)) / 0.1).epsilon(1e-9));
    CHECK(r.p_confirm == doctest::Approx(2 * std::exp(-6000 * std::pow(0.1 - largest, 2))).epsilon(1e-6));
    CHECK(r.p_falsify == 1);
    CHECK(r.decision == Decision::confirmed);
  }
  TEST_CASE("another law is falsified, and few draws leave the question open") {
    CHECK(decide(uniform(nine, 0.05, 100), sample(30, 100, 2, 2)).decision == Decision::falsified);
    CHECK(decide(uniform(nine, 0.05, 10), sample(4, 10, 1, 3)).decision == Decision::inconclusive);
  }
  TEST_CASE("what is no distribution function says nothing") {
    auto falling = sample(4, 10, 1, 4);
    std::reverse(falling[0].begin(), falling[0].end());
    for (auto& row : falling) row = falling[0];
    CHECK(decide(uniform(nine, 0.9, 10), falling).decision == Decision::inconclusive);
    CHECK(decide(uniform({0.5}, 0.9, 10), {{0.55}, {0.5}}).note == "replicate 0 is not a fraction of 10 trials");
    auto noisy = uniform({0.5}, 0.9, 10);
    noisy.theory_sd = {0.1};
    CHECK_THROWS_AS(validate(noisy), std::invalid_argument);
  }
}
