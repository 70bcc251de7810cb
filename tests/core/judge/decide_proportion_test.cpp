#include "support.h"

#include <lmw/judge/proportion.h>

#include <cmath>
#include <stdexcept>

using namespace judge_test;

namespace {
Prediction proportion(double predicted, double eps, std::int64_t draws = 1) {
  auto p = point(predicted, eps);
  p.kind = Kind::proportion;
  p.draws = draws;
  return p;
}
/// n replicates of one trial, the first k of them successes.
Replicates trials(int k, int n) {
  Replicates r;
  for (int i = 0; i < n; ++i) r.push_back({i < k ? 1.0 : 0.0});
  return r;
}
double log_choose(int n, int k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }
double at_most(int k, int n, double p) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) sum += std::exp(log_choose(n, i) + i * std::log(p) + (n - i) * std::log1p(-p));
  return sum;
}
}  // namespace

TEST_SUITE("judge/decide_proportion") {
  TEST_CASE("Clopper-Pearson of 20 in 20 starts at 0.831567") {
    const auto all = clopper_pearson(20, 20);
    CHECK(all.low == doctest::Approx(0.831567).epsilon(1e-6));
    CHECK(all.low == doctest::Approx(std::pow(0.025, 1.0 / 20)).epsilon(1e-12));
    CHECK(all.high == 1);
    CHECK(clopper_pearson(0, 20).low == 0);
    CHECK(clopper_pearson(0, 20).high == doctest::Approx(1 - std::pow(0.025, 1.0 / 20)).epsilon(1e-12));
    CHECK(clopper_pearson(0, 0).low == 0);
    CHECK(clopper_pearson(0, 0).high == 1);
    CHECK_THROWS_AS(clopper_pearson(3, 2), std::invalid_argument);
    CHECK_THROWS_AS(clopper_pearson(1, 2, 0), std::invalid_argument);
  }
  TEST_CASE("the ends of the interval solve the binomial equations") {
    const auto interval = clopper_pearson(13, 40);
    CHECK(at_most(13, 40, interval.high) == doctest::Approx(0.025).epsilon(1e-9));
    CHECK(1 - at_most(12, 40, interval.low) == doctest::Approx(0.025).epsilon(1e-9));
  }
  TEST_CASE("ratios and p-values follow the exact binomial") {
    const auto r = decide(proportion(0.5, 0.2), trials(13, 40));
    const auto inside = clopper_pearson(13, 40, 0.05), outside = clopper_pearson(13, 40, 0.025);
    CHECK(r.confirm_ratio == doctest::Approx(std::max(inside.high - 0.5, 0.5 - inside.low) / 0.2).epsilon(1e-12));
    CHECK(r.falsify_ratio == doctest::Approx((0.5 - outside.high) / 0.2).epsilon(1e-12));
    CHECK(r.p_confirm == doctest::Approx(1 - at_most(12, 40, 0.3)).epsilon(1e-9));
    CHECK(r.p_falsify == 1);  // 13/40 lies inside the band
    CHECK(r.measured == doctest::Approx(0.325));
    CHECK(r.ci_low == doctest::Approx(outside.low));
    const auto far = decide(proportion(0.9, 0.1), trials(13, 40));
    CHECK(far.decision == Decision::falsified);
    CHECK(far.p_falsify == doctest::Approx(2 * at_most(13, 40, 0.8)).epsilon(1e-9));
  }
  TEST_CASE("many trials behind few replicates count as trials") {
    Replicates pooled = {{0.30}, {0.34}, {0.32}, {0.34}};  // of 50 each: 65 in 200
    const auto r = decide(proportion(0.325, 0.1, 50), pooled);
    const auto single = decide(proportion(0.325, 0.1), trials(65, 200));
    CHECK(r.confirm_ratio == doctest::Approx(single.confirm_ratio).epsilon(1e-12));
    CHECK(r.decision == Decision::confirmed);
  }
  TEST_CASE("all successes confirm a probability near one, an edge past one being no edge") {
    const auto r = decide(proportion(0.7, 0.3), trials(8, 8));  // 0.3 < 1 - 0.7 in binary
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.p_confirm < 0.05);
    CHECK(decide(proportion(1, 0.1), trials(28, 28)).decision == Decision::inconclusive);  // .05^(1/28) = 0.8985
    CHECK(decide(proportion(1, 0.1), trials(29, 29)).decision == Decision::confirmed);
  }
  TEST_CASE("a number that is no fraction of the trials says nothing") {
    CHECK(decide(proportion(0.5, 0.4), {{0.25}, {0.5}}).decision == Decision::inconclusive);
    CHECK(decide(proportion(0.5, 0.4), {{1.0}, {2.0}}).decision == Decision::inconclusive);
    CHECK(decide(proportion(0.5, 0.4), {{1.0}, {-1.0}}).decision == Decision::inconclusive);
    CHECK(decide(proportion(0.5, 0.1, 10), {{0.25}, {0.5}}).note == "replicate 0 is not a fraction of 10 trials");
  }
  TEST_CASE("what a proportion has no place for is refused") {
    auto p = proportion(0.5, 0.1);
    p.theory_sd = {0.1};
    CHECK_THROWS_AS(validate(p), std::invalid_argument);
    auto none = proportion(0.5, 0.1, 0);
    CHECK_THROWS_AS(validate(none), std::invalid_argument);
  }
  TEST_CASE("the exact false confirmation rate at the edge is at most 0.05") {
    // Truth p + eps with p = .5, eps = .1: sum the binomial law over the k that confirm.
    for (const int n : {20, 50, 100}) {
      double rate = 0;
      for (int k = 0; k <= n; ++k)
        if (decide(proportion(0.5, 0.1), trials(k, n)).decision == Decision::confirmed)
          rate += std::exp(log_choose(n, k) + k * std::log(0.6) + (n - k) * std::log(0.4));
      CHECK(rate <= 0.05);
    }
  }
}
