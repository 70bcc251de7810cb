#include "rules.h"

#include <lmw/judge/judge.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_size(const char* name, std::size_t size, std::size_t expected) {
  if (size != expected)
    throw std::invalid_argument(std::string(name) + " has " + std::to_string(size) + " entries: expected " +
                                std::to_string(expected) + ", one per grid point");
}

void check_scale(const char* name, const std::vector<double>& values) {
  for (const double v : values)
    if (!(v >= 0 && std::isfinite(v)))
      throw std::invalid_argument(std::string(name) + " = " + std::to_string(v) + ": expected finite and >= 0");
}

void check_level(const char* name, double level) {
  if (!(level > 0 && level <= 0.5))
    throw std::invalid_argument(std::string(name) + " level = " + std::to_string(level) + ": expected in (0, 1/2]");
}

/// What is wrong with the numbers themselves, if anything.
std::optional<std::string> not_finite(const Prediction& prediction, const Replicates& replicates) {
  const auto finite = [](double v) { return std::isfinite(v); };
  if (!std::all_of(prediction.predicted.begin(), prediction.predicted.end(), finite))
    return "the prediction is not finite";
  for (std::size_t i = 0; i < replicates.size(); ++i)
    if (!std::all_of(replicates[i].begin(), replicates[i].end(), finite))
      return "replicate " + std::to_string(i) + " is not finite";
  return std::nullopt;
}

bool out_of_range(const Location& at) {
  return !std::isfinite(at.measured) || !std::isfinite(at.residual) || !std::isfinite(at.se);
}

/// How many replicates this spread would want, for the reader of an inconclusive row.
std::string undecided_note(const Result& result, const std::vector<Location>& grid) {
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
  if (replicates.size() < least) {
    result.note = replicates.empty() ? "no replicates" : "a spread needs at least 2 replicates";
    return;
  }
  if (std::any_of(grid.begin(), grid.end(), out_of_range)) {
    result.note = "the values are too large for a mean and a spread";
    return;
  }
  if (prediction.deterministic && !noisy_theory) return rule_exact(prediction, replicates, result);
  if (prediction.kind == Kind::proportion) return rule_proportion(prediction, replicates, levels, result);
  if (std::all_of(grid.begin(), grid.end(), [](const auto& at) { return at.se == 0; })) {
    result.degenerate = true;
    result.note = "all replicates are equal: declare the comparison deterministic, or compare a proportion";
    return;
  }
  if (grid.size() == 1) return rule_point(grid.front(), levels, result);
  rule_curve(grid, replicates, levels, result);
}

}  // namespace

void validate(const Prediction& prediction) {
  const std::size_t grid = prediction.predicted.size();
  if (grid == 0) throw std::invalid_argument("predicted has 0 entries: expected at least 1");
  check_size("eps", prediction.eps.size(), grid);
  if (!prediction.b_th.empty()) check_size("b_th", prediction.b_th.size(), grid);
  if (!prediction.theory_sd.empty()) check_size("theory_sd", prediction.theory_sd.size(), grid);
  check_scale("eps", prediction.eps);
  check_scale("b_th", prediction.b_th);
  check_scale("theory_sd", prediction.theory_sd);
  for (std::size_t g = 0; g < prediction.b_th.size(); ++g)
    check_scale("eps + b_th", {prediction.eps[g] + prediction.b_th[g]});
  if (!(prediction.theory_df >= 1))
    throw std::invalid_argument("theory_df = " + std::to_string(prediction.theory_df) + ": expected >= 1 or infinity");
  switch (prediction.kind) {
    case Kind::point:
    case Kind::theory_error:
    case Kind::curve: break;
    case Kind::proportion:
      if (grid != 1) throw std::invalid_argument("K9 on " + std::to_string(grid) + " grid points: expected 1");
      if (prediction.draws < 1)
        throw std::invalid_argument("draws = " + std::to_string(prediction.draws) + ": expected >= 1");
      if (!prediction.theory_sd.empty() && prediction.theory_sd[0] > 0)
        throw std::invalid_argument("K9 has no place for theory_sd: widen the band by b_th instead");
      break;
    default: throw std::invalid_argument(to_text(prediction.kind) + " has no rule yet: expected K1, K2, K4 or K9");
  }
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

Result decide(const Prediction& prediction, const Replicates& replicates, const Levels& levels) {
  validate(prediction);
  check_level("confirm", levels.confirm);
  check_level("falsify", levels.falsify);
  for (const auto& replicate : replicates) check_size("a replicate", replicate.size(), prediction.predicted.size());

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
  apply_rule(prediction, replicates, levels, grid, result);
  if (result.confirm_ratio <= 1)
    result.decision = Decision::confirmed;
  else if (result.falsify_ratio > 1)
    result.decision = Decision::falsified;
  else if (result.note.empty())
    result.note = undecided_note(result, grid);
  return result;
}

}  // namespace lmw::judge
