#include "line.h"

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace lmw::judge {

Line fit_line(const std::vector<double>& l, const std::vector<double>& y, const std::vector<double>& weight) {
  double total = 0, mean_l = 0, mean_y = 0;
  for (std::size_t j = 0; j < l.size(); ++j) {
    total += weight[j];
    mean_l += weight[j] * l[j];
    mean_y += weight[j] * y[j];
  }
  mean_l /= total;
  mean_y /= total;
  double spread = 0, covariance = 0;
  for (std::size_t j = 0; j < l.size(); ++j) {
    spread += weight[j] * (l[j] - mean_l) * (l[j] - mean_l);
    covariance += weight[j] * (l[j] - mean_l) * (y[j] - mean_y);
  }
  if (!(spread > 0)) throw std::invalid_argument("all sizes are equal: expected at least two different ones");
  Line line{.slope = covariance / spread, .se = 1 / std::sqrt(spread)};
  line.intercept = mean_y - line.slope * mean_l;
  for (std::size_t j = 0; j < l.size(); ++j) {
    const double rest = y[j] - line.intercept - line.slope * l[j];
    line.chi2 += weight[j] * rest * rest;
  }
  return line;
}

}  // namespace lmw::judge
