#include "checks.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace lmw::store {
namespace {

/// `what` makes the message: only when there is something to say.
template <class What>
void require(bool good, What&& what) {
  if (!good) throw std::invalid_argument(what());
}

template <class Where>
void require_ascending(const std::vector<double>& x, Where&& where) {
  for (std::size_t g = 0; g < x.size(); ++g)
    require(std::isfinite(x[g]) && (g == 0 || x[g - 1] < x[g]), [&] {
      return where() + ": x[" + std::to_string(g) + "] = " + std::to_string(x[g]) + ": expected finite and ascending";
    });
}

void check_series(SealedSeries& s, const SealedPoint& point) {
  const auto where = [&] {
    return point.law + " at " + point.point_json + ", " + s.observable + (s.rival.empty() ? "" : ", rival " + s.rival);
  };
  require(!s.observable.empty(), [&] { return point.law + ": a prediction without the name of its observable"; });
  require_ascending(s.x, where);
  const std::size_t n = s.x.empty() ? 1 : s.x.size();
  if (s.b_th.empty()) s.b_th.assign(n, 0.0);
  if (s.theory_sd.empty()) s.theory_sd.assign(n, 0.0);
  for (const auto& [values, name] :
       {std::pair{&s.predicted, "predicted"}, {&s.eps, "eps"}, {&s.b_th, "b_th"}, {&s.theory_sd, "theory_sd"}})
    require(values->size() == n, [&] {
      return where() + ": " + name + " has " + std::to_string(values->size()) + " values, expected " +
             std::to_string(n);
    });
  const bool interval = s.kind == "K3";
  require(s.upper.size() == (interval ? n : 0),
          [&] { return where() + ": upper belongs to K3, and to it alone, one per x"; });
  for (std::size_t g = 0; g < n; ++g) {
    require(interval ? s.predicted[g] <= s.upper[g] : std::isfinite(s.predicted[g]), [&] {
      return where() + ": predicted " + std::to_string(s.predicted[g]) +
             ": expected a finite number, or for an interval lower <= upper";
    });
    for (const double size : {s.eps[g], s.b_th[g], s.theory_sd[g]})
      require(size >= 0 && std::isfinite(size),
              [&] { return where() + ": eps, b_th, theory_sd: expected >= 0, found " + std::to_string(size); });
  }
  require(s.draws >= 1 && s.theory_df >= 1, [&] { return where() + ": draws and theory_df: expected >= 1"; });
  require(s.order == 1 || (s.kind == "K7" && n > 1 && s.order > 0 && std::isfinite(s.order)), [&] {
    return where() + ": order " + std::to_string(s.order) + ": expected > 0, and 1 for all but K7 at several steps";
  });
  require(std::isnan(s.power) || (s.power >= 0 && s.power <= 1), [&] { return where() + ": power: expected 0 to 1"; });
  static const std::set<std::string> kinds = {"K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10"};
  require(kinds.contains(s.kind), [&] { return where() + ": kind " + s.kind + ": expected K1 to K10"; });
  require(s.compare == "value" || s.compare == "difference" || s.compare == "ratio",
          [&] { return where() + ": compare " + s.compare + ": expected value, difference or ratio"; });
}

/// The slot range of a series of a trial in its grid, as values in order.
void add_values(TrialRow& row, const Grid& grid, const Trial::Series& series) {
  require(series.x.empty() == grid.x.empty(), [&] {
    return grid.observable + ": sealed as a " + (grid.x.empty() ? "scalar" : "curve") + ", measured as a " +
           (series.x.empty() ? "scalar" : "curve");
  });
  const bool same = series.x == grid.x;
  for (std::size_t g = 0; g < series.value.size(); ++g) {
    require(std::isfinite(series.value[g]),
            [&] { return grid.observable + ": a value that is not finite is an outcome, not a value"; });
    std::size_t at = g;
    if (!same) {
      const auto found = std::lower_bound(grid.x.begin(), grid.x.end(), series.x[g]);
      require(found != grid.x.end() && *found == series.x[g], [&] {
        return grid.observable + ": measured at x = " + std::to_string(series.x[g]) + ", where nothing was sealed";
      });
      at = static_cast<std::size_t>(found - grid.x.begin());
    }
    row.values.emplace_back(grid.first_slot + static_cast<std::int64_t>(at), series.value[g]);
  }
}

}  // namespace

