#pragma once

#include <vector>

namespace lmw::judge {

/// Weighted least squares of y on l: the slope, its standard error where weights are 1/variance, and chi^2.
struct Line {
  double slope = 0, intercept = 0, se = 0, chi2 = 0;
};
/// @throws std::invalid_argument  all l equal.
Line fit_line(const std::vector<double>& l, const std::vector<double>& y, const std::vector<double>& weight);

}  // namespace lmw::judge
