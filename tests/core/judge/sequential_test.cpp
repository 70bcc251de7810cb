#include "support.h"

#include <cmath>
#include <stdexcept>

using namespace judge_test;

TEST_SUITE("judge/sequential") {
  TEST_CASE("the looks spend the t multipliers of the plan") {
    // se = 1/sqrt(S) and D = 0 turn the ratios at eps = 1 into t/sqrt(S).
    const double confirm[] = {5.840909, 3.203152, 2.602480, 2.355568, 2.220352};
    const double falsify[] = {7.453319, 3.715534, 2.946713, 2.651913, 2.500915};
    const auto looks = looks_method_a(64);
    REQUIRE(looks.size() == 5);
    for (std::size_t k = 0; k < 5; ++k) {
      const auto r = decide(point(0, 1), with_moments(looks[k].replicates, 0, 1), levels_at(looks[k]));
      const double root = std::sqrt(looks[k].replicates);
      CHECK(r.confirm_ratio * root == doctest::Approx(confirm[k]).epsilon(1e-6));
      CHECK(-r.falsify_ratio * root == doctest::Approx(falsify[k]).epsilon(1e-6));
    }
  }
  TEST_CASE("the weights of all looks add up to one, and a smaller limit drops the later looks") {
    double sum = 0;
    for (const auto& look : looks_method_a(1000)) sum += look.weight;
    CHECK(sum == doctest::Approx(1));
    CHECK(looks_method_a(1000).back().replicates == 64);
    const auto ten = looks_method_a(10);
    REQUIRE(ten.size() == 3);
    CHECK(ten[2].replicates == 10);
    CHECK(ten[2].weight == 0.20);
    const auto one = looks_method_a(1);
    REQUIRE(one.size() == 1);
    CHECK(one[0].replicates == 1);
    CHECK(looks_method_a(16).size() == 3);
    CHECK_THROWS_AS(looks_method_a(0), std::invalid_argument);
  }
  TEST_CASE("a sequential p-value is the smallest p over its look's weight") {
    const auto looks = looks_method_a(64);
    CHECK(sequential_p({0.5, 0.003}, looks) == doctest::Approx(0.02));
    CHECK(sequential_p({0.5}, looks) == 1);
    CHECK(sequential_p({}, looks) == 1);
    CHECK_THROWS_AS(sequential_p({1, 1, 1}, looks_method_a(4)), std::invalid_argument);
  }
}
