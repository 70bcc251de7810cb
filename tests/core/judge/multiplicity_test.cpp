#include "support.h"

#include <lmw/judge/multiplicity.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace judge_test;

TEST_SUITE("judge/multiplicity") {
  TEST_CASE("Holm's adjusted p-values multiply by the number left and never decrease") {
    const auto p = holm_adjusted({0.01, 0.04, 0.03, 0.005});
    CHECK(p[3] == doctest::Approx(0.02));
    CHECK(p[0] == doctest::Approx(0.03));
    CHECK(p[2] == doctest::Approx(0.06));
    CHECK(p[1] == doctest::Approx(0.06));
    CHECK(holm_adjusted({}).empty());
    CHECK(holm_adjusted({0.7, 0.6})[0] == 1);
    CHECK_THROWS_AS(holm_adjusted({-0.1}), std::invalid_argument);
  }
  TEST_CASE("Benjamini and Hochberg's adjusted p-values divide by the rank from the largest down") {
    const auto p = benjamini_hochberg_adjusted({0.01, 0.04, 0.03, 0.005});
    CHECK(p[3] == doctest::Approx(0.02));
    CHECK(p[0] == doctest::Approx(0.02));
    CHECK(p[2] == doctest::Approx(0.04));
    CHECK(p[1] == doctest::Approx(0.04));
    CHECK(benjamini_hochberg_adjusted({}).empty());
    CHECK_THROWS_AS(benjamini_hochberg_adjusted({1.1}), std::invalid_argument);
  }
  TEST_CASE("adjusted p-values reject the same set as the step rules") {
    std::mt19937_64 rng(3);
    std::uniform_real_distribution<double> u(0, 1);
    int wrong = 0;
    for (int trial = 0; trial < 200; ++trial) {
      std::vector<double> p(12);
      for (double& v : p) v = std::pow(u(rng), 3);
      auto sorted = p;
      std::sort(sorted.begin(), sorted.end());
      std::size_t holm = 0, bh = 0;
      while (holm < 12 && sorted[holm] <= 0.05 / static_cast<double>(12 - holm)) ++holm;
      for (std::size_t i = 1; i <= 12; ++i)
        if (sorted[i - 1] <= 0.05 * static_cast<double>(i) / 12) bh = i;
      const auto by_holm = holm_adjusted(p), by_bh = benjamini_hochberg_adjusted(p);
      const auto rejected = [](const std::vector<double>& adjusted) {
        return std::size_t(std::count_if(adjusted.begin(), adjusted.end(), [](double v) { return v <= 0.05; }));
      };
      wrong += rejected(by_holm) != holm || rejected(by_bh) != bh;
    }
    CHECK(wrong == 0);
  }
  TEST_CASE("e-BH rejects up to the largest rank that reaches J/(q i), even past ranks that do not") {
    // J = 4, q = 0.05: thresholds 80, 40, 26.7, 20.
    CHECK(e_benjamini_hochberg({30, 90, 1, 45}) == std::vector<bool>{true, true, false, true});
    CHECK(e_benjamini_hochberg({70, 50, 1, 0}) == std::vector<bool>{true, true, false, false});
    CHECK(e_benjamini_hochberg({19, 19, 19, 19}) == std::vector<bool>(4, false));
    CHECK(e_benjamini_hochberg({20, 20, 20, 20}) == std::vector<bool>(4, true));
    CHECK(e_benjamini_hochberg({}).empty());
    CHECK_THROWS_AS(e_benjamini_hochberg({-1}), std::invalid_argument);
    CHECK_THROWS_AS(e_benjamini_hochberg({1}, 0), std::invalid_argument);
  }
}
