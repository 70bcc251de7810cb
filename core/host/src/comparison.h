#pragma once

#include <lmw/judge/judge.h>
#include <lmw/store/records.h>

#include <string>
#include <vector>

namespace lmw::host {

/// What was measured of one observable at one point: raw[j][g], replicate by grid point.
struct ObservableData {
  std::string observable;
  std::vector<std::vector<double>> raw;
};

/// Per-replicate predictions of one series: value[j][g]; empty where predictions are made per point.
using ReplicateValues = std::vector<std::vector<double>>;

/// One sealed series on its way through the looks. Its answer is frozen at the first look that is conclusive.
struct Comparison {
  std::size_t series = 0;  ///< index into SealedPoint::series
  judge::Result result;
  int look = 0;  ///< 1-based look of `result`; 0: never judged
  bool conclusive = false;
  std::vector<double> p_confirm, p_falsify;  ///< one per look

  void judge(const store::SealedPoint& point, const std::vector<ObservableData>& data,
             const std::vector<ReplicateValues>& predicted, const std::vector<judge::Look>& looks, int at_look);
};

/// How the trials of a point ended, counted.
struct TrialCounts {
  std::int64_t ok = 0, diverged = 0, stuck = 0, not_converged = 0, failed = 0;
  std::string first_message;
};

/// The verdict rows of a point, in the order of its series.
std::vector<store::Verdict> verdicts_of(const store::SealedPoint& point, const store::SealReceipt& receipt,
                                        const std::vector<Comparison>& comparisons,
                                        const std::vector<judge::Look>& looks, const TrialCounts& trials,
                                        bool out_of_time);

/// Replicates under seeds of their own (purpose "pilot"), measured once a point has come to its last look undecided.
/// Nothing of them enters a decision: they tell how many replicates would.
inline constexpr int pilot_replicates = 8;
struct Pilot {
  std::vector<ObservableData> data;
  std::vector<ReplicateValues> predicted;
};

/// Whether a pilot could say more: a primary comparison inside the regime, or one of its rivals, is undecided and is of
/// a kind whose need follows from the spread (K1 to K5).
bool wants_pilot(const store::SealedPoint& point, const std::vector<store::Verdict>& rows);

/// Writes into undecided rows how many replicates (and draws) in all would decide with probability 0.9: confirm the law
/// if it is exact, refute a rival if the law is. Of proportions the sealed prediction has the spread, without a pilot.
/// @param pilot  nullptr: none was run.
void add_need(std::vector<store::Verdict>& rows, const store::SealedPoint& point, const Pilot* pilot);

/// The row of a point that could not be predicted or run.
store::Verdict verdict_without_prediction(store::Id point_id, bool inside, const std::string& outcome,
                                          const std::string& reason);

}  // namespace lmw::host
