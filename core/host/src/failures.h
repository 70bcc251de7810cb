#pragma once

#include <lmw/store/records.h>

#include <vector>

namespace lmw::host {

/// The class of each condition, with its interval: judge::call_failure of what was counted. Unexpected are structural
/// failures inside the regime where the law forecast safe: outside it the law's number is not its word.
std::vector<store::FailureRecord> classify(const std::vector<store::FailureCounts>& counts);

/// Structure or accident, law by law, over the conditions inside the regime: the variance within and between them, how
/// much of it the sealed rates explain, and the three signatures of structure:
///
///   persistence  conditions forecast structural that are called so, under new seeds and whatever else differs
///   flips        pairs of points that differ in one parameter, forecast safe and structural, that are called so
///   location     along the numeric parameter with the most conditions, where every forecast on one side is safe and on
///                the other structural: judge::decide_boundary against the middle (log scale) of the two grid points
///                around the change, within 3 % or half of their distance, whichever is more
///
/// A sealed rate places the boundary no better than the grid does, hence the half distance.
std::vector<store::FailureStructure> structures(const std::vector<store::FailureCounts>& counts);

}  // namespace lmw::host
