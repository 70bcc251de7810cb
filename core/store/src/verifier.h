#pragma once

#include <lmw/store/verify.h>

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "digests.h"
#include "load.h"

namespace lmw::store {

struct LogRow {
  Id log_id = 0;
  std::string type;
  std::int64_t at_us = 0;
  Digest digest{}, chain{};
};

/// Walks the log once, from the first record to the last, and holds every row that a record covers against it. What is
/// counted there must be all there is: a row that no record covers was put in later.
class Verifier {
 public:
  Verifier(Connection& connection, VerifyReport& report);
  void walk_log(const std::string& expected_head);
  void check_uncovered();
  void check_copies();

 private:
  void find(const std::string& subject, const std::string& what);
  void check_missing_record(Id log_id);
  void check_record(const LogRow& log, const LogDetail& detail);
  void check_run(const LogRow& log);
  void check_run_event(const LogRow& log, const LogDetail& detail);
  void check_series(const LogRow& log, const LogDetail& detail);
  void check_abstention(const LogRow& log, const LogDetail& detail);
  void check_replicates(const LogRow& log, const LogDetail& detail);
  void check_trials(const LogRow& log, const LogDetail& detail);
  void check_verdicts(const LogRow& log, const LogDetail& detail);
  void check_adjusted(const LogRow& log);
  void check_failures(const LogRow& log, const LogDetail& detail);
  void check_scores(const LogRow& log);
  void check_badges(const LogRow& log);
  void check_pilots(const LogRow& log, const LogDetail& detail);
  /// Names the values of a covered row that changed. @returns whether it named any.
  bool name_changed(const std::string& subject, const std::string& who, const CoveredRow& row,
                    const std::vector<NamedValue>& values, const std::vector<NamedValue>& all);

  /// nullptr: its rows are gone.
  const StoredPoint* point(Id point_id);
  const RunMemory* run(Id run_id);
  std::string name(Id point_id);

  Connection& db_;
  VerifyReport& report_;
  PointReader points_;
  Statement trial_, trial_values_, replicate_values_, verdicts_, residuals_;
  std::unordered_map<Id, StoredPoint> known_points_;
  std::map<Id, RunMemory> known_runs_;
  std::set<Id> records_with_rows_;  ///< log_ids whose one row (run, event, prediction, judgement) was found
  std::int64_t adjustments_ = 0, failures_ = 0, failure_laws_ = 0, scores_ = 0, badges_ = 0, replicate_values_seen_ = 0,
               residuals_seen_ = 0, measured_values_ = 0, pilots_ = 0, pilot_values_ = 0;
};

/// Every cell of a point, in the order of slots.
std::vector<NamedValue> cells_of(const StoredPoint& point);
/// The shortest text that reads back as the same double.
std::string number_text(double value);

}  // namespace lmw::store
