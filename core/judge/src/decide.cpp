#include "quantiles.h"
#include "rules.h"

#include <lmw/judge/judge.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_level(const char* name, double level) {
  if (!(level > 0 && level <= 0.5))
    throw std::invalid_argument(std::string(name) + " level = " + std::to_string(level) + ": expected in (0, 1/2]");
}

void check_shapes(const Replicates& replicates, std::size_t grid) {
  for (std::size_t i = 0; i < replicates.size(); ++i)
    if (replicates[i].size() != grid)
      throw std::invalid_argument("replicate " + std::to_string(i) + " has " + std::to_string(replicates[i].size()) +
                                  " values: expected " + std::to_string(grid) + ", one per grid point");
}

/// What is wrong with the numbers themselves, if anything. Only an interval may have an infinite end.
std::optional<std::string> not_finite(const Prediction& prediction, const Replicates& replicates) {
  const auto finite = [](double v) { return std::isfinite(v); };
  const auto number = [](double v) { return !std::isnan(v); };
  const bool interval = prediction.kind == Kind::interval;
  const bool usable = interval ? number(prediction.predicted[0]) && number(prediction.upper[0]) &&
                                     prediction.predicted[0] < HUGE_VAL && prediction.upper[0] > -HUGE_VAL
                               : std::all_of(prediction.predicted.begin(), prediction.predicted.end(), finite);
  if (!usable) return "the prediction is not finite";
  for (std::size_t i = 0; i < replicates.size(); ++i)
    if (!std::all_of(replicates[i].begin(), replicates[i].end(), finite))
      return "replicate " + std::to_string(i) + " is not finite";
  return std::nullopt;
}

bool out_of_range(const Location& at) {
  return !std::isfinite(at.measured) || !std::isfinite(at.residual) || !std::isfinite(at.se);
}

/// How many replicates this spread would want, for the reader of an inconclusive row.
std::string undecided_note(const Prediction& prediction, const Result& result, const std::vector<Location>& grid) {
  switch (prediction.kind) {
    case Kind::ordering: return "the order of some pair is not resolved";
    case Kind::distribution:
    case Kind::proportion:
    case Kind::classification: return "too few trials for this band";
    default: break;
  }
  const Location& at = grid[result.at];
  if (!(at.eps_eff > 0)) return "no band to lie inside: eps = 0 can only be refuted";
  const auto needed = replicates_needed(at.sample.sd, at.eps_eff, 0, at.theory_sd).to_confirm;
  if (needed == 0) return "the theory's own standard error is too large for this band";
  if (needed <= result.n_replicates) return "the interval crosses the edge of the band";
  return "the spread needs about " + std::to_string(needed) + " replicates for this band";
}

void apply_rule(const Prediction& prediction, const Replicates& replicates, const Levels& levels,
                const std::vector<Location>& grid, Result& result) {
  const bool noisy_theory = std::any_of(grid.begin(), grid.end(), [](const auto& at) { return at.theory_sd > 0; });
  const std::size_t least = prediction.deterministic ? 1 : 2;
  if (spans_too_little(prediction)) {
    result.note = too_short;
    return;
  }
  if (replicates.size() < least) {
    result.note = replicates.empty() ? "no replicates" : "a spread needs at least 2 replicates";
    return;
  }
  if (std::any_of(grid.begin(), grid.end(), out_of_range)) {
    result.note = "the values are too large for a mean and a spread";
    return;
  }
  const bool exact = prediction.deterministic && !noisy_theory;
  switch (prediction.kind) {
    case Kind::ordering: return rule_ordering(grid, exact, levels, result);
    case Kind::conserved: return rule_conserved(prediction, replicates, levels, result);
    default: break;
  }
  if (exact) return rule_exact(prediction, replicates, result);
  switch (prediction.kind) {
    case Kind::distribution: return rule_distribution(prediction, replicates, levels, result);
    case Kind::proportion: return rule_proportion(prediction, replicates, levels, result);
    case Kind::classification: return rule_classification(prediction, replicates, levels, result);
    default: break;
  }
  if (std::all_of(grid.begin(), grid.end(), [](const auto& at) { return at.se == 0; })) {
    result.degenerate = true;
    result.note = "all replicates are equal: declare the comparison deterministic, or compare a proportion";
    return;
  }
  if (grid.size() == 1) return rule_point(grid.front(), levels, result);
  rule_curve(grid, replicates, levels, result);
}

}  // namespace

bool spans_too_little(const Prediction& prediction) {
  return prediction.kind == Kind::exponent && prediction.span < 10 * (1 - 1e-9);
}

void check_levels(const Levels& levels) {
  check_level("confirm", levels.confirm);
  check_level("falsify", levels.falsify);
}

void describe(const Location& at, std::size_t index, Result& result) {
  result.at = index;
  result.predicted = at.predicted;
  result.measured = at.measured;
  result.measured_se = at.measured_se;
  result.eps = at.eps;
  result.b_th = at.b_th;
  result.df = at.df;
  result.statistic = at.se > 0 ? at.residual / at.se : std::numeric_limits<double>::quiet_NaN();
}

void describe_with_interval(const Location& at, std::size_t index, Result& result) {
  describe(at, index, result);
  const double half = at.se > 0 ? student_upper(interval_tail, at.df) * at.se : 0;
  result.ci_low = at.measured - half;
  result.ci_high = at.measured + half;
}

void conclude(Result& result) {
  if (std::isnan(result.confirm_ratio)) result.confirm_ratio = std::numeric_limits<double>::infinity();
  if (std::isnan(result.falsify_ratio)) result.falsify_ratio = -std::numeric_limits<double>::infinity();
  result.decision = result.confirm_ratio <= 1  ? Decision::confirmed
                    : result.falsify_ratio > 1 ? Decision::falsified
                                               : Decision::inconclusive;
}

Result decide(const Prediction& prediction, const Replicates& replicates, const Levels& levels) {
  validate(prediction);
  check_levels(levels);
  check_shapes(replicates, prediction.predicted.size());

  Result result;
  result.n_replicates = static_cast<std::int64_t>(replicates.size());
  result.deterministic = prediction.deterministic;
  std::vector<Location> grid;
  for (std::size_t g = 0; g < prediction.predicted.size(); ++g) {
    grid.push_back(locate(prediction, replicates, g));
    const Location& at = grid.back();
    result.grid.push_back({at.predicted, at.measured, at.measured_se, at.residual,
                           at.se > 0 ? at.residual / at.se : std::numeric_limits<double>::quiet_NaN()});
  }
  describe(grid.front(), 0, result);
  result.ci_low = result.ci_high = result.measured;

  if (auto problem = not_finite(prediction, replicates)) {
    result.note = *problem;
    return result;
  }
  describe_sample(prediction, grid, replicates, result);
  apply_rule(prediction, replicates, levels, grid, result);
  conclude(result);
  if (result.decision != Decision::inconclusive)
    result.note.clear();
  else if (result.note.empty())
    result.note = undecided_note(prediction, result, grid);
  return result;
}

}  // namespace lmw::judge
