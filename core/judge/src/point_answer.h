#pragma once

#include "sample.h"

namespace lmw::judge {

/// What one number says at given one-sided tails: the ratios, the p-values of one point, and the 95 % interval. A
/// strongly skewed sample is asked on the plain and on the skew-corrected scale, and says what both say.
struct PointAnswer {
  double confirm, falsify, p_confirm, p_falsify, low, high;
};

/// @param at  a location with se > 0.
PointAnswer answer_at(const Location& at, double confirm_tail, double falsify_tail);

}  // namespace lmw::judge
