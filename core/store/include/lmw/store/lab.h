#pragma once

#include <lmw/store/records.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lmw::store {

/// The world refused: no file, not a lab, locked, corrupt, full, written by a newer lmw.
class StoreError : public std::runtime_error {
 public:
  enum class Reason { cannot_open, not_a_lab, newer, corrupt, locked, full, read_only, network, refused };
  StoreError(Reason reason, const std::string& what) : std::runtime_error(what), reason_(reason) {}
  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

/// A run as found in the lab.
struct RunState {
  Id run_id = 0;
  std::string study, study_sha256, status, effort;  ///< status: running, interrupted, finished
  std::int64_t run_seed = 1;
};

/// A sealed point as found in the lab, with what has been measured of it.
struct PointState {
  Id point_id = 0;
  SealedPoint sealed;
  SealReceipt receipt;
  std::vector<ReplicatePrediction> replicate_predictions;
  std::vector<Trial> trials;
  bool judged = false;     ///< its verdicts are in the lab
  bool was_sealed = true;  ///< false: it came through post_unsealed_point
};

/// What corrections for many comparisons need of one.
struct PrimaryP {
  std::string law;
  Id prediction_id = 0;
  double p_falsify = 1, p_confirm = 1;
  std::string kind;
  bool scalar = true, deterministic = false;
  double predicted = 0, measured = 0, measured_se = 0, band = 0, theory_sd = 0;
  std::int64_t n_replicates = 0, draws = 1;
};

/// The one writer of a lab. Owned by one process at a time: a second waits, then says who holds it.
///
/// Calls may come from any thread. Seals and run ends are committed with synchronous=FULL and are on disk when they
/// return or call back; trials and verdicts are committed in groups (at most 100 ms or 50 000 rows apart) and count as
/// recorded when `flush` returns. Order is kept: what is posted first is committed no later.
///
/// Callbacks run on the writer's thread. They may call `seal`, `seal_replicates`, `post_*`, nothing that waits, and
/// must not throw. `post_trial` waits while more than 200 000 values are queued.
///
/// @throws std::invalid_argument  what the caller got wrong; nothing is written, and the lab goes on.
/// @throws StoreError  from any call; after a failed commit every further call throws the same.
class Lab {
 public:
  /// Opens a lab, making and migrating it as needed. ":memory:" is a lab of its own, for tests.
  /// @param wait  for another process that is writing to it.
  /// @param vfs   name of a registered SQLite VFS, for tests that break the disk.
  explicit Lab(const std::filesystem::path& file, std::chrono::milliseconds wait = std::chrono::seconds(10),
               const char* vfs = nullptr);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// Told once, on the writer's thread, when a commit has failed: whoever waits for a callback learns that none comes.
  /// Replacing the function waits until it has returned: `on_failure({})` comes before the end of what it refers to,
  /// and never from inside it.
  void on_failure(std::function<void(const StoreError&)> failed);

  /// The newest run of a study, if any.
  std::optional<RunState> find_run(const std::string& study_sha256);
  Id begin_run(const RunPlan& plan);
  /// Marks a run as going on again; its provenance stays that of its start.
  void resume_run(Id run_id);
  /// status: finished, interrupted.
  void end_run(Id run_id, const std::string& status);
  /// Everything sealed and measured in a run so far, in the order of sealing. Its points take trials and verdicts
  /// again.
  std::vector<PointState> load_points(Id run_id);

  /// Seals a point: predictions, or an abstention. `sealed` is called on the writer's thread after the commit.
  /// Points posted while a commit is under way share the next one. After a failed commit it is never called: `flush`
  /// throws, and `on_failure` tells.
  void seal(Id run_id, SealedPoint point, std::function<void(const SealReceipt&)> sealed);
  /// Seals the per-replicate values of one look; `sealed` is called after the commit.
  void seal_replicates(Id run_id, std::vector<ReplicatePrediction> values, std::function<void()> sealed);
  /// A point that could not be predicted or run: it gets a row, so that a verdict (error, not_run) can name it.
  void post_unsealed_point(Id run_id, const SealedPoint& point, std::function<void(Id point_id)> stored);
  void post_trial(Trial trial);
  /// All verdicts of one point at once, after all its trials. A verdict's p_adjusted is not read: see set_adjusted.
  /// @param pilots  trials of the point under seeds of purpose `pilot`, on which the verdicts' needed_replicates rest.
  void post_verdicts(std::vector<Verdict> verdicts, const std::vector<Trial>& pilots = {});
  /// Of the verdicts of a run so far: the law's own primary comparisons inside the regime that have a p_falsify.
  std::vector<PrimaryP> primary_p_falsify(Id run_id);
  /// After all verdicts of a run: the adjusted p-values (Holm within a law) by prediction. Given again, the newest
  /// count.
  void set_adjusted(Id run_id, const std::string& law, const std::vector<std::pair<Id, double>>& p_by_prediction);
  /// After all verdicts of a run: what its comparisons are worth among all of them. Given again, the newest count.
  void set_badges(Id run_id, const std::vector<Badge>& badges);
  /// Of a run's judged points: those with a series `failure_probability`, with its runs counted.
  std::vector<FailureCounts> failure_counts(Id run_id);
  /// After all verdicts of a run: its failures, and what its laws' failures say together. Given again, the newest
  /// count.
  void set_failures(Id run_id, const std::vector<FailureRecord>& failures, const std::vector<FailureStructure>& laws);
  Evidence evidence();
  /// The whole scorecard of the lab, as counted at the end of this run. The newest counts.
  void set_scores(Id run_id, const std::vector<ScoreEntry>& scores);
  /// Returns when everything posted so far is committed.
  void flush();

  /// The head of the hash chain: what reports print and `verify --head` compares.
  std::string chain_head();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmw::store
