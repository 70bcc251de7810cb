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

Replicates one_each(const std::vector<double>& values) {
  Replicates replicates;
  for (const double v : values) replicates.push_back({v});
  return replicates;
}

/// The drift at step 0 as a number, with the tolerances of the first grid point.
Result decide_drift(const Prediction& prediction, const std::vector<double>& drift, const Levels& levels) {
  Prediction p;
  p.predicted = {prediction.predicted[0]};
  p.eps = {prediction.eps[0]};
  if (!prediction.b_th.empty()) p.b_th = {prediction.b_th[0]};
  if (!prediction.theory_sd.empty()) p.theory_sd = {prediction.theory_sd[0]};
  p.theory_df = prediction.theory_df;
  p.deterministic = prediction.deterministic;
  return decide(p, one_each(drift), levels);
}

/// Whether the drift is in the range where the extrapolation holds. Orders that agree to the last bit, as an exactly
/// linear drift gives, are judged by the tolerance alone: they can only ever withhold a confirmation.
Result decide_order(const Prediction& prediction, const std::vector<double>& order, const Levels& levels) {
  Prediction p;
  p.predicted = {prediction.order};
  p.eps = {order_tolerance};
  p.deterministic = prediction.deterministic || summarise(order).sd == 0;
  return decide(p, one_each(order), levels);
}

}  // namespace

void rule_conserved(const Prediction& prediction, const Replicates& replicates, const Levels& levels, Result& result) {
  const double refined = std::exp2(prediction.order);
  const bool extrapolates =
      prediction.predicted.size() == 3 &&
      std::none_of(replicates.begin(), replicates.end(), [](const auto& r) { return r[2] < rounding_floor; });
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
  result = decide_drift(prediction, drift, levels);
  result.grid = grid;
  if (!extrapolates) return;
  result.at = 2;  // the finest step: what is extrapolated lies beyond it
  const Result by_order = decide_order(prediction, order, levels);
  if (result.confirm_ratio <= 1 && !(by_order.confirm_ratio <= 1))
    result.note = "the drift's order in the step size is not established: refine the step, or add replicates";
  result.confirm_ratio = std::max(result.confirm_ratio, by_order.confirm_ratio);
  result.p_confirm = std::max(result.p_confirm, by_order.p_confirm);
}

}  // namespace lmw::judge
