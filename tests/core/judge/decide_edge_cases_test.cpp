#include "support.h"

#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check_says_nothing(const Result& r) {
  CHECK(r.decision == Decision::inconclusive);
  CHECK(r.confirm_ratio == inf);
  CHECK(r.falsify_ratio == -inf);
  CHECK(r.p_confirm == 1);
  CHECK(r.p_falsify == 1);
  CHECK(!r.note.empty());
}
}  // namespace

TEST_SUITE("judge/decide_edge_cases") {
  TEST_CASE("a value that is not finite says nothing and names the replicate") {
    for (const double bad : {not_a_number, inf, -inf}) {
      const auto r = decide(point(1, 0.5), scalars({1, bad, 1.01, 0.99}));
      check_says_nothing(r);
      CHECK(r.note == "replicate 1 is not finite");
      check_says_nothing(decide(point(bad, 0.5), scalars({1, 1.01, 0.99})));
    }
  }
  TEST_CASE("not finite comes before too few replicates") {
    CHECK(decide(point(1, 0.5), scalars({not_a_number})).note == "replicate 0 is not finite");
  }
  TEST_CASE("fewer than two stochastic replicates say nothing, for every kind") {
    for (const Kind kind : {Kind::point, Kind::theory_error, Kind::curve, Kind::proportion}) {
      auto p = point(1, 0.5);
      p.kind = kind;
      check_says_nothing(decide(p, {}));
      check_says_nothing(decide(p, scalars({1})));
    }
    check_says_nothing(decide(point(1, 0.5, 0.1), scalars({1})));
  }
  TEST_CASE("replicates that are all equal say nothing about a mean") {
    const auto r = decide(point(1, 0.5), scalars({1.1, 1.1, 1.1, 1.1}));
    check_says_nothing(r);
    CHECK(r.degenerate);
    CHECK(decide(point(1, 0.5), scalars({0.1, 0.1, 0.1})).degenerate);  // 0.1 * 3 / 3 != 0.1 in binary
  }
  TEST_CASE("equal replicates and a noisy theory leave the theory's error alone") {
    auto p = point(1, 0.5, 0.1);
    p.theory_df = 9;
    const auto r = decide(p, scalars({1.1, 1.1, 1.1}));
    CHECK(r.df == doctest::Approx(9));
    CHECK(r.statistic == doctest::Approx(1));
    CHECK(r.confirm_ratio == doctest::Approx((0.1 + 1.8331129326536337 * 0.1) / 0.5).epsilon(1e-9));  // t_9(.95)
  }
  TEST_CASE("a deterministic comparison is decided by its one value, to the edge of the band") {
    auto p = point(1, 0.5);
    p.deterministic = true;
    const auto on_edge = decide(p, scalars({1.5}));
    CHECK(on_edge.decision == Decision::confirmed);
    CHECK(on_edge.confirm_ratio == 1);
    CHECK(on_edge.p_confirm == 0);
    CHECK(on_edge.p_falsify == 1);
    CHECK(on_edge.deterministic);
    const auto past = decide(p, scalars({std::nextafter(1.5, 2)}));
    CHECK(past.decision == Decision::falsified);
    CHECK(past.p_confirm == 1);
    CHECK(past.p_falsify == 0);
    check_says_nothing(decide(p, {}));
    check_says_nothing(decide(p, scalars({not_a_number})));
  }
  TEST_CASE("replicates of an exact identity cannot cancel: the one furthest out decides") {
    auto p = point(0, 0.5);
    p.deterministic = true;
    const auto r = decide(p, scalars({-2, 0, 2}));
    CHECK(r.decision == Decision::falsified);
    CHECK(r.falsify_ratio == 4);
    CHECK(r.measured == -2);
  }
  TEST_CASE("a deterministic measurement against a noisy theory uses the theory's error") {
    auto p = point(0, 1, 0.1);
    p.deterministic = true;
    const auto r = decide(p, scalars({0.5}));
    CHECK(r.confirm_ratio == doctest::Approx(0.5 + 1.6448536269514722 * 0.1).epsilon(1e-9));
    CHECK(r.decision == Decision::confirmed);
  }
  TEST_CASE("bit equality: eps = 0 holds or breaks") {
    auto p = point(0.1, 0);
    p.deterministic = true;
    const auto equal = decide(p, scalars({0.1}));
    CHECK(equal.decision == Decision::confirmed);
    CHECK(equal.confirm_ratio == 0);
    const auto unequal = decide(p, scalars({std::nextafter(0.1, 1)}));
    CHECK(unequal.decision == Decision::falsified);
    CHECK(unequal.falsify_ratio == inf);
  }
  TEST_CASE("without a band, noisy data can refute but never confirm") {
    CHECK(decide(point(0, 0), with_moments(8, 0, 1)).decision == Decision::inconclusive);
    CHECK(decide(point(0, 0), with_moments(8, 5, 1)).decision == Decision::falsified);
  }
  TEST_CASE("values at the end of double's range neither crash nor confirm") {
    CHECK(decide(point(0, 1), scalars({1e308, -1e308, 1e308})).decision != Decision::confirmed);
    CHECK(decide(point(0, 1), scalars({1e300, 1.001e300, 0.999e300})).decision == Decision::falsified);
    CHECK(decide(point(1e308, 1), scalars({-1e308, -1.1e308})).decision != Decision::confirmed);
  }
  TEST_CASE("callers' mistakes are thrown with the value and the range") {
    const auto two = scalars({1, 2});
    CHECK_THROWS_AS(decide({}, two), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, -0.1), two), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, not_a_number), two), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, inf), two), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, 0.1, -1), two), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, 0.1), {{1, 2}, {1, 2}}), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, 0.1), two, {.confirm = 0}), std::invalid_argument);
    CHECK_THROWS_AS(decide(point(1, 0.1), two, {.falsify = 0.6}), std::invalid_argument);
    auto df = point(1, 0.1, 0.1);
    df.theory_df = 0.5;
    CHECK_THROWS_AS(decide(df, two), std::invalid_argument);
    CHECK_THROWS_WITH(validate(point(1, -0.5)), "eps = -0.500000: expected finite and >= 0");
  }
  TEST_CASE("kinds are written K1 to K10") {
    for (int k = 1; k <= 10; ++k)
      CHECK(static_cast<int>(kind_from_text(std::string("K").append(std::to_string(k)))) == k);
    CHECK(to_text(Kind::classification) == "K10");
    CHECK_THROWS_AS(kind_from_text("K11"), std::invalid_argument);
    CHECK_THROWS_AS(kind_from_text("K01"), std::invalid_argument);
    CHECK(to_text(Decision::falsified) == "falsified");
  }
}
