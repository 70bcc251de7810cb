#include "support.h"

#include <cmath>
#include <stdexcept>

using namespace judge_test;

namespace {

Prediction conserved(double eps, double order = 1) {
  Prediction p;
  p.kind = Kind::conserved;
  p.predicted = {0, 0, 0};
  p.eps = {eps, eps, eps};
  p.order = order;
  return p;
}

/// Drift limit_i + slope_i h^order at h = 0.1, 0.05, 0.025.
Replicates drifts(const std::vector<double>& limits, const std::vector<double>& slopes, double order) {
  Replicates r;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    std::vector<double> row;
    for (const double h : {0.1, 0.05, 0.025}) row.push_back(limits[i] + slopes[i] * std::pow(h, order));
    r.push_back(row);
  }
  return r;
}

}  // namespace

TEST_SUITE("judge/decide_conserved") {
  TEST_CASE("Richardson's extrapolation removes a drift of the stated order") {
    for (const double order : {1.0, 2.0}) {
      const auto r =
          decide(conserved(0.01, order), drifts({1e-5, -1e-5, 2e-5, -2e-5}, {0.9, 1.0, 1.1, 1.2}, order), {0.05, 0.05});
      CHECK(r.measured == doctest::Approx(0).epsilon(1e-12));
      CHECK(r.decision == Decision::confirmed);
      CHECK(r.grid.size() == 3);
      CHECK(r.at == 2);
    }
  }
  TEST_CASE("a drift that stays at step zero is falsified") {
    const auto r = decide(conserved(0.01), drifts({0.05, 0.051, 0.049, 0.0505}, {1, 1, 1, 1}, 1));
    CHECK(r.measured == doctest::Approx(0.050125));
    CHECK(r.decision == Decision::falsified);
  }
  TEST_CASE("a wrong order alone is inconclusive and says so") {
    // The drift falls as h^2, far inside the band, but the claim was h^1.
    const auto r = decide(conserved(0.1, 1), drifts({0, 0, 0, 0}, {1, 1.1, 0.9, 1.05}, 2));
    CHECK(r.decision == Decision::inconclusive);
    CHECK(r.falsify_ratio <= 1);
    CHECK(r.note.find("order") != std::string::npos);
  }
  TEST_CASE("orders that agree to the last bit are no obstacle, nor a pass") {
    const Replicates exact = {{0.5, 0.25, 0.125}, {0.25, 0.125, 0.0625}, {1, 0.5, 0.25}};
    auto p = conserved(0.1);
    p.theory_sd = {0.01, 0.01, 0.01};  // r0 = 0 throughout has no spread of its own
    CHECK(decide(p, exact).decision == Decision::confirmed);
    const Replicates second = {{0.5, 0.125, 0.03125}, {0.25, 0.0625, 0.015625}, {1, 0.25, 0.0625}};
    CHECK(decide(p, second).decision == Decision::inconclusive);
    p.order = 2;
    CHECK(decide(p, second).decision == Decision::confirmed);
  }
  TEST_CASE("drift at rounding level skips the order") {
    Replicates rounding = {{1e-15, 2e-15, 4e-15}, {2e-15, 1e-15, 0}, {3e-15, 0, 1e-15}, {1e-15, 1e-15, 1e-15}};
    const auto r = decide(conserved(1e-10), rounding);
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.at == 0);
    CHECK(r.measured == doctest::Approx(1.75e-15));
  }
  TEST_CASE("without noise one run of three steps decides, order included") {
    auto p = conserved(0.01);
    p.deterministic = true;
    CHECK(decide(p, drifts({0}, {1}, 1)).decision == Decision::confirmed);
    CHECK(decide(p, drifts({0}, {1}, 3)).decision == Decision::inconclusive);
    CHECK(decide(p, drifts({0.05}, {1}, 1)).decision == Decision::falsified);
  }
  TEST_CASE("a single drift without step sizes is judged as it is") {
    auto p = point(0, 0.1);
    p.kind = Kind::conserved;
    CHECK(decide(p, with_moments(8, 0.05, 0.01)).decision == Decision::confirmed);
  }
  TEST_CASE("negative drifts and other grids are refused") {
    CHECK(decide(conserved(1), {{1, -1, 1}, {1, 1, 1}}).decision == Decision::inconclusive);
    auto p = conserved(1);
    p.predicted = p.eps = {0, 0};
    CHECK_THROWS_AS(validate(p), std::invalid_argument);
    CHECK_THROWS_AS(validate(conserved(1, 0)), std::invalid_argument);
  }
  TEST_CASE("gradient descent on (ab - 2)^2/2 conserves a^2 - b^2 to first order, and weight decay does not") {
    const auto run = [](double eta, double decay, double a, double b) {
      const double q0 = a * a - b * b, scale = a * a + b * b;
      double worst = 0;
      for (int step = 0; step * eta < 4 - eta / 2; ++step) {
        const double e = a * b - 2, next_a = a - eta * (e * b + decay * a);
        b -= eta * (e * a + decay * b);
        a = next_a;
        worst = std::max(worst, std::abs(a * a - b * b - q0) / scale);
      }
      return worst;
    };
    std::mt19937_64 rng(5);
    std::normal_distribution<double> normal;
    Replicates free, decaying;
    for (int seed = 0; seed < 8; ++seed) {
      const double a = 1.2 + 0.1 * normal(rng), b = 0.4 + 0.1 * normal(rng);
      free.push_back({run(0.02, 0, a, b), run(0.01, 0, a, b), run(0.005, 0, a, b)});
      decaying.push_back({run(0.02, 0.01, a, b), run(0.01, 0.01, a, b), run(0.005, 0.01, a, b)});
    }
    CHECK(decide(conserved(0.004), free).decision == Decision::confirmed);
    CHECK(decide(conserved(0.004), decaying).decision == Decision::falsified);
  }
}
