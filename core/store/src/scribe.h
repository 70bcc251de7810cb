#pragma once

#include <lmw/store/canonical.h>
#include <lmw/store/records.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "digests.h"
#include "sqlite.h"

namespace lmw::store {

/// What is measured of one observable at a point; its values take consecutive slots in the order of x.
struct Grid {
  std::int64_t observable_id = 0;
  std::string observable;
  std::int64_t first_slot = 0;
  std::vector<double> x;  ///< ascending; empty: a scalar
  std::size_t size() const { return x.empty() ? 1 : x.size(); }
};

/// What has to be remembered of a point while it is measured.
struct PointMemory {
  Id point_id = 0;
  bool sealed = true, abstained = false, inside = true;
  Digest key{};
  std::int64_t run_started_us = 0;
  std::vector<Grid> grids;
  struct Series {
    Id prediction_id = 0;
    Digest digest{};
    std::vector<std::int64_t> slots;  ///< of its grid points
  };
  std::vector<Series> series;
  std::int64_t trials = 0, core_us = 0;
};

/// A law of a run, as the writer needs it.
struct RunLaw {
  Id law_id = 0;
  LawCard card;
};
struct RunMemory {
  Id run_id = 0;
  Digest digest{};
  std::int64_t started_us = 0;
  std::map<std::string, RunLaw> laws;  ///< by id of the law
};

/// One trial, ready to be written.
struct TrialRow {
  Id point_id = 0;
  std::int64_t replicate = 0, seed = 0, wall_us = 0, after_ms = 0;
  int outcome_id = 0, origin_id = 0;
  std::string message;
  std::vector<std::pair<std::int64_t, double>> values;  ///< (slot, value), ascending slots
  Digest digest{};
  std::vector<Grid> new_grids;  ///< of an abstained point, with its first trial
};

/// Ids of the two small vocabularies. @throws std::invalid_argument  another word.
int outcome_id(std::string_view outcome);
int origin_id(std::string_view origin);

std::int64_t now_us();

/// Writes records as rows, one call at a time, inside a transaction that the caller holds.
class Scribe {
 public:
  explicit Scribe(Connection& connection);

  RunMemory begin_run(const RunPlan& plan);
  void add_event(const RunMemory& run, const std::string& status);

  /// A sealed point with its predictions or abstention; close a batch of them with `seal`.
  PointMemory add_point(const RunMemory& run, const SealedPoint& point);
  PointMemory add_unsealed_point(const RunMemory& run, const SealedPoint& point);
  void add_replicates(const std::vector<ReplicatePrediction>& values,
                      const std::vector<const PointMemory::Series*>& of);
  void seal();

  /// One MEASURE record for all of them. Sorts `trials`.
  void add_trials(std::vector<TrialRow>& trials);
  /// Trials under seeds of their own, which no verdict counts: one MEASURE record for all of a point.
  void add_pilots(Id point_id, const std::vector<TrialRow>& pilots);
  void add_verdicts(const PointMemory& point, const std::vector<Verdict>& verdicts);
  void add_adjusted(Id run_id, const std::string& law, const std::vector<std::pair<Id, double>>& p_by_prediction);

  /// What the verdicts and trials of an ended run say beyond each point: one record for all failures of the run, one
  /// for all numbers of the scorecard.
  void add_failures(const RunMemory& run, std::vector<FailureRecord> failures, std::vector<FailureStructure> laws);
  void add_badges(const RunMemory& run, const std::vector<Badge>& badges);
  void add_scores(Id run_id, std::vector<ScoreEntry> scores);

  const Digest& chain_head() const { return head_; }

 private:
  Id append(std::string_view type, const Digest& digest, const std::optional<LogDetail>& detail = std::nullopt);
  Id law_id(const LawCard& card);
  Id stopping_id(const StoppingRule& rule);
  Id name_id(std::map<std::string, Id>& known, Statement& insert, const std::string& name);
  Id insert_point(const RunMemory& run, const RunLaw& law, const SealedPoint& point);
  void insert_grids(Id point_id, std::vector<Grid>& grids);

  Connection& db_;
  Id log_id_ = 0;
  Digest head_{};
  std::vector<Digest> unsealed_;  ///< PREDICT and ABSTAIN records since the last SEAL
  std::map<std::string, Id> observables_, rivals_, stoppings_;
  Statement insert_log_, insert_observable_, insert_rival_, insert_point_, insert_cell_, insert_prediction_,
      insert_prediction_value_, insert_replicate_value_, insert_trial_, insert_value_, insert_values_,
      insert_judgement_, insert_verdict_, insert_residual_, insert_adjustment_;
};

/// The columns of `law` that are copies out of its card, and the expressions that copy them.
inline constexpr const char* law_columns =
    "pillar, fitted_parameters, predicts, deterministic, title, claim, formula, source, analogue, regime, refuted_if, "
    "symmetry, conserved_or_order_parameter, control_parameter, large_parameter, leading_correction, axioms";
std::string law_columns_from_card(const std::string& card);

/// The grids that the series of a point span: the union over law and rivals, in order of first appearance.
std::vector<Grid> grids_of(const SealedPoint& point);
/// The canonical text under which equal stopping rules share a row.
std::string stopping_text(const StoppingRule& rule);

}  // namespace lmw::store
