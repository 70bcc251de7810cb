#include "support.h"

#include <cmath>

using namespace judge_test;

namespace {

Prediction curve(std::size_t grid, double eps) {
  Prediction p;
  p.kind = Kind::curve;
  p.predicted.assign(grid, 0);
  p.eps.assign(grid, eps);
  return p;
}

/// Independent Gaussian noise of sd 1 at each grid point.
Replicates noise(std::size_t n, std::size_t grid, unsigned seed, double shift = 0) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal(shift, 1);
  Replicates r(n, std::vector<double>(grid));
  for (auto& row : r)
    for (double& v : row) v = normal(rng);
  return r;
}

}  // namespace

TEST_SUITE("judge/decide_curve") {
  TEST_CASE("a grid of one point is the rule for a number") {
    auto p = point(0, 0.7);
    const auto data = with_moments(20, 0.3, 1);
    const auto number = decide(p, data);
    p.kind = Kind::curve;
    CHECK(decide(p, data).confirm_ratio == number.confirm_ratio);
    CHECK(decide(p, data).falsify_ratio == number.falsify_ratio);
  }
  TEST_CASE("below 16 replicates the bound is Bonferroni's t") {
    // Two points, S = 8: confirm uses t_7(.95) = 1.894579, falsify t_7(1 - .05/4) = 2.841244 (tables).
    auto p = curve(2, 1.0);
    Replicates data;
    const auto first = with_moments(8, 0.2, 1), second = with_moments(8, -2.5, 0.5);
    for (std::size_t i = 0; i < 8; ++i) data.push_back({first[i][0], second[i][0]});
    const auto r = decide(p, data);
    const double se = 0.5 / std::sqrt(8.0);
    CHECK(r.at == 1);
    CHECK(r.falsify_ratio == doctest::Approx(2.5 - 2.841244 * se).epsilon(1e-6));
    CHECK(r.confirm_ratio == doctest::Approx(2.5 + 1.894579 * se).epsilon(1e-6));
    CHECK(r.decision == Decision::falsified);
    CHECK(r.measured == doctest::Approx(-2.5));
    REQUIRE(r.grid.size() == 2);
    CHECK(r.grid[0].z == doctest::Approx(0.2 * std::sqrt(8.0)));
    CHECK(r.grid[1].residual == doctest::Approx(-2.5));
  }
  TEST_CASE("each point has its own band") {
    auto p = curve(2, 1.0);
    p.eps = {0.05, 3.0};
    Replicates data;
    const auto first = with_moments(8, 0.2, 0.02), second = with_moments(8, 1.5, 0.02);
    for (std::size_t i = 0; i < 8; ++i) data.push_back({first[i][0], second[i][0]});
    const auto r = decide(p, data);
    CHECK(r.at == 0);
    CHECK(r.decision == Decision::falsified);
    CHECK(r.eps == 0.05);
  }
  TEST_CASE("the bootstrap's bound is close to Bonferroni's for independent points and to t for one repeated point") {
    // S = 64, G = 8 independent points: c of the maximum of 8 |t| is near Bonferroni's 2.82; the t quantile is 2.00.
    // The 95 % quantile of 1000 draws has a standard error below 0.06 here.
    const std::size_t n = 64, grid = 8;
    const auto independent = noise(n, grid, 7);
    Replicates repeated = independent;
    for (auto& row : repeated) std::fill(row.begin(), row.end(), row[0]);
    const auto critical = [&](const Replicates& data) {
      const auto r = decide(curve(grid, 1.0), data);
      return (std::abs(r.grid[r.at].residual) - r.falsify_ratio) / r.grid[r.at].measured_se;
    };
    CHECK(critical(independent) == doctest::Approx(2.82).epsilon(0.07));
    CHECK(critical(repeated) == doctest::Approx(2.00).epsilon(0.08));
  }
  TEST_CASE("the bootstrap is a function of its data alone") {
    const auto data = noise(16, 5, 3);
    const auto a = decide(curve(5, 0.1), data), b = decide(curve(5, 0.1), data);
    CHECK(a.falsify_ratio == b.falsify_ratio);
    CHECK(a.confirm_ratio == b.confirm_ratio);
  }
  TEST_CASE("a theory with its own error keeps Bonferroni's bound, for its correlation is unknown") {
    auto p = curve(4, 0.5);
    p.theory_sd.assign(4, 0.2);
    const auto r = decide(p, noise(32, 4, 5));
    const auto& at = r.grid[r.at];
    const double se = std::hypot(at.measured_se, 0.2);
    // df from Welch with an exactly known theory_sd: se^4 / (measured_se^4 / 31), above 31.
    CHECK(r.df > 31);
    const double c = (std::abs(at.residual) - 0.5 * r.falsify_ratio) / se;
    CHECK(c > 2.497);  // z(1 - .05/8) = 2.4977, the limit of many degrees of freedom
    CHECK(c < 2.60);
  }
  TEST_CASE("a point without spread is judged by its band, and refutes only by the sign test") {
    auto p = curve(2, 0.5);
    const auto with_fixed = [](std::size_t n, double fixed) {
      auto data = noise(n, 2, 11);
      for (auto& row : data) {
        row[0] *= 0.1;
        row[1] = fixed;
      }
      return data;
    };
    CHECK(decide(p, with_fixed(8, 0.5)).decision == Decision::confirmed);
    // 2 * 2^-3 = 0.25 > 0.05: four equal values are no proof. 2 * 2^-15 is.
    CHECK(decide(p, with_fixed(4, 0.6)).decision == Decision::inconclusive);
    const auto r = decide(p, with_fixed(16, 0.6));
    CHECK(r.decision == Decision::falsified);
    CHECK(r.at == 1);
    CHECK(r.p_falsify == doctest::Approx(std::exp2(-14)));
  }
  TEST_CASE("a curve without any spread says nothing unless it was declared deterministic") {
    auto p = curve(3, 0.5);
    const Replicates data(20, {0.1, 0.2, 0.3});
    CHECK(decide(p, data).degenerate);
    CHECK(decide(p, data).decision == Decision::inconclusive);
    p.deterministic = true;
    CHECK(decide(p, data).decision == Decision::confirmed);
    p.eps[2] = 0.2;
    const auto r = decide(p, {{0.1, 0.2, 0.3}});
    CHECK(r.decision == Decision::falsified);
    CHECK(r.at == 2);
    CHECK(r.falsify_ratio == doctest::Approx(1.5));
  }
  TEST_CASE("the family error at the edge of the band is at most its level") {
    // 400 experiments, G = 10 independent points all at the edge: P(falsified) <= 0.05, so at most 20 + 3 sd = 33.
    for (const std::size_t n : {std::size_t{8}, std::size_t{16}}) {
      int falsified = 0;
      for (unsigned e = 0; e < 400; ++e)
        falsified += decide(curve(10, 1.0), noise(n, 10, 1000 + e, 1.0)).decision == Decision::falsified;
      CHECK(falsified <= 33);
    }
  }
  TEST_CASE("the relative error of a curve is the ratio of lengths") {
    // D = (3, 4) against p = (6, 8): 5/10.
    const Prediction p{.kind = Kind::curve, .predicted = {6, 8}, .eps = {1, 1}};
    const Replicates r = {{8, 11}, {10, 13}};
    CHECK(decide(p, r).relative_l2 == doctest::Approx(0.5).epsilon(1e-15));
    // Without the first, D = (4, 5); without the second (2, 3): sqrt(41) and sqrt(13), over 10; half their difference.
    CHECK(decide(p, r).relative_l2_se == doctest::Approx((std::sqrt(41.0) - std::sqrt(13.0)) / 20).epsilon(1e-14));
    Prediction scaled = p;
    scaled.kind = Kind::point;
    scaled.predicted = {6e200, 8e200};
    CHECK(decide(scaled, {{8e200, 11e200}, {10e200, 13e200}}).relative_l2 == doctest::Approx(0.5).epsilon(1e-14));
  }
  TEST_CASE("of one grid point the relative error has the standard error of a mean") {
    const Prediction p{.kind = Kind::curve, .predicted = {-4}, .eps = {1}};
    const auto r = decide(p, with_moments(9, -3, 0.6));
    CHECK(r.relative_l2 == doctest::Approx(0.25).epsilon(1e-14));
    CHECK(r.relative_l2_se == doctest::Approx(0.6 / 3 / 4).epsilon(1e-12));
  }
  TEST_CASE("the jackknife error of the relative error is its spread over experiments") {
    const Prediction p{.kind = Kind::curve, .predicted = {1, 2, 3}, .eps = {1, 1, 1}};
    std::mt19937_64 rng(31);
    std::normal_distribution<double> normal;
    double sum = 0, square = 0, se = 0;
    constexpr int experiments = 2000;  // the sample sd has a relative standard error of 1.6 %
    for (int e = 0; e < experiments; ++e) {
      Replicates r(12);
      for (auto& row : r) row = {1.5 + 0.5 * normal(rng), 2.2 + 0.5 * normal(rng), 3 + 0.5 * normal(rng)};
      const auto result = decide(p, r);
      sum += result.relative_l2 / experiments;
      square += result.relative_l2 * result.relative_l2 / experiments;
      se += result.relative_l2_se / experiments;
    }
    CHECK(se == doctest::Approx(std::sqrt(square - sum * sum)).epsilon(0.05));
  }
  TEST_CASE("there is no relative error of a number, of a curve of zeros, or without data") {
    const Prediction zero{.kind = Kind::curve, .predicted = {0, 0}, .eps = {1, 1}};
    CHECK(std::isnan(decide(zero, {{1, 1}, {1, 2}}).relative_l2));
    CHECK(std::isnan(decide(point(1, 1), scalars({1, 2})).relative_l2));
    const Prediction p{.kind = Kind::curve, .predicted = {6, 8}, .eps = {1, 1}};
    CHECK(std::isnan(decide(p, {}).relative_l2));
    CHECK(std::isnan(decide(p, {{1, std::nan("")}}).relative_l2));
    CHECK(decide(p, {{6, 9}}).relative_l2 == doctest::Approx(0.1));
    CHECK(std::isnan(decide(p, {{6, 9}}).relative_l2_se));
    const Prediction order{.kind = Kind::ordering, .predicted = {1, 1}, .eps = {0, 0}};
    CHECK(std::isnan(decide(order, {{1, 2}, {2, 3}}).relative_l2));
  }
}
