#include "comparison.h"

#include "sealing.h"

#include <lmw/judge/design.h>
#include <lmw/judge/sequential.h>
#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::host {
namespace {

using numerics::significant;
using numerics::value_with_uncertainty;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double enough_power = 0.9;

const store::SealedSeries& own_series(const store::SealedPoint& point, const store::SealedSeries& series,
                                      std::size_t& index) {
  for (index = 0; index < point.series.size(); ++index)
    if (point.series[index].observable == series.observable && point.series[index].rival.empty())
      return point.series[index];
  throw std::logic_error("a rival without its law: " + series.observable);
}

/// The numbers that the judge tests: m, or m - p, or (m - p)/p with p of that replicate.
judge::Replicates tested_values(const store::SealedPoint& point, const store::SealedSeries& series, std::size_t index,
                                const ObservableData& data, const std::vector<ReplicateValues>& predicted,
                                std::size_t count) {
  judge::Replicates values(data.raw.begin(), data.raw.begin() + static_cast<std::ptrdiff_t>(count));
  if (series.compare == "value") return values;
  std::size_t own = 0;
  own_series(point, series, own);
  // A rival with values of its own is compared with those; one with a constant shift is tested on the law's numbers.
  const ReplicateValues& reference = predicted[index].empty() ? predicted[own] : predicted[index];
  for (std::size_t j = 0; j < count; ++j)
    for (std::size_t g = 0; g < values[j].size(); ++g) {
      values[j][g] -= reference.at(j).at(g);
      if (series.compare == "ratio") values[j][g] /= predicted[own].at(j).at(g);
    }
  return values;
}

std::string p_text(double p) { return p < 1e-6 ? "p < 1e-6" : "p = " + significant(p, 2); }

std::string band_text(double eps, double b_th) { return significant(eps + b_th, 2); }

/// A number, or an interval: both ends, or the one that it has.
std::string predicted_text(const store::SealedSeries& series, const judge::Result& r) {
  if (series.kind != "K3") return significant(r.predicted, 5);
  const double low = series.predicted[0], high = series.upper[0];
  if (std::isinf(low)) return "at most " + significant(high, 5);
  if (std::isinf(high)) return "at least " + significant(low, 5);
  return low == high ? significant(low, 5) : significant(low, 5) + " to " + significant(high, 5);
}

/// "measured 0.992(6) over 8 seeds, predicted 1 within 0.03"
std::string numbers_text(const store::SealedSeries& series, const judge::Result& r) {
  // What three step sizes leave of a drift lies beyond all of them.
  const std::string where = series.x.empty() ? ""
                            : series.kind == "K7" && series.x.size() == 3 && r.at == 2
                                ? " extrapolated to step 0 by order " + significant(series.order, 3)
                                : " at x = " + significant(series.x[r.at], 3);
  const char* what = series.compare == "difference" ? "measured minus predicted "
                     : series.compare == "ratio"    ? "measured over predicted, minus 1: "
                                                    : "measured ";
  const std::string measured =
      r.deterministic ? significant(r.measured, 6) : value_with_uncertainty(r.measured, r.measured_se);
  const std::string over = r.deterministic ? "" : " over " + std::to_string(r.n_replicates) + " seeds";
  return what + measured + over + where + ", predicted " + predicted_text(series, r) + " within " +
         band_text(r.eps, r.b_th);
}

std::string needed_text(const judge::Result& r) {
  if (r.deterministic || r.n_replicates < 2 || !(r.measured_se > 0)) return "";
  const double sd = r.measured_se * std::sqrt(static_cast<double>(r.n_replicates));
  const auto needed = judge::replicates_needed(sd, r.eps + r.b_th, infinity);
  if (needed.to_confirm <= r.n_replicates) return "";
  return " (about " + std::to_string(needed.to_confirm) + " seeds would decide, were the prediction right)";
}

std::string decision_text(const judge::Result& r) {
  switch (r.decision) {
    case judge::Decision::confirmed: return "agrees";
    case judge::Decision::falsified: return "disagrees, " + p_text(r.p_falsify);
    default: return "undecided" + (r.note.empty() ? needed_text(r) : " (" + r.note + ")");
  }
}

/// A rival that would be refuted in fewer than nine of ten experiments puts the law to no test.
std::string power_text(double power) {
  return power < enough_power ? " (power " + significant(power, 2) + " when sealed, below 0.9)" : "";
}

std::string failures_text(const TrialCounts& trials) {
  std::string text;
  const auto add = [&](std::int64_t n, const char* what) {
    if (n > 0) text += (text.empty() ? "" : ", ") + std::to_string(n) + " " + what;
  };
  add(trials.failed, "failed");
  add(trials.not_converged, "did not converge");
  add(trials.stuck, "got stuck");
  add(trials.diverged, "diverged");
  return "of " + std::to_string(trials.ok + trials.failed + trials.not_converged + trials.stuck + trials.diverged) +
         " replicates " + text + (trials.first_message.empty() ? "" : ": " + trials.first_message);
}

}  // namespace

