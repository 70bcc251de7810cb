#include <doctest/doctest.h>
#include <lmw/store/verify.h>

#include "lab_support.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

/// A closed lab with one demo run, its head, and a copy for each tamperer.
struct Original {
  Original() {
    Lab lab(file());
    const DemoRun demo(lab);
    lab.end_run(demo.run, "finished");
    head = lab.chain_head();
  }
  std::filesystem::path file() const { return folder / "lab.db"; }
  /// Does to a copy what a tamperer would, and verifies it.
  VerifyReport after(const std::string& sql, const std::string& expected_head = "") const {
    const auto copy = folder / "copy.db";
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(copy.string() + suffix);
    std::filesystem::copy_file(file(), copy);
    {
      Shell shell(copy);
      REQUIRE(shell.run("PRAGMA synchronous = OFF") == "");  // a tamperer in a hurry: this test is not about syncs
      std::vector<std::string> triggers;
      for (const auto& row : shell.rows("SELECT sql FROM sqlite_schema WHERE type = 'trigger'"))
        triggers.push_back(row[0]);
      shell.drop_triggers();
      REQUIRE(shell.run(sql) == "");
      REQUIRE(shell.integer("SELECT total_changes()") > 0);
      // A careful one puts the triggers back.
      for (const auto& trigger : triggers) REQUIRE(shell.run(trigger) == "");
    }
    return verify(copy, expected_head);
  }
  TempFolder folder;
  std::string head;
};

std::string all(const VerifyReport& report) {
  std::string text;
  for (const Finding& finding : report.findings) text += finding.subject + ": " + finding.what + "\n";
  return text;
}

struct Tampering {
  std::string sql;
  std::vector<std::string> named;  ///< words that a finding must have, in one sentence
};

