#pragma once

#include <lmw/store/lab.h>

#include <optional>
#include <string>
#include <vector>

#include "scribe.h"

namespace lmw::store {

/// A point as its rows tell it.
struct StoredPoint {
  Id run_id = 0, law_id = 0;
  SealedPoint sealed;
  bool was_sealed = false;
  std::vector<Id> prediction_ids, log_ids;  ///< per series; of an abstention: its one record
  PointMemory memory;                       ///< its key is left to the caller, who knows the run
};

/// Reads points back, one statement of each sort for all of them.
class PointReader {
 public:
  explicit PointReader(Connection& connection);
  StoredPoint read(Id point_id);

 private:
  Statement point_, looks_, cells_, predictions_, values_;
};

/// Reads trials back with their values, in the order of replicates.
class TrialReader {
 public:
  explicit TrialReader(Connection& connection);
  std::vector<Trial> read(const StoredPoint& point);

 private:
  Statement trials_, values_;
};

/// @throws std::invalid_argument  no such run.
RunMemory recall_run(Connection& connection, Id run_id);
std::optional<RunState> find_run(Connection& connection, const std::string& study_sha256);
std::vector<PrimaryP> primary_p_falsify(Connection& connection, Id run_id);
std::vector<FailureCounts> failure_counts(Connection& connection, Id run_id);
Evidence evidence(Connection& connection);
std::vector<PointState> load_points(Connection& connection, const RunMemory& run, std::vector<PointMemory>& memories);

}  // namespace lmw::store
