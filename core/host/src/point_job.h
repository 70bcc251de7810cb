#pragma once

#include "comparison.h"

#include <lmw/host/library.h>
#include <lmw/host/plan.h>
#include <lmw/judge/judge.h>
#include <lmw/store/lab.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace lmw::host {

/// One point on its way: predicted, sealed, measured look by look, judged. Its steps follow one another; only the
/// replicates of a look run at the same time, each writing to its own slot.
struct PointJob {
  const PlannedPoint* planned = nullptr;
  const Library* library = nullptr;
  double weight = 1, credited = 0;  ///< forecast work, and what progress has shown of it
  store::SealedPoint sealed;
  store::SealReceipt receipt;
  store::Id unsealed_point_id = 0;  ///< of an earlier invocation that could not predict it
  std::vector<judge::Look> looks;
  int look = -1;
  std::vector<store::Trial> trials;                ///< by replicate
  std::vector<bool> recorded;                      ///< measured, now or in an earlier invocation
  std::vector<ReplicateValues> predicted;          ///< [series][replicate][g]
  std::vector<std::vector<bool>> predicted_known;  ///< sealed
  std::vector<char> predicted_made;                ///< by replicate, sealed or not; set at the same time: no bits
  std::vector<Comparison> comparisons;
  std::atomic<bool> cut = false;  ///< a replicate was stopped: the look stays unfinished
  std::mutex error_mutex;
  std::string replicate_error;  ///< the first per-replicate prediction that failed

  /// Makes room for what follows from the plan: looks, and a comparison for each series that is sealed.
  void start_looks();
  /// Makes room for so many replicates.
  void grow(std::size_t replicates);
  /// Takes over what an earlier invocation sealed and measured.
  void restore(store::PointState state);
};

/// The first replicates, which all ended in values, by observable.
std::vector<ObservableData> data_of(const std::vector<store::Trial>& trials, std::size_t replicates);

/// NaN and infinity are an outcome, never a value: turns such a trial into one that diverged.
void name_what_is_not_finite(store::Trial& trial);

}  // namespace lmw::host
