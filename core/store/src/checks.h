#pragma once

#include <lmw/store/records.h>

#include <vector>

#include "scribe.h"

/// What a caller got wrong is said at the call, before anything is queued: a commit that fails ends the lab's writer.
/// All of these throw std::invalid_argument.
namespace lmw::store {

/// Sizes, ranges, ascending grids, one series per observable and rival. Missing b_th and theory_sd become zeros.
SealedPoint checked(SealedPoint point);

/// A trial as a row: values in the order of the point's slots, with its digest. An abstained point takes its grids from
/// its first trial.
TrialRow checked(const Trial& trial, PointMemory& point);

/// Verdicts of one point, with NaN for the numbers that a verdict without decision, prediction or data cannot have.
std::vector<Verdict> checked(std::vector<Verdict> verdicts, const PointMemory& point);

}  // namespace lmw::store