SealedPoint checked(SealedPoint point) {
  const auto where = [&] { return point.law + " at " + point.point_json; };
  require(point.rho >= 0 && point.rho <= 1,
          [&] { return where() + ": rho: expected 0 to 1, found " + std::to_string(point.rho); });
  require(point.inside == (point.rho >= 0.5), [&] {
    return where() + ": outside means rho < 1/2, inside rho >= 1/2; found rho = " + std::to_string(point.rho);
  });
  require(!point.must_break || !point.inside,
          [&] { return where() + ": must_break is for points outside the regime"; });
  require(point.fitted_parameters >= 0, [&] { return where() + ": fitted_parameters: expected >= 0"; });
  const StoppingRule& rule = point.stopping;
  require(rule.looks.size() == rule.weights.size(), [&] { return where() + ": a weight for each look"; });
  for (std::size_t k = 0; k < rule.looks.size(); ++k)
    require(rule.looks[k] >= 1 && (k == 0 || rule.looks[k - 1] < rule.looks[k]) && rule.weights[k] >= 0 &&
                rule.weights[k] <= 1,
            [&] { return where() + ": looks ascend from 1, weights lie between 0 and 1"; });
  require(point.abstained == point.series.empty(),
          [&] { return where() + ": an abstention has no predictions, and anything else has"; });
  std::set<std::pair<std::string, std::string>> seen;
  for (SealedSeries& series : point.series) {
    check_series(series, point);
    require(seen.emplace(series.observable, series.rival).second,
            [&] { return where() + ": " + series.observable + " predicted twice"; });
  }
  grids_of(point);
  return point;
}

TrialRow checked(const Trial& trial, PointMemory& point) {
  const auto where = [&] {
    return "point " + std::to_string(trial.point_id) + ", replicate " + std::to_string(trial.replicate);
  };
  require(point.sealed, [&] { return where() + ": the point was never sealed, so it cannot be measured"; });
  require(trial.replicate >= 0 && trial.seed >= 0, [&] { return where() + ": replicate and seed: expected >= 0"; });
  require(trial.wall_seconds >= 0 && std::isfinite(trial.wall_seconds),
          [&] { return where() + ": wall_seconds: expected >= 0"; });
  TrialRow row{.point_id = trial.point_id,
               .replicate = trial.replicate,
               .seed = trial.seed,
               .wall_us = std::llround(trial.wall_seconds * 1e6),
               .after_ms = trial.measured_at_us / 1000 - point.run_started_us / 1000,
               .outcome_id = outcome_id(trial.outcome),
               .origin_id = origin_id(trial.origin),
               .message = trial.message};
  require((row.outcome_id == 0) == !trial.series.empty(),
          [&] { return where() + ": values if the outcome is ok, and only then"; });
  std::set<std::string_view> seen;
  std::int64_t slot = 0;
  const bool first = point.abstained && point.grids.empty();
  for (const Trial::Series& series : trial.series) {
    require_ascending(series.x, [&] { return where() + ", " + series.observable; });
    require(!series.observable.empty() && seen.insert(series.observable).second,
            [&] { return where() + ": \"" + series.observable + "\" twice or without a name"; });
    const std::size_t n = series.x.empty() ? 1 : series.x.size();
    require(series.value.size() == n, [&] {
      return where() + ", " + series.observable + ": " + std::to_string(series.value.size()) + " values, expected " +
             std::to_string(n);
    });
    if (first) {
      row.new_grids.push_back({.observable = series.observable, .first_slot = slot, .x = series.x});
      slot += static_cast<std::int64_t>(n);
    }
  }
  if (first) point.grids = row.new_grids;
  for (const Trial::Series& series : trial.series) {
    const auto grid = std::find_if(point.grids.begin(), point.grids.end(),
                                   [&](const Grid& g) { return g.observable == series.observable; });
    require(grid != point.grids.end(),
            [&] { return where() + ": measured \"" + series.observable + "\", which was not sealed"; });
    add_values(row, *grid, series);
  }
  std::sort(row.values.begin(), row.values.end());
  std::vector<NamedValue> named;
  named.reserve(row.values.size());
  std::size_t at = 0;  // grids lie in the order of their slots
  for (const auto& [value_slot, value] : row.values) {
    while (value_slot >= point.grids[at].first_slot + static_cast<std::int64_t>(point.grids[at].size())) ++at;
    const Grid& grid = point.grids[at];
    named.push_back({grid.observable, x_at(grid.x, static_cast<std::size_t>(value_slot - grid.first_slot)), value});
  }
  row.digest = trial_digest(
      point.key, {trial.replicate, trial.seed, row.wall_us, row.after_ms, trial.outcome, trial.origin, trial.message},
      named);
  return row;
}

