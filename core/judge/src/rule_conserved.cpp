#include "rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace lmw::judge {
namespace {

constexpr double order_tolerance = 0.25;
/// Below this a drift is rounding, and its ratio to another says nothing of the order.
constexpr double rounding_floor = 1e4 * std::numeric_limits<double>::epsilon();

Result decide_number(const Prediction& like, double predicted, double eps, std::size_t g,
                     const std::vector<double>& values, const Levels& levels) {
  Prediction p;
  p.predicted = {predicted};
  p.eps = {eps};
  p.deterministic = like.deterministic;
  p.theory_df = like.theory_df;
  if (g < like.predicted.size()) {
    if (!like.b_th.empty()) p.b_th = {like.b_th[g]};
    if (!like.theory_sd.empty()) p.theory_sd = {like.theory_sd[g]};
  }
  Replicates replicates;
  for (const double v : values) replicates.push_back({v});
  return decide(p, replicates, levels);
}

}  // namespace

void rule_conserved(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result) {
  constexpr std::size_t only_drift = std::numeric_limits<std::size_t>::max();
  const std::size_t steps = prediction.predicted.size();
  const double refined = std::exp2(prediction.order);
  const bool extrapolates = steps == 3 && std::none_of(replicates.begin(), replicates.end(),
                                                       [](const auto& r) { return r[2] < rounding_floor; });
  std::vector<double> drift, order;
  for (std::size_t i = 0; i < replicates.size(); ++i) {
    const auto& r = replicates[i];
    if (std::any_of(r.begin(), r.end(), [](double v) { return v < 0; })) {
      result.note = "replicate " + std::to_string(i) + " has a negative drift: expected max |Q(t) - Q(0)|";
      return;
    }
    drift.push_back(extrapolates ? (refined * r[2] - r[1]) / (refined - 1) : r[0]);
    if (extrapolates) order.push_back(std::log2(r[1] / r[2]));
  }
  const auto grid = result.grid;
  result = decide_number(prediction, prediction.predicted[0], prediction.eps[0], 0, drift, levels);
  result.grid = grid;
  result.at = extrapolates ? 2 : 0;
  if (!extrapolates) return;
  const Result by_order = decide_number(prediction, prediction.order, order_tolerance, only_drift, order, levels);
  if (result.confirm_ratio <= 1 && !(by_order.confirm_ratio <= 1))
    result.note = "the drift's order in the step size is not established: refine the step, or add replicates";
  result.confirm_ratio = std::max(result.confirm_ratio, by_order.confirm_ratio);
  result.p_confirm = std::max(result.p_confirm, by_order.p_confirm);
}

}  // namespace lmw::judge
