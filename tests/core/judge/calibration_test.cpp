#include "calibration/calibration.h"

#include <doctest/doctest.h>

using namespace judge_calibration;

namespace {

/// Experiments per rate: few enough for every run of the tests. `judge_calibration` has the long form.
constexpr int n = 2000;

void check(const Row& shown) {
  const Row row = with_stated(shown);
  for (const auto& rate : row.rates) {
    INFO(row.rule, ": ", rate.text());
    CHECK(rate.holds());
  }
}

}  // namespace

TEST_SUITE("judge/calibration") {
  TEST_CASE("simulated error rates are the stated ones: a fixed number of Gaussian replicates") {
    check(fixed_number(Noise::gauss, 4, 0, n));
    check(fixed_number(Noise::gauss, 8, 0, n));
    check(fixed_number(Noise::gauss, 32, 0, n));
  }
  TEST_CASE("simulated error rates are the stated ones: heavy tails, skewed noise and a noisy theory") {
    check(fixed_number(Noise::student5, 8, 0, n));
    check(fixed_number(Noise::lognormal, 8, 0, n));
    check(fixed_number(Noise::lognormal, 32, 0, n));
    check(fixed_number(Noise::gauss, 8, 0.3, n));
  }
  TEST_CASE("simulated error rates are the stated ones: group-sequential looks") {
    check(group_sequential(Noise::gauss, n));
    check(group_sequential(Noise::lognormal, n));
  }
  TEST_CASE("simulated error rates are the stated ones: any stopping time, and what naive peeking does") {
    check(any_time(n / 2));
    check(peeking(n));
  }
  TEST_CASE("simulated error rates are the stated ones: intervals and slopes") {
    check(interval(8, n));
    check(interval(32, n));
    check(interval_coverage(n));
    check(slopes(n));
  }
  TEST_CASE("simulated error rates are the stated ones: curves") {
    check(curve(6, n));
    check(curve(8, n));
    check(curve(16, n / 10));
    check(curve(32, n / 10));
    check(curve_looks(n / 20));
    check(skewed_curve(8, n));
  }
  TEST_CASE("simulated error rates are the stated ones: orders") {
    check(ordering(3, 4, n));
    check(ordering(5, 8, n));
    check(ordering(4, 16, n));
  }
  TEST_CASE("simulated error rates are the stated ones: conserved quantities") { check(conserved(n / 4)); }
  TEST_CASE("simulated error rates are the stated ones: distributions, proportions and labels") {
    check(distribution(n / 10));
    check(proportion());
    check(classification());
  }
  TEST_CASE("simulated error rates are the stated ones: boundaries") {
    check(boundary(0.02, 13, 36, n / 4));
    check(boundary(0.05, 13, 36, n / 4));
    check(boundary(0.1, 13, 36, n / 4));
    check(boundary(0.005, 25, 36, n / 4));
    check(boundary(0.05, 9, 12, n / 4));
  }
  TEST_CASE("simulated error rates are the stated ones: many comparisons at once") {
    check(holm(n / 4));
    check(false_discoveries(16, n / 100));
    check(false_discoveries(32, n / 100));
  }
  TEST_CASE("simulated error rates are the stated ones: failure calls and means of bounded outcomes") {
    check(failure_calls(n));
    check(bounded_mean(n / 4));
  }
  TEST_CASE("simulated error rates are the stated ones: statistics of pairs of networks") {
    check(networks(8, n));
    check(networks(16, n / 4));
  }
  TEST_CASE("simulated error rates are the stated ones: the scorecard's intervals") {
    check(roc_area(n));
    check(fieller(n));
    check(wilson_coverage());
  }
  TEST_CASE("simulated error rates are the stated ones: power before measuring") {
    check(power_of_looks(4, n));
    check(power_of_looks(8, n));
    check(power_of_looks(64, n));
    check(power_at_any_time(8, n));
    check(power_at_any_time(64, n));
    check(power_per_replicate(n));
  }
  TEST_CASE("simulated error rates are the stated ones: pilots, and going on until decided") {
    check(by_pilot(0.5, n));
    check(until_decided(1, n / 4));
  }
  TEST_CASE("simulated error rates are the stated ones: elasticities, classes and medians") {
    check(elasticity_sign(4, n));
    check(elasticity_sign(8, n));
    check(elasticity_value(8, n));
    check(same_class(0.2, n));
    check(median_coverage(n));
    check(boundary_width(4, 12, n / 4));
  }
  TEST_CASE("simulated error rates are the stated ones: rules that were rejected") {
    check(rejected_skew(n));
    check(rejected_trend(n));
  }
}
