#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("scaling/edge-of-stability");
  return loaded;
}

const PointOverrides brief = {{"steps", 2500}};

}  // namespace

TEST_SUITE("scaling/edge-of-stability") {
  TEST_CASE("the sharpness climbs to 2/eta and hovers there, whichever weights it starts from") {
    for (const int seed : {1, 2, 3}) {
      // Published for seven seeds at eta = 0.12 and 5000 steps: 1.000 to 1.008.
      CHECK(law().measured({}, seed, "sharpness") == doctest::Approx(1).epsilon(0.02));
      CHECK(law().measured({{"lr", 0.1}}, seed, "sharpness") == doctest::Approx(1).epsilon(0.02));
      CHECK(law().measured({}, seed, "sharpness_low") > 0.9);
      CHECK(law().measured({}, seed, "sharpness_low") < 1);
      CHECK(law().measured({}, seed, "sharpness_high") > 1);
      CHECK(law().measured({}, seed, "sharpness_high") < 1.15);
    }
  }

  TEST_CASE("gradient flow would have gone on: by a third and more, the same by either route") {
    for (const int seed : {1, 2}) {
      const double flow = law().predicted_replicate(brief, seed, "sharpness", "no-learning-rate");
      CHECK(flow > 1.3);
      // A learning rate of 0.01 follows the flow to about half its product with the sharpness: 0.01 * 40 / 2.
      CHECK(law().measured(brief, seed, "flow_beyond_edge") + 1 == doctest::Approx(flow).epsilon(0.05));
    }
    CHECK(law().predicted_replicate(brief, 1, "sharpness", "edge-at-1/eta") == 0.5);
    CHECK(law().predicted_replicate(brief, 1, "sharpness") == 1);
  }

  TEST_CASE("the loss rises at many steps and falls over a thousand") {
    const double rising = law().measured({}, 1, "rising_share");
    CHECK(rising > 0.02);  // published: 14 to 36 % of all steps
    CHECK(rising < 0.5);
    CHECK(law().measured({}, 1, "window_fall") > 0);
  }

  TEST_CASE("small batches stay below the edge, a small learning rate stays with the flow, a large one diverges") {
    // Published: medians of 0.50 to 0.66 with 4 of 20 examples a step; 0.31 to 0.35 at the end with eta = 0.02.
    CHECK(law().measured({{"batch", 4}}, 1, "sharpness") < 0.9);
    const PointOverrides small = {{"lr", 0.02}, {"steps", 20'000}};
    CHECK(law().measured(small, 1, "sharpness") > 0.2);
    CHECK(law().measured(small, 1, "sharpness") < 0.5);
    CHECK(law().measure({{"lr", 1.0}, {"steps", 200}}, 1).outcome == "diverged");
  }

  TEST_CASE("inside where 2/eta lies between both sharpnesses, staked on failing elsewhere") {
    CHECK(law().regime({}).inside);
    CHECK(law().regime({{"lr", 0.1}}).inside);
    CHECK(law().regime({{"data", "fashion-mnist"}, {"lr", 0.07}, {"steps", 2600}}).inside);
    CHECK_FALSE(law().regime({{"lr", 0.08}}).inside);
    CHECK_FALSE(law().regime({{"lr", 0.08}}).must_break);
    for (const PointOverrides& at :
         {PointOverrides{{"lr", 0.02}}, PointOverrides{{"lr", 1.0}}, PointOverrides{{"batch", 4}}})
      CHECK(law().regime(at).must_break);
  }

  TEST_CASE("on images of clothes the same") {
    if (!lmw::tests::public_data("fashion-mnist")) return;
    const PointOverrides images = {{"data", "fashion-mnist"}, {"lr", 0.07}, {"steps", 2600}, {"small_lr", 0.02}};
    CHECK(law().measured(images, 1, "sharpness") == doctest::Approx(1).epsilon(0.03));
  }
}
