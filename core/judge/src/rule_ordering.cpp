#include "quantiles.h"
#include "rules.h"
#include "skew.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::judge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Pair {
  double confirm = infinity, falsify = -infinity, p_confirm = 1, p_falsify = 1;
};

/// S equal differences have no t statistic; that they all lie on one side by chance has probability 2^-S.
Pair without_spread(const Location& at, double p_sign, double level_confirm, double level_falsify) {
  Pair pair;
  if (at.residual > at.eps_eff) {
    pair.p_confirm = p_sign;
    pair.confirm = p_sign <= level_confirm ? p_sign / level_confirm : infinity;
  }
  if (at.residual < 0) {
    pair.p_falsify = p_sign;
    pair.falsify = p_sign <= level_falsify ? infinity : 1;
  }
  return pair;
}

Pair by_student(const Location& at, double level_confirm, double level_falsify, double skewness) {
  const StudentScale scale(at, skewness);
  const double t = scale.t(at.residual - at.eps_eff), reversed = -scale.t(at.residual);
  Pair pair;
  if (t > 0) pair.confirm = student_upper(level_confirm, at.df) / t;
  pair.falsify = reversed / student_upper(level_falsify, at.df);
  pair.p_confirm = student_survival(t, at.df);
  pair.p_falsify = student_survival(reversed, at.df);
  return pair;
}

}  // namespace

void rule_ordering(const std::vector<Location>& grid, bool deterministic, const Levels& levels, Result& result) {
  const double pairs = static_cast<double>(grid.size());
  result.confirm_ratio = -infinity;
  result.p_confirm = 0;
  for (std::size_t g = 0; g < grid.size(); ++g) {
    const Location& at = grid[g];
    const double p_sign = deterministic ? 0 : std::exp2(-static_cast<double>(at.sample.n));
    // Every pair must be confirmed, so no correction; any reversed pair refutes, so Holm's first step.
    Pair pair = at.se > 0 ? by_student(at, levels.confirm, levels.falsify / pairs, 0)
                          : without_spread(at, p_sign, levels.confirm, levels.falsify / pairs);
    if (const double skewness = skewness_to_correct(at); skewness != 0) {
      const Pair corrected = by_student(at, levels.confirm, levels.falsify / pairs, skewness);
      pair = {std::max(pair.confirm, corrected.confirm), std::min(pair.falsify, corrected.falsify),
              std::max(pair.p_confirm, corrected.p_confirm), std::max(pair.p_falsify, corrected.p_falsify)};
    }
    result.confirm_ratio = std::max(result.confirm_ratio, pair.confirm);
    result.p_confirm = std::max(result.p_confirm, pair.p_confirm);
    result.p_falsify = std::min(result.p_falsify, pairs * pair.p_falsify);
    if (g > 0 && pair.falsify <= result.falsify_ratio) continue;
    result.falsify_ratio = pair.falsify;
    describe_with_interval(at, g, result);
  }
}

}  // namespace lmw::judge
