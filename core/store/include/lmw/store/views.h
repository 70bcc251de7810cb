#pragma once

#include <lmw/store/records.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The public views of a lab, typed: what reports and the command line read. Columns are explained in docs/schema.md.
/// NULL is NaN for a double, "" for a text and -1 for an integer, unless a comment says otherwise.
namespace lmw::store {

inline constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

struct RunRow {
  Id run_id = 0;
  std::string study, status, effort;
  std::int64_t run_seed = 0;
  std::string started_at, finished_at, lmw_version, git_commit, host, cpu, compiler, flags, blas;
  std::int64_t jobs = 0;
  std::string study_sha256, chain;
};

struct LawRow {
  std::string law;
  std::int64_t law_version = 0;
  std::string plugin, plugin_version, build_id, source_sha256, pillar, title, claim, formula, source, analogue, regime,
      refuted_if;
  std::int64_t fitted_parameters = 0;
  std::string predicts;
  bool deterministic = false;
  std::string symmetry, conserved_or_order_parameter, control_parameter, large_parameter, leading_correction;
  std::string axioms;  ///< JSON array, or ""
  std::string card;    ///< JSON
};

struct PredictionRow {
  Id prediction_id = 0, run_id = 0;
  std::string law;
  std::int64_t law_version = 0;
  Id point_id = 0;
  std::string point, observable;
  double x = no_number, predicted = no_number, upper = no_number, theory_sd = no_number, theory_df = no_number,
         b_th = no_number, eps = no_number;
  std::string eps_reason, kind, compare;
  std::int64_t draws = 1;
  double drift_order = no_number;
  bool secondary = false;
  std::string regime, regime_reason;
  double rho = no_number;
  bool must_break = false;
  std::string rival;
  double power = no_number;
  std::int64_t replicate = -1;
  bool per_replicate = false;
  std::int64_t fitted_parameters = 0;
  std::string method;
  std::int64_t max_replicates = 0;
  bool abstained = false;
  std::string abstain_reason, sealed_at, digest, chain;
};

struct MeasurementRow {
  Id run_id = 0;
  std::string law;
  std::int64_t law_version = 0;
  Id point_id = 0;
  std::string point, observable;
  double x = no_number;
  std::int64_t replicate = 0, seed = 0;
  std::string outcome;
  double value = no_number;
  std::string message;
  double wall_seconds = 0;
  std::string measured_at, origin;
};

struct VerdictRow {
  Id verdict_id = 0, run_id = 0;
  std::string pillar, law;
  std::int64_t law_version = 0;
  Id point_id = 0;
  std::string point;
  Id prediction_id = 0;  ///< NULL is 0
  std::string observable, rival, regime;
  double rho = no_number;
  bool must_break = false;
  std::string kind;
  bool secondary = false;
  std::string outcome, verdict, sub_verdict, decision;
  double confirm_ratio = no_number, falsify_ratio = no_number;
  std::int64_t rivals_tried = 0, rivals_refuted = 0;
  double at_x = no_number, predicted = no_number, measured = no_number, measured_se = no_number, ci_low = no_number,
         ci_high = no_number, eps = no_number, b_th = no_number, statistic = no_number, p_confirm = no_number,
         p_falsify = no_number, p_adjusted = no_number;
  std::int64_t n_replicates = 0, look = 0;
  bool deterministic = false, postdiction = false;
  std::string expected;
  std::int64_t met_expectation = -1;
  std::string sentence;
  double power = no_number, q_confirm = no_number, q_falsify = no_number, e_value = no_number;
  std::string badge;
  std::int64_t needed_replicates = -1, needed_draws = -1, pilot_replicates = -1;
  double pilot_sd = no_number, relative_l2 = no_number, relative_l2_se = no_number, median = no_number,
         median_low = no_number, median_high = no_number;
};

struct ResidualRow {
  Id verdict_id = 0, run_id = 0;
  std::string law;
  std::int64_t law_version = 0;
  Id point_id = 0;
  std::string point, observable, rival;
  double x = no_number, predicted = no_number, measured = no_number, measured_se = no_number, residual = no_number,
         z = no_number;
};

struct LawSummaryRow {
  Id run_id = 0;
  std::string pillar, law;
  std::int64_t law_version = 0;
  std::string verdict;
  std::int64_t points = 0, comparisons = 0, inside = 0, confirmed = 0, falsified = 0, inconclusive = 0, outside = 0,
               error = 0, not_converged = 0, not_run = 0, falsified_holm = 0;
  double least_p_adjusted = no_number;
  std::int64_t rivals_tried = 0, rivals_refuted = 0, must_break_tried = 0, must_break_broken = 0, surprises = 0;
  double core_seconds = 0;
};

/// Which rows: of one run, of one law, or of both. `laws` heeds the law alone, `runs` the run alone.
struct Filter {
  std::optional<Id> run_id = {};
  std::string law = "";
};

/// A lab as it was at one moment: rows written later are not seen. Opened read-only, while others may write; also from
/// a folder that cannot be written, if the lab was closed properly. One object per thread.
/// @throws StoreError  from any call.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file);
  ~Reader();

  std::vector<RunRow> runs(const Filter& filter = {});                  ///< oldest first
  std::vector<LawRow> laws(const Filter& filter = {});                  ///< by law and version
  std::vector<PredictionRow> predictions(const Filter& filter = {});    ///< by run, law, point, series, replicate, x
  std::vector<VerdictRow> verdicts(const Filter& filter = {});          ///< by run, law, point, observable, rival
  std::vector<ResidualRow> residuals(const Filter& filter = {});        ///< by verdict and x
  std::vector<LawSummaryRow> law_summaries(const Filter& filter = {});  ///< by run, pillar, law
  /// By point, replicate, observable and x; one row at a time, since there may be millions.
  void measurements(const Filter& filter, const std::function<void(const MeasurementRow&)>& row);
  std::vector<MeasurementRow> measurements(const Filter& filter = {});

  /// The head of the hash chain, hex.
  std::string chain_head();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmw::store
