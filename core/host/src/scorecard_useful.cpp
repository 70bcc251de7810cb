#include "scorecard_useful.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace lmw::host {
namespace {

const std::vector<double>* series(const ScalarSeries& measured, store::Id point, const char* observable) {
  const auto found = measured.find({point, observable});
  return found == measured.end() ? nullptr : &found->second;
}

std::optional<double> mean(const std::vector<double>* values) {
  if (values == nullptr || values->empty()) return std::nullopt;
  double sum = 0;
  for (const double v : *values) sum += v;
  return sum / static_cast<double>(values->size());
}

std::optional<judge::Score> regret_at(const ScalarSeries& measured, store::Id point) {
  const auto *recommended = series(measured, point, "loss_recommended"), *best = series(measured, point, "loss_best"),
             *fallback = series(measured, point, "loss_default");
  if (recommended == nullptr || best == nullptr || fallback == nullptr) return std::nullopt;
  const std::size_t n = std::min({recommended->size(), best->size(), fallback->size()});
  if (n < 2) return std::nullopt;
  std::vector<judge::PairedLosses> losses;
  for (std::size_t j = 0; j < n; ++j)
    losses.push_back({.theory = (*recommended)[j], .grid_best = (*best)[j], .default_choice = (*fallback)[j]});
  return judge::regret(losses);
}

/// What counts as worst: the upper end, and a regret without an interval above all.
double upper_end(const judge::Score& regret) { return regret.high.value_or(std::numeric_limits<double>::infinity()); }

}  // namespace

Usefulness usefulness(const std::vector<store::Scorable>& counting, const ScalarSeries& measured) {
  Usefulness result;
  store::Id worst = 0;
  std::int64_t successes = 0;
  std::set<store::Id> seen;
  std::optional<double> dearest;
  for (const auto& c : counting) {
    if (!c.inside || !seen.insert(c.point_id).second) continue;
    const auto regret = regret_at(measured, c.point_id);
    if (!regret) continue;
    ++result.points;
    const auto cost = mean(series(measured, c.point_id, "cost_ratio"));
    successes += cost && judge::useful(*regret, *cost);
    if (cost) dearest = std::max(*cost, dearest.value_or(0));
    if (worst == 0 || upper_end(*regret) > upper_end(result.regret)) {
      worst = c.point_id;
      result.regret = *regret;
    }
  }
  if (result.points == 0) return result;
  if (dearest)
    result.details.push_back(
        {.measure = "cost ratio",
         .score = {.value = dearest, .low = {}, .high = {}, .n = result.points},
         .how = "training that the recommendation took over that of the search, the dearest point"});
  if (const auto saved = mean(series(measured, worst, "runs_saved")))
    result.details.push_back({.measure = "runs saved",
                              .score = {.value = saved, .low = {}, .high = {}, .n = result.points},
                              .how = "trainings of the search less those of the recommendation, at the worst point"});
  if (dearest)
    result.details.push_back(
        {.measure = "successes",
         .score = judge::share(successes, result.points),
         .how = "points with a regret of at most 0.1, its interval's end included, at a tenth of the cost"});
  return result;
}

std::vector<ScoreDetail> foretold_failures(const std::vector<store::Scorable>& counting,
                                           const std::vector<store::FailureRecord>& failures) {
  std::map<store::Id, bool> inside;
  for (const auto& c : counting) inside[c.point_id] = c.inside;
  std::int64_t alarms = 0, false_alarms = 0, calm = 0, missed = 0;
  for (const auto& f : failures) {
    const auto at = inside.find(f.point_id);
    // What replicates lost is listed only where some were: it would be all missed, and no alarm.
    if (at == inside.end() || !at->second || f.observable.empty() || f.failure_class == "undetermined") continue;
    if (f.forecast_class == "structural") {
      ++alarms;
      false_alarms += f.failure_class == "safe";
    } else if (f.forecast_class == "safe") {
      ++calm;
      missed += f.failure_class != "safe";
    }
  }
  std::vector<ScoreDetail> details;
  if (alarms > 0)
    details.push_back(
        {"false alarms", judge::share(false_alarms, alarms), "conditions forecast to fail always that were safe"});
  if (calm > 0)
    details.push_back(
        {"missed", judge::share(missed, calm), "conditions forecast to be safe that failed, by accident or always"});
  return details;
}

}  // namespace lmw::host