std::vector<Verdict> checked(std::vector<Verdict> verdicts, const PointMemory& point) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (Verdict& v : verdicts) {
    const auto where = [&] {
      return "verdict on point " + std::to_string(v.point_id) + ", " + v.observable +
             (v.rival.empty() ? "" : ", rival " + v.rival);
    };
    require(v.point_id == point.point_id, [&] { return where() + ": all verdicts of a call are of one point"; });
    const std::string regime = point.inside ? "inside" : "outside";
    if (v.regime.empty()) v.regime = regime;
    require(v.regime == regime, [&] { return where() + ": " + v.regime + ", but the point was sealed " + regime; });
    if (v.decision.empty())
      for (double* number : {&v.confirm_ratio, &v.falsify_ratio, &v.at_x, &v.statistic, &v.p_confirm, &v.p_falsify})
        *number = none;
    if (v.prediction_id == 0) v.predicted = v.eps = v.b_th = none;
    if (v.n_replicates == 0) v.measured = v.measured_se = v.ci_low = v.ci_high = none;
    require(v.prediction_id != 0 || v.decision.empty(), [&] { return where() + ": a decision without a prediction"; });
    const std::string decision = std::isnan(v.confirm_ratio) || std::isnan(v.falsify_ratio) ? ""
                                 : v.confirm_ratio <= 1                                     ? "confirmed"
                                 : v.falsify_ratio > 1                                      ? "falsified"
                                                                                            : "inconclusive";
    require(v.decision == decision, [&] {
      return where() + ": decision \"" + v.decision + "\", but confirm_ratio " + std::to_string(v.confirm_ratio) +
             " and falsify_ratio " + std::to_string(v.falsify_ratio) + " say \"" + decision + "\"";
    });
    const bool standing = v.decision == "confirmed" && v.rivals_refuted < v.rivals_tried;
    const std::string verdict = v.outcome != "ok"                ? v.outcome
                                : v.regime == "outside"          ? "outside"
                                : v.decision.empty() || standing ? "inconclusive"
                                                                 : v.decision;
    require(v.verdict == verdict, [&] {
      return where() + ": verdict \"" + v.verdict + "\", but outcome, regime, decision and rivals say \"" + verdict +
             "\"";
    });
    const std::string sub = v.verdict != "outside"      ? ""
                            : v.decision == "confirmed" ? "holds"
                            : v.decision == "falsified" ? "breaks"
                                                        : "unclear";
    require(v.sub_verdict == sub,
            [&] { return where() + ": sub_verdict \"" + v.sub_verdict + "\", expected \"" + sub + "\""; });
  }
  return verdicts;
}

}  // namespace lmw::store
