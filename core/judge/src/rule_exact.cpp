#include "rules.h"

#include <algorithm>

namespace lmw::judge {

void rule_exact(const Prediction& prediction, const Replicates& replicates, Result& result) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t g = 0; g < prediction.predicted.size(); ++g)
    for (const auto& replicate : replicates) {
      const Location at = locate(prediction, {replicate}, g);
      const double ratio = prediction.kind == Kind::classification
                               ? (1 - at.measured) / (1 - (at.lower - at.eps_eff))
                               : band_ratio(std::max(at.measured - at.upper, at.lower - at.measured), at.eps_eff);
      if (ratio <= largest) continue;
      largest = ratio;
      describe(at, g, result);
    }
  result.confirm_ratio = result.falsify_ratio = largest;
  result.p_confirm = largest <= 1 ? 0 : 1;
  result.p_falsify = largest <= 1 ? 1 : 0;
  result.ci_low = result.ci_high = result.measured;
}

}  // namespace lmw::judge
