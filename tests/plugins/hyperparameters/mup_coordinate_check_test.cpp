#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <array>
#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("hyperparameters/mup-coordinate-check");
  return loaded;
}

PointOverrides run(const char* optimiser, const char* parametrisation, int width_max = 256, int draws = 4) {
  return {{"optimiser", optimiser},
          {"parametrisation", parametrisation},
          {"learning_rate", *optimiser == 'a' ? 3e-5 : 1e-3},
          {"width_max", width_max},
          {"draws", draws}};
}

constexpr std::array<const char*, 3> slopes = {"first_layer_slope", "second_layer_slope", "output_slope"};

struct Row {
  const char *optimiser, *parametrisation;
  std::array<double, 3> exponents;
};
constexpr std::array<Row, 7> table = {{{"sgd", "standard", {-0.5, 0.5, 1}},
                                       {"sgd", "ntk", {-0.5, -0.5, 0}},
                                       {"sgd", "mup", {0, 0, 0}},
                                       {"sgd", "mup-swapped", {-1, -1, 0}},
                                       {"adam", "standard", {0, 1, 1}},
                                       {"adam", "mup", {0, 0, 0}},
                                       {"adam", "mup-swapped", {1, 1, 0}}}};

}  // namespace

TEST_SUITE("hyperparameters/mup-coordinate-check") {
  TEST_CASE("exponents are those of the published table, with rivals only where they differ") {
    for (const Row& row : table)
      for (std::size_t l = 0; l < 3; ++l)
        CHECK(law().predicted(run(row.optimiser, row.parametrisation), slopes[l]) == row.exponents[l]);
    CHECK(law().record(run("sgd", "mup", 1024), "output_slope").eps[0] == 0.12);
    CHECK(law().record(run("sgd", "mup", 1024), "output_slope").b_th[0] == 0.05);
    CHECK(law().record(run("sgd", "mup"), "output_slope").b_th[0] == 0.08);
    CHECK(law().predicted(run("sgd", "mup"), "output_slope", "as-standard") == 1);
    CHECK(law().predicted(run("sgd", "standard"), "first_layer_slope", "as-mup") == 0);
    CHECK_THROWS(law().record(run("adam", "mup"), "first_layer_slope", "as-standard"));
    CHECK(law().predict(run("adam", "ntk")).abstained);
  }

  TEST_CASE("one step of real networks has these slopes") {
    // Standard deviations of a replicate with four draws at widths 64..256, measured over 24: 0.03, 0.05, 0.12. Four of
    // them, and 0.08 for the next power of n.
    constexpr std::array<double, 3> within = {0.08 + 4 * 0.03, 0.08 + 4 * 0.05, 0.08 + 4 * 0.12};
    for (const Row& row : table)
      for (std::size_t l = 0; l < 3; ++l)
        CHECK(std::abs(law().measured(run(row.optimiser, row.parametrisation), 5, slopes[l]) - row.exponents[l]) <
              within[l]);
  }

  TEST_CASE(
      "muP's rates for the other optimiser move the slopes of layers 1 and 2 by a whole power, exactly at layer 1") {
    // The same initial weights and gradients: layer 1's step is n times smaller, and its slope lower by 1 to rounding.
    const double own = law().measured(run("sgd", "mup", 128, 1), 2, "first_layer_slope"),
                 swapped = law().measured(run("sgd", "mup-swapped", 128, 1), 2, "first_layer_slope");
    CHECK(own - swapped == doctest::Approx(1).epsilon(1e-6));
  }

  TEST_CASE("a first output that is not small, blown-up steps and narrow networks break it") {
    PointOverrides loud = run("sgd", "mup");
    loud.emplace_back("output_factor", 1.0);
    CHECK(law().regime(loud).must_break);
    CHECK(law().measured(loud, 1, "output_slope") < -0.2);  // published: -0.2 to -0.4
    const PointOverrides blown = {
        {"parametrisation", "standard"}, {"learning_rate", 0.03}, {"steps", 4}, {"width_max", 256}};
    CHECK(law().regime(blown).must_break);
    CHECK(law().measured(blown, 1, "second_layer_slope") > 1);
    PointOverrides narrow = run("adam", "standard", 32);
    narrow.emplace_back("width_min", 8);
    CHECK(law().regime(narrow).must_break);
    CHECK(law().measured(narrow, 1, "second_layer_slope") < 0.8);
    CHECK(law().regime(run("sgd", "standard")).inside);
    CHECK_FALSE(law().regime({{"steps", 4}}).inside);
  }
}
