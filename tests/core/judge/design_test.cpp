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
