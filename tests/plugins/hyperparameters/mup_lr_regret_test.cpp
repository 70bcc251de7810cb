#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;
using lmw::tests::public_data;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("hyperparameters/mup-lr-regret");
  return loaded;
}

PointOverrides run(const char* optimiser, const char* parametrisation, int width = 128) {
  return {{"optimiser", optimiser},
          {"parametrisation", parametrisation},
          {"width_tuned", 32},
          {"width", width},
          {"steps", 30},
          {"tuning_draws", 3},
          {"scoring_draws", 4}};
}

double value(const lmw::host::MeasureAnswer& answer, const std::string& observable) {
  const auto found = std::find_if(answer.series.begin(), answer.series.end(),
                                  [&](const auto& series) { return series.observable == observable; });
  REQUIRE(found != answer.series.end());
  return found->value.at(0);
}

}  // namespace

TEST_SUITE("hyperparameters/mup-lr-regret") {
  TEST_CASE("at most a twentieth is lost; both rivals lie beyond twice the band, and stand only where the law holds") {
    const auto own = law().record(run("adam", "mup"), "regret");
    CHECK(own.value[0] == -std::numeric_limits<double>::infinity());
    CHECK(own.upper[0] == 0.05);
    CHECK(own.upper[0] + own.eps[0] == 0.1);
    CHECK(law().predicted(run("adam", "mup"), "regret", "as-default") == 1);
    CHECK(law().predicted(run("adam", "mup"), "regret", "as-standard") == 0.2);
    CHECK_THROWS(law().predicted(run("adam", "standard"), "regret", "as-default"));
    CHECK(law().predict({{"width", 64}}).abstained);
  }

  TEST_CASE("the regret is that of the reported losses, small in muP and large in the standard parametrisation") {
    for (const char* optimiser : {"sgd", "adam"}) {
      CAPTURE(optimiser);
      const auto mup = law().measure(run(optimiser, "mup"), 1), standard = law().measure(run(optimiser, "standard"), 1);
      for (const auto* answer : {&mup, &standard}) {
        const double best = value(*answer, "loss_best"), textbook = value(*answer, "loss_default");
        CHECK(textbook > best);
        CHECK(value(*answer, "regret") ==
              doctest::Approx((value(*answer, "loss_recommended") - best) / (textbook - best)).epsilon(1e-12));
      }
      // One seed scatters by 0.03 about 0.02 (muP), by 0.3 about 1.2 (standard).
      CHECK(value(mup, "regret") < 0.2);
      CHECK(value(standard, "regret") > 0.2);
      // The textbook's network is the same one at both points, with the same weights and batches.
      CHECK(value(mup, "loss_default") == value(standard, "loss_default"));
      CHECK(value(mup, "loss_best") < value(standard, "loss_best"));
    }
  }

  TEST_CASE("the cost is counted from the networks that were trained") {
    // Multiply-adds an example and step: 2 of the first layer's weights, 3 of the others'. A training that diverges
    // costs less, and none does on Adam's grid but at its last rates.
    const auto of = [](double n) { return 2 * 16 * n + 3 * (n * n + 4 * n); };
    const auto answer = law().measure(run("adam", "mup"), 1);
    const double ratio = of(32) / of(128), measured = value(answer, "cost_ratio");
    CHECK(std::abs(measured / ratio - 1) < 0.1);
    CHECK(value(answer, "runs_saved") == doctest::Approx(14 * 3 * (1 - measured)).epsilon(1e-12));
  }

  TEST_CASE("at equal width the narrow search is as good as the wide one, within the scatter of its draws") {
    // The limit of the law: the two searches differ in their initial weights and batches alone.
    const auto answer = law().measure(run("adam", "mup", 32), 1);
    CHECK(std::abs(value(answer, "loss_recommended") / value(answer, "loss_best") - 1) < 0.05);
    CHECK(std::abs(value(answer, "cost_ratio") - 1) < 0.1);
  }

  TEST_CASE("after one step the best rate lies at the edge of the grid, which ends the replicate") {
    PointOverrides one_step = run("sgd", "mup");
    for (auto& [name, to] : one_step)
      if (name == "steps") to = 1;
    CHECK(law().measure(one_step, 1).outcome == "not_converged");
  }

  TEST_CASE("images: the transferred rate does as well") {
    if (!public_data("fashion-mnist")) return;
    PointOverrides at = run("adam", "mup");
    at.emplace_back("data", "fashion-mnist");
    CHECK(value(law().measure(at, 1), "regret") < 0.2);
  }

  TEST_CASE("the regime is known before the run") {
    CHECK(law().regime(run("sgd", "mup")).inside);
    CHECK(law().regime(run("sgd", "standard")).must_break);
    CHECK(law().regime(run("sgd", "mup", 256)).inside);
    CHECK_FALSE(law().regime(run("sgd", "mup", 512)).inside);
    CHECK_FALSE(law().regime(run("sgd", "mup", 64)).inside);
    CHECK_FALSE(law().regime({{"steps", 1000}}).inside);
    CHECK_FALSE(law().regime({{"width_tuned", 16}, {"width", 64}}).inside);
    const auto wide = law().regime({{"parametrisation", "standard"}, {"width_tuned", 128}, {"width", 512}});
    CHECK_FALSE(wide.inside);
    CHECK_FALSE(wide.must_break);
  }
}
