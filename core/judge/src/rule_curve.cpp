#include "multiplier_bootstrap.h"
#include "point_answer.h"
#include "quantiles.h"
#include "rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::judge {
namespace {

constexpr std::int64_t least_for_bootstrap = 16;

/// The tail of one grid point that keeps the whole grid at levels.falsify: Bonferroni's, or where there are replicates
/// enough to see how the grid points hang together, the multiplier bootstrap's. The bootstrap knows nothing of the
/// correlation of the theory's own error, so with any of that Bonferroni stays.
double family_tail(const std::vector<Location>& grid, const Replicates& replicates, const Levels& levels) {
  const double bonferroni = levels.falsify / (2 * static_cast<double>(grid.size()));
  const bool theory_is_noisy = std::any_of(grid.begin(), grid.end(), [](const auto& at) { return at.theory_sd > 0; });
  if (static_cast<std::int64_t>(replicates.size()) < least_for_bootstrap || theory_is_noisy) return bonferroni;
  std::vector<std::vector<double>> z(replicates.size());
  for (std::size_t i = 0; i < replicates.size(); ++i)
    for (std::size_t g = 0; g < grid.size(); ++g)
      if (grid[g].se > 0) z[i].push_back((replicates[i][g] - grid[g].measured) / grid[g].sample.sd);
  return normal_survival(multiplier_critical_value(z, levels.falsify, seed_from(replicates)));
}

/// A point at which all replicates agree to the last bit has no t statistic: its band decides, and it refutes only if
/// the sign test allows it.
PointAnswer without_spread(const Location& at, bool may_refute, double p_all_equal) {
  const double ratio = band_ratio(std::abs(at.residual), at.eps_eff);
  const bool inside = ratio <= 1;
  return {.confirm = ratio,
          .falsify = may_refute ? ratio : std::min(ratio, 1.0),
          .p_confirm = inside ? 0.0 : 1.0,
          .p_falsify = inside ? 1.0 : p_all_equal,
          .low = at.measured,
          .high = at.measured};
}

}  // namespace

void rule_curve(const std::vector<Location>& grid, const Replicates& replicates, const Levels& levels, Result& result) {
  const double points = static_cast<double>(grid.size()), n = static_cast<double>(replicates.size());
  const double tail = family_tail(grid, replicates, levels);
  // That S equal values lie on one side of the true median by chance has probability 2^(1-S).
  const double p_all_equal = std::exp2(1 - n);
  const bool equal_may_refute = points * p_all_equal <= levels.falsify;
  result.confirm_ratio = -std::numeric_limits<double>::infinity();
  result.p_confirm = 0;
  for (std::size_t g = 0; g < grid.size(); ++g) {
    const PointAnswer answer = grid[g].se > 0 ? answer_at(grid[g], levels.confirm, tail)
                                              : without_spread(grid[g], equal_may_refute, p_all_equal);
    result.confirm_ratio = std::max(result.confirm_ratio, answer.confirm);
    result.p_confirm = std::max(result.p_confirm, answer.p_confirm);
    result.p_falsify = std::min(result.p_falsify, points * answer.p_falsify);
    if (g > 0 && answer.falsify <= result.falsify_ratio) continue;
    result.falsify_ratio = answer.falsify;
    describe(grid[g], g, result);
    result.ci_low = answer.low;
    result.ci_high = answer.high;
  }
}

}  // namespace lmw::judge
