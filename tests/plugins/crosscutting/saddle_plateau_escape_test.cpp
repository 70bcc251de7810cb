#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/saddle-plateau-escape");
  return loaded;
}

}  // namespace

TEST_SUITE("crosscutting/saddle-plateau-escape") {
  TEST_CASE("from u0 = 1e-4 the half is reached after 4.605120") {
    // ln((1 - 1e-4)/1e-4)/2 is 4.605120. A start drawn as init_scale z with z^2 = x has time 4.605120 - ln(x)/2 to
    // 1e-4: the same number from the share of late runs, P(T) = P(z^2 < 1) at T = 4.605120.
    CHECK(law().predicted({{"horizon", 4.605120}}, "failure_probability") ==
          doctest::Approx(std::erf(std::sqrt(0.5))).epsilon(2e-6));
  }

  TEST_CASE("the time of one run is that of its start, to first order in the step") {
    for (const int seed : {1, 2, 3}) {
      const PointOverrides at = {{"draws", 1}};
      const double flow = law().predicted_replicate(at, seed, "escape_time");
      const double late = law().measured(at, seed, "escape_time") / flow - 1;
      CHECK(late > 0);
      CHECK(late < 0.5e-3);  // eta s / 2, of which the last part of the way gives some back
      PointOverrides finer = at;
      finer.push_back({"learning_rate", 1e-4});
      CHECK(law().measured(finer, seed, "escape_time") / flow - 1 == doctest::Approx(0.1 * late).epsilon(0.01));
    }
  }

  TEST_CASE("a target three times as large is reached in a third of the time") {
    const double slow = law().measured({{"draws", 1}}, 2, "escape_time");
    const PointOverrides fast = {
        {"draws", 1}, {"s", 3.0}, {"init_scale", 0.01 * std::sqrt(3.0)}, {"learning_rate", 1e-3 / 3}};
    CHECK(law().measured(fast, 2, "escape_time") == doctest::Approx(slow / 3).epsilon(1e-9));
  }

  TEST_CASE("the share of late runs goes from all to none with the horizon") {
    CHECK(law().measured({{"horizon", 2.0}, {"draws", 200}}, 1, "failure_probability") == 1);
    CHECK(law().measured({{"horizon", 30.0}, {"draws", 200}}, 1, "failure_probability") == 0);
    const double late = law().predicted({}, "failure_probability");
    // Four standard errors of 1000 trials.
    CHECK(std::abs(law().measured({}, 1, "failure_probability") - late) < 4 * std::sqrt(late * (1 - late) / 1000));
  }

  TEST_CASE("opposite weights never leave, independent ones leave at another time") {
    const PointOverrides opposite = {{"start", "opposite"}, {"horizon", 12.0}, {"draws", 50}};
    CHECK(law().regime(opposite).must_break);
    CHECK(law().measured(opposite, 1, "failure_probability") == 1);
    CHECK(law().predicted(opposite, "failure_probability") < 1e-3);
    CHECK(law().regime({{"start", "independent"}}).must_break);
  }

  TEST_CASE("where there is no plateau it abstains") {
    CHECK(law().predict({{"init_scale", 0.5}}).abstained);
    CHECK_FALSE(law().regime({{"init_scale", 0.5}}).inside);
    CHECK_FALSE(law().regime({{"learning_rate", 0.02}}).inside);
    CHECK_FALSE(law().regime({{"learning_rate", 0.02}}).must_break);
  }
}
