#include "support.h"

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
}
