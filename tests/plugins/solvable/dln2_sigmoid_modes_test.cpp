#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <algorithm>
#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::largest_difference;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("solvable/dln2-sigmoid-modes");
  return loaded;
}

PointOverrides mode(int k) { return {{"mode", k}}; }

std::vector<double> curve(const PointOverrides& at, const std::string& observable) {
  return lmw::tests::curve(law().measure(at, 7).series, observable);
}

}  // namespace

TEST_SUITE("solvable/dln2-sigmoid-modes") {
  TEST_CASE("half times, tolerances, rivals and trained values are the published ones") {
    const struct {
      int k;
      double flow, discrete, rival, trained;
    } known[] = {{1, 1.03672, 1.03983, 2.07345, 1.03983},
                 {2, 1.56473, 1.56760, 3.12946, 1.56761},
                 {3, 2.43752, 2.44013, 4.87504, 2.44014}};
    const double strengths[] = {4, 2.5, 1.5};
    for (const auto& [k, flow, discrete, rival, trained] : known) {
      CHECK(law().predicted(mode(k), "half_time") == doctest::Approx(flow).epsilon(5e-6));
      CHECK(law().predicted(mode(k), "half_time_discrete") == doctest::Approx(discrete).epsilon(5e-6));
      CHECK(law().predicted(mode(k), "half_time", "half-rate") == doctest::Approx(rival).epsilon(5e-6));
      CHECK(law().predicted(mode(k), "half_time_discrete", "half-rate") == doctest::Approx(rival).epsilon(5e-6));
      CHECK(law().measured(mode(k), 1, "half_time") == doctest::Approx(trained).epsilon(6e-6));
      const double s = strengths[k - 1];
      CHECK(law().record(mode(k), "half_time").eps[0] == doctest::Approx(2e-3 * s * flow).epsilon(1e-5));
      CHECK(law().record(mode(k), "half_time_discrete").eps[0] ==
            doctest::Approx(4e-6 * s * s * discrete).epsilon(1e-5));
      const auto strength = law().record(mode(k), "strength");
      CHECK(strength.x.size() == 50);
      CHECK(strength.x.back() == doctest::Approx(3.2).epsilon(1e-12));
      CHECK(strength.eps[0] == doctest::Approx(2e-3 * s * s).epsilon(1e-12));
    }
  }

  TEST_CASE("halving the step halves the delay: a ratio of 1.9994 to 2.0003, as published, or closer") {
    for (int k = 1; k <= 3; ++k) CHECK(law().measured(mode(k), 1, "step_halving") == doctest::Approx(2).epsilon(6e-4));
  }

  TEST_CASE("curves stay within the delay of gradient descent, whatever the draw of U, V and the data") {
    for (const int k : {1, 3, 5}) {
      const auto predicted = law().record(mode(k), "strength");
      CHECK(largest_difference(curve(mode(k), "strength"), predicted.value) < 0.8 * predicted.eps[0]);
    }
    const auto loss = law().record(mode(1), "loss");
    CHECK(largest_difference(curve(mode(1), "loss"), loss.value) < loss.eps[0]);
    // Half the sum of (s - a0)^2 is 12.6606 before training; the first grid point is 0.064 later.
    CHECK(loss.value[0] < 12.6606);
    CHECK(loss.value[0] > 12.65);
    CHECK(law().measured(mode(1), 1, "off_diagonal") < 1e-13);
  }

  TEST_CASE("the delay vanishes with the step: ten times smaller, ten times closer to the flow") {
    const auto error = [](double rate) {
      const PointOverrides at = {{"mode", 1}, {"learning_rate", rate}};
      return law().measured(at, 1, "half_time") - law().predicted(at, "half_time");
    };
    CHECK(error(2e-3) / error(2e-4) == doctest::Approx(10).epsilon(0.02));
  }

  TEST_CASE("with noisy labels the modes are those of the labels as drawn") {
    const PointOverrides noisy = {{"mode", 2}, {"label_noise", 0.25}};
    const double forecast = law().predicted_replicate(noisy, 3, "half_time");
    CHECK(law().measured(noisy, 3, "half_time") == doctest::Approx(forecast).epsilon(5e-3));
    CHECK(forecast != doctest::Approx(1.56473).epsilon(1e-4));
    CHECK(law().predicted_replicate(noisy, 3, "half_time", "half-rate") ==
          doctest::Approx(2 * forecast).epsilon(1e-12));
  }

  TEST_CASE("inputs that are not white excite other modes; large random weights do not start at a0") {
    const PointOverrides spread = {{"input_spread", 3.0}}, random = {{"init", "random"}};
    CHECK(law().measured(spread, 1, "off_diagonal") > 0.1);
    CHECK(law().regime(spread).must_break);
    CHECK_FALSE(law().regime({{"input_spread", 1.2}}).must_break);
    CHECK(law().regime(random).must_break);
    const auto predicted = law().record(random, "strength");
    CHECK(largest_difference(curve(random, "strength"), predicted.value) > 10 * predicted.eps[0]);
    CHECK_FALSE(law().regime({{"learning_rate", 0.02}}).inside);
    CHECK_FALSE(law().regime({{"start", 0.01}}).inside);
    CHECK(law().regime({}).inside);
  }

  TEST_CASE("a mode that the time does not suffice for has a strength and no half time; a ninth is refused") {
    for (const auto& made : law().predict(mode(5)).predictions) CHECK(made.observable.rfind("half_time", 0) != 0);
    CHECK(law().measure(mode(5), 1).outcome == "ok");
    CHECK_THROWS(law().predict({{"mode", 7}}));
    CHECK_NOTHROW(law().predict({{"mode", 7}, {"target", "eight-modes"}}));
  }
}
