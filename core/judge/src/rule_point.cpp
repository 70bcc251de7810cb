#include "point_answer.h"
#include "quantiles.h"
#include "rules.h"
#include "skew.h"

#include <algorithm>

namespace lmw::judge {
namespace {

PointAnswer answer_on(const StudentScale& scale, const Location& at, double confirm_tail, double falsify_tail) {
  // Seen from the predicted interval's ends; one number is an interval of length 0.
  const double over = at.measured - at.upper, under = at.measured - at.lower, eps = at.eps_eff;
  const double t_confirm = student_upper(confirm_tail, at.df), t_falsify = student_upper(falsify_tail, at.df);
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

PointAnswer answer_at(const Location& at, double confirm_tail, double falsify_tail) {
  const PointAnswer plain = answer_on(StudentScale(at, 0), at, confirm_tail, falsify_tail);
  const double skewness = skewness_to_correct(at);
  if (skewness == 0) return plain;
  const PointAnswer corrected = answer_on(StudentScale(at, skewness), at, confirm_tail, falsify_tail);
  return {.confirm = std::max(plain.confirm, corrected.confirm),
          .falsify = std::min(plain.falsify, corrected.falsify),
          .p_confirm = std::max(plain.p_confirm, corrected.p_confirm),
          .p_falsify = std::max(plain.p_falsify, corrected.p_falsify),
          .low = std::min(plain.low, corrected.low),
          .high = std::max(plain.high, corrected.high)};
}

void rule_point(const Location& at, const Levels& levels, Result& result) {
  const PointAnswer answer = answer_at(at, levels.confirm, levels.falsify / 2);
  describe(at, 0, result);
  result.confirm_ratio = answer.confirm;
  result.falsify_ratio = answer.falsify;
  result.p_confirm = answer.p_confirm;
  result.p_falsify = answer.p_falsify;
  result.ci_low = answer.low;
  result.ci_high = answer.high;
}

}  // namespace lmw::judge
