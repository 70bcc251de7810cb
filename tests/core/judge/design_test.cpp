#include "support.h"

#include <lmw/judge/design.h>
#include <lmw/judge/sequential.h>

#include <limits>
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
  TEST_CASE("a rival two bands away is refuted with 0.908 by a law that can be confirmed, at many replicates") {
    const Prediction law{.predicted = {1}, .eps = {0.1}}, rival{.predicted = {1.2}, .eps = {0.1}};
    // 3.2897 (2 - 1) - 1.96 = 1.3297, and Phi of that.
    CHECK(*power_against(rival, law, 1'000'000) == doctest::Approx(0.90819).epsilon(1e-5));
    double before = *power_against(rival, law, 3);
    for (const int n : {4, 8, 16, 64, 1000}) {
      const double power = *power_against(rival, law, n, {0.015, 0.015});
      CHECK(power > before);  // Student's t costs the rival more than the law
      before = power;
    }
    CHECK(*power_against(rival, law, 1) == 0);
  }
  TEST_CASE("at two replicates the power is that of Student's t with one degree of freedom: by another integral") {
    // s/sd = |z| is half-normal. The law is confirmed with P(|D| + 6.313752 x |z| <= 1), the rival refuted with
    // P(2 + D - 12.706205 x |z| > 1), D ~ N(0, x^2): sums over a fine grid of |z|.
    const auto mean = [](auto&& f) {
      double sum = 0;
      constexpr int steps = 20'000;
      for (int i = 0; i < steps; ++i) {
        const double z = 8 * (i + 0.5) / steps;
        sum += 2 * std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0)) * f(z) * 8 / steps;
      }
      return sum;
    };
    const auto cdf = [](double v) { return 0.5 * std::erfc(-v / std::sqrt(2.0)); };
    double low = 0, high = 1;
    for (int i = 0; i < 40; ++i) {
      const double x = (low + high) / 2;
      const double share = mean([&](double z) { return std::max(0.0, 2 * cdf((1 - 6.313752 * x * z) / x) - 1); });
      (share >= 0.9 ? low : high) = x;
    }
    const double power = mean([&](double z) { return cdf((1 - 12.706205 * low * z) / low); });
    CHECK(*power_against(point(2, 1), point(0, 1), 2) == doctest::Approx(power).epsilon(2e-4));
  }
  TEST_CASE("power against a noisy theory, a far rival and exact laws") {
    const Prediction law{.predicted = {1}, .eps = {0.1}}, rival{.predicted = {1.2}, .eps = {0.1}};
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
  TEST_CASE("at any time a rival two bands away is refuted with 0.95 by a law that can be confirmed") {
    const Prediction law{.predicted = {1}, .eps = {0.1}}, rival{.predicted = {1.2}, .eps = {0.1}};
    for (const int n : {8, 16, 64, 1024})
      CHECK(power_against_any_time(rival, law, n) == doctest::Approx(0.95).epsilon(2e-3));
    CHECK(power_against_any_time(rival, law, 4) == 0);  // the half-width is infinite
    CHECK(power_against_any_time(rival, law, 1) == 0);
    // Of many replicates the sample's spread is near normal: Phi(-q/k) at the edge of the rival's band, k its share.
    const Prediction edge{.predicted = {1.1}, .eps = {0.1}};
    const double q = t_mixture_half_width(100'000, std::sqrt(1e5)), k = std::sqrt(1 + q * q / 2e5);
    CHECK(power_against_any_time(edge, law, 100'000) ==
          doctest::Approx(0.5 * std::erfc(q / k / std::sqrt(2.0))).epsilon(1e-8));
    double before = 0;
    for (const double gap : {0.1, 0.15, 0.2, 0.25, 0.4}) {
      const double power = power_against_any_time({.predicted = {1 - gap}, .eps = {0.1}}, law, 64);
      CHECK(power > before);
      before = power;
    }
    CHECK(before > 0.999999);
  }
  TEST_CASE("theory errors and kinds of the rule for any time") {
    const Prediction law{.kind = Kind::theory_error, .predicted = {1}, .eps = {0.1}, .theory_sd = {0.01}};
    const Prediction rival{.kind = Kind::theory_error, .predicted = {1.25}, .eps = {0.1}, .theory_sd = {0.01}};
    const double power = power_against_any_time(rival, law, 64);
    // At many replicates the sample's spread is known: by bisection, with alpha = 0.04 and z(0.995) = 2.575829.
    const auto by_hand = [&](std::int64_t n) {
      const double q = t_mixture_half_width(n, std::sqrt(double(n)), 0.04), theory = 2.575829 * 0.01;
      double low = 0, high = 0.1;
      for (int i = 0; i < 200; ++i) {
        const double x = (low + high) / 2;
        (q * x + theory + 1.644854 * std::hypot(x, 0.01) < 0.1 ? low : high) = x;
      }
      return 0.5 * std::erfc(-(0.15 - theory - q * low) / std::hypot(low, 0.01) / std::sqrt(2.0));
    };
    CHECK(power_against_any_time(rival, law, 100'000) == doctest::Approx(by_hand(100'000)).epsilon(1e-4));
    CHECK(power > 0.9);
    Prediction noisy = law;
    noisy.theory_sd = {0.03};
    CHECK(power_against_any_time(rival, noisy, 64) == 0);
    const Prediction exact{.predicted = {1}, .eps = {0.1}, .deterministic = true};
    CHECK(power_against_any_time({.predicted = {1.15}, .eps = {0.1}}, exact, 1) == 1);
    CHECK(power_against_any_time({.predicted = {1.05}, .eps = {0.1}}, exact, 1) == 0);
    const Prediction bits{.predicted = {1}, .eps = {0}};
    CHECK(power_against_any_time(bits, bits, 64) == 0);
    const Prediction order{.kind = Kind::ordering, .predicted = {0}, .eps = {0.1}};
    CHECK_THROWS_AS(power_against_any_time(order, order, 8), std::invalid_argument);
    const Prediction curve{.predicted = {0, 1}, .eps = {0.1, 0.1}};
    CHECK_THROWS_AS(power_against_any_time(curve, curve, 8), std::invalid_argument);
    CHECK_THROWS_AS(power_against_any_time(curve, bits, 8), std::invalid_argument);
    CHECK_THROWS_AS(power_against_any_time(bits, bits, 0), std::invalid_argument);
  }
  TEST_CASE("what is not finite is never refuted") {
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
      for (const Kind kind : {Kind::point, Kind::proportion, Kind::distribution}) {
        const Prediction law{.kind = kind, .predicted = {0.5}, .eps = {0.1}};
        Prediction rival = law;
        rival.predicted = {bad};
        CHECK(*power_against(rival, law, 8) == 0);
        if (kind == Kind::point) CHECK(power_against_any_time(rival, law, 8) == 0);
      }
  }
  TEST_CASE("rivals per replicate: distances as a prediction, their scatter as its error") {
    const Prediction law{.predicted = {0, 0}, .eps = {0.1, 0.1}};
    const Prediction near{.predicted = {0.05, 0.2}, .eps = {0.1, 0.1}};
    Prediction scattered = near;
    scattered.theory_sd = {0.4 / 8, 0.4 / 8};
    const double sharp = *power_against(near, law, 64), blunt = *power_against(scattered, law, 64);
    CHECK(sharp > 0.8);
    CHECK(blunt < sharp);
    CHECK(blunt > 0.1);
    const Prediction one{.predicted = {0}, .eps = {0.1}}, far{.predicted = {0.3}, .eps = {0.1}, .theory_sd = {0.05}};
    CHECK(power_against_any_time(far, one, 64) < power_against_any_time({.predicted = {0.3}, .eps = {0.1}}, one, 64));
  }
}
