#include "quantiles.h"
#include "rules.h"
#include "skew.h"

#include <algorithm>

namespace lmw::judge {

void rule_point(const Location& at, const Levels& levels, Result& result) {
  const StudentScale scale(at);
  // Seen from the predicted interval's ends; one number is an interval of length 0.
  const double over = at.measured - at.upper, under = at.measured - at.lower, eps = at.eps_eff;
  const double t_confirm = student_upper(levels.confirm, at.df), t_falsify = student_upper(levels.falsify / 2, at.df);
  // d - difference(t) and d - difference(-t) are the lower and upper ends of the interval of a true difference.
  result.confirm_ratio =
      band_ratio(std::max(over - scale.difference(-t_confirm), scale.difference(t_confirm) - under), eps);
  result.falsify_ratio =
      band_ratio(std::max(over - scale.difference(t_falsify), scale.difference(-t_falsify) - under), eps);
  const double above = scale.t(over - eps), below = scale.t(under + eps);
  result.p_confirm = std::max(student_cdf(above, at.df), student_survival(below, at.df));
  result.p_falsify = std::min(1.0, 2 * std::min(student_survival(above, at.df), student_cdf(below, at.df)));
  describe(at, 0, result);
  const double t_interval = student_upper(interval_tail, at.df);
  result.ci_low = at.measured - scale.difference(t_interval);
  result.ci_high = at.measured - scale.difference(-t_interval);
}

}  // namespace lmw::judge
