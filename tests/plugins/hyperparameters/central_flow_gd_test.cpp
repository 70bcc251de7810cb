#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("hyperparameters/central-flow-gd");
  return loaded;
}

const PointOverrides brief = {{"steps", 1200}};

/// Measured less predicted, both logarithms.
double miss(const PointOverrides& at, int seed, const char* observable, const char* rival = "") {
  return law().measured(at, seed, observable) - law().predicted_replicate(at, seed, observable, rival);
}

}  // namespace

TEST_SUITE("hyperparameters/central-flow-gd") {
  TEST_CASE("the flow gives the mean loss, the mean squared gradient and the oscillation of descent") {
    for (const int seed : {1, 2}) {
      // Published ratios of four seeds: 0.996 to 1.005 (loss), 0.99 to 1.01 (gradient), 0.88 to 1.00 (oscillation).
      CHECK(std::abs(miss(brief, seed, "log_loss")) < 0.05);
      CHECK(std::abs(miss(brief, seed, "gradient_sq")) < 0.1);
      CHECK(std::abs(miss(brief, seed, "oscillation")) < 0.1);
      CHECK(law().measured(brief, seed, "closeness") > std::log(5.0));  // published: 19 to 28 times as close
    }
  }

  TEST_CASE("the rivals are far off: without the oscillation, with half of it, and gradient flow") {
    CHECK(miss(brief, 1, "log_loss", "no-oscillation") > 0.25);  // published: 0.5 to 0.6
    CHECK(miss(brief, 1, "log_loss", "gradient-flow") > miss(brief, 1, "log_loss", "no-oscillation"));
    // Half the oscillation's share of the loss: log of (1 + s/2) / (1 + s), s that share.
    const double share = std::exp(-law().predicted_replicate(brief, 1, "log_loss", "no-oscillation") +
                                  law().predicted_replicate(brief, 1, "log_loss")) -
                         1;
    CHECK(share > 0.1);
    CHECK(law().predicted_replicate(brief, 1, "log_loss") -
              law().predicted_replicate(brief, 1, "log_loss", "half-oscillation") ==
          doctest::Approx(std::log((1 + share) / (1 + share / 2))).epsilon(1e-9));
    CHECK(law().predicted_replicate(brief, 1, "oscillation") -
              law().predicted_replicate(brief, 1, "oscillation", "half-oscillation") ==
          doctest::Approx(std::log(2.0)).epsilon(1e-12));
  }

  TEST_CASE("one seed is one number") {
    const PointOverrides shortest = {{"steps", 300}};
    CHECK(law().measured(shortest, 4, "log_loss") == law().measured(shortest, 4, "log_loss"));
    CHECK(law().measured(shortest, 4, "log_loss") != law().measured(shortest, 5, "log_loss"));
  }

  TEST_CASE("from weights that are sharper than 2/eta descent goes its own way") {
    const PointOverrides leaping = {{"lr", 0.5}, {"steps", 400}};
    CHECK(law().regime(leaping).must_break);
    for (const int seed : {1, 2, 3}) CHECK(law().measured(leaping, seed, "closeness") < std::log(5.0));
    CHECK(law().predicted(leaping, "closeness") == doctest::Approx(std::log(5.0)));
  }

  TEST_CASE("inside between the sharpness that weights start from and that of gradient flow") {
    CHECK(law().regime({}).inside);
    CHECK(law().regime({{"data", "fashion-mnist"}, {"lr", 0.07}, {"steps", 600}}).inside);
    CHECK_FALSE(law().regime({{"lr", 0.05}}).inside);
    CHECK_FALSE(law().regime({{"lr", 0.3}}).inside);
    CHECK_FALSE(law().regime({{"steps", 300}}).inside);
    // Never at the edge: said, not guessed.
    CHECK(law().measure({{"lr", 0.005}, {"steps", 300}}, 1).outcome == "not_converged");
  }

  TEST_CASE("on images of clothes the oscillation follows the flow, too") {
    if (!lmw::tests::public_data("fashion-mnist")) return;
    const PointOverrides images = {{"data", "fashion-mnist"}, {"lr", 0.07}, {"steps", 300}};
    CHECK(std::abs(miss(images, 1, "gradient_sq")) < 0.3);
    CHECK(law().measured(images, 1, "closeness") > 0);
  }
}
