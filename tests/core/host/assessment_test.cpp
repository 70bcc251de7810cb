#include "badges.h"
#include "failures.h"
#include "formula_length.h"

#include "support/scratch.h"
#include "support/test_registry.h"

#include <lmw/host/runner.h>
#include <lmw/judge/failure.h>
#include <lmw/store/query.h>
#include <lmw/store/verify.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

using namespace lmw::host;
using lmw::tests::Scratch;
using lmw::tests::TestRegistry;
namespace fs = std::filesystem;
namespace store = lmw::store;
namespace judge = lmw::judge;

namespace {

store::FailureCounts cell(double x, double predicted, std::int64_t failures, std::int64_t runs, bool inside = true) {
  static store::Id id = 0;
  std::string point = "{\"kind\":\"a\",\"x\":" + std::to_string(x) + "}";
  return {.point_id = ++id,
          .law = "demo/cliff",
          .point = point,
          .observable = "failure_probability",
          .inside = inside,
          .predicted = predicted,
          .failures = failures,
          .runs = runs};
}

std::vector<std::vector<store::Cell>> rows(const fs::path& lab, const std::string& sql) {
  std::vector<std::vector<store::Cell>> all;
  store::query(lab, sql, {}, [&](std::span<const store::Cell> cells) {
    all.emplace_back(cells.begin(), cells.end());
    return true;
  });
  return all;
}

}  // namespace

