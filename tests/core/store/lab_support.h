#pragma once

#include <lmw/store/canonical.h>
#include <lmw/store/lab.h>
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

/// A small lab in a folder of its own, and the shell that a user would open it with.
namespace lmw::store::testing {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// A folder that is removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lmw-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A connection as the sqlite3 shell has it: no foreign keys, nothing of the store's.
class Shell {
 public:
  explicit Shell(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("shell: cannot open");
    sqlite3_busy_timeout(db_, 10'000);
  }
  ~Shell() { sqlite3_close(db_); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Runs SQL; @returns what went wrong, or "".
  std::string run(const std::string& sql) {
    char* message = nullptr;
    sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message);
    const std::string text = message == nullptr ? "" : message;
    sqlite3_free(message);
    return text;
  }
  /// The first column of the first row as text. @throws std::runtime_error  the SQL is wrong, or gives no row.
  std::string text(const std::string& sql) {
    const auto all = rows(sql);
    if (all.empty()) throw std::runtime_error("no row: " + sql);
    return all[0][0];
  }
  std::int64_t integer(const std::string& sql) { return std::stoll(text(sql)); }
  std::vector<std::vector<std::string>> rows(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
    std::vector<std::vector<std::string>> all;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      all.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* cell = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        all.back().push_back(cell == nullptr ? "NULL" : cell);
      }
    }
    sqlite3_finalize(statement);
    return all;
  }
  /// What a tamperer does first: without the triggers nothing is refused.
  void drop_triggers() {
    for (const auto& row : rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'")) run("DROP TRIGGER " + row[0]);
  }

 private:
  sqlite3* db_ = nullptr;
};

inline LawCard card(const std::string& name, int version = 1) {
  return {.law = "demo/" + name,
          .law_version = version,
          .plugin = "demo",
          .plugin_version = "0.1.0",
          .build_id = "00ff",
          .source_sha256 = "ab",
          .card_json = R"({"name":")" + name + R"(","pillar":"solvable","claim":"the claim of )" + name +
                       R"(","formula":"x^2","source":"somebody 2020","analogue":"a spring","fitted_parameters":0})"};
}

inline RunPlan plan(const std::string& study = "demo") {
  return {.study = study,
          .study_json = R"({"study":")" + study + R"("})",
          .study_sha256 = to_hex(sha256(study)),
          .effort = "quick",
          .run_seed = 1,
          .provenance = {.lmw_version = "0.1.0",
                         .git_commit = "c0ffee",
                         .host = "here",
                         .cpu = "a cpu",
                         .compiler = "g++",
                         .flags = "-O3",
                         .blas = "none",
                         .jobs = 2},
          .laws = {card("scalar"), card("curve"), card("replicate"), card("humble")}};
}

inline StoppingRule two_looks() { return {.method = "A", .looks = {4, 8}, .weights = {0.1, 0.15}}; }

/// demo/scalar at one width: the law and one rival for one scalar.
inline SealedPoint scalar_point(std::int64_t width) {
  return {.law = "demo/scalar",
          .point_json = "{\"width\":" + std::to_string(width) + "}",
          .canonical_point = canonical_point({{"width", width}}),
          .stopping = two_looks(),
          .series = {{.observable = "risk",
                      .eps_reason = "a tenth",
                      .x = {},
                      .predicted = {1.0 / 3},
                      .upper = {},
                      .eps = {0.1},
                      .b_th = {0.01},
                      .theory_sd = {0}},
                     {.observable = "risk",
                      .rival = "classical",
                      .power = 0.99,
                      .x = {},
                      .predicted = {2},
                      .upper = {},
                      .eps = {0.1},
                      .b_th = {0.01},
                      .theory_sd = {0}}}};
}

inline constexpr int grid_size = 20;
inline std::vector<double> grid() {
  std::vector<double> x;
  for (int g = 0; g < grid_size; ++g) x.push_back(0.1 * g);
  return x;
}

/// demo/curve at one width: a curve, and a second observable that is a scalar.
inline SealedPoint curve_point(std::int64_t width) {
  SealedSeries curve{.observable = "loss",
                     .kind = "K4",
                     .x = grid(),
                     .predicted = {},
                     .upper = {},
                     .eps = {},
                     .b_th = {},
                     .theory_sd = {}};
  for (const double x : grid()) {
    curve.predicted.push_back(1 / (1 + x));
    curve.eps.push_back(0.05);
  }
  return {.law = "demo/curve",
          .point_json = "{\"width\":" + std::to_string(width) + "}",
          .canonical_point = canonical_point({{"width", width}}),
          .stopping = two_looks(),
          .series = {curve,
                     {.observable = "slope",
                      .kind = "K3",
                      .secondary = true,
                      .x = {},
                      .predicted = {-std::numeric_limits<double>::infinity()},
                      .upper = {-0.5},
                      .eps = {0.1},
                      .b_th = {},
                      .theory_sd = {}}}};
}

/// demo/replicate: predicted per replicate, compared by difference.
inline SealedPoint replicate_point(std::int64_t width) {
  SealedPoint point = scalar_point(width);
  point.law = "demo/replicate";
  point.per_replicate = true;
  for (auto& series : point.series) series.compare = "difference";
  point.series[0].predicted = {0};
  return point;
}

inline SealedPoint abstained_point(std::int64_t width) {
  SealedPoint point = scalar_point(width);
  point.law = "demo/humble";
  point.series.clear();
  point.abstained = true;
  point.abstain_reason = "no answer here";
  point.inside = false;
  point.rho = 0.2;
  point.regime_reason = "too narrow";
  return point;
}

