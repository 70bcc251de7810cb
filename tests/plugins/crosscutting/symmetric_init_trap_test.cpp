#include <doctest/doctest.h>
#include <support/law_harness.h>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/symmetric-init-trap");
  return loaded;
}

}  // namespace

TEST_SUITE("crosscutting/symmetric-init-trap") {
  TEST_CASE("equal units stay bitwise equal at any width, fail, and reach 1/6") {
    for (const int width : {1, 3, 8, 16}) {
      const PointOverrides at = {{"width", width}, {"groups", 4}};
      const auto answer = law().measure(at, 3);
      REQUIRE(answer.outcome == "ok");
      CHECK(law().measured(at, 3, "failure_probability") == 1);
      CHECK(law().measured(at, 3, "units_equal") == 1);
      // Each group has eight runs, of which about half end there.
      CHECK(law().measured(at, 3, "best_is_sixth") >= 0.75);
    }
  }

  TEST_CASE("units that differ are drawn apart, and many of the runs are freed") {
    const PointOverrides free = {{"noise", 1.0}, {"steps", 4000}, {"groups", 8}};
    CHECK(law().regime(free).must_break);
    CHECK(law().measured(free, 1, "failure_probability") < 0.5);
    CHECK(law().measured(free, 1, "units_equal") == 0);
    // The least perturbation ends the invariance, though most runs still end in a minimum of their own.
    const PointOverrides faint = {{"noise", 1e-9}, {"steps", 4000}, {"groups", 8}};
    CHECK_FALSE(law().regime(faint).inside);
    CHECK_FALSE(law().regime(faint).must_break);
    CHECK(law().measured(faint, 1, "units_equal") == 0);
    CHECK(law().measured(faint, 1, "failure_probability") > 0.5);
  }

  TEST_CASE("one seed is one number, and the regime ends where the mean unit could overshoot") {
    const PointOverrides at = {{"noise", 0.3}, {"groups", 4}};
    CHECK(law().measured(at, 5, "failure_probability") == law().measured(at, 5, "failure_probability"));
    CHECK(law().regime({{"width", 20}}).inside);
    CHECK_FALSE(law().regime({{"width", 21}}).inside);
  }

  TEST_CASE("the rivals say what reseeding and rounding would do") {
    CHECK(law().predicted({}, "failure_probability") == 1);
    CHECK(law().predicted({}, "failure_probability", "accident") == 0);
    CHECK(law().predicted({}, "units_equal", "drifts-apart") == 0);
  }
}
