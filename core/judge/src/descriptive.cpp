#include "rules.h"

#include <lmw/judge/median.h>

#include <algorithm>
#include <cmath>

namespace lmw::judge {
namespace {

/// Euclidean length, without overflow of squares.
double norm(const std::vector<double>& v) {
  double widest = 0, square = 0;
  for (const double x : v) widest = std::max(widest, std::abs(x));
  if (!(widest > 0) || std::isinf(widest)) return widest;
  for (const double x : v) square += (x / widest) * (x / widest);
  return widest * std::sqrt(square);
}

void relative_error(const std::vector<Location>& grid, const Replicates& replicates, Result& result) {
  std::vector<double> predicted, residual;
  for (const Location& at : grid) {
    predicted.push_back(at.predicted);
    residual.push_back(at.residual);
  }
  const double scale = norm(predicted);
  const double relative = norm(residual) / scale;
  if (!(scale > 0) || !std::isfinite(relative)) return;
  result.relative_l2 = relative;
  if (replicates.size() < 2) return;
  const double n = static_cast<double>(replicates.size());
  std::vector<double> leave_one_out;
  for (const auto& row : replicates) {
    auto without = residual;
    for (std::size_t g = 0; g < grid.size(); ++g) without[g] += (grid[g].measured - row[g]) / (n - 1);
    leave_one_out.push_back(norm(without) / scale);
  }
  const double se = summarise(leave_one_out).sd * (n - 1) / std::sqrt(n);
  if (std::isfinite(se)) result.relative_l2_se = se;
}

}  // namespace

void describe_sample(const Prediction& prediction, const std::vector<Location>& grid, const Replicates& replicates,
                     Result& result) {
  if (replicates.empty()) return;
  switch (prediction.kind) {
    case Kind::curve: return relative_error(grid, replicates, result);
    case Kind::point:
    case Kind::theory_error:
      if (grid.size() > 1) return relative_error(grid, replicates, result);
      break;
    case Kind::interval:
    case Kind::exponent: break;
    default: return;
  }
  const Median median = median_interval(column(replicates, 0));
  result.median = median.value;
  result.median_low = median.low;
  result.median_high = median.high;
}

}  // namespace lmw::judge
