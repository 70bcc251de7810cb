#include "skew.h"

#include <cmath>

namespace lmw::judge {

StudentScale::StudentScale(const Location& at, double skewness)
    : se_(at.se), skewness_(skewness), root_n_(std::sqrt(static_cast<double>(at.sample.n))) {}

double StudentScale::t(double difference) const {
  if (skewness_ == 0) return difference / se_;
  const double g = skewness_, stretched = 1 + g / 3 * (difference / se_ / root_n_);
  return root_n_ * ((stretched * stretched * stretched - 1) / g + g / (6 * root_n_ * root_n_));
}

double StudentScale::difference(double t) const {
  if (skewness_ == 0) return t * se_;
  const double g = skewness_, cubed = 1 + g * (t / root_n_ - g / (6 * root_n_ * root_n_));
  return se_ * (root_n_ * 3 / g * (std::cbrt(cubed) - 1));
}

double skewness_to_correct(const Location& at) {
  const bool corrects = at.theory_sd == 0 && at.sample.n >= 8 && at.sample.n < 64 && std::abs(at.sample.skewness) > 1;
  return corrects ? at.sample.skewness : 0;
}

}  // namespace lmw::judge
