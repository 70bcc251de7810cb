#pragma once

#include <lmw/store/records.h>

#include <vector>

namespace lmw::host {

/// The seven desiderata (docs/statistics.md) of every law and pillar in a lab.
///
/// What counts: comparisons of the law itself, primary, of standard or thorough effort, with the run_seed that was
/// sealed first for the law, its version and the point, once each, and no postdictions. Pass rates leave out
/// comparisons without a rival of power 0.9, which could not have failed, and say how many.
std::vector<store::ScoreEntry> scorecard(const store::Evidence& evidence);

}  // namespace lmw::host
