#include "support.h"

#include <cmath>

using namespace judge_test;

TEST_SUITE("judge/decide_point") {
  TEST_CASE("the ratios are (|D| + t se)/eps and (|D| - t' se)/eps with Student's quantiles") {
    // S = 8, sd = 1: se = 1/sqrt(8), t_7(.95) = 1.894579, t_7(.975) = 2.364624 (tables).
    const auto r = decide(point(0.0, 2.0), with_moments(8, 0.5, 1.0));
    CHECK(r.measured == doctest::Approx(0.5));
    CHECK(r.measured_se == doctest::Approx(1 / std::sqrt(8.0)));
    CHECK(r.df == doctest::Approx(7));
    CHECK(r.confirm_ratio == doctest::Approx((0.5 + 1.894579 / std::sqrt(8.0)) / 2).epsilon(1e-6));
    CHECK(r.falsify_ratio == doctest::Approx((0.5 - 2.364624 / std::sqrt(8.0)) / 2).epsilon(1e-6));
    CHECK(r.ci_low == doctest::Approx(0.5 - 2.364624 / std::sqrt(8.0)).epsilon(1e-6));
    CHECK(r.ci_high == doctest::Approx(0.5 + 2.364624 / std::sqrt(8.0)).epsilon(1e-6));
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.statistic == doctest::Approx(0.5 * std::sqrt(8.0)));
  }
  TEST_CASE("a p-value reaches its level exactly where the decision turns") {
    // p_confirm = T_nu((|D| - eps)/se) and p_falsify = 2 (1 - T_nu((|D| - eps)/se)).
    const double se = 1 / std::sqrt(8.0);
    const double eps_confirm = 0.5 + 1.8945786050613054 * se;
    CHECK(decide(point(0, eps_confirm), with_moments(8, 0.5, 1)).p_confirm == doctest::Approx(0.05).epsilon(1e-9));
    const double eps_falsify = 0.5 - 0.1;
    const auto r = decide(point(0, eps_falsify), with_moments(8, 0.5 + 2.3646242515927844 * se - 0.1, 1));
    CHECK(r.p_falsify == doctest::Approx(0.05).epsilon(1e-9));
    CHECK(r.falsify_ratio == doctest::Approx(1).epsilon(1e-9));
  }
  TEST_CASE("only the size of the difference counts, not its sign") {
    const auto a = decide(point(1, 0.3), with_moments(8, 1.2, 0.1));
    const auto b = decide(point(1, 0.3), with_moments(8, 0.8, 0.1));
    CHECK(a.confirm_ratio == doctest::Approx(b.confirm_ratio).epsilon(1e-12));
    CHECK(a.falsify_ratio == doctest::Approx(b.falsify_ratio).epsilon(1e-12));
    CHECK(a.p_confirm == doctest::Approx(b.p_confirm).epsilon(1e-9));
    CHECK(a.statistic == doctest::Approx(-b.statistic));
  }
  TEST_CASE("a resolved discrepancy inside the band is confirmed, not falsified") {
    const auto r = decide(point(1, 0.5), with_moments(16, 1.1, 0.01));
    CHECK(r.decision == Decision::confirmed);
    CHECK(std::abs(r.statistic) > 10);
  }
  TEST_CASE("the theory's standard error enters by Welch's degrees of freedom") {
    // s = 1, S = 8, sigma = 0.3, nu_th = 9: se^2 = 1/8 + .09, nu = se^4 / ((1/8)^2/7 + .3^4/9) = 14.771...
    auto p = point(0, 2, 0.3);
    p.kind = Kind::theory_error;
    p.theory_df = 9;
    const auto r = decide(p, with_moments(8, 0.5, 1));
    const double variance = 0.125 + 0.09, df = variance * variance / (0.125 * 0.125 / 7 + 0.0081 / 9);
    CHECK(r.df == doctest::Approx(df).epsilon(1e-12));
    CHECK(r.statistic == doctest::Approx(0.5 / std::sqrt(variance)).epsilon(1e-12));
    CHECK(r.measured_se == doctest::Approx(1 / std::sqrt(8.0)));
    p.theory_df = std::numeric_limits<double>::infinity();
    CHECK(decide(p, with_moments(8, 0.5, 1)).df == doctest::Approx(variance * variance / (0.125 * 0.125 / 7)));
  }
  TEST_CASE("a bound on the theory's bias widens the band and is kept apart from eps") {
    auto p = point(0, 0.2);
    p.b_th = {0.3};
    const auto r = decide(p, with_moments(8, 0.4, 0.05));
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.eps == 0.2);
    CHECK(r.b_th == 0.3);
    CHECK(decide(point(0, 0.2), with_moments(8, 0.4, 0.05)).decision == Decision::falsified);
  }
  TEST_CASE("strong skewness lengthens the interval towards the long tail, and shortens it nowhere") {
    // Seven zeros and a one have a sample skewness of sqrt(8) > 1. The corrected t statistic is spelt out here.
    const auto values = scalars({0, 0, 0, 0, 0, 0, 0, 1});
    const double s = std::sqrt((7.0 / 64 + 49.0 / 64) / 7), n = 8, mean = 1.0 / 8;
    const double mu3 = n / (7 * 6) * (7 * std::pow(-1.0 / 8, 3) + std::pow(7.0 / 8, 3));
    const auto t = [&](double d) {
      return (d + mu3 / (6 * s * s * n) + mu3 * d * d / (3 * std::pow(s, 4)) +
              mu3 * mu3 * d * d * d / (27 * std::pow(s, 8))) *
             std::sqrt(n) / s;
    };
    const auto r = decide(point(0, 1), values);
    CHECK(t(mean - r.ci_high) == doctest::Approx(-2.3646242515927844).epsilon(1e-9));
    CHECK(r.ci_low == doctest::Approx(mean - 2.3646242515927844 * s / std::sqrt(n)).epsilon(1e-9));
    // The edge of confirmation: t(D - eps) = -t_7(.95), the upper end of the corrected interval.
    const double eps = r.confirm_ratio;
    CHECK(t(mean - eps) == doctest::Approx(-1.8945786050613054).epsilon(1e-9));
    CHECK(decide(point(0, eps), values).p_confirm == doctest::Approx(0.05).epsilon(1e-9));
  }
  TEST_CASE("skewed samples refute only what the plain and the corrected interval both exclude") {
    const auto values = scalars({0, 0, 0, 0, 0, 0, 0, 1});
    const auto r = decide(point(0, 1), values);
    CHECK(decide(point(r.ci_high + 0.01, 0.001), values).decision == Decision::falsified);
    CHECK(decide(point(r.ci_high - 0.01, 0.001), values).decision == Decision::inconclusive);
    CHECK(decide(point(r.ci_low - 0.01, 0.001), values).decision == Decision::falsified);
    CHECK(decide(point(r.ci_low + 0.01, 0.001), values).decision == Decision::inconclusive);
  }
  TEST_CASE("four replicates and mild skewness keep the plain t interval") {
    const auto four = decide(point(0, 1), scalars({0, 0, 0, 1}));
    CHECK(four.ci_high - four.measured == doctest::Approx(four.measured - four.ci_low).epsilon(1e-12));
    const auto mild = decide(point(0, 1), scalars({0, 1, 2, 3, 4, 5, 6, 8}));
    CHECK(mild.ci_high - mild.measured == doctest::Approx(mild.measured - mild.ci_low).epsilon(1e-12));
  }
}
