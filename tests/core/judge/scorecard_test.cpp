#include "support.h"

#include <lmw/judge/scorecard.h>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

TEST_SUITE("judge/scorecard") {
  TEST_CASE("a share is shown with Wilson's interval, and nothing without a denominator") {
    const auto s = share(18, 20);
    CHECK(*s.value == doctest::Approx(0.9));
    CHECK(*s.low == doctest::Approx(0.698966).epsilon(1e-6));
    CHECK(*s.high == doctest::Approx(0.972134).epsilon(1e-6));
    CHECK(s.n == 20);
    CHECK(!share(0, 0).value);
  }
  TEST_CASE("fundamental: fitted constants are counted and penalised") {
    const auto f = fundamental(std::vector<PredictionInputs>{{0, 1}, {0, 0}, {1, 0}, {3, 2}});
    CHECK(*f.parameter_free.value == doctest::Approx(0.5));
    CHECK(*f.economy == doctest::Approx((1 + 1 + 0.5 + 0.25) / 4));
    CHECK(*f.measured_inputs == doctest::Approx(0.75));
    CHECK(!fundamental({}).economy);
  }
  TEST_CASE("mathematical: orderings and labels state no number, intervals half of one") {
    const auto m = mathematical(std::vector<PredictionForm>{
        {Kind::point, 0.1, 1.0}, {Kind::interval, 0.2, 0.5}, {Kind::ordering, 0, {}}, {Kind::curve, 0.3, 1.0}});
    CHECK(*m.numeric.value == doctest::Approx(0.75));
    CHECK(*m.weight == doctest::Approx((1 + 0.5 + 0.25 + 1) / 4));
    CHECK(*m.sharpness == doctest::Approx(0.3));  // of 0.1, 0.3, 0.4
    CHECK(!mathematical({}).sharpness);
    CHECK(*mathematical(std::vector<PredictionForm>{{Kind::point, 0.1, 1.0}, {Kind::point, 0.3, 1.0}}).sharpness ==
          doctest::Approx(0.2));
  }
  TEST_CASE("predictive: inconclusive ones do not count as passes or failures, and are shown") {
    std::vector<ScoredComparison> c;
    for (int i = 0; i < 8; ++i) c.push_back({Decision::confirmed, 10});
    for (int i = 0; i < 2; ++i) c.push_back({Decision::falsified, 1000});
    for (int i = 0; i < 5; ++i) c.push_back({Decision::inconclusive, 100});
    c.push_back({Decision::confirmed, {}});
    const auto p = predictive(c);
    CHECK(*p.pass_rate.value == doctest::Approx(9.0 / 11));
    CHECK(*p.inconclusive.value == doctest::Approx(5.0 / 16));
    REQUIRE(p.decades.size() == 2);
    CHECK(p.decades[0].exponent == 1);
    CHECK(*p.decades[0].pass_rate.value == 1);
    CHECK(p.decades[1].exponent == 3);
    CHECK(*p.decades[1].pass_rate.value == 0);
    CHECK(!p.trend);  // passes and failures do not mix along the scale
    CHECK_THROWS_AS(predictive(std::vector<ScoredComparison>{{Decision::confirmed, -1}}), std::invalid_argument);
  }
  TEST_CASE("predictive: a law that decays with scale is flagged, one that does not is not") {
    std::vector<ScoredComparison> decaying, steady;
    for (int decade = 0; decade < 4; ++decade)
      for (int i = 0; i < 20; ++i) {
        const double scale = std::pow(10, decade + 1);
        decaying.push_back({i < 19 - 5 * decade ? Decision::confirmed : Decision::falsified, scale});
        steady.push_back({i < 15 ? Decision::confirmed : Decision::falsified, scale});
      }
    CHECK(predictive(decaying).trend->decays);
    CHECK(predictive(decaying).trend->slope < 0);
    CHECK(!predictive(steady).trend->decays);
    CHECK(predictive(steady).trend->slope == doctest::Approx(0).epsilon(1e-9));
  }
  TEST_CASE("calibration: intervals with Student's quantile cover 95 % at eight replicates, with 1.96 they would not") {
    // 2000 experiments: 0.95 +- 3 * 0.0049; with 1.96 the expectation is 0.909.
    std::mt19937_64 rng(2);
    std::normal_distribution<double> normal;
    std::vector<PredictedInterval> intervals;
    int naive = 0;
    for (int e = 0; e < 2000; ++e) {
      double sum = 0, square = 0;
      for (int i = 0; i < 8; ++i) {
        const double x = normal(rng);
        sum += x;
        square += x * x;
      }
      const double mean = sum / 8, se = std::sqrt((square - 8 * mean * mean) / 7 / 8);
      intervals.push_back({mean, se, 7, 0});
      naive += std::abs(mean) <= 1.96 * se;
    }
    CHECK(*calibration(intervals).value == doctest::Approx(0.95).epsilon(0.0155));
    CHECK(naive < 0.93 * 2000);
    CHECK(!calibration({}).value);
    CHECK(*calibration(std::vector<PredictedInterval>{{1, 0.1, 7, 1}}).value == 1);
  }
  TEST_CASE("comprehensive: a cell counts once, out of eighty") {
    const auto c = coverage(std::vector<Coverage>{{Subject::weights, 0, Architecture::mlp, true},
                                                  {Subject::weights, 0, Architecture::mlp, true},
                                                  {Subject::weights, 1, Architecture::mlp, false},
                                                  {Subject::dynamics, 4, Architecture::attention, true}});
    CHECK(*c.value == doctest::Approx(2.0 / 80));
    CHECK(c.n == 80);
    const std::vector<Coverage> sixth_pillar = {{Subject::weights, 5, Architecture::mlp, true}};
    CHECK_THROWS_AS(coverage(sixth_pillar), std::invalid_argument);
  }
  TEST_CASE("comprehensive: three subjects from one parameter set, all confirmed") {
    CHECK(*joint_coverage(std::vector<JointRun>{{3, 3}, {4, 4}, {4, 3}, {2, 2}}).value == doctest::Approx(0.5));
  }
  TEST_CASE("intuitive: a fixed point costs twenty nodes") { CHECK(description_length(7, 2) == 47); }
  TEST_CASE("useful: regret is a ratio of paired means with Fieller's interval") {
    // Without spread in the denominator Fieller's interval is the t interval of the numerator, scaled.
    const auto numerator = with_moments(8, 0.1, 0.05);
    std::vector<PairedLosses> losses;
    for (const auto& a : numerator) losses.push_back({1 + a[0], 1, 3});
    const auto r = regret(losses);
    const double half = 2.3646242515927844 * 0.05 / std::sqrt(8.0) / 2;
    CHECK(*r.value == doctest::Approx(0.05));
    CHECK(*r.low == doctest::Approx(0.05 - half).epsilon(1e-9));
    CHECK(*r.high == doctest::Approx(0.05 + half).epsilon(1e-9));
    CHECK(useful(r, 0.05));
    CHECK(!useful(r, 0.2));
  }
  TEST_CASE("useful: where the default is as good as the grid there is no regret to bound") {
    std::vector<PairedLosses> losses;
    for (const auto& b : with_moments(8, 0.01, 1)) losses.push_back({1.1, 1, 1 + b[0]});
    CHECK(!regret(losses).high);
    CHECK(!useful(regret(losses), 0.01));
    CHECK_THROWS_AS(regret(std::vector<PairedLosses>{{1, 1, 1}}), std::invalid_argument);
    losses[0].theory = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(regret(losses), std::invalid_argument);
  }
  TEST_CASE("humble: the area under the ROC curve counts ties as half") {
    const auto a = auroc(std::vector{0.8, 0.6}, std::vector{0.6, 0.2});
    CHECK(*a.value == doctest::Approx(0.875));
    // V10 = (1, 3/4), V01 = (1/4, 0): each variance 1/32, se^2 = 1/32; logit 1.9459, half 1.96 * 0.17678/0.109375.
    CHECK(*a.low == doctest::Approx(1 / (1 + std::exp(-(std::log(7.0) - 1.959964 * std::sqrt(1.0 / 32) / 0.109375)))));
    CHECK(*a.high < 1);
    const auto perfect = auroc(std::vector{0.8, 0.6}, std::vector{0.1, 0.2});
    CHECK(*perfect.value == 1);
    CHECK(*perfect.low == 0);
    CHECK(*perfect.high == 1);
    CHECK(!auroc(std::vector{0.8}, std::vector{0.1, 0.2}).value);
  }
  TEST_CASE("humble: forecasts of the regime are scored inside and outside") {
    const std::vector<RegimeCase> cases = {
        {.rho = 0.9, .holds = true},
        {.rho = 0.8, .holds = true},
        {.rho = 0.6, .holds = false},
        {.rho = 0.1, .inside = false, .must_break = true, .holds = false},
        {.rho = 0.2, .inside = false, .must_break = true, .holds = true},
        {.rho = 0.3, .inside = false, .abstained = true, .holds = {}},
    };
    const auto h = humble(cases);
    REQUIRE(h.has_value());
    CHECK(*h->brier.value == doctest::Approx((0.01 + 0.04 + 0.36 + 0.01 + 0.64) / 5));
    CHECK(*h->auroc.value == doctest::Approx((2 + 2 + 1) / 6.0));
    CHECK(*h->must_break.value == doctest::Approx(0.5));
    CHECK(*h->abstained.value == doctest::Approx(1.0 / 6));
    CHECK(h->unclear == 1);
    REQUIRE(h->risk.size() == 3);
    CHECK(*h->risk[0].falsified.value == doctest::Approx(1.0 / 3));
    CHECK(*h->risk[1].falsified.value == 0);
    CHECK(h->risk[2].falsified.n == 1);
  }
  TEST_CASE("humble: a law that never left its regime gets no score") {
    CHECK(!humble(std::vector<RegimeCase>{{.rho = 0.9, .holds = true}}));
    CHECK(!humble({}));
    CHECK_THROWS_AS(humble(std::vector<RegimeCase>{{.rho = 1.5, .inside = false}}), std::invalid_argument);
  }
}
