#include "support.h"

#include <lmw/judge/failure.h>

#include <cmath>
#include <map>
#include <stdexcept>

using namespace judge_test;

namespace {

/// Probability of each call with failure probability p in `runs` runs: exact.
std::map<FailureClass, double> call_rates(double p, int runs) {
  std::map<FailureClass, double> rates;
  for (int k = 0; k <= runs; ++k) {
    const double log_choose = std::lgamma(runs + 1) - std::lgamma(k + 1) - std::lgamma(runs - k + 1);
    const double failures = k == 0 ? 0 : k * std::log(p), successes = k == runs ? 0 : (runs - k) * std::log1p(-p);
    rates[call_failure({k, runs}).failure_class] += std::exp(log_choose + failures + successes);
  }
  return rates;
}

}  // namespace

TEST_SUITE("judge/failure") {
  TEST_CASE("a unanimous structural call takes 36 runs at 0.1 and 72 at 0.05") {
    CHECK(least_unanimous_runs(0.1) == 36);
    CHECK(least_unanimous_runs(0.05) == 72);
    CHECK(call_failure({36, 36}).failure_class == FailureClass::structural);
    CHECK(call_failure({35, 35}).failure_class == FailureClass::undetermined);
    CHECK(call_failure({0, 36}).failure_class == FailureClass::safe);
    CHECK(call_failure({72, 72}, 0.05).failure_class == FailureClass::structural);
    CHECK(call_failure({71, 71}, 0.05).failure_class == FailureClass::undetermined);
  }
  TEST_CASE("eight of eight are undetermined, with a lower end of 0.630583, and consistent with structural") {
    const auto call = call_failure({8, 8});
    CHECK(call.failure_class == FailureClass::undetermined);
    CHECK(call.interval.low == doctest::Approx(0.630583).epsilon(1e-6));
    CHECK(call.consistent_with == FailureClass::structural);
    CHECK(call_failure({0, 8}).consistent_with == FailureClass::safe);
    CHECK(call_failure({4, 8}).consistent_with == FailureClass::undetermined);
    CHECK(call_failure({0, 0}).failure_class == FailureClass::undetermined);
    CHECK(call_failure({0, 0}).consistent_with == FailureClass::undetermined);
  }
  TEST_CASE("false calls at the thresholds are at most 2.5 %, exactly, and clear cases are called") {
    CHECK(call_rates(0.9, 40)[FailureClass::structural] == doctest::Approx(0.0148).epsilon(0.01));  // 0.9^40
    CHECK(call_rates(0.9, 40)[FailureClass::contingent] <= 0.025);
    CHECK(call_rates(0.1, 40)[FailureClass::safe] == doctest::Approx(0.0148).epsilon(0.01));
    CHECK(call_rates(0.1, 40)[FailureClass::contingent] <= 0.025);
    CHECK(call_rates(0.5, 40)[FailureClass::contingent] > 0.9997);
    CHECK(call_rates(0.3, 40)[FailureClass::contingent] == doctest::Approx(0.89).epsilon(0.01));
    CHECK(call_rates(0.999999, 20)[FailureClass::structural] == 0);
  }
  TEST_CASE("a forecast has a class, and a structural failure forecast as safe is unexpected") {
    CHECK(forecast_class(0.9) == FailureClass::structural);
    CHECK(forecast_class(0.1) == FailureClass::safe);
    CHECK(forecast_class(0.5) == FailureClass::contingent);
    CHECK(unexpected_structural(call_failure({40, 40}), 0.05));
    CHECK(!unexpected_structural(call_failure({40, 40}), 0.95));
    CHECK(!unexpected_structural(call_failure({8, 8}), 0.05));
    CHECK_THROWS_AS(forecast_class(1.1), std::invalid_argument);
    CHECK_THROWS_AS(call_failure({1, 2}, 0.5), std::invalid_argument);
  }
  TEST_CASE("a failure persists if every variant is structural, and a boundary flips from safe to structural") {
    CHECK(failure_persists(std::vector<FailureCount>{{36, 36}, {40, 40}}));
    CHECK(!failure_persists(std::vector<FailureCount>{{36, 36}, {20, 20}}));
    CHECK(!failure_persists({}));
    CHECK(boundary_flips({0, 40}, {40, 40}));
    CHECK(boundary_flips({40, 40}, {0, 40}));
    CHECK(!boundary_flips({0, 40}, {20, 40}));
  }
  TEST_CASE("restarts until one run in a hundred would still lack a success") {
    const std::map<double, int> budgets = {{0.775, 19}, {0.443, 6}, {0.275, 4}, {0.103, 3}, {0.003, 1}};
    for (const auto& [p, runs] : budgets) CHECK(restart_budget(p) == runs);
    CHECK(!restart_budget(1));
    CHECK(restart_budget(0) == 1);
    CHECK(expected_restarts(0.75) == doctest::Approx(4));
    CHECK(std::isinf(expected_restarts(1)));
  }
  TEST_CASE("both variances are unbiased: 0.05375 within and 0.21982 between") {
    // p = (0,0,.1,.5,.9,1,1,1), 10 runs each. 4000 experiments: the means have standard errors near 0.0003 and 0.0006.
    const std::vector<double> p = {0, 0, 0.1, 0.5, 0.9, 1, 1, 1};
    std::mt19937_64 rng(8);
    double within = 0, between = 0;
    for (int e = 0; e < 4000; ++e) {
      std::vector<FailureCount> conditions;
      for (const double q : p) conditions.push_back({std::binomial_distribution<int>(10, q)(rng), 10});
      const auto shares = variance_shares(conditions);
      within += shares.within / 4000;
      between += shares.between / 4000;
    }
    CHECK(within == doctest::Approx(0.05375).epsilon(0.02));
    CHECK(between == doctest::Approx(0.2198214).epsilon(0.01));
  }
  TEST_CASE("all structure, all accident, and nothing at all") {
    CHECK(*variance_shares(std::vector<FailureCount>{{0, 8}, {8, 8}}).structural_share == 1);
    CHECK(*variance_shares(std::vector<FailureCount>{{4, 8}, {4, 8}}).structural_share == 0);
    CHECK(!variance_shares(std::vector<FailureCount>{{8, 8}, {8, 8}}).structural_share);
    CHECK_THROWS_AS(variance_shares(std::vector<FailureCount>{{8, 8}}), std::invalid_argument);
    CHECK_THROWS_AS(variance_shares(std::vector<FailureCount>{{1, 1}, {8, 8}}), std::invalid_argument);
  }
  TEST_CASE("a continuous outcome is split by one-way analysis of variance") {
    // Cells {1,3} and {5,9}: variances 2 and 8, means 2 and 7: within 5, between 12.5 - 5/2 = 10.
    const auto shares = variance_shares(std::vector<std::vector<double>>{{1, 3}, {5, 9}});
    CHECK(shares.within == doctest::Approx(5));
    CHECK(shares.between == doctest::Approx(10));
    CHECK(*shares.structural_share == doctest::Approx(2.0 / 3));
  }
  TEST_CASE("the structural share has an error over conditions") {
    std::vector<FailureCount> conditions;
    for (int c = 0; c < 10; ++c) conditions.push_back({c % 2 ? 10 - c : c, 10});
    const auto e = structural_share_estimate(conditions);
    CHECK(e.value == doctest::Approx(*variance_shares(conditions).structural_share));
    CHECK(e.se > 0);
    CHECK(e.df == 9);
    CHECK_THROWS_AS(structural_share_estimate(std::vector<FailureCount>(7, {1, 2})), std::invalid_argument);
  }
  TEST_CASE("Brier is reliability plus the variance within, exactly") {
    const std::vector<double> forecasts = {0.05, 0.4, 0.9};
    const std::vector<FailureCount> conditions = {{1, 10}, {6, 12}, {9, 10}};
    const auto q = forecast_quality(forecasts, conditions);
    CHECK(q.brier == doctest::Approx(q.reliability + q.within).epsilon(1e-12));
    double brier = 0;
    for (int c = 0; c < 3; ++c) {
      const double n = double(conditions[c].runs), k = double(conditions[c].failures), f = forecasts[c];
      brier += (k * (1 - f) * (1 - f) + (n - k) * f * f) / n / 3;
    }
    CHECK(q.brier == doctest::Approx(brier).epsilon(1e-12));
    const double mean = (0.1 + 0.5 + 0.9) / 3;
    CHECK(*q.skill == doctest::Approx(1 - brier / (mean * (1 - mean))).epsilon(1e-12));
    CHECK(*q.captured == doctest::Approx(*q.skill / *variance_shares(conditions).structural_share).epsilon(1e-12));
  }
  TEST_CASE("the best possible forecast captures about all of the structure") {
    const std::vector<double> p = {0, 0, 0.1, 0.5, 0.9, 1, 1, 1};
    std::mt19937_64 rng(10);
    std::vector<FailureCount> conditions;
    for (const double q : p) conditions.push_back({std::binomial_distribution<int>(400, q)(rng), 400});
    // skill <= 1 - within/(pbar(1-pbar)), and between has divisor C-1: captured lies near, within a tenth of, one.
    CHECK(*forecast_quality(p, conditions).captured == doctest::Approx(1).epsilon(0.1));
  }
  TEST_CASE("where nothing varies there is no skill") {
    const auto q = forecast_quality(std::vector{1.0, 1.0}, std::vector<FailureCount>{{8, 8}, {8, 8}});
    CHECK(q.brier == 0);
    CHECK(!q.skill);
    CHECK(!q.captured);
    const std::vector<FailureCount> two = {{8, 8}, {8, 8}};
    CHECK_THROWS_AS(forecast_quality(std::vector{1.0}, two), std::invalid_argument);
  }
}
