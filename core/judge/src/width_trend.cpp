#include <lmw/judge/failure.h>

#include "line.h"
#include "rules.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

constexpr std::size_t least_sizes = 3;

void check_sizes(std::span<const SizedBoundary> boundaries, double eps) {
  if (!(eps > 0 && std::isfinite(eps)))
    throw std::invalid_argument("eps = " + std::to_string(eps) + ": expected finite and > 0");
  for (const auto& b : boundaries)
    if (!(b.size > 0 && std::isfinite(b.size)))
      throw std::invalid_argument("size = " + std::to_string(b.size) + ": expected finite and > 0");
}

/// A relative error past these ends belongs to no fit, and its weight would leave the others no digits.
bool has_width(const BoundaryFit& fit) {
  const double relative = fit.width_se / fit.width;
  return fit.width > 0 && std::isfinite(fit.width) && relative > 1e-6 && relative < 1e6 && fit.df >= 1;
}

}  // namespace

WidthTrend width_trend(std::span<const SizedBoundary> boundaries, double eps, const Levels& levels) {
  check_sizes(boundaries, eps);
  check_levels(levels);
  WidthTrend trend;
  if (boundaries.size() < least_sizes) {
    trend.note = std::to_string(boundaries.size()) + " sizes: a trend needs at least 3";
    return trend;
  }
  std::vector<double> size, width, weight;
  trend.df = std::numeric_limits<double>::infinity();
  for (const auto& b : boundaries) {
    if (!has_width(b.fit)) {
      trend.df = 0;
      trend.note = "a boundary without a positive width and its error";
      return trend;
    }
    const double relative = b.fit.width_se / b.fit.width;
    size.push_back(std::log(b.size));
    width.push_back(std::log(b.fit.width));
    weight.push_back(1 / (relative * relative));
    trend.df = std::min(trend.df, b.fit.df);
  }
  const Line line = fit_line(size, width, weight);
  trend.exponent = line.slope;
  trend.se = line.se * std::sqrt(std::max(1.0, line.chi2 / static_cast<double>(boundaries.size() - 2)));

  const Prediction flat{.predicted = {0}, .eps = {eps}};
  const auto cells = static_cast<std::int64_t>(boundaries.size());
  const Result against_flat = decide_estimate(flat, {trend.exponent, trend.se, trend.df, cells}, levels);
  trend.low = against_flat.ci_low;
  trend.high = against_flat.ci_high;
  switch (against_flat.decision) {
    case Decision::confirmed: trend.failure_class = FailureClass::contingent; break;
    case Decision::falsified:
      if (trend.exponent < 0)
        trend.failure_class = FailureClass::structural;
      else
        trend.note = "the boundary widens with size";
      break;
    case Decision::inconclusive: trend.note = against_flat.note; break;
  }
  return trend;
}

}  // namespace lmw::judge
