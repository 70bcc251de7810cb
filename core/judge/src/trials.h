#pragma once

#include <lmw/judge/judge.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace lmw::judge {

/// The trials behind replicates that report fractions of `draws` each.
struct Trials {
  std::int64_t successes = 0, n = 0;
  std::int64_t left_out = 0;  ///< replicates that reported -1: no label
  std::string problem;        ///< empty, or which replicate is no such fraction
};

/// Counts grid point g. @param may_leave_out  -1 leaves a replicate out instead of being a problem.
Trials count_trials(const Replicates& replicates, std::size_t g, std::int64_t draws, bool may_leave_out = false);

}  // namespace lmw::judge
