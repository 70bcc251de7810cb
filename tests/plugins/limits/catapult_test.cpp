#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <algorithm>
#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::curve;
using lmw::tests::largest_difference;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("limits/catapult");
  return loaded;
}

PointOverrides run(double rate, int width, int draws = 6) {
  return {{"rate", rate}, {"width", width}, {"draws", draws}};
}

}  // namespace

TEST_SUITE("limits/catapult") {
  TEST_CASE("networks follow the map to rounding for twelve steps, at any width, and not the linear model") {
    for (const double rate : {1.0, 2.5, 3.9})
      for (const int width : {5, 1000}) {
        const PointOverrides at = run(rate, width);
        const auto measured = law().measure(at, 3).series, predicted = law().predict_replicate(at, 3);
        for (const char* path : {"output_path", "curvature_path"})
          CHECK(largest_difference(curve(measured, path), curve(predicted, path)) < 1e-9);
        CHECK(largest_difference(curve(measured, "curvature_path"),
                                 curve(predicted, "curvature_path", "constant-curvature")) > 1e-4);
      }
    const auto own = law().record(run(3, 100), "output_path");
    CHECK(own.eps.front() == 1e-12);
    CHECK(own.eps.back() == 1e-9);
  }

  TEST_CASE("every network converges up to 3.9, ends where it is flat, and diverges at 4.3") {
    for (const double rate : {1.0, 1.9, 2.5, 3.0, 3.5, 3.9}) {
      CHECK(law().predicted(run(rate, 100), "converged") == 1);
      CHECK(law().measured(run(rate, 100), 1, "converged") == 1);
      CHECK(law().measured(run(rate, 100), 1, "flat_end") == 1);
    }
    CHECK(law().predicted(run(4.3, 100), "converged") == 0);
    CHECK(law().measured(run(4.3, 100), 1, "converged") == 0);
    CHECK(law().predicted(run(3.5, 100), "converged", "constant-curvature") == 0);
    CHECK(law().predicted(run(3.5, 100), "converged", "boundary-at-3") == 0);
    CHECK(law().record(run(3.5, 100), "converged").eps[0] == 0.2);
  }

  TEST_CASE("below 2 the loss never rises; between 2 and 4 its peak is of the order of the width") {
    CHECK(law().measured(run(1.9, 100), 1, "never_above_start") == 1);
    for (const double rate : {2.5, 3.0, 3.5}) CHECK(law().measured(run(rate, 100), 1, "thrown") == 1);
    const PointOverrides pair = {{"width", 500}, {"wider", 2000}, {"steps", 400}, {"draws", 10}};
    CHECK(law().predicted(pair, "peak_log_ratio") == 0);
    CHECK(law().predicted(pair, "peak_log_ratio", "peak-of-order-one") == doctest::Approx(std::log(4.0)));
    CHECK(std::abs(law().measured(pair, 1, "peak_log_ratio")) < 4 * 0.2 / std::sqrt(10.0));
  }

  TEST_CASE("the tangent model diverges above 2, and ReLU networks do not mind 4.3") {
    const PointOverrides linearised = {{"model", "linearised"}, {"width", 100}, {"draws", 6}};
    CHECK(law().measured(linearised, 1, "converged") == 0);
    CHECK(law().regime(linearised).must_break);
    const PointOverrides relu = {{"model", "relu"}, {"rate", 4.3}, {"width", 100}, {"draws", 12}};
    CHECK(law().measured(relu, 1, "converged") > 0.4);
    CHECK(law().regime(relu).must_break);
  }

  TEST_CASE("it leaves the boundaries out, and networks too narrow to throw") {
    CHECK(law().regime(run(3.95, 2000)).inside);
    CHECK(law().regime(run(4.05, 2000)).inside);
    CHECK_FALSE(law().regime(run(4.01, 2000)).inside);
    CHECK_FALSE(law().regime(run(2.02, 2000)).inside);
    CHECK_FALSE(law().regime(run(2.5, 5)).inside);
    CHECK(law().regime(run(1.5, 5)).inside);
  }
}
