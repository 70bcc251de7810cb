#include "support.h"

#include <lmw/judge/ordering.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();

Prediction ordering(std::size_t pairs, double margin) {
  Prediction p;
  p.kind = Kind::ordering;
  p.predicted.assign(pairs, 0);
  p.eps.assign(pairs, margin);
  return p;
}

/// Two differences per replicate.
Replicates two(const Replicates& first, const Replicates& second) {
  Replicates r;
  for (std::size_t i = 0; i < first.size(); ++i) r.push_back({first[i][0], second[i][0]});
  return r;
}
}  // namespace

TEST_SUITE("judge/decide_ordering") {
  TEST_CASE("the ratios are t se/(theta - eps) and -theta/(t se) with one-sided quantiles") {
    // S = 8, sd = 1, t_7(.95) = 1.894579.
    const double se = 1 / std::sqrt(8.0);
    const auto up = decide(ordering(1, 0.2), with_moments(8, 1, 1));
    CHECK(up.confirm_ratio == doctest::Approx(1.894579 * se / 0.8).epsilon(1e-6));
    CHECK(up.falsify_ratio == doctest::Approx(-1 / (1.894579 * se)).epsilon(1e-6));
    CHECK(up.decision == Decision::confirmed);
    const auto down = decide(ordering(1, 0.2), with_moments(8, -1, 1));
    CHECK(down.confirm_ratio == inf);
    CHECK(down.falsify_ratio == doctest::Approx(1 / (1.894579 * se)).epsilon(1e-6));
    CHECK(down.decision == Decision::falsified);
  }
  TEST_CASE("a positive difference below the margin is neither confirmed nor falsified") {
    CHECK(decide(ordering(1, 1.0), with_moments(64, 0.5, 0.1)).decision == Decision::inconclusive);
  }
  TEST_CASE("p-values are one-sided and reach the level where the decision turns") {
    const double se = 1 / std::sqrt(8.0), t = 1.8945786050613054;
    CHECK(decide(ordering(1, 0.2), with_moments(8, 0.2 + t * se, 1)).p_confirm == doctest::Approx(0.05).epsilon(1e-9));
    CHECK(decide(ordering(1, 0.2), with_moments(8, -t * se, 1)).p_falsify == doctest::Approx(0.05).epsilon(1e-9));
  }
  TEST_CASE("a chain needs every pair, and one reversed pair refutes it at its Holm level") {
    const auto good = with_moments(8, 1, 0.5), flat = with_moments(8, 0, 0.5), bad = with_moments(8, -0.36, 0.5);
    CHECK(decide(ordering(2, 0), two(good, good)).decision == Decision::confirmed);
    CHECK(decide(ordering(2, 0), two(good, flat)).decision == Decision::inconclusive);
    // -0.36 sqrt(8)/0.5 = -2.04: beyond t_7(.95) = 1.89, short of t_7(.975) = 2.36.
    CHECK(decide(ordering(1, 0), bad).decision == Decision::falsified);
    const auto chain = decide(ordering(2, 0), two(good, bad));
    CHECK(chain.decision == Decision::inconclusive);
    CHECK(chain.at == 1);
    CHECK(chain.p_falsify == doctest::Approx(2 * decide(ordering(1, 0), bad).p_falsify));
    CHECK(decide(ordering(2, 0), two(good, with_moments(8, -1, 0.5))).decision == Decision::falsified);
  }
  TEST_CASE("equal differences are judged by the sign test: five at a fixed look") {
    CHECK(decide(ordering(1, 0), scalars({1, 1, 1, 1})).decision == Decision::inconclusive);
    const auto five = decide(ordering(1, 0), scalars({1, 1, 1, 1, 1}));
    CHECK(five.decision == Decision::confirmed);
    CHECK(five.p_confirm == 1.0 / 32);
    CHECK(decide(ordering(1, 0), scalars({-1, -1, -1, -1})).decision == Decision::inconclusive);
    CHECK(decide(ordering(1, 0), scalars({-1, -1, -1, -1, -1})).decision == Decision::falsified);
    CHECK(decide(ordering(1, 0), scalars({0, 0, 0, 0, 0, 0})).decision == Decision::inconclusive);
    // In a chain of three the reversal needs 2^-S <= 0.025: six.
    const auto five_good = scalars({1, 1, 1, 1, 1}), five_bad = scalars({-1, -1, -1, -1, -1});
    CHECK(decide(ordering(2, 0), two(five_good, five_bad)).decision == Decision::inconclusive);
  }
  TEST_CASE("without noise the sign decides") {
    auto p = ordering(1, 0.5);
    p.deterministic = true;
    CHECK(decide(p, scalars({0.6})).decision == Decision::confirmed);
    CHECK(decide(p, scalars({0.4})).decision == Decision::inconclusive);
    CHECK(decide(p, scalars({-0.1})).decision == Decision::falsified);
  }
  TEST_CASE("Page's trend of four rankings is L = 54, z = 2.121320") {
    const auto page = page_trend({{1, 2, 3}, {1, 3, 2}, {1, 2, 3}, {2, 1, 3}});
    CHECK(page.statistic == 54);
    CHECK(page.mean == 48);
    CHECK(page.sd == doctest::Approx(2.828427).epsilon(1e-6));
    CHECK(page.z == doctest::Approx(2.121320).epsilon(1e-6));
    CHECK(page.p == doctest::Approx(0.01694743).epsilon(1e-6));  // 1 - Phi(2.121320)
  }
  TEST_CASE("ties share their average rank, and all ties leave the mean") {
    CHECK(page_trend({{5, 5, 5}, {2, 2, 2}}).z == 0);
    CHECK(page_trend({{0, 0, 7}}).statistic == 1.5 + 3 + 9);
    CHECK_THROWS_AS(page_trend({}), std::invalid_argument);
    CHECK_THROWS_AS(page_trend({{1}}), std::invalid_argument);
    CHECK_THROWS_AS(page_trend({{1, 2}, {1, 2, 3}}), std::invalid_argument);
  }
}
