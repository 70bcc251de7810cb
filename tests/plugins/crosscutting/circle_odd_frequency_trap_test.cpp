#include <doctest/doctest.h>
#include <support/law_harness.h>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("crosscutting/circle-odd-frequency-trap");
  return loaded;
}

PointOverrides mode(int frequency, const char* bias, int steps) {
  return {{"frequency", frequency}, {"bias", bias}, {"steps", steps}, {"draws", 3}};
}

}  // namespace

TEST_SUITE("crosscutting/circle-odd-frequency-trap") {
  TEST_CASE("the rates of the wide network say how long a frequency takes") {
    // Inside from a time of 4 over the rate: 0.0788054 and 0.00855601 at k = 2, 4 without biases, 0.00520244 and
    // 0.00159416 at k = 3, 5 with them.
    const struct {
      int frequency;
      const char* bias;
      int late;
    } known[] = {{2, "no", 51}, {4, "no", 468}, {3, "yes", 769}, {5, "yes", 2510}};
    for (const auto& [frequency, bias, late] : known) {
      CHECK(law().regime(mode(frequency, bias, late)).inside);
      CHECK_FALSE(law().regime(mode(frequency, bias, late - 1)).inside);
    }
  }

  TEST_CASE("without biases nothing of an odd frequency is ever learned, at any width") {
    for (const int frequency : {3, 5, 7})
      for (const int width : {1, 8, 64}) {
        PointOverrides at = mode(frequency, "no", 300);
        at.push_back({"width", width});
        CHECK(law().predicted(at, "failure_probability") == 1);
        CHECK(law().measured(at, 1, "failure_probability") == 1);
        CHECK(law().measured(at, 1, "untouched") == 1);
      }
  }

  TEST_CASE("biases remove the trap, and even frequencies are not in it") {
    for (const auto& at : {mode(3, "yes", 1000), mode(2, "no", 300), mode(4, "no", 1000), mode(1, "no", 100)}) {
      CHECK(law().predicted(at, "failure_probability") == 0);
      CHECK(law().measured(at, 1, "failure_probability") == 0);
    }
  }

  TEST_CASE("a second hidden layer frees it, and so do points that cannot tell odd from even") {
    PointOverrides deep = mode(3, "no", 500);
    deep.insert(deep.end(), {{"hidden_layers", 2}, {"width", 32}});
    CHECK(law().regime(deep).must_break);
    CHECK(law().measured(deep, 1, "failure_probability") == 0);
    CHECK(law().measured(deep, 1, "untouched") == 0);
    PointOverrides nine = mode(3, "no", 1000);
    nine.push_back({"n_points", 9});
    CHECK(law().regime(nine).must_break);
    CHECK(law().measured(nine, 1, "failure_probability") == 0);
    // On 15 points cos 3 theta is cos 12 theta, which is slower than can be waited for.
    nine.back() = {"n_points", 15};
    CHECK_FALSE(law().regime(nine).inside);
    CHECK_FALSE(law().regime(nine).must_break);
  }

  TEST_CASE("a frequency that the points do not resolve lies outside, and one seed is one number") {
    CHECK_FALSE(law().regime({{"frequency", 9}}).inside);
    const PointOverrides at = mode(3, "yes", 600);
    CHECK(law().measured(at, 4, "failure_probability") == law().measured(at, 4, "failure_probability"));
  }
}
