#include <lmw/host/mutation.h>

#include "comparison.h"
#include "sealing.h"

#include <lmw/numerics/executor.h>
#include <lmw/store/canonical.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace lmw::host {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double last_place = std::numeric_limits<double>::epsilon();

/// What was measured of one point, ready to be judged against any prediction.
struct Measured {
  store::SealedPoint point;
  std::vector<ObservableData> data;
  std::vector<ReplicateValues> predicted;
};

std::optional<Measured> measure(const PlannedPoint& planned, const Library& library, int replicates,
                                const std::string& effort, std::int64_t run_seed, const CallContext& context,
                                numerics::Executor& executor) {
  const LawCard& law = *planned.law;
  Measured m;
  m.point = identity_of(planned, effort);
  if (!library.regime(law.index, planned.json, context).inside) return std::nullopt;
  library.prepare(law.index, planned.json, context);
  add_predictions(m.point, law, library.predict(law.index, planned.json, context));
  if (m.point.abstained) return std::nullopt;
  const auto count = static_cast<std::size_t>(law.deterministic ? 1 : replicates);
  m.predicted.assign(m.point.series.size(), ReplicateValues(predicts_replicates(m.point) ? count : 0));
  std::vector<std::vector<store::Trial::Series>> series(count);
  std::vector<std::string> trouble(count);
  for (std::size_t j = 0; j < count; ++j)
    executor.submit([&, j] {
      try {
        const auto seed = store::seed(run_seed, m.point.law, m.point.law_version, m.point.canonical_point, "pilot", j);
        if (predicts_replicates(m.point)) {
          auto values = checked_replicate(m.point, library.predict_replicate(law.index, planned.json, seed, context));
          for (std::size_t s = 0; s < values.size(); ++s) m.predicted[s][j] = std::move(values[s]);
        }
        const MeasureAnswer answer = library.measure(law.index, planned.json, seed, context);
        if (answer.stopped || answer.outcome != "ok")
          throw std::runtime_error(answer.stopped ? "stopped" : answer.outcome + ": " + answer.message);
        series[j] = checked_measurement(m.point, answer);
      } catch (const std::exception& e) {
        trouble[j] = e.what();
      }
    });
  executor.wait();
  for (const auto& text : trouble)
    if (!text.empty()) throw std::runtime_error("a replicate ended in " + text);
  // A rival that is a constant shift has no values of its own.
  for (auto& values : m.predicted)
    if (!values.empty() && values[0].empty()) values.clear();
  for (std::size_t k = 0; k < series[0].size(); ++k) {
    m.data.push_back({series[0][k].observable, {}});
    for (auto& replicate : series) m.data.back().raw.push_back(replicate.at(k).value);
  }
  return m;
}

judge::Decision decide(const Measured& m, std::size_t series,
                       const std::function<double(double p, std::size_t g)>& change) {
  store::SealedPoint changed = m.point;
  store::SealedSeries& s = changed.series[series];
  std::vector<ReplicateValues> predicted = m.predicted;
  if (s.compare == "value") {
    for (std::size_t g = 0; g < s.predicted.size(); ++g) {
      s.predicted[g] = change(s.predicted[g], g);
      if (s.upper.empty()) continue;  // else an interval, both of whose ends are changed, and may change places
      s.upper[g] = change(s.upper[g], g);
      if (s.predicted[g] > s.upper[g]) std::swap(s.predicted[g], s.upper[g]);
    }
  } else {
    for (auto& values : predicted[series])
      for (std::size_t g = 0; g < values.size(); ++g) values[g] = change(values[g], g);
  }
  const int count = static_cast<int>(m.data[0].raw.size());
  Comparison comparison{.series = series};
  comparison.judge(changed, m.data, predicted, {{count, 1.0}}, 0);
  return comparison.result.decision;
}

/// The smallest size on a geometric grid from which on both +size and -size are refuted; of a claim with one edge, such
/// as "at least", the one of them that moves the edge past the measurement.
double smallest_refuted(double from, double to, bool one_sided, const std::function<bool(double)>& refuted) {
  constexpr double ratio = 1.1;
  double smallest = nan;
  for (double size = to; size >= from; size /= ratio) {
    const bool up = refuted(size);
    if (one_sided ? !up && !refuted(-size) : !up || !refuted(-size)) break;
    smallest = size;
  }
  return smallest;
}

Mutation mutate(const Measured& m, std::size_t index) {
  const store::SealedSeries& s = m.point.series[index];
  Mutation result{.law = m.point.law,
                  .point = m.point.point_json,
                  .observable = s.observable,
                  .replicates = static_cast<std::int64_t>(m.data[0].raw.size())};
  result.decision = judge::to_text(decide(m, index, [](double p, std::size_t) { return p; }));
  const auto refuted = [&](const std::function<double(double, std::size_t)>& change) {
    return decide(m, index, change) == judge::Decision::falsified;
  };
  const bool one_sided = s.kind == "K6" || (s.kind == "K3" && (std::isinf(s.predicted[0]) || std::isinf(s.upper[0])));
  const bool has_size =
      s.compare != "value" || std::any_of(s.predicted.begin(), s.predicted.end(), [](double p) { return p != 0; });
  if (has_size) {
    result.factor = smallest_refuted(1e-6, 9, one_sided, [&](double size) {
      // An infinite end stays: a negative factor would turn "at least" into "at most", which is a change of sign.
      return refuted([&](double p, std::size_t) { return std::isinf(p) ? p : p * (1 + size); });
    });
    result.sign_refuted = refuted([](double p, std::size_t) { return -p; });
  }
  const bool ratio = s.compare == "ratio";
  result.shift = smallest_refuted(1e-3, 100, one_sided, [&](double size) {
    return refuted([&](double p, std::size_t g) {
      const double band = s.eps[g] + s.b_th[g];
      // A claim of equal bits has no band: its unit is the last place.
      return p + size * (band > 0 ? band : last_place * std::max(1.0, std::abs(p))) * (ratio ? p : 1.0);
    });
  });
  const bool scales = s.x.size() > 1 && s.x.front() > 0;
  if (scales) {
    const double middle = std::sqrt(s.x.front() * s.x.back());
    result.exponent = smallest_refuted(1e-4, 10, one_sided, [&](double size) {
      return refuted([&](double p, std::size_t g) { return p * std::pow(s.x[g] / middle, size); });
    });
  }
  return result;
}

}  // namespace

std::vector<Mutation> resolving_power(const Plan& plan, Registry& registry, int replicates, const RunOptions& options) {
  numerics::Executor executor(options.jobs);
  std::vector<Mutation> mutations;
  for (const auto& planned : plan.points) {
    const CallContext context{.data = &options.data, .stop = options.stop_signal};
    try {
      const Library& library = registry.library(registry.plugin_of(*planned.law));
      const auto measured = measure(planned, library, replicates, plan.effort, plan.run_seed, context, executor);
      if (!measured) continue;
      for (std::size_t s = 0; s < measured->point.series.size(); ++s)
        if (measured->point.series[s].rival.empty() && !measured->point.series[s].secondary)
          mutations.push_back(mutate(*measured, s));
    } catch (const std::exception& e) {
      mutations.push_back({.law = planned.law->id, .point = planned.json, .trouble = e.what()});
    }
  }
  return mutations;
}

}  // namespace lmw::host
