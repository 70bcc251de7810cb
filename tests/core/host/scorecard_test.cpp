#include "scorecard.h"

#include "lines.h"

#include "support/scratch.h"
#include "support/test_registry.h"

#include <lmw/host/runner.h>
#include <lmw/judge/scorecard.h>
#include <lmw/store/query.h>
#include <lmw/store/verify.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace lmw::host;
using lmw::tests::Scratch;
using lmw::tests::TestRegistry;
namespace fs = std::filesystem;
namespace store = lmw::store;
namespace judge = lmw::judge;
namespace sdk = lmw::sdk;

namespace {

store::Scorable comparison(const std::string& law, const std::string& verdict, store::Id point) {
  store::Scorable c;
  c.run_id = 1;
  c.point_id = point;
  c.effort = "standard";
  c.run_seed = 1;
  c.law = law;
  c.pillar = "limits";
  c.point = c.canonical_point = "{\"width\":" + std::to_string(100 * point) + "}";
  c.observable = "risk";
  c.kind = "K1";
  c.verdict = verdict;
  c.predicted = 1;
  c.measured = 1.1;
  c.measured_se = 0.1;
  c.n_replicates = 8;
  c.theory_sd = 0;
  c.theory_df = std::numeric_limits<double>::infinity();
  c.rivals = 1;
  c.sharpness = 0.25;
  c.power = 0.95;
  return c;
}

store::LawCard card(const std::string& law) {
  return {.law = law,
          .card_json = R"({"pillar":"limits","formula":"a = \\frac{b}{2}","subjects":["performance"],)"
                       R"("architectures":["mlp","linear"],"data":["mnist"]})"};
}

/// By value: what it is taken from may be a temporary.
std::optional<store::ScoreEntry> entry(const std::vector<store::ScoreEntry>& all, const std::string& subject,
                                       const std::string& desideratum, const std::string& measure = "") {
  for (const auto& e : all)
    if (e.subject == subject && e.desideratum == desideratum && e.measure == measure) return e;
  return {};
}

/// A card with two observables of their own subjects, and what it says of the knob `width`.
store::LawCard speaking_card(const std::string& law, const std::string& architecture, const std::string& elasticities) {
  return {.law = law,
          .card_json = R"({"pillar":"limits","formula":"a","fixed_points":2,"control_parameter":"width",)"
                       R"("subjects":["dynamics","weights","performance"],"architectures":[")" +
                       architecture +
                       R"("],"observables":[{"name":"risk","unit":"1","subject":"performance"},)"
                       R"({"name":"path","unit":"1","subject":"dynamics"},)"
                       R"({"name":"norm","unit":"1","subject":"weights"}],"elasticities":[)" +
                       elasticities + "]}"};
}

void measured(store::Evidence& evidence, store::Id point, const std::string& observable, std::vector<double> values) {
  for (std::size_t j = 0; j < values.size(); ++j)
    evidence.scalars.push_back({point, observable, static_cast<std::int64_t>(j), values[j]});
}

}  // namespace

