#include "support.h"

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();

Prediction interval(double lower, double upper, double eps) {
  auto p = point(lower, eps);
  p.kind = Kind::interval;
  p.upper = {upper};
  return p;
}
}  // namespace

TEST_SUITE("judge/decide_interval") {
  TEST_CASE("an interval of length zero is the rule for a number") {
    const auto data = with_moments(8, 0.5, 1);
    const auto number = decide(point(0, 2), data), degenerate = decide(interval(0, 0, 2), data);
    CHECK(degenerate.confirm_ratio == number.confirm_ratio);
    CHECK(degenerate.falsify_ratio == number.falsify_ratio);
    CHECK(degenerate.p_confirm == number.p_confirm);
    CHECK(degenerate.p_falsify == number.p_falsify);
  }
  TEST_CASE("the ratios are 1 + (excess past the widened end +- t se)/eps") {
    // S = 8, sd = 1, mean = 1.2 against [-1, 1] with eps = 0.5: D+ = -0.3, D- = -2.7.
    const double se = 1 / std::sqrt(8.0);
    const auto r = decide(interval(-1, 1, 0.5), with_moments(8, 1.2, 1));
    CHECK(r.confirm_ratio == doctest::Approx(1 + (-0.3 + 1.894579 * se) / 0.5).epsilon(1e-6));
    CHECK(r.falsify_ratio == doctest::Approx(1 + (-0.3 - 2.364624 * se) / 0.5).epsilon(1e-6));
  }
  TEST_CASE("the residual is the distance to the nearest predicted value, zero inside") {
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, 0.3, 1)).grid[0].residual == 0);
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, -1.5, 1)).grid[0].residual == doctest::Approx(-0.5));
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, 1.5, 1)).predicted == 1);
  }
  TEST_CASE("both ends count for confirmation and either for refutation") {
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, 0, 0.1)).decision == Decision::confirmed);
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, 0, 4)).decision == Decision::inconclusive);
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, -2, 0.1)).decision == Decision::falsified);
    CHECK(decide(interval(-1, 1, 0.5), with_moments(8, 2, 0.1)).decision == Decision::falsified);
  }
  TEST_CASE("an infinite end drops its side") {
    const auto above = decide(interval(1, inf, 0.5), with_moments(8, 1e6, 1));
    CHECK(above.decision == Decision::confirmed);
    CHECK(above.p_confirm < 1e-9);
    CHECK(above.p_falsify == 1);
    CHECK(decide(interval(-inf, 1, 0.5), with_moments(8, 2, 0.1)).decision == Decision::falsified);
    CHECK(decide(interval(-inf, 1, 0.5), with_moments(8, -2, 0.1)).decision == Decision::confirmed);
  }
  TEST_CASE("intervals that are none are refused") {
    CHECK_THROWS_AS(validate(interval(1, 0, 0.5)), std::invalid_argument);
    CHECK_THROWS_AS(validate(interval(-inf, inf, 0.5)), std::invalid_argument);
    auto open = interval(0, 1, 0.5);
    open.upper.clear();
    CHECK_THROWS_AS(validate(open), std::invalid_argument);
  }
  TEST_CASE("without noise the value lies inside the widened interval or not") {
    auto p = interval(0, 1, 0.5);
    p.deterministic = true;
    CHECK(decide(p, scalars({1.5})).decision == Decision::confirmed);
    CHECK(decide(p, scalars({0.5})).decision == Decision::confirmed);
    CHECK(decide(p, scalars({1.6})).falsify_ratio == doctest::Approx(1.2));
  }
  TEST_CASE("a slope by the same estimator is judged like a number") {
    auto p = point(-1, 0.2);
    const auto number = decide(p, with_moments(8, -1.05, 0.1));
    p.kind = Kind::exponent;
    CHECK(decide(p, with_moments(8, -1.05, 0.1)).confirm_ratio == number.confirm_ratio);
    p.predicted = {1, 2};
    p.eps = p.b_th = p.theory_sd = {0, 0};
    CHECK_THROWS_AS(validate(p), std::invalid_argument);
  }
}
