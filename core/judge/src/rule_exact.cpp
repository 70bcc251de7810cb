#include "rules.h"

#include <cmath>

namespace lmw::judge {

void rule_exact(const Prediction& prediction, const Replicates& replicates, Result& result) {
  double largest = -1;
  for (std::size_t g = 0; g < prediction.predicted.size(); ++g)
    for (const auto& replicate : replicates) {
      Location at = locate(prediction, {replicate}, g);
      const double ratio = band_ratio(std::abs(at.residual), at.eps_eff);
      if (ratio <= largest) continue;
      largest = ratio;
      describe(at, g, result);
    }
  result.confirm_ratio = result.falsify_ratio = largest;
  result.p_confirm = largest <= 1 ? 0 : 1;
  result.p_falsify = largest <= 1 ? 1 : 0;
  result.ci_low = result.ci_high = result.measured;
  result.deterministic = true;
}

}  // namespace lmw::judge