TEST_SUITE("host/scorecard") {
  TEST_CASE("lines are points that differ in one parameter alone") {
    std::vector<sdk::Point> points;
    for (const char* text : {R"({"a":2,"b":"x"})", R"({"a":1,"b":"x"})", R"({"a":1,"b":"y"})", R"({"a":1,"b":"x"})"})
      points.push_back(sdk::Point::from_json(text));
    const auto along_a = lines_in(points, "a");
    REQUIRE(along_a.size() == 1);
    CHECK(along_a[0].points == std::vector<std::size_t>{1, 0});
    CHECK(along_a[0].values == std::vector{1.0, 2.0});
    const auto all = lines_in(points);
    REQUIRE(all.size() == 2);
    CHECK(!all[1].numeric);
    CHECK(lines_in({}).empty());
  }

  TEST_CASE("the scorecard counts standard effort, the seed that was sealed first, and what could have failed") {
    store::Evidence evidence;
    evidence.laws = {card("limits/one"), card("limits/two")};
    for (store::Id i = 1; i <= 10; ++i) evidence.comparisons.push_back(comparison("limits/one", "confirmed", i));
    evidence.comparisons.push_back(comparison("limits/one", "falsified", 11));
    evidence.comparisons.push_back(comparison("limits/one", "inconclusive", 12));
    auto weak = comparison("limits/one", "confirmed", 13);
    weak.power = 0.4;
    auto alone = comparison("limits/one", "confirmed", 14);
    alone.rivals = 0;
    auto again = comparison("limits/one", "falsified", 15);
    again.canonical_point = evidence.comparisons[0].canonical_point;  // another seed at a point that has one
    again.run_seed = 2;
    auto quick = comparison("limits/two", "confirmed", 16);
    quick.effort = "quick";
    auto broken = comparison("limits/one", "outside", 17);
    broken.inside = false;
    broken.must_break = true;
    broken.rho = 0.02;
    broken.sub_verdict = "breaks";
    evidence.comparisons.insert(evidence.comparisons.end(), {weak, alone, again, quick, broken});

    const auto all = scorecard(evidence);
    for (const char* subject : {"limits/one", "limits/two", "limits"})
      for (const char* desideratum :
           {"fundamental", "mathematical", "predictive", "comprehensive", "intuitive", "useful", "humble"}) {
        CAPTURE(std::string(subject) + " " + desideratum);
        REQUIRE(entry(all, subject, desideratum).has_value());
        CHECK(!entry(all, subject, desideratum)->how.empty());
      }
    const auto predictive = entry(all, "limits/one", "predictive");
    const auto expected = judge::share(10, 11);
    CHECK(predictive->value == *expected.value);
    CHECK(predictive->low == *expected.low);
    CHECK(predictive->high == *expected.high);
    CHECK(predictive->n == 11);
    CHECK(predictive->how.find("1 of 12 inconclusive") != std::string::npos);
    CHECK(predictive->how.find("2 not counted") != std::string::npos);
    CHECK(entry(all, "limits/one", "predictive", "calibration")->value == 1);  // 0.1 away with 0.1 se, 7 df
    CHECK(entry(all, "limits/one", "predictive", "width 1e2")->n == 9);        // widths 100 to 900
    CHECK(entry(all, "limits/one", "predictive", "width 1e2")->value == 1);
    CHECK(entry(all, "limits/one", "predictive", "width 1e3")->value == 0.5);  // 1000 passed, 1100 did not
    CHECK_FALSE(entry(all, "limits/one", "predictive", "samples 1e2").has_value());
    CHECK(entry(all, "limits/one", "mathematical", "sharpness")->value == 0.25);
    CHECK(entry(all, "limits/one", "fundamental", "measured inputs")->value == 1);  // one data set
    CHECK(entry(all, "limits/one", "intuitive")->value == 5);                       // a = frac b 2
    CHECK(entry(all, "limits/one", "humble", "must break")->value == 1);
    CHECK(entry(all, "limits", "predictive")->n == 11);
    // A law that was run at quick effort alone has no number, and says why.
    CHECK(std::isnan(entry(all, "limits/two", "predictive")->value));
    CHECK(entry(all, "limits/two", "predictive")->how.find("quick effort is not scored") != std::string::npos);
    CHECK(std::isnan(entry(all, "limits/two", "humble")->value));
    // limits/one is not confirmed throughout: it reaches no cell.
    CHECK(entry(all, "limits/one", "comprehensive")->value == 0);
    evidence.comparisons.resize(10);
    CHECK(entry(scorecard(evidence), "limits", "comprehensive")->value == 2.0 / 16);
    CHECK(scorecard({}).empty());
  }

  TEST_CASE("the order in which points were sealed moves no digit of the scorecard") {
    store::Evidence evidence;
    evidence.laws = {card("limits/one")};
    for (store::Id i = 1; i <= 9; ++i) {
      auto c = comparison("limits/one", i % 4 == 0 ? "falsified" : "confirmed", i);
      c.rho = 0.6 + 0.04 * static_cast<double>(i);
      c.fitted_parameters = static_cast<int>(i % 3);
      c.observable = "risk" + std::to_string(i % 3);
      c.inside = i != 9;
      if (!c.inside) c.sub_verdict = "holds";
      evidence.comparisons.push_back(c);
    }
    const auto one = scorecard(evidence);
    for (int turn = 0; turn < 9; ++turn) {
      std::rotate(evidence.comparisons.begin(), evidence.comparisons.begin() + 1, evidence.comparisons.end());
      const auto other = scorecard(evidence);
      REQUIRE(one.size() == other.size());
      for (std::size_t k = 0; k < one.size(); ++k) {
        CAPTURE(one[k].desideratum + " " + one[k].measure);
        CHECK((one[k].value == other[k].value || std::isnan(one[k].value)));
        CHECK((one[k].low == other[k].low || std::isnan(one[k].low)));
      }
    }
  }

  TEST_CASE("a constant that an earlier version fitted to an observable stays fitted") {
    store::Evidence evidence;
    evidence.laws = {card("limits/one")};
    auto fitting = comparison("limits/one", "confirmed", 1);
    fitting.effort = "quick";  // not scored itself, but it was looked at
    fitting.fitted_parameters = 2;
    auto later = comparison("limits/one", "confirmed", 2), other = comparison("limits/one", "confirmed", 3);
    later.law_version = other.law_version = 2;
    other.observable = "slope";
    evidence.comparisons = {fitting, later, other};
    const auto all = scorecard(evidence);
    CHECK(entry(all, "limits/one", "fundamental")->n == 2);
    CHECK(entry(all, "limits/one", "fundamental")->value == 0.5);
    CHECK(entry(all, "limits/one", "fundamental", "economy")->value == doctest::Approx((1.0 / 3 + 1) / 2));
    evidence.comparisons = {later, other, fitting};  // later looks do not reach back
    CHECK(entry(scorecard(evidence), "limits/one", "fundamental")->value == 1);
  }

  TEST_CASE("the elasticity sheet asks declared signs along lines of points, and counts what the data show") {
    store::Evidence evidence;
    evidence.laws = {speaking_card("limits/one", "mlp",
                                   R"({"observable":"risk","parameter":"width","sign":-1,"value":-1,"eps":0.1},)"
                                   R"({"observable":"norm","parameter":"width","sign":1,"value":0,"eps":0},)"
                                   R"({"observable":"path","parameter":"width","sign":1,"value":0,"eps":0})")};
    for (store::Id i = 1; i <= 3; ++i) {
      const double width = 100.0 * static_cast<double>(i);
      for (const char* observable : {"risk", "norm"}) {
        auto c = comparison("limits/one", "confirmed", i);
        c.observable = observable;
        evidence.comparisons.push_back(c);
      }
      std::vector<double> risk, norm;
      for (int j = 0; j < 8; ++j) {
        risk.push_back((1 + 0.01 * static_cast<double>((i * j * j) % 5)) / width);
        norm.push_back((1 + 0.01 * (j % 5)) / width);  // falls, where the card says that it rises
      }
      measured(evidence, i, "risk", risk);
      measured(evidence, i, "norm", norm);
    }
    const auto all = scorecard(evidence);
    const auto signs = entry(all, "limits/one", "intuitive", "signs");
    REQUIRE(signs.has_value());
    CHECK(signs->n == 2);
    CHECK(signs->value == 0.5);
    CHECK(signs->how.find("2 of 3 could be asked") != std::string::npos);  // path was not measured
    CHECK(entry(all, "limits/one", "intuitive", "elasticities")->value == 1);
    const auto risk = entry(all, "limits/one", "intuitive", "risk in width");
    REQUIRE(risk.has_value());
    CHECK(risk->value == doctest::Approx(-1).epsilon(0.01));
    CHECK(risk->low < -0.98);
    CHECK(risk->high > -1.02);
    CHECK(entry(all, "limits/one", "intuitive", "norm in width")->how.find("falsified") != std::string::npos);
    CHECK(entry(all, "limits/one", "intuitive")->value == 1 + 2 * 20);
    CHECK(entry(all, "limits", "intuitive", "signs")->value == 0.5);
    for (auto& c : evidence.comparisons) c.inside = false;  // outside its regime a law says nothing of knobs
    CHECK_FALSE(entry(scorecard(evidence), "limits/one", "intuitive", "signs").has_value());
  }

  TEST_CASE("joint coverage wants three subjects from one parameter set, all confirmed") {
    store::Evidence evidence;
    evidence.laws = {speaking_card("limits/one", "mlp", "")};
    for (store::Id i = 1; i <= 4; ++i)
      for (const char* observable : {"risk", "path", "norm"}) {
        if (i == 4 && observable == std::string("norm")) continue;  // two subjects are not enough
        auto c =
            comparison("limits/one", i == 3 && observable == std::string("path") ? "inconclusive" : "confirmed", i);
        c.observable = observable;
        evidence.comparisons.push_back(c);
      }
    const auto joint = entry(scorecard(evidence), "limits/one", "comprehensive", "joint coverage");
    REQUIRE(joint.has_value());
    CHECK(joint->n == 4);
    CHECK(joint->value == 0.5);
    CHECK(joint->how.find("3 of 4 predict three") != std::string::npos);
  }

  TEST_CASE("laws share a class if their exponents are shown to agree, on two architectures") {
    const auto with = [](double other_exponent, const std::string& other_architecture) {
      store::Evidence evidence;
      evidence.laws = {speaking_card("limits/one", "mlp", ""), speaking_card("limits/two", other_architecture, "")};
      for (store::Id i = 1; i <= 2; ++i) {
        auto c = comparison(i == 1 ? "limits/one" : "limits/two", "confirmed", i);
        c.kind = "K5";
        c.predicted = -0.5;
        c.measured = i == 1 ? -0.5 : other_exponent;
        c.measured_se = 0.005;
        c.eps = 0.05;
        c.b_th = 0;
        evidence.comparisons.push_back(c);
      }
      return scorecard(evidence);
    };
    const auto same = with(-0.51, "linear");
    const auto of_one = entry(same, "limits/one", "comprehensive", "class of risk (-0.5)");
    REQUIRE(of_one.has_value());
    CHECK(of_one->n == 2);
    CHECK(of_one->value == -0.5);
    CHECK(of_one->how.find("width^-0.51, with limits/two") != std::string::npos);
    CHECK(entry(same, "limits/two", "comprehensive", "class of risk (-0.5)").has_value());
    CHECK_FALSE(entry(with(-0.51, "mlp"), "limits/one", "comprehensive", "class of risk (-0.5)").has_value());
    CHECK_FALSE(entry(with(-0.6, "linear"), "limits/one", "comprehensive", "class of risk (-0.5)").has_value());
    // Too near the tolerance to be shown.
    CHECK_FALSE(entry(with(-0.545, "linear"), "limits/one", "comprehensive", "class of risk (-0.5)").has_value());
  }

  TEST_CASE("an observable whose unit is another in another law is not consistent") {
    store::Evidence evidence;
    evidence.laws = {speaking_card("limits/one", "mlp", ""), speaking_card("limits/two", "mlp", "")};
    auto& other = evidence.laws[1].card_json;
    other.replace(other.find(R"("name":"risk","unit":"1")"), 24, R"("name":"risk","unit":"bits")");
    evidence.comparisons = {comparison("limits/one", "confirmed", 1)};
    const auto units = entry(scorecard(evidence), "limits/one", "intuitive", "units");
    REQUIRE(units.has_value());
    CHECK(units->n == 3);
    CHECK(units->value == doctest::Approx(2.0 / 3));
  }

  TEST_CASE("usefulness is the worst regret of a recommendation, with what finding it cost") {
    store::Evidence evidence;
    evidence.laws = {card("limits/one")};
    for (store::Id i = 1; i <= 2; ++i) {
      evidence.comparisons.push_back(comparison("limits/one", "confirmed", i));
      std::vector<double> recommended, best, fallback;
      for (int j = 0; j < 8; ++j) {
        recommended.push_back((i == 1 ? 1.02 : 1.5) + 0.001 * j);
        best.push_back(1 + 0.002 * (j % 3));
        fallback.push_back(2 + 0.01 * (j % 4));
      }
      measured(evidence, i, "loss_recommended", recommended);
      measured(evidence, i, "loss_best", best);
      measured(evidence, i, "loss_default", fallback);
      measured(evidence, i, "cost_ratio", std::vector<double>(8, 0.06));
      measured(evidence, i, "runs_saved", std::vector<double>(8, 11));
    }
    const auto all = scorecard(evidence);
    const auto useful = entry(all, "limits/one", "useful");
    CHECK(useful->value == doctest::Approx(0.5).epsilon(0.02));
    CHECK(useful->low < useful->value);
    CHECK(useful->high > useful->value);
    CHECK(entry(all, "limits/one", "useful", "cost ratio")->value == doctest::Approx(0.06));
    CHECK(entry(all, "limits/one", "useful", "runs saved")->value == 11);
    CHECK(entry(all, "limits/one", "useful", "successes")->value == 0.5);
  }

  TEST_CASE("false alarms and missed failures are counted against what was forecast") {
    store::Evidence evidence;
    evidence.laws = {card("limits/one")};
    const auto failure = [&](store::Id point, const char* forecast, const char* came) {
      evidence.comparisons.push_back(comparison("limits/one", "confirmed", point));
      evidence.failures.push_back({.point_id = point,
                                   .observable = "failure_probability",
                                   .failure_class = came,
                                   .forecast_class = forecast,
                                   .n = 40});
    };
    failure(1, "structural", "structural");
    failure(2, "structural", "safe");
    failure(3, "safe", "safe");
    failure(4, "safe", "contingent");
    failure(5, "safe", "undetermined");
    const auto all = scorecard(evidence);
    CHECK(entry(all, "limits/one", "useful", "false alarms")->value == 0.5);
    CHECK(entry(all, "limits/one", "useful", "missed")->value == 0.5);
    CHECK(entry(all, "limits/one", "useful", "missed")->n == 2);
  }

  TEST_CASE("from a run to the scorecard: elasticities, joint coverage and regret of a law that says all of it") {
    const Scratch scratch;
    const fs::path file = scratch / "lab.db";
    TestRegistry registry(scratch);
    Study study{.name = "test", .effort = "standard"};
    study.selections.push_back({"coin/knob", {}});
    {
      store::Lab lab(file);
      run(make_plan(study, registry), registry, lab, {});
    }
    const auto number = [&](const std::string& desideratum, const std::string& measure) {
      double value = -1;
      store::query(file,
                   "SELECT value FROM scorecard_details WHERE subject = 'coin/knob' AND desideratum = '" + desideratum +
                       "' AND measure = '" + measure + "' UNION ALL SELECT value FROM scorecard WHERE subject = " +
                       "'coin/knob' AND desideratum = '" + desideratum + "' AND '" + measure + "' = ''",
                   {}, [&](std::span<const store::Cell> cells) {
                     value = std::get<double>(cells[0]);
                     return true;
                   });
      return value;
    };
    CHECK(number("intuitive", "signs") == 1);  // square rises, exact falls
    CHECK(number("intuitive", "elasticities") == 1);
    CHECK(number("intuitive", "square in x") == doctest::Approx(2).epsilon(0.01));
    CHECK(number("intuitive", "exact in x") == doctest::Approx(-1));
    CHECK(number("comprehensive", "joint coverage") == 1);
    CHECK(number("useful", "") == doctest::Approx(0.05).epsilon(0.3));
    CHECK(number("useful", "successes") == 1);
    CHECK(store::verify(file).ok());
  }
}
