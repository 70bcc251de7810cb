#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// What the host hands to the store, in the words of docs/schema.md. Plain values: no SQL, no handles.
namespace lmw::store {

using Id = std::int64_t;

/// A law as its plugin described it when the run was planned.
struct LawCard {
  std::string law;  ///< plugin/name
  int law_version = 1;
  std::string plugin, plugin_version;
  std::string build_id;       ///< GNU build-id of the library, lower-case hex
  std::string source_sha256;  ///< of the law's source file; empty if the build did not record it
  std::string card_json;      ///< the whole card, as the plugin wrote it (docs/authoring.md lists its fields)
};

/// Where and how a run was made.
struct Provenance {
  std::string lmw_version, git_commit, host, cpu, compiler, flags, blas;
  int jobs = 1;
};

struct RunPlan {
  std::string study;       ///< name for people
  std::string study_json;  ///< everything that was asked for, canonical: equal text, same study
  std::string study_sha256;
  std::string effort;  ///< quick, standard, thorough
  std::int64_t run_seed = 1;
  Provenance provenance;
  std::vector<LawCard> laws;
};

/// The stopping rule, sealed with each point. Method A: looks and weights (docs/statistics.md).
struct StoppingRule {
  std::string method = "A";     ///< A: group sequential; B: for any time; fixed: one look; deterministic
  std::vector<int> looks;       ///< replicates at each look, increasing; the last is S_max
  std::vector<double> weights;  ///< share of the error rates spent at each look; sum <= 1
  double alpha_confirm = 0.05, alpha_falsify = 0.05;
};

/// One prediction: of the law itself or of a rival, for one observable. All vectors have one entry per grid point.
struct SealedSeries {
  std::string observable;
  std::string rival;              ///< empty: the law itself
  std::string kind = "K1";        ///< K1..K10
  std::string compare = "value";  ///< value, difference, ratio (the last two: predicted per replicate)
  bool secondary = false;
  std::int64_t draws = 1;      ///< K9: trials behind each replicate's fraction
  double order = 1;            ///< K7: the power of the step size in which drift vanishes
  double span = 0;         ///< K5: the largest over the smallest x of its fit; 0: not said
  bool deterministic = false;  ///< does not depend on the seed, though other series of the point may
  double theory_df = std::numeric_limits<double>::infinity();
  std::string eps_reason;
  double power = std::numeric_limits<double>::quiet_NaN();  ///< of refuting this rival, where it could be computed
  std::vector<double> x;                                    ///< empty for a scalar
  std::vector<double> predicted;                            ///< per replicate: what compare tests against, 0
  std::vector<double> upper;  ///< K3 only, else empty; one end of an interval may be infinite
  std::vector<double> eps, b_th, theory_sd;
};

/// Everything that is sealed of one point before its first measuring task.
struct SealedPoint {
  std::string law;
  int law_version = 1;
  std::string point_json;       ///< readable, keys sorted, every declared parameter
  std::string canonical_point;  ///< canonical_point() of the same
  bool inside = true;
  double rho = 1;
  std::string regime_reason;
  bool must_break = false;
  bool abstained = false;
  std::string abstain_reason;
  bool per_replicate = false;
  int fitted_parameters = 0;
  StoppingRule stopping;
  std::vector<SealedSeries> series;      ///< empty if abstained
  std::vector<std::string> diagnostics;  ///< scalars that are measured besides, without a prediction
};

/// Ids of what was sealed: one prediction per series, in order.
struct SealReceipt {
  Id point_id = 0;
  std::vector<Id> prediction_ids;
};

/// Per-replicate values of one prediction: sealed in one batch before any measuring of that look.
struct ReplicatePrediction {
  Id prediction_id = 0;
  std::int64_t replicate = 0;
  std::vector<double> predicted;  ///< one per grid point
};

/// One replicate, measured.
struct Trial {
  Id point_id = 0;
  std::int64_t replicate = 0;
  std::int64_t seed = 0;
  std::string outcome = "ok";  ///< ok, diverged, stuck, not_converged, failed
  std::string message;
  std::string origin = "trained";  ///< trained, sampled, imported
  double wall_seconds = 0;
  std::int64_t measured_at_us = 0;  ///< microseconds since 1970, UTC
  struct Series {
    std::string observable;
    std::vector<double> x;      ///< empty for a scalar
    std::vector<double> value;  ///< finite; what is not finite is an outcome
  };
  std::vector<Series> series;  ///< empty unless outcome is ok
};

/// The answer to one comparison, as `verdicts` and `residuals` show it. NaN becomes NULL.
struct Verdict {
  Id point_id = 0;
  Id prediction_id = 0;  ///< 0: nothing was predicted (error, not_run, abstained)
  std::string observable, rival, kind;
  bool secondary = false;
  std::string regime;          ///< inside, outside
  std::string outcome = "ok";  ///< ok, error, not_converged, not_run
  std::string decision;        ///< confirmed, falsified, inconclusive; empty if nothing could be decided
  std::string verdict;         ///< decision, or outside, or outcome
  std::string sub_verdict;     ///< outside only: holds, breaks, unclear
  double confirm_ratio = 0, falsify_ratio = 0;
  int rivals_tried = 0;
  int rivals_refuted = 0;
  double at_x = 0;  ///< the grid point that decided; NaN for a scalar
  double predicted = 0, measured = 0, measured_se = 0, ci_low = 0, ci_high = 0;
  double eps = 0, b_th = 0, statistic = 0, p_confirm = 0, p_falsify = 0, p_adjusted = 0;
  std::int64_t n_replicates = 0;
  int look = 0;
  bool deterministic = false, postdiction = false;
  std::string expected;      ///< confirmed, falsified, breaks; empty where theory is silent
  int met_expectation = -1;  ///< 1, 0, or -1 for unknown
  std::string sentence;
  std::int64_t pilot_replicates = 0;  ///< 0: no pilot was run
  double pilot_sd = std::numeric_limits<double>::quiet_NaN();
  std::int64_t needed_replicates = 0, needed_draws = 0;              ///< in all; 0: not known, or no number would do
  double relative_l2 = std::numeric_limits<double>::quiet_NaN();     ///< curves: |measured - predicted| / |predicted|
  double relative_l2_se = std::numeric_limits<double>::quiet_NaN();  ///< by leaving out each replicate
  double median = std::numeric_limits<double>::quiet_NaN();          ///< of the replicates of a number
  double median_low = std::numeric_limits<double>::quiet_NaN();      ///< its 95 % interval between order statistics
  double median_high = std::numeric_limits<double>::quiet_NaN();
  struct Residual {
    double x = 0, predicted = 0, measured = 0, measured_se = 0, residual = 0, z = 0;
  };
  std::vector<Residual> residuals;
};

/// What many comparisons leave of one, over a whole run. NaN becomes NULL.
struct Badge {
  Id prediction_id = 0;
  double q_confirm = 1, q_falsify = 1;  ///< Benjamini-Hochberg adjusted
  double e_value = 0;                   ///< NaN for kinds without one
  bool e_refuted = false;
};

/// A condition whose runs can fail, counted when its run has ended. NaN and empty become NULL.
struct FailureRecord {
  Id point_id = 0;
  std::string observable;
  std::string failure_class;   ///< structural, contingent, safe, undetermined
  std::string consistent;      ///< structural, safe, or empty
  std::string forecast_class;  ///< structural, contingent, safe; empty without a prediction
  bool unexpected = false;
  double rate = 0, low = 0, high = 1;
  double predicted_rate = 0;  ///< NaN without a prediction
  std::int64_t failures = 0, n = 0;
};

/// Structure or accident, over the conditions of one law in a run. NaN becomes NULL.
struct FailureStructure {
  std::string law;
  std::int64_t conditions = 0;
  double within = 0, between = 0, structural_share = 0, share_low = 0, share_high = 0;
  double brier = 0, reliability = 0, skill = 0, captured = 0;
  std::int64_t persist_tried = 0, persist_held = 0, flips_tried = 0, flips_seen = 0;
  std::string boundary;  ///< the parameter scanned; empty: none
  double boundary_predicted = 0, boundary_low = 0, boundary_high = 0;
  std::string boundary_decision;  ///< confirmed, falsified, inconclusive; empty: none
  double boundary_width = std::numeric_limits<double>::quiet_NaN();  ///< e-folds in which failures rise; NaN: no fit
  std::string size;  ///< the parameter along which the width was followed; empty: none
  double width_trend = std::numeric_limits<double>::quiet_NaN();  ///< d log width / d log size
  double width_trend_se = std::numeric_limits<double>::quiet_NaN();
  std::string width_class;  ///< structural, contingent, undetermined; empty: none
};

/// How many runs of a condition failed: what a law's own K9 series `failure_probability` was measured to be. Where no
/// law counts failures itself, how many replicates ended in no value: diverged, stuck or not converged.
struct FailureCounts {
  Id point_id = 0;
  std::string law, point;  ///< point: JSON
  std::string observable;  ///< empty: by how the replicates ended
  bool inside = true;
  double predicted = 0;  ///< NaN: nothing was forecast
  std::int64_t failures = 0, runs = 0;
};

/// One comparison of a law itself, primary, with what the scorecard asks of it; or a sealed point without any.
struct Scorable {
  Id run_id = 0, point_id = 0;
  std::string effort;
  std::int64_t run_seed = 0;
  std::string law, pillar, point, canonical_point;
  std::int64_t law_version = 1;
  bool inside = true, must_break = false, abstained = false;
  double rho = 1;
  int fitted_parameters = 0;
  std::string observable, kind;      ///< empty where nothing was predicted
  std::string verdict, sub_verdict;  ///< empty where nothing was judged
  bool deterministic = false, postdiction = false;
  double predicted = 0, measured = 0, measured_se = 0, ci_low = 0, ci_high = 0, eps = 0, b_th = 0;
  double theory_sd = 0, theory_df = 0;  ///< the largest on the grid
  std::int64_t n_replicates = 0;
  bool scalar = true;
  std::int64_t rivals = 0;  ///< of this observable here
  double sharpness = 0;     ///< band over distance to the nearest rival; NaN where there is no such distance
  double power = 0;         ///< the best rival's; NaN where it was not computed
};

/// What one replicate measured of a scalar that the scorecard reads by itself.
struct ScalarValue {
  Id point_id = 0;
  std::string observable;
  std::int64_t replicate = 0;
  double value = 0;
};

/// All that the scorecard is counted from: every comparison in the lab, in the order of sealing, and the newest card of
/// each law that has one.
struct Evidence {
  std::vector<Scorable> comparisons;
  std::vector<LawCard> laws;
  std::vector<ScalarValue> scalars;     ///< of laws that declare elasticities or diagnostics, by point and replicate
  std::vector<FailureRecord> failures;  ///< as last classified
};

/// One number of the scorecard. NaN becomes NULL.
struct ScoreEntry {
  std::string subject;      ///< a law's id, or a pillar
  std::string desideratum;  ///< one of the seven
  std::string measure;      ///< empty: the number that stands for the desideratum
  double value = 0, low = 0, high = 0;
  std::int64_t n = 0;
  std::string how;
};

}  // namespace lmw::store
