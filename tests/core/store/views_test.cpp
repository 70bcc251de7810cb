#include <doctest/doctest.h>
#include <lmw/store/export.h>
#include <lmw/store/query.h>
#include <lmw/store/views.h>

#include <cmath>
#include <sstream>

#include "lab_support.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

/// A closed lab with one demo run.
struct ClosedLab {
  ClosedLab() {
    Lab lab(file());
    const DemoRun demo(lab);
    lab.end_run(demo.run, "finished");
  }
  std::filesystem::path file() const { return folder / "lab.db"; }
  TempFolder folder;
};

std::vector<std::vector<Cell>> ask(const std::filesystem::path& file, const std::string& sql,
                                   const QueryLimits& limits = {}) {
  std::vector<std::vector<Cell>> rows;
  query(
      file, sql, nullptr, [&](std::span<const Cell> row) { return rows.emplace_back(row.begin(), row.end()), true; },
      limits);
  return rows;
}

}  // namespace

TEST_SUITE("store/views") {
  TEST_CASE("each view reads into its struct") {
    const ClosedLab lab;
    Reader reader(lab.file());
    const auto runs = reader.runs();
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].status == "finished");
    CHECK(runs[0].jobs == 2);
    CHECK(runs[0].finished_at >= runs[0].started_at);

    const auto laws = reader.laws();
    REQUIRE(laws.size() == 4);
    CHECK(laws[0].law == "demo/curve");
    CHECK(laws[0].pillar == "solvable");
    CHECK(laws[0].analogue == "a spring");
    CHECK(laws[0].card == card("curve").card_json);

    const auto predictions = reader.predictions({.run_id = runs[0].run_id, .law = "demo/scalar"});
    REQUIRE(predictions.size() == 2);
    CHECK(predictions[0].rival == "");
    CHECK(predictions[0].predicted == 1.0 / 3);
    CHECK(std::isnan(predictions[0].x));
    CHECK(predictions[0].replicate == -1);
    CHECK(std::isinf(predictions[0].theory_df));
    CHECK(predictions[0].max_replicates == 8);
    CHECK(predictions[1].rival == "classical");
    CHECK(predictions[0].digest.size() == 64);
    CHECK(reader.predictions({.law = "demo/humble"})[0].abstained);
    CHECK(reader.predictions({.run_id = 99}).empty());

    const auto measurements = reader.measurements({.law = "demo/scalar"});
    REQUIRE(measurements.size() == 5);
    CHECK(measurements[3].value == 0.33 + 0.01 * 3);
    CHECK(measurements[3].seed == 1003);
    CHECK(measurements[4].outcome == "diverged");
    CHECK(std::isnan(measurements[4].value));

    const auto verdicts = reader.verdicts();
    REQUIRE(verdicts.size() == 2);
    CHECK(verdicts[0].verdict == "confirmed");
    CHECK(verdicts[0].p_adjusted == 1);
    CHECK(std::isnan(verdicts[1].p_adjusted));
    CHECK(verdicts[1].met_expectation == 1);
    CHECK(reader.residuals().size() == 2);
    const auto summaries = reader.law_summaries({.law = "demo/scalar"});
    REQUIRE(summaries.size() == 1);
    CHECK(summaries[0].verdict == "confirmed");
    CHECK(summaries[0].core_seconds == 1.75);
    CHECK(reader.chain_head() == Lab(lab.file()).chain_head());
  }

  TEST_CASE("a reader sees the lab as it was when it was opened") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    const DemoRun demo(lab);
    Reader before(folder / "lab.db");
    lab.post_trial(curve_trial(demo.curve.point_id, 4, 0));
    lab.flush();
    CHECK(before.measurements({.law = "demo/curve"}).size() == 4 * 21);
    CHECK(Reader(folder / "lab.db").measurements({.law = "demo/curve"}).size() == 5 * 21);
  }

  TEST_CASE("a file that is no lab is refused by name") {
    const TempFolder folder;
    CHECK_THROWS_AS(Reader(folder / "missing.db"), StoreError);
    Shell(folder / "other.db").run("CREATE TABLE t (x)");
    try {
      Reader reader(folder / "other.db");
      FAIL("opened a database that is no lab");
    } catch (const StoreError& error) {
      CHECK(error.reason() == StoreError::Reason::not_a_lab);
      CHECK(std::string(error.what()).find("other.db") != std::string::npos);
    }
  }
}

