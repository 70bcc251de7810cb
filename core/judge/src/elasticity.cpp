#include <lmw/judge/elasticity.h>

#include <lmw/judge/exponent.h>

#include "quantiles.h"
#include "sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

/// Of a logarithm of values that differ in their last digits only; the same as for a conserved quantity's drift.
constexpr double rounding = 1e4 * std::numeric_limits<double>::epsilon();

void check_knobs(std::span<const ElasticityCell> cells) {
  double before = -std::numeric_limits<double>::infinity();
  for (const auto& cell : cells) {
    // Of the logarithms, since neighbouring doubles may share one.
    if (!(cell.knob > 0 && std::isfinite(cell.knob)) || !(std::log(cell.knob) > before))
      throw std::invalid_argument("knob = " + std::to_string(cell.knob) + ": expected positive, increasing settings");
    before = std::log(cell.knob);
  }
}

std::size_t fewest_replicates(std::span<const ElasticityCell> cells) {
  std::size_t fewest = cells.empty() ? 0 : cells.front().values.size();
  for (const auto& cell : cells) fewest = std::min(fewest, cell.values.size());
  return fewest;
}

/// Why the cells have no slopes; empty if they have.
std::string problem_of(std::span<const ElasticityCell> cells, std::size_t replicates) {
  if (cells.size() < 2) return std::to_string(cells.size()) + " settings of the knob: a slope needs at least 2";
  if (replicates == 0) return "a setting of the knob has no replicates";
  const bool negative = cells.front().values.front() < 0;
  for (const auto& cell : cells)
    for (std::size_t i = 0; i < replicates; ++i) {
      const double v = cell.values[i];
      if (!std::isfinite(v)) return "replicate " + std::to_string(i) + " is not finite";
      if (v == 0) return "replicate " + std::to_string(i) + " is 0, which has no logarithm";
      if ((v < 0) != negative) return "the values are of mixed sign";
    }
  return "";
}

/// One slope for each replicate index.
std::vector<double> slopes_of(std::span<const ElasticityCell> cells, std::size_t replicates) {
  std::vector<double> knobs, slopes;
  for (const auto& cell : cells) knobs.push_back(cell.knob);
  for (std::size_t i = 0; i < replicates; ++i) {
    std::vector<double> size;
    for (const auto& cell : cells) size.push_back(std::abs(cell.values[i]));
    slopes.push_back(-log_slope(knobs, size));
  }
  return slopes;
}

/// sign (log|v_i,j+1| - log|v_i,j|), one row for each replicate index.
Replicates steps_of(std::span<const ElasticityCell> cells, std::size_t replicates, int sign) {
  Replicates steps(replicates);
  for (std::size_t i = 0; i < replicates; ++i)
    for (std::size_t j = 0; j + 1 < cells.size(); ++j) {
      const double step = std::log(std::abs(cells[j + 1].values[i])) - std::log(std::abs(cells[j].values[i]));
      steps[i].push_back(std::abs(step) > rounding ? sign * step : 0);
    }
  return steps;
}

}  // namespace

Elasticity decide_elasticity(std::span<const ElasticityCell> cells, int sign, const Levels& levels,
                             bool deterministic) {
  check_knobs(cells);
  if (sign < -1 || sign > 1) throw std::invalid_argument("sign = " + std::to_string(sign) + ": expected -1, 0 or 1");
  const std::size_t replicates = fewest_replicates(cells);
  Elasticity result{.replicates = static_cast<std::int64_t>(replicates),
                    .cells = static_cast<std::int64_t>(cells.size()),
                    .note = problem_of(cells, replicates)};
  if (!result.note.empty()) return result;

  const Sample slopes = summarise(slopes_of(cells, replicates));
  result.value = slopes.mean;
  if (slopes.n >= 2) {
    const double n = static_cast<double>(slopes.n), half = student_upper(0.025, n - 1) * slopes.sd / std::sqrt(n);
    result.low = slopes.mean - half;
    result.high = slopes.mean + half;
  }
  if (sign == 0) {
    result.note = "no dependence needs a tolerance to be shown";
    return result;
  }
  Prediction order{.kind = Kind::ordering, .deterministic = deterministic};
  order.predicted.assign(cells.size() - 1, 0);
  order.eps = order.predicted;
  const Result decided = decide(order, steps_of(cells, replicates, sign), levels);
  result.sign = decided.decision;
  result.note = decided.note;
  return result;
}

Result decide_elasticity_value(std::span<const ElasticityCell> cells, double value, double eps, const Levels& levels,
                               bool deterministic) {
  check_knobs(cells);
  if (!std::isfinite(value)) throw std::invalid_argument("value = " + std::to_string(value) + ": expected finite");
  const Prediction slope{.predicted = {value}, .eps = {eps}, .deterministic = deterministic};
  const std::size_t replicates = fewest_replicates(cells);
  const std::string problem = problem_of(cells, replicates);
  Replicates slopes;
  if (problem.empty())
    for (const double s : slopes_of(cells, replicates)) slopes.push_back({s});
  Result result = decide(slope, slopes, levels);
  if (!problem.empty()) result.note = problem;
  result.n_replicates = static_cast<std::int64_t>(replicates);
  return result;
}

}  // namespace lmw::judge
