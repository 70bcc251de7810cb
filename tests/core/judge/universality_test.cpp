#include "support.h"

#include <lmw/judge/universality.h>

#include <limits>
#include <stdexcept>

using namespace judge_test;

using Sets = std::vector<std::vector<std::size_t>>;

namespace {

Estimate exponent(double value, double se, double df = 7) { return {value, se, df, 8}; }

}  // namespace

TEST_SUITE("judge/universality") {
  TEST_CASE("two exponents agree iff the 90 % interval of their difference lies inside the tolerance") {
    // Equal se and df: Welch's df is 14, T_14(.95) = 1.761310, se of the difference 0.05.
    const double se = 0.05 / std::sqrt(2.0), reach = 0.02 + 1.761310 * 0.05;
    const std::vector<Estimate> two = {exponent(1, se), exponent(1.02, se)};
    CHECK(universality_classes(two, reach + 1e-6).pairs[0].agree == Decision::confirmed);
    CHECK(universality_classes(two, reach - 1e-6).pairs[0].agree == Decision::inconclusive);
    CHECK(universality_classes(two, reach + 1e-6).classes == Sets{{0, 1}});
    CHECK(universality_classes(two, reach - 1e-6).classes.empty());
    CHECK(universality_classes(two, reach).pairs[0].difference == doctest::Approx(-0.02));
    CHECK(universality_classes(two, reach).pairs[0].se == doctest::Approx(0.05));
    // T_14(.975) = 2.144787.
    const std::vector<Estimate> apart = {exponent(1, se), exponent(1.3, se)};
    CHECK(universality_classes(apart, 0.3 - 2.144787 * 0.05 - 1e-6).pairs[0].agree == Decision::falsified);
    CHECK(universality_classes(apart, 0.3 - 2.144787 * 0.05 + 1e-6).pairs[0].agree == Decision::inconclusive);
  }
  TEST_CASE("laws fall into the classes that their exponents make") {
    const std::vector<Estimate> laws = {exponent(0.5, 0.01), exponent(1.01, 0.01), exponent(0.49, 0.01),
                                        exponent(1, 0.01),   exponent(2, 0.01),    exponent(0.505, 0.01)};
    const auto found = universality_classes(laws, 0.1);
    CHECK(found.pairs.size() == 15);
    CHECK(found.classes == Sets{{0, 2, 5}, {1, 3}});
    CHECK(found.chains.empty());
  }
  TEST_CASE("where a agrees with b and b with c, but a not with c, there is no class") {
    const std::vector<Estimate> laws = {exponent(0.5, 0.001), exponent(0.56, 0.001), exponent(0.62, 0.001),
                                        exponent(3, 0.001), exponent(3.01, 0.001)};
    const auto found = universality_classes(laws, 0.1);
    CHECK(found.classes == Sets{{3, 4}});
    CHECK(found.chains == Sets{{0, 1, 2}});
    CHECK(universality_classes(laws, 0.2).classes == Sets{{0, 1, 2}, {3, 4}});
  }
  TEST_CASE("what is not told apart is not therefore equal") {
    const std::vector<Estimate> vague = {exponent(1, 1), exponent(1, 1), exponent(1, 1)};
    const auto found = universality_classes(vague, 0.1);
    CHECK(found.classes.empty());
    CHECK(found.chains.empty());
    for (const auto& pair : found.pairs) CHECK(pair.agree == Decision::inconclusive);
  }
  TEST_CASE("one exact exponent is compared with the error of the other; two exact ones show nothing") {
    const std::vector<Estimate> laws = {exponent(1, 0), exponent(1, 0.01), exponent(1, 0)};
    const auto found = universality_classes(laws, 0.1);
    CHECK(found.pairs[0].agree == Decision::confirmed);
    CHECK(found.pairs[1].agree == Decision::inconclusive);
    CHECK(found.pairs[2].agree == Decision::confirmed);
    CHECK(found.classes.empty());
    CHECK(found.chains == Sets{{0, 1, 2}});
  }
  TEST_CASE("nothing is in no class") {
    CHECK(universality_classes({}, 0.1).classes.empty());
    const std::vector<Estimate> one = {exponent(1, 0.01)};
    CHECK(universality_classes(one, 0.1).pairs.empty());
    CHECK(universality_classes(one, 0.1).classes.empty());
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, inf}) {
      const std::vector<Estimate> two = {exponent(bad, 0.01), exponent(bad, 0.01)};
      CHECK(universality_classes(two, 0.1).classes.empty());
    }
  }
  TEST_CASE("estimates and tolerances that are none are refused") {
    const std::vector<Estimate> two = {exponent(1, 0.01), exponent(1, 0.01)}, negative = {exponent(1, -1)},
                                nan = {exponent(1, std::nan(""))}, few = {exponent(1, 1, 0)};
    CHECK_THROWS_AS(universality_classes(two, 0), std::invalid_argument);
    CHECK_THROWS_AS(universality_classes(two, std::nan("")), std::invalid_argument);
    CHECK_THROWS_AS(universality_classes(negative, 0.1), std::invalid_argument);
    CHECK_THROWS_AS(universality_classes(nan, 0.1), std::invalid_argument);
    CHECK_THROWS_AS(universality_classes(few, 0.1), std::invalid_argument);
    CHECK_THROWS_AS(universality_classes(two, 0.1, {0.7, 0.05}), std::invalid_argument);
  }
}
