#include <lmw/host/mutation.h>

#include "support/scratch.h"
#include "support/test_registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace lmw::host;
using lmw::tests::Scratch;
using lmw::tests::TestRegistry;
namespace fs = std::filesystem;

namespace {

std::vector<Mutation> mutations(const std::string& law, const std::vector<std::string>& settings, int replicates = 8) {
  Scratch scratch;
  TestRegistry registry(scratch);
  Study study{.name = "test", .selections = {{law, {}}}};
  for (const auto& text : settings) study.settings.push_back(parse_setting(text));
  return resolving_power(make_plan(study, registry), registry, replicates, {});
}

}  // namespace

TEST_SUITE("host/mutation") {
  TEST_CASE("a law resolves what lies beyond its tolerance and its noise, and no less") {
    const auto found = mutations("coin/mean-of-uniforms", {"n=6400", "shift=0"});
    REQUIRE(found.size() == 1);
    const Mutation& m = found[0];
    CHECK(m.decision == "confirmed");
    CHECK(m.sign_refuted);
    CHECK(m.can_lose());
    // eps = 0.04 on p = 0.5: a change must exceed 8 % and the noise, sd = 1/sqrt(12 n) = 0.0036 a replicate; with 8
    // replicates t = 2.36 standard errors, and the mean itself may be off by as much.
    const double noise = 2 * 2.36 * 0.0036 / std::sqrt(8.0);
    CHECK(m.factor > 0.08);
    CHECK(m.factor < 1.1 * (0.04 + noise) / 0.5);
    CHECK(m.shift > 1);
    CHECK(m.shift < 1.1 * (0.04 + noise) / 0.04);
  }
  TEST_CASE("per-replicate predictions and curves are perturbed too") {
    const auto found = mutations("coin/seeded-line", {});
    REQUIRE(found.size() == 1);
    CHECK(found[0].can_lose());
    CHECK(found[0].factor < 0.1);
    CHECK(found[0].exponent < 0.2);
  }
  TEST_CASE("an interval moves as a whole, and a claim of at least is raised alone") {
    const auto found = mutations("coin/bounds", {});
    REQUIRE(found.size() == 2);
    // The number is 0.5 within 0.005. [0.2, 0.8] has to move by 0.3 and eps = 0.1: by four eps; to leave it by a factor
    // it must end below 0.4, which no halving of both ends and no doubling does alike: 0.8 (1 - f) + 0.1 < 0.5 at
    // f > 0.5, and 0.2 (1 + f) - 0.1 > 0.5 at f > 2.
    CHECK(found[0].decision == "confirmed");
    CHECK(found[0].shift > 4);
    CHECK(found[0].shift < 1.1 * 4.1);
    CHECK(found[0].factor > 2);
    CHECK(found[0].sign_refuted);
    // A claim of at least 0.5 is refuted, of less never: 0.5 is five eps.
    CHECK(found[1].shift > 4.9);
    CHECK(found[1].shift < 1.1 * 5.1);
    CHECK(found[1].can_lose());
  }
  TEST_CASE("an interval of one end is moved towards the measurement alone") {
    const auto found = mutations("coin/one-sided", {});
    REQUIRE(found.size() == 2);
    // The number is 0.5 within 0.005: "at least 0.2" is refuted from 0.6 on and "at most 0.8" from 0.4 down, by 4 eps.
    for (const Mutation& m : found) {
      CHECK(m.decision == "confirmed");
      CHECK(m.shift > 3.9);
      CHECK(m.shift < 1.1 * 4.1);
      CHECK(m.can_lose());
    }
    CHECK(found[0].factor > 1.9);  // 0.2 (1 + f) - 0.1 > 0.5 at f > 2
    CHECK(found[0].factor < 1.1 * 2.1);
    CHECK(found[1].factor > 0.49);  // 0.8 (1 - f) + 0.1 < 0.5 at f > 0.5
    CHECK(found[1].factor < 1.1 * 0.52);
    // Of the other sign it says "at most -0.2".
    CHECK(found[0].sign_refuted);
  }
  TEST_CASE("a claim of equal bits has no band: a shift by its last place is refuted") {
    const auto found = mutations("coin/knob", {"x=2"});
    const auto exact = std::find_if(found.begin(), found.end(), [](const auto& m) { return m.observable == "exact"; });
    REQUIRE(exact != found.end());
    CHECK(exact->can_lose());
    CHECK(exact->shift <= 1);
    CHECK(exact->factor < 1.1e-6);  // the finest that is asked
  }
  TEST_CASE("a prediction of nothing but noise cannot lose by its sign, and a failing law says why") {
    const auto failing = mutations("coin/misbehaves", {"how=throw-in-measure"});
    REQUIRE(failing.size() == 1);
    CHECK(failing[0].trouble.find("planted in measure") != std::string::npos);
    CHECK_FALSE(failing[0].can_lose());
    CHECK(mutations("coin/misbehaves", {"how=abstain"}).empty());
    CHECK(mutations("coin/mean-of-uniforms", {"shift=0.5"}).empty());  // outside the regime
  }
}
