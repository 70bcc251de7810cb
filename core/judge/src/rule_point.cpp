#include "quantiles.h"
#include "rules.h"
#include "skew.h"

#include <algorithm>

namespace lmw::judge {
namespace {

struct Answer {
  double confirm, falsify, p_confirm, p_falsify, low, high;
};

Answer answer(const Location& at, const Levels& levels, const StudentScale& scale) {
  // Seen from the predicted interval's ends; one number is an interval of length 0.
  const double over = at.measured - at.upper, under = at.measured - at.lower, eps = at.eps_eff;
  const double t_confirm = student_upper(levels.confirm, at.df), t_falsify = student_upper(levels.falsify / 2, at.df);
  const double t_interval = student_upper(interval_tail, at.df);
  const double above = scale.t(over - eps), below = scale.t(under + eps);
  // d - difference(t) and d - difference(-t) are the lower and upper ends of the interval of a true difference.
  return {
      .confirm = band_ratio(std::max(over - scale.difference(-t_confirm), scale.difference(t_confirm) - under), eps),
      .falsify = band_ratio(std::max(over - scale.difference(t_falsify), scale.difference(-t_falsify) - under), eps),
      .p_confirm = std::max(student_cdf(above, at.df), student_survival(below, at.df)),
      .p_falsify = std::min(1.0, 2 * std::min(student_survival(above, at.df), student_cdf(below, at.df))),
      .low = at.measured - scale.difference(t_interval),
      .high = at.measured - scale.difference(-t_interval)};
}

}  // namespace

void rule_point(const Location& at, const Levels& levels, Result& result) {
  Answer both = answer(at, levels, StudentScale(at, 0));
  if (const double skewness = skewness_to_correct(at); skewness != 0) {
    const Answer corrected = answer(at, levels, StudentScale(at, skewness));
    both = {.confirm = std::max(both.confirm, corrected.confirm),
            .falsify = std::min(both.falsify, corrected.falsify),
            .p_confirm = std::max(both.p_confirm, corrected.p_confirm),
            .p_falsify = std::max(both.p_falsify, corrected.p_falsify),
            .low = std::min(both.low, corrected.low),
            .high = std::max(both.high, corrected.high)};
  }
  describe(at, 0, result);
  result.confirm_ratio = both.confirm;
  result.falsify_ratio = both.falsify;
  result.p_confirm = both.p_confirm;
  result.p_falsify = both.p_falsify;
  result.ci_low = both.low;
  result.ci_high = both.high;
}

}  // namespace lmw::judge
