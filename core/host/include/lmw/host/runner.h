#pragma once

#include <lmw/host/plan.h>
#include <lmw/host/registry.h>
#include <lmw/store/lab.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lmw::host {

/// How far a run is. Counts of points; a point is done when its verdicts are posted.
struct Progress {
  std::size_t points = 0, points_done = 0, points_sealed = 0;
  std::int64_t trials = 0;  ///< measured in this invocation
  double fraction = 0;      ///< 0..1, of the forecast work
  std::string law;          ///< that was last worked on
};

struct RunOptions {
  int jobs = 2;
  bool predict_only = false;
  bool again = false;
  std::optional<std::chrono::milliseconds> budget;  ///< wall time; no look starts after it
  DataLookup data;
  const std::atomic<int>* stop_signal = nullptr;     ///< nonzero once SIGINT or SIGTERM came
  std::function<void(const Progress&)> on_progress;  ///< from one thread at a time, at most 10 times a second
  std::function<void(const store::Verdict&, const std::string& law, const std::string& point)> on_verdict;
};

struct RunReport {
  store::Id run_id = 0;
  enum class Status { finished, already_finished, sealed_only, interrupted, out_of_time } status = Status::finished;
  bool resumed = false;
  std::size_t points = 0, errors = 0, not_run = 0, failed_trials = 0;
  double wall_seconds = 0;
};

/// The loop: predict, seal, measure, judge, until every point has its verdicts. Resumes an unfinished run of the same
/// plan. What is recorded does not depend on `jobs` or on the order in which tasks end.
/// @throws store::StoreError  the lab refused; what was committed stays.
RunReport run(const Plan& plan, Registry& registry, store::Lab& lab, const RunOptions& options);

/// Compiler, flags, CPU and the rest, of this program on this machine.
store::Provenance provenance(int jobs);

}  // namespace lmw::host