/// Seals and waits for the receipt; `flush` throws where the callback would never come.
inline SealReceipt seal(Lab& lab, Id run, SealedPoint point) {
  SealReceipt receipt;
  lab.seal(run, std::move(point), [&](const SealReceipt& r) { receipt = r; });
  lab.flush();
  return receipt;
}

inline Trial scalar_trial(Id point, std::int64_t replicate, double value) {
  return {.point_id = point,
          .replicate = replicate,
          .seed = 1000 + replicate,
          .message = "",
          .wall_seconds = 0.25,
          .measured_at_us = 1'800'000'000'000'000 + replicate,
          .series = {{.observable = "risk", .x = {}, .value = {value}}}};
}

inline Trial curve_trial(Id point, std::int64_t replicate, double shift) {
  Trial trial = scalar_trial(point, replicate, 0);
  trial.series = {{.observable = "slope", .x = {}, .value = {-0.7 + shift}},
                  {.observable = "loss", .x = grid(), .value = {}}};
  for (const double x : grid()) trial.series[1].value.push_back(1 / (1 + x) + shift);
  return trial;
}

/// A verdict whose words follow from its ratios.
inline Verdict verdict(Id point, Id prediction, const std::string& observable, const std::string& rival,
                       double confirm_ratio, double falsify_ratio) {
  const std::string decision = confirm_ratio <= 1 ? "confirmed" : falsify_ratio > 1 ? "falsified" : "inconclusive";
  return {
      .point_id = point,
      .prediction_id = prediction,
      .observable = observable,
      .rival = rival,
      .kind = "K1",
      .regime = "inside",
      .decision = decision,
      .verdict = decision,
      .sub_verdict = "",
      .confirm_ratio = confirm_ratio,
      .falsify_ratio = falsify_ratio,
      .at_x = none,
      .predicted = 0.3,
      .measured = 0.31,
      .measured_se = 0.01,
      .ci_low = 0.29,
      .ci_high = 0.33,
      .eps = 0.1,
      .b_th = 0.01,
      .statistic = 1,
      .p_confirm = 0.01,
      .p_falsify = 0.9,
      .n_replicates = 4,
      .look = 1,
      .expected = rival.empty() ? "confirmed" : "falsified",
      .met_expectation = decision == (rival.empty() ? "confirmed" : "falsified"),
      .sentence = "measured 0.31 where 0.3 was predicted",
      .residuals = {{.x = none, .predicted = 0.3, .measured = 0.31, .measured_se = 0.01, .residual = 0.01, .z = 1}}};
}

/// The verdicts on scalar_point, with two pilots.
inline void judge_scalar(Lab& lab, const SealReceipt& scalar) {
  Verdict law = verdict(scalar.point_id, scalar.prediction_ids[0], "risk", "", 0.5, -3);
  law.rivals_tried = law.rivals_refuted = 1;
  law.median = 0.32;
  law.median_low = 0.3;
  law.median_high = 0.34;
  lab.post_verdicts({law, verdict(scalar.point_id, scalar.prediction_ids[1], "risk", "classical", 20, 15)},
                    {scalar_trial(scalar.point_id, 0, 0.34), scalar_trial(scalar.point_id, 1, 0.36)});
}

/// What is counted at the end of a run: one condition with failures, and two numbers of the scorecard.
inline void assess(Lab& lab, Id run, Id point, Id prediction) {
  FailureStructure structure{.law = "demo/scalar", .conditions = 1};
  structure.within = structure.between = structure.boundary_low = structure.boundary_high = none;
  lab.set_badges(run, {{.prediction_id = prediction, .q_confirm = 0.01, .q_falsify = 1, .e_value = 0.4}});
  lab.set_failures(run,
                   {{.point_id = point,
                     .observable = "risk",
                     .failure_class = "contingent",
                     .forecast_class = "contingent",
                     .rate = 0.5,
                     .low = 0.3,
                     .high = 0.7,
                     .predicted_rate = 0.4,
                     .failures = 10,
                     .n = 20}},
                   {structure});
  lab.set_scores(run, {{.subject = "demo/scalar",
                        .desideratum = "predictive",
                        .value = 1,
                        .low = 0.2,
                        .high = 1,
                        .n = 1,
                        .how = "1 of 1"},
                       {.subject = "demo/scalar",
                        .desideratum = "humble",
                        .measure = "abstained",
                        .value = none,
                        .low = none,
                        .high = none,
                        .how = "none"}});
}

/// One run with all four shapes of a law: scalar, curve, per replicate, abstained.
struct DemoRun {
  explicit DemoRun(Lab& lab) : run(lab.begin_run(plan())) {
    scalar = seal(lab, run, scalar_point(64));
    curve = seal(lab, run, curve_point(64));
    replicate = seal(lab, run, replicate_point(64));
    humble = seal(lab, run, abstained_point(64));
    std::promise<void> sealed;
    lab.seal_replicates(run, {{replicate.prediction_ids[0], 1, {0.4}}, {replicate.prediction_ids[0], 0, {0.3}}},
                        [&] { sealed.set_value(); });
    sealed.get_future().get();
    for (int j = 0; j < 4; ++j) {
      lab.post_trial(scalar_trial(scalar.point_id, j, 0.33 + 0.01 * j));
      lab.post_trial(curve_trial(curve.point_id, j, 0.01 * j));
      lab.post_trial(scalar_trial(humble.point_id, j, 0.5));
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
    lab.flush();
  }
  Id run = 0;
  SealReceipt scalar, curve, replicate, humble;
};

}  // namespace lmw::store::testing
