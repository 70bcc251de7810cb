#pragma once

#include "scorecard_card.h"

#include <vector>

namespace lmw::host {

/// What a law's recommendation is worth, at the scored point where it is worth least. A law that recommends a choice
/// measures, as diagnostics under the same seeds, the losses of the recommended choice, of the best of a search and of
/// the choice one has without the law (`loss_recommended`, `loss_best`, `loss_default`), and says by observables of
/// these names the `cost_ratio` of finding the two and the `runs_saved`.
struct Usefulness {
  judge::Score regret;  ///< empty: no law here recommends a choice
  std::int64_t points = 0;
  std::vector<ScoreDetail> details;
};
Usefulness usefulness(const std::vector<store::Scorable>& counting, const ScalarSeries& measured);

/// Of the failures that the laws forecast in these points: alarms that were false, and failures that were not foretold.
std::vector<ScoreDetail> foretold_failures(const std::vector<store::Scorable>& counting,
                                           const std::vector<store::FailureRecord>& failures);

}  // namespace lmw::host
