#include <lmw/numerics/linear_modes.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace lmw::numerics;

TEST_SUITE("numerics/linear_modes") {
  TEST_CASE("published values of strength and half time") {
    CHECK(linear_mode_strength(3, 1e-3, 1.0) == doctest::Approx(0.355712).epsilon(2e-6));
    CHECK(linear_mode_strength(3, 1e-3, 1.5) == doctest::Approx(2.18961).epsilon(2e-6));
    CHECK(linear_mode_half_time(3, 1e-3) == doctest::Approx(1.33434).epsilon(4e-6));
    CHECK(linear_mode_half_time(4, 1e-9) == doctest::Approx(2.76370).epsilon(2e-6));
    CHECK(linear_mode_half_time(2, 1e-9) == doctest::Approx(5.35410).epsilon(2e-6));
    CHECK(linear_mode_half_time(1, 1e-9) == doctest::Approx(10.3616).epsilon(5e-6));
    // s = 4, 2.5, 1.5 from 1e-3 at learning rate 2e-3.
    CHECK(linear_mode_half_time(4, 1e-3, 2e-3) == doctest::Approx(1.03983).epsilon(5e-6));
    CHECK(linear_mode_half_time(2.5, 1e-3, 2e-3) == doctest::Approx(1.56760).epsilon(5e-6));
    CHECK(linear_mode_half_time(1.5, 1e-3, 2e-3) == doctest::Approx(2.44013).epsilon(5e-6));
  }
  TEST_CASE("the strength starts at the start, is half at the half time, and ends at s") {
    CHECK(linear_mode_strength(2, 0.01, 0.0) == doctest::Approx(0.01).epsilon(1e-14));
    CHECK(linear_mode_strength(2, 0.01, linear_mode_half_time(2, 0.01)) == doctest::Approx(1.0).epsilon(1e-13));
    CHECK(linear_mode_strength(2, 0.01, 100.0) == doctest::Approx(2.0).epsilon(1e-14));
  }
  TEST_CASE("gradient descent on one scalar mode is late by the first-order formula, and second order remains") {
    const auto trained = [](double rate) {
      double w = std::sqrt(1e-3), strength = w * w, t = 0;
      for (;; t += rate) {
        const double next = w + rate * w * (3 - w * w), after = next * next;
        if (after >= 1.5) return t + rate * (1.5 - strength) / (after - strength);
        w = next, strength = after;
      }
    };
    const auto error = [&](double rate) { return std::abs(trained(rate) - linear_mode_half_time(3, 1e-3, rate)); };
    CHECK(error(1e-2) < 0.1 * std::abs(trained(1e-2) - linear_mode_half_time(3, 1e-3)));
    CHECK(error(1e-2) / error(5e-3) > 3.0);  // 4 to leading order, disturbed by the grid of steps
  }
  TEST_CASE("a start outside (0, s) is refused") {
    CHECK_THROWS_AS(linear_mode_half_time(1, 1), std::domain_error);
    CHECK_THROWS_AS(linear_mode_half_time(1, 0), std::domain_error);
    CHECK_THROWS_AS(linear_mode_strength(-1, 0.5, 1), std::domain_error);
  }
}
