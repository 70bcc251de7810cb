#include <lmw/judge/failure.h>

#include "logistic.h"
#include "rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::judge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_cells(std::span<const BoundaryCell> cells) {
  if (cells.size() < 3) throw std::invalid_argument(std::to_string(cells.size()) + " cells: expected at least 3");
  double before = 0;
  for (const auto& cell : cells) {
    if (!(cell.x > before && std::isfinite(cell.x)))
      throw std::invalid_argument("x = " + std::to_string(cell.x) + ": expected positive, increasing x");
    before = cell.x;
    const auto& c = cell.count;
    if (c.runs < 1 || c.failures < 0 || c.failures > c.runs)
      throw std::invalid_argument(std::to_string(c.failures) + " failures of " + std::to_string(c.runs) +
                                  " runs: expected at least 1 run, and 0 <= failures <= runs");
  }
}

bool mixed(const BoundaryCell& cell) { return cell.count.failures > 0 && cell.count.failures < cell.count.runs; }

double share(const BoundaryCell& cell) {
  return static_cast<double>(cell.count.failures) / static_cast<double>(cell.count.runs);
}

/// Without enough mixed cells for a fit: between which grid points the outcome turns.
void decide_bracket(std::span<const BoundaryCell> cells, double predicted, double eps, const Levels& levels,
                    Result& result) {
  double low = -infinity, high = infinity;  // of ln x
  for (const auto& cell : cells) {
    if (cell.count.failures > 0) break;
    low = std::log(cell.x);
  }
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    if (cell->count.failures < cell->count.runs) break;
    high = std::log(cell->x);
  }
  std::int64_t runs = std::numeric_limits<std::int64_t>::max();
  for (const auto& cell : cells) runs = std::min(runs, cell.count.runs);
  // A cell beyond the boundary, where failure is likelier than not, shows no failure with probability below 2^-S.
  const double p_side = std::exp2(-static_cast<double>(runs));
  const double reach = std::max(high - predicted, predicted - low) / eps;
  const double gap = std::max(low - predicted, predicted - high) / eps;
  result.confirm_ratio = 2 * p_side <= levels.confirm ? reach : infinity;
  result.falsify_ratio = p_side <= levels.falsify ? gap : std::min(gap, 1.0);
  result.p_confirm = reach <= 1 ? 2 * p_side : 1;
  result.p_falsify = gap > 1 ? p_side : 1;
  result.ci_low = low;
  result.ci_high = high;
  result.measured = std::isfinite(low) && std::isfinite(high) ? (low + high) / 2 : std::isfinite(low) ? low : high;
  result.note = "the bracket between grid points crosses the edge of the band: refine the grid";
}

}  // namespace

std::optional<BoundaryFit> fit_boundary(std::span<const BoundaryCell> cells) {
  check_cells(cells);
  std::vector<double> u, failures, runs;
  double mean = 0;
  for (const auto& cell : cells) mean += std::log(cell.x) / static_cast<double>(cells.size());
  for (const auto& cell : cells) {
    u.push_back(std::log(cell.x) - mean);
    failures.push_back(static_cast<double>(cell.count.failures));
    runs.push_back(static_cast<double>(cell.count.runs));
  }
  const auto fit = fit_logistic(u, failures, runs);
  if (!fit || fit->slope == 0) return std::nullopt;
  const double r = -fit->intercept / fit->slope;
  const double slope = std::abs(fit->slope);
  return BoundaryFit{.log_location = mean + r,
                     .width = 1 / fit->slope,
                     .se = std::sqrt(fit->v00 + r * r * fit->v11 + 2 * r * fit->v01) / slope,
                     .width_se = std::sqrt(fit->v11) / (slope * slope),
                     .df = static_cast<double>(cells.size() - 2)};
}

Result decide_boundary(std::span<const BoundaryCell> cells, double predicted, double tolerance, const Levels& levels) {
  check_cells(cells);
  if (!(predicted > 0 && std::isfinite(predicted)) || !(tolerance > 1 && std::isfinite(tolerance)))
    throw std::invalid_argument("predicted = " + std::to_string(predicted) +
                                ", tolerance = " + std::to_string(tolerance) + ": expected > 0 and > 1");
  const double eps = std::log(tolerance);
  Prediction number;
  number.predicted = {std::log(predicted)};
  number.eps = {eps};
  std::int64_t runs = 0;
  for (const auto& cell : cells) runs += cell.count.runs;

  Result result;
  result.n_replicates = runs;
  result.predicted = number.predicted[0];
  result.eps = eps;
  if (share(cells.front()) > 0.2 || share(cells.back()) < 0.8) {
    result.note = "the grid does not bracket the boundary: expected few failures at its start and many at its end";
  } else if (std::count_if(cells.begin(), cells.end(), mixed) < 2) {
    decide_bracket(cells, number.predicted[0], eps, levels, result);
  } else if (const auto fit = fit_boundary(cells)) {
    return decide_estimate(number, {fit->log_location, fit->se, fit->df, runs}, levels);
  } else {
    result.note = "the failures do not follow a boundary: no maximum of the likelihood";
  }
  conclude(result);
  if (result.decision != Decision::inconclusive) result.note.clear();
  return result;
}

}  // namespace lmw::judge
