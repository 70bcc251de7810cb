#include "lab_support.h"

#include <doctest/doctest.h>
#include <lmw/store/export.h>
#include <lmw/store/verify.h>

#include <atomic>
#include <cmath>
#include <sstream>
#include <thread>

using namespace lmw::store;
using namespace lmw::store::testing;

TEST_SUITE("store/lab") {
  TEST_CASE("what was sealed and measured comes back as it was, to the last bit") {
    const TempFolder folder;
    {
      Lab lab(folder / "lab.db");
      DemoRun demo(lab);
    }
    Lab lab(folder / "lab.db");
    const auto run = lab.find_run(plan().study_sha256);
    REQUIRE(run);
    CHECK(run->status == "running");
    CHECK(run->run_seed == 1);
    lab.resume_run(run->run_id);
    const auto points = lab.load_points(run->run_id);
    REQUIRE(points.size() == 4);

    CHECK(points[0].judged);
    CHECK(points[0].sealed.canonical_point == scalar_point(64).canonical_point);
    CHECK(points[0].sealed.series[0].predicted[0] == 1.0 / 3);
    CHECK(points[0].sealed.series[1].rival == "classical");
    CHECK(points[0].sealed.series[1].power == 0.99);
    CHECK(std::isnan(points[0].sealed.series[0].power));
    CHECK(points[0].sealed.stopping.looks == std::vector{4, 8});
    CHECK(points[0].trials.size() == 5);
    CHECK(points[0].trials[4].outcome == "diverged");
    CHECK(points[0].trials[4].message == "loss = inf at step 7");

    CHECK_FALSE(points[1].judged);
    CHECK(points[1].sealed.series[0].x == grid());
    CHECK(points[1].sealed.series[0].predicted == curve_point(64).series[0].predicted);
    CHECK(points[1].sealed.series[1].upper == std::vector{-0.5});
    CHECK(std::isinf(points[1].sealed.series[1].predicted[0]));
    REQUIRE(points[1].trials.size() == 4);
    REQUIRE(points[1].trials[3].series.size() == 2);
    CHECK(points[1].trials[3].series[0].observable == "loss");
    CHECK(points[1].trials[3].series[0].x == grid());
    CHECK(points[1].trials[3].series[0].value == curve_trial(0, 3, 0.03).series[1].value);
    CHECK(points[1].trials[3].series[1].value[0] == -0.7 + 0.03);
    CHECK(points[1].trials[2].seed == 1002);
    CHECK(points[1].trials[2].wall_seconds == 0.25);

    REQUIRE(points[2].replicate_predictions.size() == 2);
    CHECK(points[2].replicate_predictions[1].replicate == 1);
    CHECK(points[2].replicate_predictions[1].predicted[0] == 0.4);
    CHECK(points[3].sealed.abstained);
    CHECK(points[3].trials.size() == 4);

    // The points go on where they were left.
    lab.post_trial(curve_trial(points[1].point_id, 4, 0));
    lab.post_trial(scalar_trial(points[3].point_id, 4, 0.6));
    lab.end_run(run->run_id, "finished");
    CHECK(lab.find_run(plan().study_sha256)->status == "finished");
    CHECK(lab.load_points(run->run_id)[1].trials.size() == 5);
  }

  TEST_CASE("the views show one row per value, with names for keys") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    DemoRun demo(lab);
    Shell shell(folder / "lab.db");
    // 2 scalars; 20 grid points and an interval; 2 rules and 2 replicates; an abstention.
    CHECK(shell.integer("SELECT count(*) FROM predictions") == 2 + 21 + 4 + 1);
    CHECK(shell.text("SELECT predicted FROM predictions WHERE law = 'demo/replicate' AND replicate = 1") == "0.4");
    CHECK(shell.text("SELECT observable || rival IS NULL AND abstained FROM predictions WHERE law = 'demo/humble'") ==
          "1");
    CHECK(shell.integer("SELECT count(DISTINCT x) FROM predictions WHERE observable = 'loss'") == grid_size);
    // 4 values and a divergence; 4 curves with a slope; 2; 4.
    CHECK(shell.integer("SELECT count(*) FROM measurements") == 5 + 4 * 21 + 2 + 4);
    CHECK(shell.text("SELECT value FROM measurements WHERE outcome = 'diverged'") == "NULL");
    CHECK(shell.text("SELECT measured_at FROM measurements WHERE law = 'demo/humble' AND replicate = 0") ==
          "2027-01-15T08:00:00.000Z");
    CHECK(shell.rows("SELECT verdict, rival, p_adjusted FROM verdicts ORDER BY rival") ==
          std::vector<std::vector<std::string>>{{"confirmed", "NULL", "1.0"}, {"falsified", "classical", "NULL"}});
    CHECK(shell.integer("SELECT count(*) FROM residuals") == 2);
    CHECK(shell.rows("SELECT law, verdict, confirmed, rivals_refuted, core_seconds FROM law_summary ORDER BY law") ==
          std::vector<std::vector<std::string>>{{"demo/curve", "not_run", "0", "0", "0.0"},
                                                {"demo/humble", "not_run", "0", "0", "0.0"},
                                                {"demo/replicate", "not_run", "0", "0", "0.0"},
                                                {"demo/scalar", "confirmed", "1", "1", "1.75"}});
    CHECK(shell.text("SELECT claim FROM laws WHERE law = 'demo/curve'") == "the claim of curve");
    CHECK(shell.text("SELECT host || status FROM runs") == "hererunning");
  }

  TEST_CASE("a mistake in one call throws there, and the lab goes on") {
    Lab lab(":memory:");
    CHECK_THROWS_AS(lab.seal(7, scalar_point(1), nullptr), std::invalid_argument);
    const Id run = lab.begin_run(plan());
    SealedPoint bad = scalar_point(1);
    bad.series[0].eps[0] = -1;
    CHECK_THROWS_AS(lab.seal(run, bad, nullptr), std::invalid_argument);
    bad = curve_point(1);
    std::swap(bad.series[0].x[3], bad.series[0].x[4]);
    CHECK_THROWS_AS(lab.seal(run, bad, nullptr), std::invalid_argument);
    bad = scalar_point(1);
    bad.law_version = 2;
    CHECK_THROWS_AS(lab.seal(run, bad, nullptr), std::invalid_argument);
    const SealReceipt receipt = seal(lab, run, curve_point(1));
    Trial trial = curve_trial(receipt.point_id, 0, 0);
    trial.series[1].x[2] = 0.21;
    CHECK_THROWS_AS(lab.post_trial(trial), std::invalid_argument);
    trial = curve_trial(receipt.point_id, 0, 0);
    trial.series[1].value[2] = none;
    CHECK_THROWS_AS(lab.post_trial(trial), std::invalid_argument);
    CHECK_THROWS_AS(lab.post_trial(curve_trial(receipt.point_id + 1, 0, 0)), std::invalid_argument);
    Verdict wrong = verdict(receipt.point_id, receipt.prediction_ids[0], "loss", "", 0.5, -3);
    wrong.verdict = "falsified";
    CHECK_THROWS_AS(lab.post_verdicts({wrong}), std::invalid_argument);
    CHECK_THROWS_AS(lab.set_adjusted(run, "demo/curve", {{receipt.prediction_ids[0], 0.5}}), std::invalid_argument);
    lab.post_trial(curve_trial(receipt.point_id, 0, 0));
    CHECK_NOTHROW(lab.flush());
  }

  TEST_CASE("a diagnostic is measured without a prediction, and comes back") {
    const TempFolder folder;
    Id run = 0;
    {
      Lab lab(folder / "lab.db");
      run = lab.begin_run(plan());
      SealedPoint point = scalar_point(64);
      point.diagnostics = {"steps_taken"};
      const SealReceipt receipt = seal(lab, run, point);
      Trial trial = scalar_trial(receipt.point_id, 0, 0.33);
      trial.series.push_back({.observable = "steps_taken", .x = {}, .value = {120}});
      lab.post_trial(trial);
      SealedPoint twice = scalar_point(65);
      twice.diagnostics = {"risk"};
      CHECK_THROWS_AS(seal(lab, run, twice), std::invalid_argument);
    }
    Lab lab(folder / "lab.db");
    const auto points = lab.load_points(run);
    REQUIRE(points.size() == 1);
    REQUIRE(points[0].trials.size() == 1);
    REQUIRE(points[0].trials[0].series.size() == 2);
    CHECK(points[0].trials[0].series[1].observable == "steps_taken");
    CHECK(points[0].trials[0].series[1].value == std::vector{120.0});
    CHECK(verify(folder / "lab.db").ok());
  }

  TEST_CASE("points sealed while a commit is under way share the next one") {
    Lab lab(":memory:");
    const Id run = lab.begin_run(plan());
    std::atomic<int> sealed{0};
    for (int width = 1; width <= 200; ++width)
      lab.seal(run, scalar_point(width), [&](const SealReceipt&) { ++sealed; });
    lab.flush();
    CHECK(sealed == 200);
    const auto points = lab.load_points(run);
    REQUIRE(points.size() == 200);
    for (int i = 0; i < 200; ++i) CHECK(points[i].sealed.point_json == scalar_point(i + 1).point_json);
  }

  TEST_CASE("a point that could not be predicted has a row, and a verdict that says so") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    const Id run = lab.begin_run(plan());
    SealedPoint point = scalar_point(3);
    point.series.clear();
    std::promise<Id> stored;
    lab.post_unsealed_point(run, point, [&](Id id) { stored.set_value(id); });
    const Id id = stored.get_future().get();
    CHECK_THROWS_AS(lab.post_trial(scalar_trial(id, 0, 1)), std::invalid_argument);
    lab.post_verdicts({{.point_id = id,
                        .observable = "",
                        .outcome = "not_run",
                        .verdict = "not_run",
                        .sentence = "no data; try: lmw data fetch x",
                        .residuals = {}}});
    lab.flush();
    Shell shell(folder / "lab.db");
    CHECK(shell.rows("SELECT verdict, decision, predicted, observable, p_confirm FROM verdicts") ==
          std::vector<std::vector<std::string>>{{"not_run", "NULL", "NULL", "NULL", "NULL"}});
    CHECK(shell.text("SELECT verdict FROM law_summary WHERE law = 'demo/scalar'") == "not_run");
    const auto points = lab.load_points(run);
    CHECK_FALSE(points[0].was_sealed);
    CHECK(points[0].judged);
  }

  TEST_CASE("trials posted by several threads are the same rows as those of one") {
    const TempFolder folder;
    std::vector<std::string> exports;
    for (const int threads : {1, 4}) {
      const auto file = folder / (std::to_string(threads) + ".db");
      {
        Lab lab(file);
        const Id run = lab.begin_run(plan());
        const Id curve = seal(lab, run, curve_point(1)).point_id, humble = seal(lab, run, abstained_point(1)).point_id;
        std::vector<std::jthread> posting;
        for (int t = 0; t < threads; ++t)
          posting.emplace_back([&, t] {
            for (int j = t; j < 200; j += threads) {
              lab.post_trial(scalar_trial(humble, j, 0.001 * j));
              lab.post_trial(curve_trial(curve, j, 0.001 * j));
              if (j % 50 == 0) lab.flush();
            }
          });
        posting.clear();
        lab.end_run(run, "finished");
      }
      CHECK(verify(file).ok());
      std::ostringstream out;
      exports.push_back(export_canonical(file, out));
    }
    CHECK(exports[0] == exports[1]);
  }

  TEST_CASE("a callback may seal and post, and may not wait") {
    Lab lab(":memory:");
    const Id run = lab.begin_run(plan());
    std::promise<bool> done;
    lab.seal(run, scalar_point(1), [&](const SealReceipt& receipt) {
      lab.post_trial(scalar_trial(receipt.point_id, 0, 0.3));
      bool refused = false;
      try {
        lab.flush();
      } catch (const std::logic_error&) {
        refused = true;
      }
      lab.seal(run, scalar_point(2), [&, refused](const SealReceipt&) { done.set_value(refused); });
    });
    CHECK(done.get_future().get());
    CHECK(lab.load_points(run)[0].trials.size() == 1);
  }

  TEST_CASE("a run seed drawn from the seal depends on the chain head") {
    Lab lab(":memory:");
    const std::string before = lab.chain_head();
    lab.begin_run(plan());
    CHECK(lab.chain_head() != before);
    CHECK(lab.chain_head().size() == 64);
  }
}
