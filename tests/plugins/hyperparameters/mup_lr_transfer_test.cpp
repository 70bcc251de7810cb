#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <cmath>
#include <vector>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;
using lmw::tests::public_data;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("hyperparameters/mup-lr-transfer");
  return loaded;
}

PointOverrides run(const char* optimiser, const char* parametrisation, const char* data = "synthetic") {
  return {{"optimiser", optimiser}, {"parametrisation", parametrisation},
          {"data", data},           {"width_min", 32},
          {"width_max", 128},       {"steps", 30}};
}

}  // namespace

TEST_SUITE("hyperparameters/mup-lr-transfer") {
  TEST_CASE("intervals and rivals are the published ones, and every rival lies beyond twice the band") {
    const auto standard = law().record(run("sgd", "standard"), "slope"),
               mup = law().record(run("adam", "mup"), "slope");
    CHECK(standard.value[0] == -1.4);
    CHECK(standard.upper[0] == -0.75);
    CHECK(mup.value[0] == -0.3);
    CHECK(mup.upper[0] == 0.3);
    CHECK(mup.eps[0] == 0.1);
    CHECK(law().predicted(run("adam", "mup"), "slope", "as-standard") == -1);
    CHECK(law().predicted(run("adam", "mup"), "slope", "as-hidden-up") == -2);
    CHECK(law().predicted(run("adam", "standard"), "slope", "as-mup") == 0);
    CHECK_THROWS(law().record(run("sgd", "standard"), "gain_by_width"));
    CHECK(law().predict({{"width_max", 64}}).abstained);
  }

  TEST_CASE("trained networks have the published slopes at widths 32 to 128") {
    // Published means over eight seeds, with their standard errors. One seed scatters by 0.18 (SGD), 0.10 (Adam).
    const auto agrees = [](const char* optimiser, const char* parametrisation, double published, double se, double sd) {
      return std::abs(law().measured(run(optimiser, parametrisation), 1, "slope") - published) < 4 * std::hypot(se, sd);
    };
    CHECK(agrees("sgd", "standard", -1.03, 0.07, 0.18));
    CHECK(agrees("sgd", "mup", 0.0, 0.08, 0.18));
    CHECK(agrees("adam", "standard", -1.02, 0.03, 0.10));
    CHECK(agrees("adam", "mup", -0.10, 0.04, 0.10));
    CHECK(agrees("adam", "mup-hidden-up", -1.66, 0.04, 0.08));
  }

  TEST_CASE("wider networks gain in muP at the same rate") {
    const auto answer = law().measure(run("adam", "mup"), 2);
    REQUIRE(answer.series.size() == 2);
    CHECK(answer.series[1].x == std::vector<double>{64, 128});
    for (const double gain : answer.series[1].value) CHECK(gain > 0.1);  // 0.9 and 0.7, give or take 0.2
  }

  TEST_CASE("images: muP transfers; with fewer units than pixels the standard slope is halved") {
    if (!public_data("fashion-mnist")) return;
    // Means over eight seeds: 0.17 and -0.50, with standard deviations of 0.12 and 0.08 between seeds.
    CHECK(std::abs(law().measured(run("adam", "mup", "fashion-mnist"), 1, "slope") - 0.17) < 4 * 0.12);
    CHECK(std::abs(law().measured(run("adam", "standard", "fashion-mnist-pixels"), 1, "slope") + 0.5) < 4 * 0.08);
  }

  TEST_CASE("the regime is known before the run") {
    CHECK(law().regime(run("sgd", "standard", "fashion-mnist")).inside);
    CHECK(law().regime(run("sgd", "standard", "fashion-mnist-pixels")).must_break);
    CHECK(law().regime(run("adam", "mup-hidden-up")).must_break);
    CHECK_FALSE(law().regime({{"steps", 1000}}).inside);
    CHECK_FALSE(law().regime({{"width_min", 16}}).inside);
  }
}
