#include <lmw/numerics/roots.h>

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using lmw::numerics::find_root;

TEST_SUITE("numerics/roots") {
  TEST_CASE("known zeros to rounding, in few evaluations") {
    int calls = 0;
    const double root = find_root([&](double x) { return ++calls, std::cos(x) - x; }, 0, 1);
    CHECK(root == doctest::Approx(0.7390851332151607).epsilon(1e-15));
    CHECK(calls < 12);
    CHECK(find_root([](double x) { return x * x * x - 2; }, 0, 2) == doctest::Approx(std::cbrt(2.0)).epsilon(1e-15));
  }
  TEST_CASE("a flat triple zero and a jump are bracketed as well") {
    int calls = 0;
    CHECK(std::abs(find_root([&](double x) { return ++calls, std::pow(x - 0.3, 3); }, -1, 2) - 0.3) < 1e-5);
    CHECK(calls < 200);
    CHECK(find_root([](double x) { return x < 0.25 ? -1.0 : 5.0; }, 0, 1) == doctest::Approx(0.25).epsilon(1e-15));
  }
  TEST_CASE("an end that is a zero is returned, and a zero at zero is found") {
    CHECK(find_root([](double x) { return x - 1; }, 1, 2) == 1.0);
    CHECK(std::abs(find_root([](double x) { return std::sinh(x); }, -1, 3)) < 1e-15);
  }
  TEST_CASE("a tolerance saves evaluations") {
    int coarse = 0, fine = 0;
    const auto f = [](double x) { return std::exp(x) - 5; };
    const double root = find_root([&](double x) { return ++coarse, f(x); }, 0, 4, 1e-3);
    find_root([&](double x) { return ++fine, f(x); }, 0, 4);
    CHECK(std::abs(root - std::log(5.0)) < 1e-3);
    CHECK(coarse < fine);
  }
  TEST_CASE("no sign change is refused") {
    CHECK_THROWS_AS(find_root([](double x) { return x * x + 1; }, -1, 1), std::domain_error);
    CHECK_THROWS_AS(find_root([](double) { return NAN; }, -1, 1), std::domain_error);
    CHECK_THROWS_AS(find_root([](double x) { return x == -1 || x == 1 ? x : NAN; }, -1, 1), std::runtime_error);
  }
}
