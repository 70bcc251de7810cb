#include "trials.h"

#include <algorithm>
#include <cmath>

namespace lmw::judge {

Trials count_trials(const Replicates& replicates, std::size_t g, std::int64_t draws, bool may_leave_out) {
  Trials trials;
  const double per_replicate = static_cast<double>(draws);
  for (std::size_t i = 0; i < replicates.size(); ++i) {
    if (may_leave_out && replicates[i][g] == -1) {
      ++trials.left_out;
      continue;
    }
    const double successes = replicates[i][g] * per_replicate, whole = std::round(successes);
    const double rounding = 1e-6 * std::max(1.0, whole);
    if (!(whole >= 0 && whole <= per_replicate) || std::abs(successes - whole) > rounding) {
      trials.problem = "replicate " + std::to_string(i) + " is not a fraction of " + std::to_string(draws) + " trials";
      return trials;
    }
    trials.successes += static_cast<std::int64_t>(whole);
    trials.n += draws;
  }
  return trials;
}

}  // namespace lmw::judge
