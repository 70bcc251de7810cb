#include "calibration.h"

#include <lmw/judge/design.h>
#include <lmw/judge/sequential.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace judge_calibration {
namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

Replicates sample(Rng& rng, std::int64_t replicates, double mean, double sd) {
  Replicates r(static_cast<std::size_t>(replicates));
  for (auto& row : r) row = {mean + sd * rng.normal()};
  return r;
}

double quantile(std::vector<double>& values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// The largest spread at which an exact law of band 1 is confirmed in 9 of 10 experiments. A ratio of one number is in
/// proportion to the spread, so the 90 % quantile at spread 1 says it.
template <class Decide>
double confirmable_spread(Rng& rng, int replicates, int n, Decide&& decide_by) {
  std::vector<double> ratios;
  for (int e = 0; e < n; ++e) ratios.push_back(decide_by(number(0, 1), sample(rng, replicates, 0, 1)).confirm_ratio);
  return 1 / quantile(ratios, 0.9);
}

std::string text(double value) {
  char line[32];
  std::snprintf(line, sizeof line, "%.3g", value);
  return line;
}

}  // namespace

Row power_of_looks(int replicates, int n) {
  Rng rng(3101 + static_cast<unsigned>(replicates));
  const Look look = looks_method_a(replicates).back();
  const Levels levels = levels_at(look);
  const auto by_look = [&](const Prediction& p, const Replicates& r) { return decide(p, r, levels); };
  const double sd = confirmable_spread(rng, replicates, n, by_look);
  Row row{"power of the last look, S = " + std::to_string(replicates), {}};
  for (const double gap : {1.5, 2.0, 3.0}) {
    const double said = *power_against(number(gap, 1), number(0, 1), replicates, levels);
    Tally t;
    for (int e = 0; e < n; ++e) t.add(by_look(number(gap, 1), sample(rng, replicates, 0, sd)).decision);
    // What the correction for skewness costs is not in what is said.
    const bool corrected = replicates >= 8 && replicates < 64 && gap > 2;
    row.rates.push_back(
        t.falsify("rival " + text(gap) + " bands away", corrected ? Meaning::shown : Meaning::at_least, said));
  }
  return row;
}

Row power_at_any_time(int replicates, int n) {
  Rng rng(3151 + static_cast<unsigned>(replicates));
  const double sd = confirmable_spread(rng, replicates, n, decide_any_time);
  Row row{"power of the t-mixture sequence, S = " + std::to_string(replicates), {}};
  for (const double gap : {1.5, 2.0, 3.0}) {
    const double said = power_against_any_time(number(gap, 1), number(0, 1), replicates);
    Tally t;
    for (int e = 0; e < n; ++e) t.add(decide_any_time(number(gap, 1), sample(rng, replicates, 0, sd)).decision);
    row.rates.push_back(t.falsify("rival " + text(gap) + " bands away", Meaning::at_least, said));
  }
  return row;
}

Row power_per_replicate(int n) {
  // Law and rival predict each replicate; they are 2 bands apart on average, with a scatter of half a band.
  constexpr int replicates = 64;
  constexpr double gap = 2, scatter = 0.5;
  Rng rng(3181);
  const Levels levels = levels_at(looks_method_a(replicates).back());
  const auto by_look = [&](const Prediction& p, const Replicates& r) { return decide(p, r, levels); };
  const double sd = confirmable_spread(rng, replicates, n, by_look);
  Prediction rival = number(gap, 1);
  rival.theory_sd = {scatter / std::sqrt(replicates)};
  const double said = *power_against(rival, number(0, 1), replicates, levels);
  Tally t;
  for (int e = 0; e < n; ++e) {
    Replicates residuals;
    for (int i = 0; i < replicates; ++i) residuals.push_back({sd * rng.normal() - gap + scatter * rng.normal()});
    t.add(by_look(number(0, 1), residuals).decision);
  }
  return {"power against a rival per replicate, S = 64",
          {t.falsify("2 bands away, scatter of half a band", Meaning::at_least, said)}};
}

Row by_pilot(double eps, int n) {
  Rng rng(3201);
  const double gap = 2 * eps;
  const Needed known = replicates_needed(1, eps, gap);
  Tally exact, exact_known, rival, rival_known;
  std::vector<double> confirm_by, falsify_by;
  for (int e = 0; e < n; ++e) {
    std::vector<double> pilot(8);
    for (double& v : pilot) v = rng.normal();
    const Needed needed = replicates_from_pilot(pilot, eps, gap);
    confirm_by.push_back(static_cast<double>(needed.to_confirm));
    falsify_by.push_back(static_cast<double>(needed.to_falsify));
    exact.add(decide(number(0, eps), sample(rng, needed.to_confirm, 0, 1)).decision);
    exact_known.add(decide(number(0, eps), sample(rng, known.to_confirm, 0, 1)).decision);
    rival.add(decide(number(0, eps), sample(rng, needed.to_falsify, gap, 1)).decision);
    rival_known.add(decide(number(0, eps), sample(rng, known.to_falsify, gap, 1)).decision);
  }
  const double need = static_cast<double>(known.to_confirm);
  return {"seeds by the spread of 8 pilots, band " + text(eps) + " sd, one look",
          {exact_known.confirm("truth = prediction, spread known", Meaning::shown),
           exact.confirm("truth = prediction, spread by pilot", Meaning::shown),
           exact.falsify("truth = prediction, spread by pilot", Meaning::at_most, 0.001),
           rival_known.falsify("truth = rival at 2 eps, spread known", Meaning::shown),
           rival.falsify("truth = rival at 2 eps, spread by pilot", Meaning::shown),
           rival.confirm("truth = rival at 2 eps, spread by pilot", Meaning::at_most, 0.001),
           {"seeds to confirm over those of the known spread, 2.5 % quantile", quantile(confirm_by, 0.025) / need},
           {"seeds to confirm over those of the known spread, median", quantile(confirm_by, 0.5) / need},
           {"seeds to confirm over those of the known spread, 97.5 % quantile", quantile(confirm_by, 0.975) / need}}};
}

Row until_decided(double eps, int n) {
  // As `--until-decided` runs it: looks at 8, 16, 32, ... up to 16 times 64 seeds, decided at looks alone.
  constexpr std::size_t most = 1024;
  Rng rng(3301);
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      Replicates all;
      Decision decision = Decision::inconclusive;
      for (std::size_t look = 8; look <= most && decision == Decision::inconclusive; look *= 2) {
        while (all.size() < look) all.push_back({truth + rng.normal()});
        decision = decide_any_time(number(0, eps), all).decision;
      }
      t.add(decision, static_cast<double>(all.size()));
    }
    return t;
  };
  const Tally exact = tally(0), edge = tally(eps), rival = tally(2 * eps);
  const double runs = n;
  return {"until decided, looks at 8, 16, ... 1024, eps = " + text(eps) + " sd",
          {exact.confirm("truth = prediction", Meaning::at_least, 0.995),
           exact.falsify("truth = prediction", Meaning::at_most, 0.001),
           edge.confirm("truth = +eps", Meaning::at_most, 0.05),
           edge.falsify("truth = +eps", Meaning::at_most, 0.05),
           rival.confirm("truth = 2 eps", Meaning::at_most, 0.001),
           rival.falsify("truth = 2 eps", Meaning::at_least, 0.995),
           {"mean S, truth = prediction", exact.replicates / runs},
           {"mean S, truth = +eps", edge.replicates / runs},
           {"mean S, truth = 2 eps", rival.replicates / runs}}};
}

}  // namespace judge_calibration