bool names(const VerifyReport& report, const std::vector<std::string>& words) {
  for (const Finding& finding : report.findings) {
    bool every = true;
    for (const std::string& word : words)
      every = every && (finding.subject + ": " + finding.what).find(word) != std::string::npos;
    if (every) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("store/verify") {
  TEST_CASE("a lab that nobody touched has no findings") {
    const Original original;
    const VerifyReport report = verify(original.file(), original.head);
    CHECK(all(report) == "");
    CHECK(report.ok());
    CHECK(report.head == original.head);
    CHECK(report.predictions == 7);
    CHECK(report.trials == 15);
    CHECK(report.values == 4 + 4 * 21 + 4 + 2);
    CHECK(report.verdicts == 2);
  }

  TEST_CASE("a lab that is being written verifies too") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    const DemoRun demo(lab);
    CHECK(all(verify(folder / "lab.db")) == "");
  }

  TEST_CASE("whatever is changed is found, and named in words") {
    const Original original;
    const std::vector<Tampering> list = {
        // A sealed prediction: one digit, a tolerance, a grid point, its rule, its point, all of it.
        {"UPDATE prediction_value SET predicted = predicted + 1e-15 WHERE prediction_id = 1",
         {"prediction: demo/scalar at {\"width\":64}", "of risk was changed", "0.33333333333333"}},
        {"UPDATE prediction_value SET predicted = 0.77 WHERE prediction_id = 3 AND slot = 3",
         {"demo/curve", "of loss at x = 0.30000000000000004 was changed", "0.77"}},
        {"UPDATE prediction_value SET eps = 0.2 WHERE prediction_id = 2",
         {"demo/scalar", "risk, rival classical was changed", "tolerance of 0.2"}},
        {"UPDATE cell SET x = 0.31 WHERE point_id = 2 AND slot = 3", {"demo/curve", "loss at x = 0.31 was changed"}},
        {"UPDATE prediction SET kind = 'K2' WHERE prediction_id = 1", {"demo/scalar", "of risk was changed: its kind"}},
        {"UPDATE prediction SET eps_reason = 'because' WHERE prediction_id = 1",
         {"demo/scalar", "of risk was changed"}},
        {"UPDATE prediction SET fit_span = 20 WHERE prediction_id = 1", {"demo/scalar", "of risk was changed"}},
        {"UPDATE prediction SET deterministic = 1 WHERE prediction_id = 1", {"demo/scalar", "of risk was changed"}},
        {"UPDATE prediction SET drift_order = 2 WHERE prediction_id = 1", {"demo/scalar", "of risk was changed"}},
        {"UPDATE look SET weight = 0.5 WHERE look = 1",
         {"demo/scalar", "of risk was changed: its kind, regime, stopping rule"}},
        {"UPDATE point SET rho = 0.9 WHERE point_id = 2", {"demo/curve", "of slope was changed"}},
        {"UPDATE prediction SET abstain_reason = 'too hard' WHERE abstained = 1",
         {"demo/humble", "abstention was changed"}},
        {"DELETE FROM prediction_value WHERE prediction_id = 3 AND slot = 3",
         {"demo/curve", "of loss has 19 values, and was sealed with 20"}},
        {"DELETE FROM prediction WHERE prediction_id = 2",
         {"demo/scalar", "prediction of risk, rival classical is gone"}},
        {"INSERT INTO prediction SELECT 99, log_id, point_id, observable_id, 2, secondary, kind, compare, draws, "
         "theory_df, power, eps_reason, 0, NULL, NULL, 0, NULL FROM prediction WHERE prediction_id = 1;"
         "INSERT INTO rival VALUES (2, 'late')",
         {"demo/scalar", "risk, rival late was put in later"}},
        {"INSERT INTO rival VALUES (2, 'late'); INSERT INTO prediction SELECT 99, 9999, point_id, observable_id, 2, "
         "secondary, kind, compare, draws, theory_df, power, eps_reason, 0, NULL, NULL, 0, NULL FROM prediction "
         "WHERE prediction_id = 1",
         {"demo/scalar", "risk, rival late was put in later"}},
        {"UPDATE replicate_value SET predicted = 0.41 WHERE replicate = 1",
         {"demo/replicate", "replicate 1", "risk was changed", "0.41"}},
        {"DELETE FROM replicate_value WHERE replicate = 1", {"demo/replicate", "replicate 1", "risk is gone"}},
        {"INSERT INTO replicate_value SELECT prediction_id, 7, slot, predicted FROM replicate_value WHERE replicate = "
         "1",
         {"per-replicate predictions that no record"}},
        // A measurement.
        {"UPDATE measured_value SET value = value * 1.01 WHERE point_id = 2 AND replicate = 2 AND slot = 5",
         {"measurement: demo/curve", "replicate 2", "loss at x = 0.5 was changed"}},
        {"UPDATE measured_value SET value = 0.33 WHERE point_id = 1 AND replicate = 1",
         {"demo/scalar", "replicate 1", "risk was changed", "0.33"}},
        {"UPDATE trial SET seed = 5 WHERE point_id = 1 AND replicate = 3",
         {"demo/scalar", "replicate 3 was changed: its seed"}},
        {"UPDATE trial SET outcome_id = 0 WHERE outcome_id = 1", {"demo/scalar", "replicate 4 was changed"}},
        {"DELETE FROM measured_value WHERE point_id = 2 AND replicate = 2 AND slot = 20",
         {"demo/curve", "replicate 2", "slope is gone"}},
        {"DELETE FROM measured_value WHERE point_id = 1 AND replicate = 2; DELETE FROM trial WHERE point_id = 1 AND "
         "replicate = 2",
         {"demo/scalar", "replicate 2 was measured, and its row is gone"}},
        {"INSERT INTO trial SELECT point_id, 9, seed, outcome_id, origin_id, wall_us, after_ms, message FROM trial "
         "WHERE point_id = 1 AND replicate = 0;"
         "INSERT INTO measured_value VALUES (1, 9, 0, 0.33)",
         {"demo/scalar", "replicate 9 was put in later"}},
        {"INSERT INTO measured_value VALUES (1, 4, 0, 0.33)",
         {"demo/scalar", "replicate 4 has 1 values, and was recorded with 0"}},
        {"INSERT INTO measured_value VALUES (1, 11, 0, 0.33)",
         {"demo/scalar", "risk at replicate 11, which has no trial"}},
        {"INSERT OR REPLACE INTO measured_value VALUES (1, 0, 0, 0.5)",
         {"demo/scalar", "replicate 0", "risk was changed"}},
        // A verdict.
        {"UPDATE verdict SET measured = 0.3 WHERE rival_id = 0", {"verdict: demo/scalar", "the verdict on risk, or"}},
        {"UPDATE residual SET z = 0 WHERE verdict_id = 2",
         {"demo/scalar", "the verdict on risk, rival classical, or one of its residuals"}},
        {"DELETE FROM verdict WHERE rival_id <> 0", {"demo/scalar", "has 1 verdicts, and was judged with 2"}},
        {"DELETE FROM judgement", {"demo/scalar", "was judged, and the row that says so is gone"}},
        {"UPDATE adjustment SET p_adjusted = 0.01", {"demo/scalar", "adjusted p-values"}},
        {"UPDATE verdict SET median = 0.33 WHERE rival_id = 0", {"the verdict on risk, or"}},
        {"UPDATE pilot SET seed = 7 WHERE replicate = 1", {"measurement: demo/scalar", "one of its pilots"}},
        {"UPDATE pilot_value SET value = 0.35 WHERE replicate = 1", {"demo/scalar", "one of its pilots"}},
        {"DELETE FROM pilot_value WHERE replicate = 1", {"demo/scalar", "one of its pilots"}},
        {"INSERT INTO pilot SELECT point_id, 9, 1, seed, outcome_id, wall_us, after_ms, message FROM pilot LIMIT 1",
         {"pilots that no record"}},
        {"UPDATE verdict SET needed_replicates = 7 WHERE rival_id = 0", {"the verdict on risk, or"}},
        {"UPDATE badge SET q_confirm = 0.2", {"one of the badges"}},
        {"UPDATE failure SET rate = 0.6", {"verdict: run 1", "one of the failures"}},
        {"DELETE FROM failure", {"one of the failures"}},
        {"UPDATE failure_law SET persist_tried = 1", {"one of the failures"}},
        {"UPDATE failure_law SET boundary_width = 0.1", {"one of the failures"}},
        {"UPDATE score SET value = 0.9 WHERE measure = ''", {"one of the scorecard's numbers"}},
        {"INSERT INTO score SELECT 1, run_id, subject, desideratum, measure, value, low, high, n, how FROM score",
         {"numbers of the scorecard that no record"}},
        {"UPDATE judgement SET core_us = 1", {"demo/scalar", "count or time of its trials"}},
        // A run, a law.
        {"UPDATE run SET run_seed = 2", {"run 1 (demo)", "its plan"}},
        {"UPDATE run SET git_commit = 'beef'", {"run 1 (demo)", "its provenance"}},
        {"UPDATE run_event SET status = 'interrupted' WHERE status = 'finished'", {"run 1", "status was changed"}},
        {"UPDATE law SET claim = 'the contrary' WHERE law = 'demo/curve'", {"demo/curve", "not that of its card"}},
        {"UPDATE law SET card = '{}', claim = NULL, pillar = NULL, formula = NULL, source = NULL, analogue = NULL, "
         "fitted_parameters = NULL WHERE law = 'demo/curve'",
         {"run 1", "one of its laws"}},
        {"UPDATE law SET build_id = 'ffff' WHERE law = 'demo/curve'", {"demo/curve", "of slope was changed"}},
        {"UPDATE lab SET lmw_version = '9'", {"record 1 (RUN) does not follow"}},
        // The log.
        {"UPDATE log SET at_us = at_us - 1 WHERE log_id = 4", {"log: record 4", "does not follow"}},
        {"UPDATE log SET digest = zeroblob(32) WHERE type = 'MEASURE'", {"(MEASURE) does not follow"}},
        {"UPDATE log SET chain = zeroblob(32) WHERE log_id = 4", {"record 4", "does not follow"}},
        {"UPDATE log SET type = 'NOTE' WHERE log_id = 2", {"record 2", "does not follow"}},
        {"UPDATE log SET detail = NULL WHERE log_id = 3", {"record 3"}},
        {"DELETE FROM log WHERE log_id = 2", {"record 2 is gone; it was of the prediction of risk by demo/scalar"}},
        {"DELETE FROM log WHERE type = 'MEASURE'", {"demo/scalar", "replicate 0 was put in later"}},
        {"DELETE FROM log WHERE log_id > 3", {"the last 2 predictions were never sealed"}},
        {"DELETE FROM log WHERE log_id = (SELECT max(log_id) FROM log)",
         {"run 1, finished", "no record in the log is of it"}},
    };
    for (const Tampering& tampering : list) {
      CAPTURE(tampering.sql);
      const VerifyReport report = original.after(tampering.sql);
      CAPTURE(all(report));
      CHECK_FALSE(report.ok());
      CHECK(names(report, tampering.named));
    }
  }

  TEST_CASE("a schema that was changed is found") {
    const Original original;
    const auto changed = [&](const std::string& sql) {
      const auto copy = original.folder / "schema.db";
      std::filesystem::remove(copy);
      std::filesystem::copy_file(original.file(), copy);
      REQUIRE(Shell(copy).run(sql) == "");
      return verify(copy);
    };
    CHECK(names(changed("DROP TRIGGER trial_delete"), {"schema", "trigger trial_delete is missing"}));
    CHECK(names(changed("CREATE TABLE note (x)"), {"schema", "table note was added"}));
    CHECK(names(changed("DROP VIEW verdicts; CREATE VIEW verdicts AS SELECT 'confirmed' AS verdict"),
                {"schema", "view verdicts was changed"}));
    CHECK(names(changed("ALTER TABLE trial RENAME COLUMN seed TO seeds"), {"schema", "table trial was changed"}));
  }

  TEST_CASE("a log that was rewritten from a place on is found by its head alone") {
    const Original original;
    // The tail and everything that speaks of it, gone: what is left is a lab of its own.
    const std::string cut =
        "DELETE FROM run_event WHERE status = 'finished'; DELETE FROM log WHERE log_id = (SELECT max(log_id) FROM log)";
    CHECK(all(original.after(cut)) == "");
    CHECK(names(original.after(cut, original.head), {"no record has the chain value " + original.head}));
    CHECK_THROWS_AS(verify(original.file(), "abc"), std::invalid_argument);
  }

  TEST_CASE("bytes that were flipped in the file are found") {
    const Original original;
    const auto copy = original.folder / "flipped.db";
    std::filesystem::copy_file(original.file(), copy);
    Shell shell(original.file());
    const auto page = shell.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'measured_value'");
    std::FILE* file = std::fopen(copy.c_str(), "r+b");
    std::fseek(file, static_cast<long>((page - 1) * 4096 + 4090), SEEK_SET);
    std::fputs("\xff\xff", file);
    std::fclose(file);
    bool found = false;
    try {
      found = !verify(copy).ok();
    } catch (const StoreError& error) {
      found = error.reason() == StoreError::Reason::corrupt;
    }
    CHECK(found);
  }
}
