#include "support.h"

#include <lmw/judge/elasticity.h>
#include <lmw/judge/exponent.h>

#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {

/// Cells of y = amplitude knob^slope, times exp(noise).
std::vector<ElasticityCell> power_law(double amplitude, double slope, const std::vector<double>& knobs, int replicates,
                                      double noise, unsigned seed) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  std::vector<ElasticityCell> cells;
  for (const double knob : knobs) {
    cells.push_back({knob, {}});
    for (int i = 0; i < replicates; ++i)
      cells.back().values.push_back(amplitude * std::pow(knob, slope) * std::exp(noise * normal(rng)));
  }
  return cells;
}

const std::vector<double> knobs = {1, 2, 4, 8};

}  // namespace

TEST_SUITE("judge/elasticity") {
  TEST_CASE("the slope of an exact power law is its exponent, and its sign is seen") {
    for (const double slope : {-1.5, -0.5, 0.5, 2.0}) {
      const auto cells = power_law(-3, slope, knobs, 1, 0, 1);
      const auto e = decide_elasticity(cells, slope > 0 ? 1 : -1, {}, true);
      CHECK(e.value == doctest::Approx(slope).epsilon(1e-12));
      CHECK(e.sign == Decision::confirmed);
      CHECK(e.note.empty());
      CHECK(e.replicates == 1);
      CHECK(e.cells == 4);
      CHECK(std::isnan(e.low));
      CHECK(std::isnan(e.high));
      CHECK(decide_elasticity(cells, slope > 0 ? -1 : 1, {}, true).sign == Decision::falsified);
      CHECK(decide_elasticity_value(cells, slope, 0.01, {}, true).decision == Decision::confirmed);
      CHECK(decide_elasticity_value(cells, slope + 0.02, 0.01, {}, true).decision == Decision::falsified);
    }
  }
  TEST_CASE("two settings: the slope is the log ratio, its interval that of Student's t") {
    // Per replicate log2(2), log2(4), log2(8) = 1, 2, 3: mean 2, sd 1, T_2(.975) = 4.302653.
    const std::vector<ElasticityCell> cells = {{1, {1, 1, 1}}, {2, {2, 4, 8}}};
    const auto e = decide_elasticity(cells, 1);
    CHECK(e.value == doctest::Approx(2).epsilon(1e-14));
    CHECK(e.low == doctest::Approx(2 - 4.302653 / std::sqrt(3.0)).epsilon(1e-6));
    CHECK(e.high == doctest::Approx(2 + 4.302653 / std::sqrt(3.0)).epsilon(1e-6));
    // t = 2 sqrt(3) = 3.46 against T_2(.95) = 2.92.
    CHECK(e.sign == Decision::confirmed);
    CHECK(decide_elasticity(cells, 1, {0.03, 0.03}).sign == Decision::inconclusive);  // T_2(.97) = 3.90
  }
  TEST_CASE("the sign is the rule of an ordering, the value that of a number: an independent route") {
    for (unsigned seed = 0; seed < 200; ++seed) {
      const auto cells = power_law(2, 0.1, knobs, 6, 0.1, seed);
      Replicates steps, slopes;
      for (std::size_t i = 0; i < 6; ++i) {
        std::vector<double> y, row;
        for (const auto& cell : cells) y.push_back(cell.values[i]);
        for (std::size_t j = 0; j + 1 < y.size(); ++j) row.push_back(std::log(y[j + 1] / y[j]));
        steps.push_back(row);
        slopes.push_back({-log_slope(knobs, y)});
      }
      const Prediction order{.kind = Kind::ordering, .predicted = {0, 0, 0}, .eps = {0, 0, 0}};
      CHECK(decide_elasticity(cells, 1).sign == decide(order, steps).decision);
      const auto r = decide_elasticity_value(cells, 0.1, 0.05), s = decide(point(0.1, 0.05), slopes);
      CHECK(r.decision == s.decision);
      CHECK(r.confirm_ratio == doctest::Approx(s.confirm_ratio).epsilon(1e-12));
    }
  }
  TEST_CASE("every pair of neighbours must have the sign: a dip between them refutes") {
    auto cells = power_law(1, 1, knobs, 8, 0.02, 7);
    CHECK(decide_elasticity(cells, 1).sign == Decision::confirmed);
    for (double& v : cells[2].values) v /= 4;
    const auto e = decide_elasticity(cells, 1);
    CHECK(e.value > 0);
    CHECK(e.sign == Decision::falsified);
    cells = power_law(1, 1, knobs, 8, 0.02, 7);
    for (std::size_t i = 0; i < 8; ++i) cells[2].values[i] = cells[1].values[(i + 3) % 8];
    CHECK(decide_elasticity(cells, 1).sign == Decision::inconclusive);
  }
  TEST_CASE("no dependence is shown within a tolerance, never by a sign") {
    const auto cells = power_law(1, 0, knobs, 32, 0.1, 3);
    CHECK(decide_elasticity(cells, 0).sign == Decision::inconclusive);
    CHECK(!decide_elasticity(cells, 0).note.empty());
    CHECK(std::isfinite(decide_elasticity(cells, 0).value));
    CHECK(decide_elasticity_value(cells, 0, 0.1).decision == Decision::confirmed);
    CHECK(decide_elasticity_value(power_law(1, 1, knobs, 32, 0.1, 3), 0, 0.1).decision == Decision::falsified);
  }
  TEST_CASE("the first replicates count where the settings have different numbers of them") {
    auto cells = power_law(1, 1, knobs, 8, 0.05, 5);
    const auto e = decide_elasticity(cells, 1);
    cells[1].values.insert(cells[1].values.end(), {1e6, 1e-6, std::numeric_limits<double>::quiet_NaN()});
    const auto more = decide_elasticity(cells, 1);
    CHECK(more.replicates == 8);
    CHECK(more.value == e.value);
    CHECK(more.sign == e.sign);
  }
  TEST_CASE("rounding has no sign") {
    const double next = std::nextafter(0.3, 1);
    const std::vector<ElasticityCell> up = {{1, {0.3}}, {2, {next}}};
    CHECK(decide_elasticity(up, 1, {}, true).sign == Decision::inconclusive);
    CHECK(decide_elasticity(up, -1, {}, true).sign == Decision::inconclusive);
    const std::vector<ElasticityCell> many = {{1, std::vector<double>(8, 0.3)}, {2, std::vector<double>(8, next)}};
    CHECK(decide_elasticity(many, 1).sign == Decision::inconclusive);
    CHECK(decide_elasticity(many, -1).sign == Decision::inconclusive);
  }
  TEST_CASE("cells without a slope are inconclusive and say why") {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const std::vector<std::vector<ElasticityCell>> nothing = {{},
                                                              {{1, {1, 2, 3}}},
                                                              {{1, {1, 2}}, {2, {}}},
                                                              {{1, {1, 2}}, {2, {0, 3}}},
                                                              {{1, {1, 2}}, {2, {nan, 3}}},
                                                              {{1, {1, inf}}, {2, {2, 3}}},
                                                              {{1, {1, 2}}, {2, {-2, -3}}}};
    for (const auto& cells : nothing)
      for (const bool deterministic : {false, true}) {
        const auto e = decide_elasticity(cells, 1, {}, deterministic);
        CHECK(e.sign == Decision::inconclusive);
        CHECK(!e.note.empty());
        CHECK(std::isnan(e.value));
        const auto r = decide_elasticity_value(cells, 1, 0.5, {}, deterministic);
        CHECK(r.decision == Decision::inconclusive);
        CHECK(r.note == e.note);
      }
    const std::vector<ElasticityCell> one = {{1, {1}}, {2, {2}}};  // a spread needs two
    CHECK(decide_elasticity(one, 1).sign == Decision::inconclusive);
    CHECK(decide_elasticity(one, 1).value == doctest::Approx(1).epsilon(1e-14));
    CHECK(decide_elasticity_value(one, 1, 0.5).decision == Decision::inconclusive);
  }
  TEST_CASE("the ends of double's range are no obstacle") {
    const std::vector<ElasticityCell> wide = {{1e-300, {5e-324, 5e-324}}, {1e300, {1.7e308, 1.7e308}}};
    const auto e = decide_elasticity(wide, 1, {}, true);
    CHECK(e.sign == Decision::confirmed);
    CHECK(e.value == doctest::Approx(1.0525611).epsilon(1e-7));  // log(1.7e308/5e-324)/log(1e600)
  }
  TEST_CASE("knobs and arguments that are none are refused") {
    const std::vector<ElasticityCell> good = {{1, {1, 2}}, {2, {2, 3}}}, falling = {{2, {1}}, {1, {1}}},
                                      zero = {{0, {1}}, {1, {1}}}, equal = {{1, {1}}, {1, {1}}},
                                      infinite = {{1, {1}}, {std::numeric_limits<double>::infinity(), {1}}};
    for (const auto& cells : {falling, zero, equal, infinite}) {
      CHECK_THROWS_AS(decide_elasticity(cells, 1), std::invalid_argument);
      CHECK_THROWS_AS(decide_elasticity_value(cells, 1, 1), std::invalid_argument);
    }
    CHECK_THROWS_AS(decide_elasticity(good, 2), std::invalid_argument);
    CHECK_THROWS_AS(decide_elasticity(good, 1, {0, 0.05}), std::invalid_argument);
    CHECK_THROWS_AS(decide_elasticity_value(good, std::nan(""), 1), std::invalid_argument);
    CHECK_THROWS_AS(decide_elasticity_value(good, 1, -1), std::invalid_argument);
  }
}
