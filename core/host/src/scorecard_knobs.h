#pragma once

#include "scorecard_card.h"

namespace lmw::host {

/// The elasticity sheet of a law (docs/statistics.md): which of the declared signs of d log observable / d log knob,
/// and which of the declared values, the measurements show. Asked along lines of points inside the regime that differ
/// in the knob alone; a sign must hold on all of its lines. Each is counted once, and has a row of its own.
struct KnobSheet {
  std::int64_t signs_asked = 0, signs_confirmed = 0, values_asked = 0, values_confirmed = 0;
  std::int64_t declared = 0;         ///< signs, asked or not
  std::vector<ScoreDetail> details;  ///< one per elasticity that could be asked
};

/// @param law       id.
/// @param counting  scored comparisons; those of other laws are passed over.
KnobSheet knob_sheet(const std::string& law, const ScoredCard& card, const std::vector<store::Scorable>& counting,
                     const ScalarSeries& measured);

}  // namespace lmw::host
