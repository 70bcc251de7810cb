#include "multiplier_bootstrap.h"
#include "quantiles.h"
#include "rules.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

void rule_curve(const std::vector<Location>& grid, const Replicates& replicates, const Levels& levels, Result& result) {
  const double points = static_cast<double>(grid.size()), n = static_cast<double>(replicates.size());
  const double tail = family_tail(grid, replicates, levels);
  // Replicates that agree to the last bit at a point have no t statistic there. That they all lie on one side of the
  // true median by chance has probability 2^(1-S): the sign test decides whether they may refute.
  const double p_all_equal = std::min(1.0, points * std::exp2(1 - n));
  double confirm = -std::numeric_limits<double>::infinity(), falsify = confirm, p_confirm = 0, p_falsify = 1;
  for (std::size_t g = 0; g < grid.size(); ++g) {
    const Location& at = grid[g];
    const double excess = std::abs(at.residual) - at.eps_eff;
    double confirm_g = 0, falsify_g = 0;
    if (at.se > 0) {
      const double t_confirm = student_upper(levels.confirm, at.df), c = student_upper(tail, at.df);
      confirm_g = band_ratio(std::abs(at.residual) + t_confirm * at.se, at.eps_eff);
      falsify_g = band_ratio(std::abs(at.residual) - c * at.se, at.eps_eff);
      p_confirm = std::max(p_confirm, student_cdf(excess / at.se, at.df));
      p_falsify = std::min(p_falsify, 2 * points * student_survival(excess / at.se, at.df));
    } else {
      confirm_g = falsify_g = band_ratio(std::abs(at.residual), at.eps_eff);
      if (p_all_equal > levels.falsify) falsify_g = std::min(falsify_g, 1.0);
      if (confirm_g > 1) {
        p_confirm = 1;
        p_falsify = std::min(p_falsify, p_all_equal);
      }
    }
    confirm = std::max(confirm, confirm_g);
    if (g == 0 || falsify_g > falsify) {
      falsify = falsify_g;
      describe_with_interval(at, g, result);
    }
  }
  result.confirm_ratio = confirm;
  result.falsify_ratio = falsify;
  result.p_confirm = p_confirm;
  result.p_falsify = p_falsify;
}

}  // namespace lmw::judge
