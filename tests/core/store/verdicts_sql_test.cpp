#include <doctest/doctest.h>

#include "lab_support.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

/// A lab with every combination of regime, outcome, decision and rivals, spread over laws so that all verdicts of a law
/// occur.
void fill(Lab& lab) {
  RunPlan all = plan();
  all.laws.clear();
  for (const char* name :
       {"confirmed", "falsified", "spared", "standing", "outside", "error", "absent", "unclear", "breaks"})
    all.laws.push_back(card(name));
  all.laws.push_back(card("empty"));
  const Id run = lab.begin_run(all);
  std::int64_t width = 0;
  struct Case {
    double confirm, falsify, rival_falsify, p_adjusted;
    bool inside = true, must_break = false;
    const char* outcome = "ok";
  };
  const auto add = [&](const std::string& law, const Case& c) {
    SealedPoint point = scalar_point(++width);
    point.law = "demo/" + law;
    point.inside = c.inside;
    point.rho = c.inside ? 0.9 : 0.1;
    point.must_break = c.must_break;
    const SealReceipt receipt = seal(lab, run, point);
    for (int j = 0; j < 4; ++j) lab.post_trial(scalar_trial(receipt.point_id, j, 0.3));
    Verdict own = verdict(receipt.point_id, receipt.prediction_ids[0], "risk", "", c.confirm, c.falsify);
    Verdict rival = verdict(receipt.point_id, receipt.prediction_ids[1], "risk", "classical", 30, c.rival_falsify);
    own.rivals_tried = 1;
    own.rivals_refuted = rival.decision == "falsified";
    for (Verdict* v : {&own, &rival}) {
      v->regime = c.inside ? "inside" : "outside";
      v->outcome = c.outcome;
      if (v->outcome != "ok") v->decision.clear();
      const bool standing = v->decision == "confirmed" && v->rivals_refuted < v->rivals_tried;
      v->verdict = v->outcome != "ok" ? v->outcome : !c.inside ? "outside" : standing ? "inconclusive" : v->decision;
      if (v->verdict == "outside")
        v->sub_verdict = v->decision == "confirmed" ? "holds" : v->decision == "falsified" ? "breaks" : "unclear";
    }
    lab.post_verdicts({own, rival});
    lab.flush();
    if (own.outcome != "ok") return;
    lab.set_adjusted(run, point.law, {{receipt.prediction_ids[0], 0.5}, {receipt.prediction_ids[1], 0.5}});
    lab.set_adjusted(run, point.law, {{receipt.prediction_ids[0], c.p_adjusted}});
  };
  add("confirmed", {0.2, -4, 9, 1});
  add("confirmed", {1, -1, 1.5, 1});
  add("confirmed", {5, 3, 9, 0.001, false});
  add("falsified", {0.2, -4, 9, 1});
  add("falsified", {8, 2, 9, 0.05});
  add("spared", {8, 1.01, 9, 0.051});
  add("standing", {0.2, -4, 0.5, 1});
  add("outside", {0.2, -4, 9, 1, false});
  add("outside", {1.5, 0.5, 9, 1, false});
  add("error", {0.2, -4, 9, 1});
  add("error", {0.2, -4, 9, 1, true, false, "error"});
  add("absent", {0.2, -4, 9, 1, true, false, "not_run"});
  add("unclear", {1.5, 0.5, 9, 1});
  add("unclear", {0.2, -4, 9, 1, true, false, "not_converged"});
  add("breaks", {0.2, -4, 9, 1});
  add("breaks", {7, 5, 9, 0.001, false, true});
  add("breaks", {0.3, -3, 9, 1, false, true});
}

}  // namespace

