#include "support.h"

#include <lmw/judge/median.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

using namespace judge_test;

namespace {

std::vector<double> one_to(int n) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 1.0);
  std::shuffle(values.begin(), values.end(), std::mt19937_64(7));
  return values;
}

}  // namespace

TEST_SUITE("judge/median") {
  TEST_CASE("the order statistics are those of tables") {
    // n, and the rank of the lower end at 95 %, from the table of the sign test.
    const std::vector<std::pair<int, int>> table = {{6, 1},  {7, 1},  {8, 1},  {9, 2},   {10, 2},  {12, 3},
                                                    {15, 4}, {20, 6}, {25, 8}, {30, 10}, {50, 18}, {100, 40}};
    for (const auto& [n, rank] : table) {
      const Median m = median_interval(one_to(n));
      CHECK(m.value == (n + 1) / 2.0);
      CHECK(m.low == rank);
      CHECK(m.high == n + 1 - rank);
    }
  }
  TEST_CASE("the interval is the shortest with its coverage: the binomial law summed by hand") {
    for (int n = 6; n <= 80; ++n)
      for (const double level : {0.01, 0.05, 0.2}) {
        const Median m = median_interval(one_to(n), level);
        const auto coverage = [&](int j) {  // P(j <= Bin(n, 1/2) <= n - j)
          double sum = 0;
          for (int k = j; k <= n - j; ++k)
            sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
          return sum;
        };
        if (std::isnan(m.low)) {
          CHECK(coverage(1) < 1 - level);
          continue;
        }
        const int j = static_cast<int>(m.low);
        CHECK(coverage(j) >= 1 - level - 1e-12);
        if (2 * (j + 1) <= n) CHECK(coverage(j + 1) < 1 - level + 1e-12);
      }
  }
  TEST_CASE("too few values have a median without an interval; none has nothing") {
    for (int n = 1; n <= 5; ++n) {
      const Median m = median_interval(one_to(n));
      CHECK(m.value == (n + 1) / 2.0);
      CHECK(std::isnan(m.low));
      CHECK(std::isnan(m.high));
    }
    CHECK(std::isnan(median_interval({}).value));
    CHECK(std::isnan(median_interval(std::vector{1.0, std::nan("")}).value));
    CHECK_THROWS_AS(median_interval(std::vector{1.0}, 0), std::invalid_argument);
    CHECK_THROWS_AS(median_interval(std::vector{1.0}, 1), std::invalid_argument);
  }
  TEST_CASE("infinite and huge values are values") {
    const double inf = std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::max();
    CHECK(median_interval(std::vector{-inf, 1.0, inf}).value == 1);
    CHECK(median_interval(std::vector{most, most}).value == most);
    CHECK(median_interval(std::vector{0.9 * most, most}).value == doctest::Approx(0.95 * most));
    CHECK(median_interval(std::vector{inf, inf}).value == inf);
  }
  TEST_CASE("decide reports it for one number, and decides nothing by it") {
    const Replicates r = scalars({1, 2, 3, 4, 5, 6, 7, 1000});
    for (const Kind kind : {Kind::point, Kind::theory_error, Kind::interval, Kind::exponent}) {
      Prediction p = point(3, 2, kind == Kind::theory_error ? 0.1 : 0);
      p.kind = kind;
      if (kind == Kind::interval) p.upper = {4};
      const auto result = decide(p, r);
      CHECK(result.median == 4.5);
      CHECK(result.median_low == 1);
      CHECK(result.median_high == 1000);
      CHECK(result.decision == Decision::inconclusive);
    }
    CHECK(decide(point(3, 2), scalars({1, 2})).median == 1.5);
    CHECK(std::isnan(decide(point(3, 2), scalars({1, 2})).median_low));
    CHECK(std::isnan(decide(point(3, 2), scalars({1, std::nan("")})).median));
    CHECK(std::isnan(decide(point(3, 2), {}).median));
    const Prediction order{.kind = Kind::ordering, .predicted = {0}, .eps = {0}};
    CHECK(std::isnan(decide(order, r).median));
    const Prediction curve{.kind = Kind::curve, .predicted = {1}, .eps = {1}};
    CHECK(std::isnan(decide(curve, r).median));
  }
}
