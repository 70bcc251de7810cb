#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>
#include <numbers>

using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("solvable/saddle-to-saddle-times");
  return loaded;
}

std::vector<double> series(const std::vector<lmw::host::SeriesAnswer>& all, const std::string& observable,
                           const std::string& rival = "") {
  for (const auto& one : all)
    if (one.observable == observable && one.rival == rival) return one.value;
  FAIL("no series of " << observable);
  return {};
}

}  // namespace

TEST_SUITE("solvable/saddle-to-saddle-times") {
  TEST_CASE("plateaus of s = (4, 2, 1) lie at 2.5 and 0.5, and the rival is twice as high and ln 2 / s earlier") {
    const auto predicted = law().predict_replicate({}, 1);
    CHECK(series(predicted, "plateau_loss") == std::vector<double>{2.5, 0.5});
    CHECK(series(predicted, "plateau_loss", "no-half") == std::vector<double>{5.0, 1.0});
    const auto times = series(predicted, "jump_time"), rival = series(predicted, "jump_time", "no-half");
    const double s[] = {4, 2, 1};
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(times[k] - rival[k] == doctest::Approx(std::numbers::ln2 / s[k]).epsilon(1e-12));
      // A priori a = eps^2 / 2 to 10 %: ln(s / a) / (2 s), with a spread over seeds of sqrt(2 / 32) / (2 s).
      CHECK(std::abs(times[k] - std::log(s[k] / 5e-9) / (2 * s[k])) < 4 * 0.25 / (2 * s[k]) + 0.1 / s[k]);
    }
  }

  TEST_CASE("trained networks jump when their initial weights say") {
    for (const std::int64_t seed : {1, 2, 3}) {
      const auto predicted = law().predict_replicate({}, seed);
      const auto measured = law().measure({}, seed);
      REQUIRE(measured.outcome == "ok");
      const auto times = series(predicted, "jump_time"), seen = series(measured.series, "jump_time");
      for (std::size_t k = 0; k < 3; ++k) CHECK(seen[k] == doctest::Approx(times[k]).epsilon(1e-4));
      const auto plateaus = series(predicted, "plateau_loss"), heights = series(measured.series, "plateau_loss");
      for (std::size_t m = 0; m < 2; ++m) {
        CHECK(heights[m] < plateaus[m]);
        CHECK(heights[m] > 0.99 * plateaus[m]);
      }
    }
  }

  TEST_CASE("one seed is one number, and each seed has its own times") {
    const auto once = series(law().measure({}, 5).series, "jump_time");
    CHECK(once == series(law().measure({}, 5).series, "jump_time"));
    CHECK(once != series(law().measure({}, 6).series, "jump_time"));
  }

  TEST_CASE("a smaller start waits longer, by the logarithm, at each saddle") {
    const auto small = series(law().predict_replicate({{"init_scale", 1e-6}}, 9), "jump_time");
    const auto large = series(law().predict_replicate({{"init_scale", 1e-4}}, 9), "jump_time");
    const double s[] = {4, 2, 1};
    for (std::size_t k = 0; k < 3; ++k)  // a start 10^4 times smaller, and a little of the learning rate's term
      CHECK(small[k] - large[k] ==
            doctest::Approx(std::log(1e4) / (2 * s[k]) + 5e-3 * std::log(1e4) / 4).epsilon(1e-6));
  }

  TEST_CASE("outside: modes that jump together, large starts, and no prediction at all from order-one weights") {
    CHECK(law().regime({}).inside);
    CHECK(law().regime({{"init_scale", 0.5}}).must_break);
    CHECK(law().regime({{"s_1", 4.0}, {"s_2", 4.0 / 1.02}}).must_break);
    CHECK_FALSE(law().regime({{"s_1", 1.0}, {"s_2", 2.0}}).inside);
    CHECK_FALSE(law().regime({{"learning_rate", 0.1}}).inside);
    CHECK(law().predict({{"init_scale", 2.0}}).abstained);
    const lmw::sdk::PointOverrides sagging = {{"s_1", 3.0}, {"s_2", 2.5}, {"init_scale", 1e-8}, {"time_max", 24.0}};
    CHECK_FALSE(law().regime(sagging).inside);
    CHECK_FALSE(law().regime(sagging).must_break);
    // Where there are no plateaus, nothing is said of the times.
    CHECK(law().predict_replicate({{"init_scale", 0.5}}, 1).size() == 2);
    CHECK(law().measure({{"init_scale", 0.5}}, 1).series.size() == 1);
    CHECK(law().measure({{"time_max", 5.0}}, 1).outcome == "stuck");
  }
}
