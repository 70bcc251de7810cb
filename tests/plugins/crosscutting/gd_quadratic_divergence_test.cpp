#include <doctest/doctest.h>
#include <support/law_harness.h>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/gd-quadratic-divergence");
  return loaded;
}

}  // namespace

TEST_SUITE("crosscutting/gd-quadratic-divergence") {
  TEST_CASE("the forecast steps at 2, and growth by 100 at 2.004 takes 1153.6 steps") {
    CHECK(law().predicted({{"step_sharpness", 1.996}}, "failure_probability") == 0);
    CHECK(law().predicted({{"step_sharpness", 2.004}}, "failure_probability") == 1);
    // With one weight the whole start lies along the sharpest direction.
    const PointOverrides one = {{"step_sharpness", 2.004}, {"dimension", 1}};
    CHECK(law().predicted_replicate(one, 1, "growth_time") == doctest::Approx(1153.6).epsilon(5e-5));
    CHECK(law().measured(one, 1, "growth_time") == 1154);
  }

  TEST_CASE("within 0.2 % of the threshold all runs diverge above and none below") {
    for (const double x : {1.96, 1.996, 2.004, 2.04})
      CHECK(law().measured({{"step_sharpness", x}}, 7, "failure_probability") == (x > 2 ? 1 : 0));
  }

  TEST_CASE("a run stopped one step before its start can have grown has not failed") {
    CHECK(law().measured({{"step_sharpness", 2.004}, {"dimension", 1}, {"steps", 1153}}, 1, "failure_probability") ==
          0);
    CHECK(law().measured({{"step_sharpness", 2.004}, {"dimension", 1}, {"steps", 1154}}, 1, "failure_probability") ==
          1);
  }

  TEST_CASE("each start has its own time, counted in whole steps") {
    const PointOverrides at = {{"step_sharpness", 2.04}, {"draws", 1}};
    for (const int seed : {1, 2, 3}) {
      const double late = law().measured(at, seed, "growth_time") - law().predicted_replicate(at, seed, "growth_time");
      CHECK(late >= -1e-9);
      CHECK(late < 1);
    }
    CHECK(law().measured(at, 1, "growth_time") != law().measured(at, 2, "growth_time"));
  }

  TEST_CASE("it knows what it cannot say, and where it should break") {
    CHECK(law().predict({{"step_sharpness", 2.0}}).abstained);
    CHECK(law().regime({{"step_sharpness", 2.0004}}).must_break);                       // 6000 steps: growth by 11
    CHECK(law().regime({{"step_sharpness", 2.0004}, {"steps", 60'000}}).inside);        // by 2.6e10
    CHECK_FALSE(law().regime({{"step_sharpness", 2.0004}, {"steps", 20'000}}).inside);  // by 3000: not for all starts
    CHECK_FALSE(law().regime({{"step_sharpness", 2.0004}, {"steps", 20'000}}).must_break);
    CHECK(law().regime({{"step_sharpness", 1.96}, {"start", "beside"}}).inside);
  }

  TEST_CASE("a start beside the sharpest direction is safe until rounding has grown, and a flattening loss for ever") {
    PointOverrides beside = {{"start", "beside"}, {"steps", 500}};
    CHECK(law().regime(beside).must_break);
    CHECK(law().measured(beside, 1, "failure_probability") == 0);
    beside.back() = {"steps", 6000};
    CHECK_FALSE(law().regime(beside).must_break);
    CHECK(law().measured(beside, 1, "failure_probability") == 1);
    CHECK(law().measured({{"loss", "log-cosh"}}, 1, "failure_probability") == 0);
  }
}