void Comparison::judge(const store::SealedPoint& point, const std::vector<ObservableData>& data,
                       const std::vector<ReplicateValues>& predicted, const std::vector<judge::Look>& looks,
                       int at_look) {
  if (conclusive) return;
  const store::SealedSeries& s = point.series[series];
  const auto found =
      std::find_if(data.begin(), data.end(), [&](const auto& d) { return d.observable == s.observable; });
  const judge::Look& now = looks[static_cast<std::size_t>(at_look)];
  const judge::Prediction prediction = judged_as(s, point.stopping.method == "deterministic");
  const auto values = tested_values(point, s, series, *found, predicted, static_cast<std::size_t>(now.replicates));
  result = point.stopping.method == "B"
               ? judge::decide_any_time(prediction, values)
               : judge::decide(prediction, values,
                               judge::levels_at(now, point.stopping.alpha_confirm, point.stopping.alpha_falsify));
  look = at_look + 1;
  p_confirm.push_back(result.p_confirm);
  p_falsify.push_back(result.p_falsify);
  conclusive = result.decision != judge::Decision::inconclusive;
}

std::vector<store::Verdict> verdicts_of(const store::SealedPoint& point, const store::SealReceipt& receipt,
                                        const std::vector<Comparison>& comparisons,
                                        const std::vector<judge::Look>& looks, const TrialCounts& trials,
                                        bool out_of_time) {
  const std::string outcome = trials.failed > 0                                                 ? "error"
                              : trials.not_converged + trials.stuck > 0                         ? "not_converged"
                              : out_of_time && comparisons[0].look == 0 && trials.diverged == 0 ? "not_run"
                                                                                                : "ok";
  std::vector<store::Verdict> rows;
  for (const auto& comparison : comparisons) {
    const store::SealedSeries& series = point.series[comparison.series];
    const judge::Result& r = comparison.result;
    const bool decided = outcome == "ok" && comparison.look > 0;
    // All replicates diverged: outside its regime, that breaks a law that predicts a finite mean. Inside it is left
    // open.
    const bool diverged = outcome == "ok" && !point.inside && trials.diverged > 0 && trials.ok == 0;
    store::Verdict row;
    row.point_id = receipt.point_id;
    row.prediction_id = receipt.prediction_ids[comparison.series];
    row.observable = series.observable;
    row.rival = series.rival;
    row.kind = series.kind;
    row.secondary = series.secondary;
    row.regime = point.inside ? "inside" : "outside";
    row.outcome = outcome;
    row.decision = outcome != "ok" ? ""
                                   : judge::to_text(decided    ? r.decision
                                                    : diverged ? judge::Decision::falsified
                                                               : judge::Decision::inconclusive);
    row.confirm_ratio = decided ? r.confirm_ratio : outcome == "ok" ? infinity : nan;
    row.falsify_ratio = decided ? r.falsify_ratio : outcome != "ok" ? nan : diverged ? infinity : -infinity;
    if (series.rival.empty())
      for (const auto& other : comparisons) {
        const store::SealedSeries& rival = point.series[other.series];
        if (rival.rival.empty() || rival.observable != series.observable) continue;
        ++row.rivals_tried;
        row.rivals_refuted += outcome == "ok" && other.look > 0 && other.result.decision == judge::Decision::falsified;
      }
    row.at_x = series.x.empty() || !decided ? nan : series.x[r.at];
    row.predicted = decided ? r.predicted : series.predicted.size() == 1 ? series.predicted[0] : nan;
    row.eps = decided ? r.eps : series.eps.size() == 1 ? series.eps[0] : nan;
    row.b_th = decided ? r.b_th : series.b_th.size() == 1 ? series.b_th[0] : nan;
    row.measured = decided ? r.measured : nan;
    row.measured_se = decided ? r.measured_se : nan;
    row.ci_low = decided ? r.ci_low : nan;
    row.ci_high = decided ? r.ci_high : nan;
    row.statistic = decided ? r.statistic : nan;
    if (decided) {
      row.relative_l2 = r.relative_l2;
      row.relative_l2_se = r.relative_l2_se;
      row.median = r.median;
      row.median_low = r.median_low;
      row.median_high = r.median_high;
    }
    const std::vector<judge::Look> performed(looks.begin(), looks.begin() + comparison.look);
    row.p_confirm = decided ? judge::sequential_p(comparison.p_confirm, performed) : nan;
    row.p_falsify = decided ? judge::sequential_p(comparison.p_falsify, performed)
                    : diverged
                        ? std::exp2(-static_cast<double>(trials.diverged))  // were a finite value as likely as not
                        : nan;
    row.p_adjusted = nan;
    row.n_replicates = decided ? r.n_replicates : trials.ok;
    row.look = comparison.look;
    row.deterministic = point.stopping.method == "deterministic" || series.deterministic;
    if (decided)
      for (std::size_t g = 0; g < r.grid.size(); ++g)
        row.residuals.push_back({.x = series.x.empty() ? nan : series.x[g],
                                 .predicted = r.grid[g].predicted,
                                 .measured = r.grid[g].measured,
                                 .measured_se = r.grid[g].measured_se,
                                 .residual = r.grid[g].residual,
                                 .z = r.grid[g].z});

    // The verdict: what happened first, then where, then the rule, then whether the comparison could have failed.
    const bool own = series.rival.empty();
    const bool powerless = own && row.decision == "confirmed" && row.rivals_refuted < row.rivals_tried;
    if (outcome != "ok") {
      row.verdict = outcome;
    } else if (!point.inside) {
      row.verdict = "outside";
      row.sub_verdict = row.decision == "falsified" ? "breaks" : row.decision == "confirmed" ? "holds" : "unclear";
    } else {
      row.verdict = powerless ? "inconclusive" : row.decision;
    }
    if (!series.secondary) {
      if (point.inside)
        row.expected = own ? "confirmed" : "falsified";
      else if (point.must_break && own)
        row.expected = "breaks";
    }
    const std::string& came_to = point.inside ? row.verdict : row.sub_verdict;
    if (!row.expected.empty() && outcome == "ok" && came_to != "inconclusive" && came_to != "unclear")
      row.met_expectation = came_to == row.expected ? 1 : 0;

    // And one sentence.
    if (outcome == "not_run") {
      row.sentence = "not measured: the time budget ended before the first look";
    } else if (outcome != "ok" || (!decided && trials.diverged > 0)) {
      row.sentence = failures_text(trials);
    } else {
      row.sentence =
          (own ? "" : "rival \"" + series.rival + "\": ") + numbers_text(series, r) + ": " + decision_text(r);
      if (own)
        for (const auto& other : comparisons) {
          const store::SealedSeries& rival = point.series[other.series];
          if (rival.rival.empty() || rival.observable != series.observable || other.look == 0) continue;
          const bool refuted = other.result.decision == judge::Decision::falsified;
          const bool has_number = rival.compare == "value" || other.result.predicted != 0;
          row.sentence += "; the rival " + rival.rival +
                          (has_number ? " (" + significant(other.result.predicted, 4) + ")" : "") + " is " +
                          (refuted ? "refuted, " + p_text(other.result.p_falsify) : "not refuted") +
                          power_text(rival.power);
        }
      if (own && !series.secondary && row.rivals_tried == 0 && row.decision == "confirmed")
        row.sentence += "; no rival was at stake here";
      if (powerless) row.sentence += "; so this comparison had no power, and does not count as confirmed";
      if (!point.inside) row.sentence += "; outside the law's regime (" + point.regime_reason + ")";
      if (out_of_time && !comparison.conclusive)
        row.sentence += "; stopped by the time budget after look " + std::to_string(comparison.look);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

bool follows_from_spread(const std::string& kind) {
  return kind == "K1" || kind == "K2" || kind == "K3" || kind == "K4" || kind == "K5";
}

bool undecided(const store::Verdict& row) {
  return row.outcome == "ok" && row.regime == "inside" && !row.secondary && !row.deterministic && row.look > 0 &&
         row.decision == "inconclusive";
}

/// Between a rival and its law at a grid point; of the law itself nothing, so that only confirming counts.
double gap_of(const store::SealedSeries& series, const store::SealedSeries& own, std::size_t g) {
  if (series.rival.empty()) return 0;
  if (series.kind == "K3")
    return std::max({0.0, series.predicted[g] - own.upper[g], own.predicted[g] - series.upper[g]});
  return std::abs(series.predicted[g] - own.predicted[g]);
}

/// Trials that would decide on a proportion: as for a number with the binomial spread, and no fewer than a run of equal
/// outcomes needs to lie inside the band.
std::int64_t trials_needed(const store::SealedSeries& series, const store::SealedSeries& own) {
  const double p = own.predicted[0], band = series.eps[0] + series.b_th[0];
  const auto needed = judge::replicates_needed(std::sqrt(std::max(0.0, p * (1 - p))), band, gap_of(series, own, 0));
  if (!series.rival.empty()) return needed.to_falsify;
  const double unanimous = band < 1 ? std::ceil(std::log(0.05) / std::log(1 - band)) : 1;
  return std::max(needed.to_confirm, static_cast<std::int64_t>(unanimous));
}

}  // namespace

bool wants_pilot(const store::SealedPoint& point, const std::vector<store::Verdict>& rows) {
  for (std::size_t i = 0; i < rows.size() && i < point.series.size(); ++i)
    if (undecided(rows[i]) && follows_from_spread(rows[i].kind)) return true;
  return false;
}

void add_need(std::vector<store::Verdict>& rows, const store::SealedPoint& point, const Pilot* pilot) {
  if (rows.size() != point.series.size()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    store::Verdict& row = rows[i];
    const store::SealedSeries& series = point.series[i];
    if (!undecided(row)) continue;
    std::size_t own_index = 0;
    const store::SealedSeries& own = own_series(point, series, own_index);
    std::string source;
    if (row.kind == "K9") {
      row.needed_draws = trials_needed(series, own);
      row.needed_replicates = (row.needed_draws + series.draws - 1) / series.draws;
    } else if (pilot != nullptr && follows_from_spread(row.kind)) {
      const auto data = std::find_if(pilot->data.begin(), pilot->data.end(),
                                     [&](const auto& d) { return d.observable == series.observable; });
      if (data == pilot->data.end()) continue;
      const auto values = tested_values(point, series, i, *data, pilot->predicted, data->raw.size());
      std::int64_t all = 0;
      for (std::size_t g = 0; g < series.predicted.size(); ++g) {
        std::vector<double> at;
        for (const auto& replicate : values) at.push_back(replicate[g]);
        const double band = series.eps[g] + series.b_th[g];
        const auto needed = judge::replicates_from_pilot(at, band, gap_of(series, own, g), series.theory_sd[g]);
        const std::int64_t here = series.rival.empty() ? needed.to_confirm : needed.to_falsify;
        // The law must hold at every grid point; a rival is refuted at one.
        if (series.rival.empty() && here == 0) {
          all = 0;
          break;
        }
        const bool takes = series.rival.empty() ? here > all : here > 0 && (all == 0 || here < all);
        if (!takes) continue;
        all = here;
        double mean = 0, sum = 0;
        for (const double v : at) mean += v / static_cast<double>(at.size());
        for (const double v : at) sum += (v - mean) * (v - mean);
        row.pilot_sd = std::sqrt(sum / static_cast<double>(at.size() - 1));
      }
      row.needed_replicates = all;
      row.pilot_replicates = static_cast<std::int64_t>(data->raw.size());
      source = "; by the spread of " + std::to_string(row.pilot_replicates) + " other seeds ";
    } else {
      continue;
    }
    if (source.empty()) source = "; by the predicted spread ";
    const std::string how_many = "about " + std::to_string(row.needed_replicates) + " replicates in all" +
                                 (row.needed_draws > 0 ? " (" + std::to_string(row.needed_draws) + " draws)" : "");
    if (row.needed_replicates == 0)
      row.sentence += source + "no number of replicates would decide";
    else if (row.needed_replicates <= row.n_replicates)
      row.sentence += source + how_many + " would have decided an exact prediction: the truth lies near an edge";
    else
      row.sentence += source + how_many + " would decide";
  }
}

store::Verdict verdict_without_prediction(store::Id point_id, bool inside, const std::string& outcome,
                                          const std::string& reason) {
  store::Verdict row;
  row.point_id = point_id;
  row.outcome = outcome;
  row.verdict = outcome;
  row.regime = inside ? "inside" : "outside";
  for (double* value :
       {&row.confirm_ratio, &row.falsify_ratio, &row.at_x, &row.predicted, &row.measured, &row.measured_se, &row.ci_low,
        &row.ci_high, &row.eps, &row.b_th, &row.statistic, &row.p_confirm, &row.p_falsify, &row.p_adjusted})
    *value = nan;
  row.sentence = reason;
  return row;
}

}  // namespace lmw::host