TEST_SUITE("store/query") {
  TEST_CASE("a query gives typed cells") {
    const ClosedLab lab;
    std::vector<std::string> names;
    query(
        lab.file(),
        "SELECT count(*) AS n, predicted, rival, digest FROM predictions WHERE law = 'demo/scalar' AND rival IS NULL;  "
        "-- fine",
        [&](const auto& columns) { names = columns; },
        [&](std::span<const Cell> row) {
          CHECK(std::get<std::int64_t>(row[0]) == 1);
          CHECK(std::get<double>(row[1]) == 1.0 / 3);
          CHECK(std::holds_alternative<std::monostate>(row[2]));
          CHECK(std::get<std::string>(row[3]).size() == 64);
          return true;
        });
    CHECK(names == std::vector<std::string>{"n", "predicted", "rival", "digest"});
    int rows = 0;
    query(lab.file(), "SELECT * FROM measurements", nullptr, [&](auto) { return ++rows < 3; });
    CHECK(rows == 3);
  }

  TEST_CASE("every view can be asked, with what its definition needs") {
    const ClosedLab lab;
    for (const char* view : {"runs", "laws", "predictions", "measurements", "verdicts", "residuals", "law_summary",
                             "failures", "failure_structure", "scorecard", "scorecard_details"})
      CHECK_FALSE(ask(lab.file(), std::string("SELECT * FROM ") + view).empty());
    CHECK(std::get<std::int64_t>(ask(lab.file(), "SELECT point ->> 'width' FROM predictions")[0][0]) == 64);
  }

  TEST_CASE("nothing but one SELECT passes") {
    const ClosedLab lab;
    Shell shell(lab.file());
    const auto before = shell.integer("SELECT count(*) FROM log");
    for (const char* hostile : {"DELETE FROM log",
                                "DROP TRIGGER log_delete",
                                "PRAGMA writable_schema = ON",
                                "PRAGMA journal_mode = DELETE",
                                "ATTACH '/tmp/x' AS x",
                                "VACUUM",
                                "VACUUM INTO '/tmp/lmw-never'",
                                "BEGIN",
                                "CREATE TABLE t (x)",
                                "CREATE TEMP TABLE t (x)",
                                "INSERT INTO log SELECT * FROM log",
                                "REINDEX",
                                "ANALYZE",
                                "SELECT 1; SELECT 2",
                                "SELECT 1; DROP TABLE log",
                                "SELECT load_extension('x')",
                                "SELECT printf('%.*c', 100000000, 'x')",
                                "SELECT zeroblob(100000000)",
                                "SELECT randomblob(100000000)",
                                "SELECT hex(zeroblob(400000000))",
                                "SELECT writefile('/tmp/x', 'x')",
                                "SELECT readfile('/etc/passwd')",
                                "SELECT * FROM pragma_table_info('log')",
                                "SELECT ?1",
                                "EXPLAIN DELETE FROM log",
                                "SELECT",
                                ""}) {
      CAPTURE(hostile);
      CHECK_THROWS_AS(ask(lab.file(), hostile), StoreError);
    }
    CHECK(shell.integer("SELECT count(*) FROM log") == before);
  }

  TEST_CASE("a query that would not end is stopped") {
    const ClosedLab lab;
    CHECK_THROWS_AS(
        ask(lab.file(), "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c",
            {.time = std::chrono::milliseconds(50)}),
        StoreError);
    CHECK_THROWS_AS(ask(lab.file(),
                        "SELECT replace(replace(replace('xxxxxxxxxx', 'x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'), 'x', "
                        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'), 'x', "
                        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')"),
                    StoreError);
  }
}

TEST_SUITE("store/export") {
  TEST_CASE("two labs with the same rows have the same bytes, whatever their ids, clocks and order") {
    const ClosedLab first;
    const TempFolder folder;
    {
      Lab lab(folder / "lab.db");
      // Another study before, so that every key differs; then the same run, measured in another order.
      RunPlan other = plan("another");
      other.laws.clear();
      lab.begin_run(other);
      RunPlan same = plan();
      same.provenance.host = "elsewhere";
      same.provenance.jobs = 7;
      const Id run = lab.begin_run(same);
      const auto humble = seal(lab, run, abstained_point(64));
      const auto replicate = seal(lab, run, replicate_point(64));
      const auto curve = seal(lab, run, curve_point(64));
      const auto scalar = seal(lab, run, scalar_point(64));
      lab.seal_replicates(run, {{replicate.prediction_ids[0], 0, {0.3}}, {replicate.prediction_ids[0], 1, {0.4}}},
                          nullptr);
      lab.flush();
      for (int j = 3; j >= 0; --j) {
        lab.post_trial(curve_trial(curve.point_id, j, 0.01 * j));
        lab.post_trial(scalar_trial(humble.point_id, j, 0.5));
        lab.post_trial(scalar_trial(scalar.point_id, j, 0.33 + 0.01 * j));
        lab.flush();
      }
      for (int j = 0; j < 2; ++j) lab.post_trial(scalar_trial(replicate.point_id, j, 0.35));
      Trial diverged = scalar_trial(scalar.point_id, 4, 0);
      diverged.series.clear();
      diverged.outcome = "diverged";
      diverged.message = "loss = inf at step 7";
      lab.post_trial(diverged);
      judge_scalar(lab, scalar);
      lab.set_adjusted(run, "demo/scalar", {{scalar.prediction_ids[0], 1.0}});
      assess(lab, run, scalar.point_id, scalar.prediction_ids[0]);
      lab.end_run(run, "finished");
    }
    std::ostringstream one, two;
    const std::string digest = export_canonical(first.file(), one);
    export_canonical(folder / "lab.db", two);
    CHECK(digest == to_hex(sha256(one.str())));
    // The other study's run is the one line more.
    std::string rest = two.str();
    const auto at = rest.find("\"study\":\"another\"");
    REQUIRE(at != std::string::npos);
    const auto begin = rest.rfind('\n', at) == std::string::npos ? 0 : rest.rfind('\n', at) + 1;
    rest.erase(begin, rest.find('\n', at) + 1 - begin);
    CHECK(rest == one.str());
  }

  TEST_CASE("a copy is one file, reads the same, and replaces nothing") {
    const ClosedLab lab;
    const auto copy = lab.folder / "copy.db";
    export_copy(lab.file(), copy);
    std::ostringstream one, two;
    CHECK(export_canonical(lab.file(), one) == export_canonical(copy, two));
    CHECK(Shell(copy).text("PRAGMA journal_mode") == "delete");
    CHECK_FALSE(std::filesystem::exists(copy.string() + "-wal"));
    CHECK_THROWS_AS(export_copy(lab.file(), copy), StoreError);
  }
}
