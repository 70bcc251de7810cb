#include "support.h"

#include <lmw/judge/design.h>

#include <stdexcept>

using namespace judge_test;

TEST_SUITE("judge/design") {
  TEST_CASE("replicates to confirm at eps/sd = 1, 1/2, 1/4 are 13, 46, 176") {
    CHECK(replicates_needed(1, 1, 0).to_confirm == 13);
    CHECK(replicates_needed(1, 0.5, 0).to_confirm == 46);
    CHECK(replicates_needed(1, 0.25, 0).to_confirm == 176);
  }
  TEST_CASE("replicates to falsify at (gap - eps)/sd = 2, 1, 1/2 are 5, 13, 45") {
    CHECK(replicates_needed(1, 1, 3).to_falsify == 5);
    CHECK(replicates_needed(1, 1, 2).to_falsify == 13);
    CHECK(replicates_needed(1, 1, 1.5).to_falsify == 45);
  }
  TEST_CASE("the theory's error uses up the band, and past it no number of replicates suffices") {
    // 3.289707^2 / (1 - (3.289707 * .2)^2) = 19.08: 20 + 2.
    CHECK(replicates_needed(1, 1, 3, 0.2).to_confirm == 22);
    CHECK(replicates_needed(1, 1, 3, 0.31).to_confirm == 0);
    CHECK(replicates_needed(1, 1, 1, 0).to_falsify == 0);
    CHECK(replicates_needed(0, 1, 3).to_confirm == 2);
    CHECK(replicates_needed(1e200, 1e-200, 1).to_confirm == 0);
    CHECK_THROWS_AS(replicates_needed(-1, 1, 1), std::invalid_argument);
  }
  TEST_CASE("a rival two bands away is refuted with 0.908 by a law that can be confirmed") {
    const Prediction law{.predicted = {1}, .eps = {0.1}}, rival{.predicted = {1.2}, .eps = {0.1}};
    // 3.2897 (2 - 1) - 1.96 = 1.3297, and Phi of that.
    CHECK(*power_against(rival, law, 16) == doctest::Approx(0.90819).epsilon(1e-4));
    CHECK(*power_against(rival, law, 2) == 0);
    const Prediction far{.predicted = {2}, .eps = {0.1}}, noisy{.predicted = {1}, .eps = {0.1}, .theory_sd = {0.1}};
    CHECK(*power_against(far, law, 16) > 0.999999);
    CHECK(*power_against(far, noisy, 16) == 0);  // 3.29 theory_sd is more than the band
    const Prediction exact{.predicted = {1}, .eps = {0.1}, .deterministic = true};
    CHECK(*power_against({.predicted = {1.05}, .eps = {0.1}, .deterministic = true}, exact, 1) == 0);
    CHECK(*power_against({.predicted = {1.15}, .eps = {0.1}, .deterministic = true}, exact, 1) == 1);
    const Prediction order{.kind = Kind::ordering, .predicted = {0}, .eps = {0.1}};
    CHECK(!power_against(order, order, 8));
    CHECK_THROWS_AS(power_against(order, law, 8), std::invalid_argument);
    CHECK_THROWS_AS(power_against(rival, law, 0), std::invalid_argument);
  }
  TEST_CASE("of a proportion the power is exact: it is the share of outcomes that the rule itself refutes") {
    for (const double truth : {0.0, 0.3, 0.5, 0.9, 1.0}) {
      const Prediction law{.kind = Kind::proportion, .predicted = {truth}, .eps = {0.1}, .draws = 10};
      const Prediction rival{.kind = Kind::proportion, .predicted = {0.62}, .eps = {0.1}, .draws = 10};
      double refuted = 0;
      for (int k = 0; k <= 40; ++k) {
        Replicates replicates;
        for (int j = 0, left = k; j < 4; ++j, left -= 10)
          replicates.push_back({std::min(10, std::max(0, left)) / 10.0});
        if (decide(rival, replicates).decision != Decision::falsified) continue;
        refuted += std::exp(std::lgamma(41) - std::lgamma(k + 1) - std::lgamma(41 - k)) * std::pow(truth, k) *
                   std::pow(1 - truth, 40 - k);
      }
      CHECK(*power_against(rival, law, 4) == doctest::Approx(refuted).epsilon(1e-9));
    }
  }
  TEST_CASE("labels and distributions have their exact power at the best grid point") {
    const Prediction labels{.kind = Kind::classification, .predicted = {0.6}, .eps = {0.05}, .draws = 100};
    const Prediction claim{.kind = Kind::classification, .predicted = {0.95}, .eps = {0.05}, .draws = 100};
    CHECK(*power_against(claim, labels, 4) > 0.9999);
    CHECK(*power_against(labels, claim, 4) < 1e-9);  // more accurate than claimed refutes no claim
    const Prediction f{.kind = Kind::distribution, .predicted = {0.2, 0.5}, .eps = {0.05, 0.05}, .draws = 500};
    const Prediction other{.kind = Kind::distribution, .predicted = {0.2, 0.7}, .eps = {0.05, 0.05}, .draws = 500};
    CHECK(*power_against(other, f, 4) > 0.9999);
    CHECK(*power_against(f, f, 4) < 0.05);
  }
  TEST_CASE("the planned number of replicates has the power that it was planned for") {
    for (const double gap : {1.5, 2.0, 3.0, 7.3}) {
      for (const double theory_sd : {0.0, 0.1}) {
        const auto n = replicates_needed(1, 1, gap, theory_sd).to_falsify;
        CHECK(power_to_falsify(gap, 1, 1, n, theory_sd) >= 0.9);
        if (n > 3) CHECK(power_to_falsify(gap, 1, 1, n - 1, theory_sd) < 0.9);
      }
    }
  }
  TEST_CASE("power has its limits") {
    CHECK(power_to_falsify(2, 1, 1, 2) == 0);
    CHECK(power_to_falsify(1, 1, 1, 100) == doctest::Approx(0.025));
    CHECK(power_to_falsify(2, 1, 0, 3) == 1);
    CHECK(power_to_falsify(0.5, 1, 0, 3) == 0);
    CHECK_THROWS_AS(power_to_falsify(2, 1, 1, 8, 0, 1), std::invalid_argument);
  }
  TEST_CASE("pilots give the spread") {
    const std::vector<double> pilot = {-1, 1, -1, 1, -1, 1, -1, 1};  // sd = sqrt(8/7)
    CHECK(replicates_from_pilot(pilot, 1, 2).to_confirm == replicates_needed(std::sqrt(8.0 / 7), 1, 2).to_confirm);
    CHECK_THROWS_AS(replicates_from_pilot(std::vector{1.0}, 1, 2), std::invalid_argument);
  }
}