TEST_SUITE("host/assessment") {
  TEST_CASE(
      "failures are classed as the judge does, and one that the law called safe inside its regime is unexpected") {
    const auto failures =
        classify({cell(1, 0.0, 80, 80), cell(2, 0.0, 80, 80, false), cell(3, 0.5, 40, 80), cell(4, 1.0, 8, 8)});
    REQUIRE(failures.size() == 4);
    CHECK(failures[0].failure_class == "structural");
    CHECK(failures[0].forecast_class == "safe");
    CHECK(failures[0].unexpected);
    CHECK(failures[0].low == doctest::Approx(std::pow(0.025, 1.0 / 80)).epsilon(1e-9));  // Clopper-Pearson, all of 80
    CHECK(!failures[1].unexpected);  // outside its regime the law's number is not its word
    CHECK(failures[2].failure_class == "contingent");
    CHECK(failures[3].failure_class == "undetermined");
    CHECK(failures[3].consistent == "structural");
    CHECK(failures[3].low == doctest::Approx(0.630583).epsilon(1e-6));  // 0.025^(1/8)
  }

  TEST_CASE("the three signatures: failures persist, neighbours flip, and the boundary lies where it was forecast") {
    std::vector<store::FailureCounts> counts;
    for (const double x : {0.5, 0.8, 0.96}) counts.push_back(cell(x, 0, 0, 60));
    for (const double x : {1.04, 1.3, 2.0}) counts.push_back(cell(x, 1, 60, 60));
    const auto structure = structures(counts);
    REQUIRE(structure.size() == 1);
    const auto& s = structure[0];
    CHECK(s.conditions == 6);
    CHECK(s.within == 0);
    CHECK(s.between == doctest::Approx(0.3));  // of three zeros and three ones, divisor 5
    CHECK(s.structural_share == 1);
    CHECK(std::isnan(s.share_low));  // a jackknife wants eight
    CHECK(s.brier == 0);
    CHECK(s.skill == 1);
    CHECK(s.captured == 1);
    CHECK(s.persist_tried == 3);
    CHECK(s.persist_held == 3);
    CHECK(s.flips_tried == 1);
    CHECK(s.flips_seen == 1);
    CHECK(s.boundary == "x");
    CHECK(s.boundary_predicted == doctest::Approx(std::sqrt(0.96 * 1.04)));
    CHECK(s.boundary_low == doctest::Approx(0.96));
    CHECK(s.boundary_high == doctest::Approx(1.04));
    CHECK(s.boundary_decision == "confirmed");
  }

  TEST_CASE("a boundary that lies elsewhere is falsified, also where failures fall with x") {
    std::vector<store::FailureCounts> counts;
    for (const double x : {0.5, 0.7, 0.96}) counts.push_back(cell(x, 1, 60, 60));
    for (const double x : {1.04, 1.3}) counts.push_back(cell(x, 0, 60, 60));
    counts.push_back(cell(2.0, 0, 0, 60));
    const auto s = structures(counts)[0];
    CHECK(s.boundary_decision == "falsified");
    CHECK(s.boundary_low == doctest::Approx(1.3));
    CHECK(s.boundary_high == doctest::Approx(2.0));
    CHECK(s.flips_seen == 0);
    CHECK(s.brier == doctest::Approx(2.0 / 6));  // two conditions of six, wrong in every run
  }

  TEST_CASE("the width of a boundary is followed along the size of the system") {
    // Failures 1/(1 + (1/x)^(1/w)), w = 0.4 at size 10 and falling as the root of size: structure, not accident.
    std::vector<store::FailureCounts> counts;
    for (const double size : {10.0, 40.0, 160.0})
      for (const double x : {0.5, 0.65, 0.8, 0.9, 0.97, 1.03, 1.1, 1.25, 1.55, 2.0}) {
        const double w = 0.4 / std::sqrt(size / 10), p = 1 / (1 + std::exp(-std::log(x) / w));
        auto c = cell(x, x > 1 ? 1 : 0, std::llround(400 * p), 400);
        c.point = "{\"size\":" + std::to_string(size) + ",\"x\":" + std::to_string(x) + "}";
        counts.push_back(c);
      }
    const auto s = structures(counts)[0];
    CHECK(s.boundary == "x");
    CHECK(s.boundary_width > 0);
    CHECK(s.size == "size");
    CHECK(s.width_trend == doctest::Approx(-0.5).epsilon(0.1));
    CHECK(s.width_class == "structural");
  }

  TEST_CASE("the order in which points were sealed moves no digit") {
    std::vector<store::FailureCounts> counts;
    for (int i = 1; i <= 9; ++i) counts.push_back(cell(0.1 * i, 0.07 * i, 3 * i, 40));
    const auto one = structures(counts)[0];
    for (int turn = 0; turn < 9; ++turn) {
      std::rotate(counts.begin(), counts.begin() + 1, counts.end());
      const auto other = structures(counts)[0];
      for (const auto member : {&store::FailureStructure::within, &store::FailureStructure::between,
                                &store::FailureStructure::structural_share, &store::FailureStructure::share_low,
                                &store::FailureStructure::brier, &store::FailureStructure::reliability,
                                &store::FailureStructure::skill, &store::FailureStructure::captured})
        CHECK(one.*member == other.*member);
    }
  }

  TEST_CASE("what replicates lost is a failure without a forecast outside the regime, and no structure") {
    auto lost = cell(1, std::nan(""), 40, 40, false);
    lost.observable = "";
    const auto failures = classify({lost});
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].failure_class == "structural");
    CHECK(failures[0].forecast_class == "");
    CHECK(!failures[0].unexpected);
    CHECK(structures({lost}).empty());
  }

  TEST_CASE("the variance splits as the judge splits it, over conditions inside the regime") {
    const auto s = structures({cell(1, 0.5, 20, 40), cell(2, 0.1, 4, 40), cell(3, 0, 40, 40, false)})[0];
    const std::vector<judge::FailureCount> inside = {{20, 40}, {4, 40}};
    const auto shares = judge::variance_shares(inside);
    CHECK(s.conditions == 2);
    CHECK(s.within == shares.within);
    CHECK(s.between == shares.between);
    CHECK(s.brier == doctest::Approx(s.reliability + s.within).epsilon(1e-12));  // an identity
    CHECK(s.boundary == "");
  }

  TEST_CASE("badges are Benjamini and Hochberg's, and e-values stand beside them where a kind has one") {
    std::vector<store::PrimaryP> primary;
    const auto add = [&](const std::string& kind, double p_confirm, double p_falsify, double measured) {
      primary.push_back({.law = "a/b",
                         .prediction_id = static_cast<store::Id>(primary.size() + 1),
                         .p_falsify = p_falsify,
                         .p_confirm = p_confirm,
                         .kind = kind,
                         .predicted = 0.5,
                         .measured = measured,
                         .measured_se = 0.01,
                         .band = 0.1,
                         .n_replicates = 16,
                         .draws = 10});
    };
    add("K1", 0.001, 1, 0.5);
    add("K1", 1, 1e-8, 0.9);
    add("K9", 0.03, 1, 0.55);
    add("K4", 0.04, 1, 0.5);
    add("K9", 1, 1e-9, 1.0);
    const auto all = badges(primary);
    REQUIRE(all.size() == 5);
    CHECK(all[0].q_confirm == doctest::Approx(0.005));              // 5 * 0.001 / 1
    CHECK(all[2].q_confirm == doctest::Approx(0.2 / 3));            // 0.04 * 5 / 3 and 0.03 * 5 / 2: the smaller
    CHECK(all[1].q_falsify == doctest::Approx(2.5e-8));             // 5 * 1e-8 / 2
    CHECK(all[0].e_value == doctest::Approx(1 / std::sqrt(17.0)));  // inside the band: (1 + n)^-1/2
    CHECK(all[1].e_value > 1e6);
    CHECK(all[1].e_refuted);
    CHECK(!all[0].e_refuted);
    CHECK(all[2].e_value < 1);
    CHECK(all[4].e_refuted);
    CHECK(std::isnan(all[3].e_value));
    CHECK(badges({}).empty());
  }

  TEST_CASE("a formula's length counts what means something") {
    CHECK(formula_length("") == 0);
    CHECK(formula_length("a + b") == 3);
    CHECK(formula_length(R"(\frac{a}{10.5})") == 3);
    CHECK(formula_length(R"(\left( x^{2} \right) \quad \text{for all } x)") == 4);  // x ^ 2 x
    CHECK(formula_length(R"(\begin{cases} \sigma^2 \end{cases})") == 3);
  }

  TEST_CASE("the power against each rival is sealed with it, and a sentence says where it is low") {
    const Scratch scratch;
    const fs::path file = scratch / "lab.db";
    TestRegistry registry(scratch);
    Study study{.name = "test"};
    study.selections.push_back({"coin/cliff", 1});
    study.settings.push_back(parse_setting("coin/cliff.draws=1"));
    study.selections.push_back({"coin/identity", {}});
    study.selections.push_back({"coin/mean-of-uniforms", {}});
    {
      store::Lab lab(file);
      run(make_plan(study, registry), registry, lab, {});
    }
    const auto power = [&](const std::string& law) {
      return std::get<double>(
          rows(file, "SELECT max(power) FROM predictions WHERE rival IS NOT NULL AND law = '" + law + "'")[0][0]);
    };
    CHECK(power("coin/cliff") == 0);  // one run refutes no probability of 0 with a band of 0.15
    CHECK(power("coin/identity") == 1);
    CHECK(power("coin/mean-of-uniforms") > 0.95);  // 2.5 bands away
    const auto counted = [&](const std::string& where) {
      return std::get<std::int64_t>(rows(file, "SELECT count(*) FROM verdicts WHERE " + where)[0][0]);
    };
    CHECK(counted("rival IS NULL AND law = 'coin/cliff' AND sentence LIKE '%(power 0 when sealed, below 0.9)%'") == 7);
    CHECK(counted("sentence LIKE '%power%' AND law <> 'coin/cliff'") == 0);
    CHECK(store::verify(file).ok());
  }

  TEST_CASE(
      "a run ends with its failures and the scorecard in the lab, unexpected failures first, and verify holds them") {
    const Scratch scratch;
    const fs::path file = scratch / "lab.db";
    TestRegistry registry(scratch);
    Study study{.name = "test", .effort = "standard"};
    study.selections.push_back({"coin/cliff", {}});
    {
      store::Lab lab(file);
      run(make_plan(study, registry), registry, lab, {});
    }
    const auto failures = rows(file, "SELECT json_extract(point, '$.x'), class, unexpected, n FROM failures");
    REQUIRE(failures.size() == 7);
    CHECK(std::get<double>(failures[0][0]) == 4);
    CHECK(std::get<std::string>(failures[0][1]) == "structural");
    CHECK(std::get<std::int64_t>(failures[0][2]) == 1);
    CHECK(std::get<std::int64_t>(failures[0][3]) >= 80);
    std::map<double, std::string> classes;
    for (const auto& row : failures) classes[std::get<double>(row[0])] = std::get<std::string>(row[1]);
    const std::map<double, std::string> expected = {{0.25, "safe"},      {0.5, "contingent"}, {0.9, "safe"},
                                                    {1.1, "structural"}, {2, "structural"},   {3, "structural"},
                                                    {4, "structural"}};
    CHECK(classes == expected);
    CHECK(std::get<std::int64_t>(rows(file, "SELECT count(*) FROM failures WHERE unexpected")[0][0]) == 1);
    const auto structure =
        rows(file, "SELECT persist_tried, persist_held, flips_tried, flips_seen FROM failure_structure");
    REQUIRE(structure.size() == 1);
    CHECK(std::get<std::int64_t>(structure[0][0]) == 2);
    CHECK(std::get<std::int64_t>(structure[0][1]) == 2);
    CHECK(std::get<std::int64_t>(structure[0][2]) == 2);  // 0.9 to 1.1, and 2 to 4
    CHECK(std::get<std::int64_t>(structure[0][3]) == 1);
    CHECK(std::get<std::int64_t>(rows(file, "SELECT count(*) FROM scorecard WHERE subject = 'coin/cliff'")[0][0]) == 7);
    CHECK(std::get<std::int64_t>(rows(file, "SELECT count(*) FROM verdicts WHERE badge = 'confirmed (FDR)'")[0][0]) ==
          5);
    CHECK(std::get<std::int64_t>(rows(
              file, "SELECT count(*) FROM verdicts WHERE badge = 'falsified (FDR, e-value)'")[0][0]) == 1);  // x = 4
    CHECK(store::verify(file).ok());
  }
}
