#include "point_job.h"

#include "sealing.h"

#include <cmath>
#include <utility>

namespace lmw::host {

void PointJob::start_looks() {
  looks = looks_of(sealed.stopping);
  predicted.resize(sealed.series.size());
  predicted_known.resize(sealed.series.size());
  comparisons.clear();
  for (std::size_t s = 0; s < sealed.series.size(); ++s) comparisons.push_back({.series = s});
}

void PointJob::grow(std::size_t replicates) {
  if (trials.size() >= replicates) return;
  trials.resize(replicates);
  recorded.resize(replicates, false);
  for (auto& values : predicted) values.resize(replicates);
  for (auto& known : predicted_known) known.resize(replicates, false);
  predicted_made.resize(replicates, 0);
}

void PointJob::restore(store::PointState state) {
  sealed = std::move(state.sealed);
  sealed.diagnostics = diagnostics_of(*planned->law);
  receipt = std::move(state.receipt);
  start_looks();
  for (auto& trial : state.trials) {
    const auto j = static_cast<std::size_t>(trial.replicate);
    grow(j + 1);
    trials[j] = std::move(trial);
    recorded[j] = true;
  }
  for (auto& values : state.replicate_predictions) {
    const auto j = static_cast<std::size_t>(values.replicate);
    grow(j + 1);
    for (std::size_t s = 0; s < receipt.prediction_ids.size(); ++s)
      if (receipt.prediction_ids[s] == values.prediction_id) {
        predicted[s][j] = std::move(values.predicted);
        predicted_known[s][j] = true;
      }
  }
}

std::vector<ObservableData> data_of(const std::vector<store::Trial>& trials, std::size_t replicates) {
  std::vector<ObservableData> data;
  for (std::size_t k = 0; k < trials[0].series.size(); ++k) {
    data.push_back({trials[0].series[k].observable, {}});
    for (std::size_t j = 0; j < replicates; ++j) data.back().raw.push_back(trials[j].series.at(k).value);
  }
  return data;
}

void name_what_is_not_finite(store::Trial& trial) {
  for (const auto& series : trial.series)
    for (const double v : series.value)
      if (!std::isfinite(v)) {
        trial.outcome = "diverged";
        trial.message = series.observable + " is " + (std::isnan(v) ? "nan" : "infinite");
        trial.series.clear();
        return;
      }
}

}  // namespace lmw::host