TEST_SUITE("store/verdicts in SQL") {
  TEST_CASE("decision, verdict and sub_verdict of a whole lab follow from its numbers by plain SQL") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    fill(lab);
    Shell shell(folder / "lab.db");
    CHECK(shell.integer("SELECT count(*) FROM verdicts") == 34);
    const auto wrong = shell.rows(R"(
      WITH derived AS (
        SELECT verdict_id,
               CASE WHEN confirm_ratio <= 1 THEN 'confirmed' WHEN falsify_ratio > 1 THEN 'falsified'
                    WHEN confirm_ratio IS NOT NULL THEN 'inconclusive' END AS d
        FROM verdicts)
      SELECT verdict_id FROM verdicts JOIN derived USING (verdict_id)
      WHERE decision IS NOT d
         OR verdict IS NOT CASE WHEN outcome <> 'ok' THEN outcome WHEN regime = 'outside' THEN 'outside'
                                WHEN d = 'confirmed' AND rivals_refuted < rivals_tried THEN 'inconclusive' ELSE d END
         OR sub_verdict IS NOT CASE WHEN outcome = 'ok' AND regime = 'outside' THEN
                 CASE d WHEN 'confirmed' THEN 'holds' WHEN 'falsified' THEN 'breaks' ELSE 'unclear' END END)");
    CHECK(wrong.empty());
    // Every word occurs, so that the test has something to derive.
    CHECK(shell.integer("SELECT count(DISTINCT verdict) FROM verdicts") == 7);
    CHECK(shell.integer("SELECT count(DISTINCT sub_verdict) FROM verdicts") == 3);
  }

  TEST_CASE("the verdict on a law follows from its comparisons: all confirmed, or one falsified that survives Holm") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    fill(lab);
    Shell shell(folder / "lab.db");
    CHECK(shell.rows("SELECT law, verdict FROM law_summary ORDER BY law") ==
          std::vector<std::vector<std::string>>{{"demo/absent", "not_run"},
                                                {"demo/breaks", "confirmed"},
                                                {"demo/confirmed", "confirmed"},
                                                {"demo/empty", "not_run"},
                                                {"demo/error", "error"},
                                                {"demo/falsified", "falsified"},
                                                {"demo/outside", "outside"},
                                                {"demo/spared", "inconclusive"},
                                                {"demo/standing", "inconclusive"},
                                                {"demo/unclear", "inconclusive"}});
    // The same from the public view alone.
    CHECK(shell
              .rows(R"(
      SELECT law FROM law_summary AS s LEFT JOIN (
        SELECT run_id, law,
               CASE WHEN max(regime = 'inside' AND decision = 'falsified' AND p_adjusted <= 0.05) THEN 'falsified'
                    WHEN min(regime = 'outside' OR verdict = 'confirmed') AND max(regime = 'inside') THEN 'confirmed'
                    WHEN max(verdict = 'error') THEN 'error' WHEN max(verdict = 'not_run') THEN 'not_run'
                    WHEN max(regime = 'inside') THEN 'inconclusive' ELSE 'outside' END AS derived
        FROM verdicts WHERE rival IS NULL AND NOT secondary GROUP BY run_id, law) USING (run_id, law)
      WHERE s.verdict <> coalesce(derived, 'not_run'))")
              .empty());
    CHECK(shell.rows(
              "SELECT must_break_tried, must_break_broken, surprises FROM law_summary WHERE law = 'demo/breaks'") ==
          std::vector<std::vector<std::string>>{{"2", "1", "1"}});
    CHECK(shell.rows("SELECT comparisons, inside, confirmed, outside, rivals_tried, rivals_refuted, least_p_adjusted, "
                     "core_seconds "
                     "FROM law_summary WHERE law = 'demo/confirmed'") ==
          std::vector<std::vector<std::string>>{{"3", "2", "2", "1", "2", "2", "1.0", "3.0"}});
    CHECK(shell.rows("SELECT falsified, falsified_holm FROM law_summary WHERE law = 'demo/spared'") ==
          std::vector<std::vector<std::string>>{{"1", "0"}});
  }

  TEST_CASE("of two adjustments the newest counts") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    fill(lab);
    Shell shell(folder / "lab.db");
    CHECK(shell.text("SELECT p_adjusted FROM verdicts WHERE law = 'demo/spared' AND rival IS NULL") == "0.051");
    CHECK(shell.text("SELECT p_adjusted FROM verdicts WHERE law = 'demo/spared' AND rival IS NOT NULL") == "0.5");
  }
}
