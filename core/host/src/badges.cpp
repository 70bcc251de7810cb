#include "badges.h"

#include <lmw/judge/multiplicity.h>
#include <lmw/judge/sequential.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::host {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Against every probability in the band: at its nearest edge if the share lies outside, else at the share itself.
double proportion_e_value(const store::PrimaryP& p) {
  const std::int64_t n = p.n_replicates * p.draws;
  const auto k = static_cast<std::int64_t>(std::llround(p.measured * static_cast<double>(n)));
  const double edge = std::clamp(p.measured, p.predicted - p.band, p.predicted + p.band);
  if (edge > 0 && edge < 1) return judge::bernoulli_e_value(k, n, edge);
  // The share is 0 or 1 and so is the null: B(n + 1, 1). An edge beyond [0, 1] leaves no probability in the band.
  return p.measured == edge ? 1 / (1 + static_cast<double>(n)) : nan;
}

double e_value_of(const store::PrimaryP& p) {
  if (p.deterministic || p.n_replicates < 2 || !std::isfinite(p.measured)) return nan;
  if (p.kind == "K9") return proportion_e_value(p);
  const bool number = (p.kind == "K1" || p.kind == "K2" || p.kind == "K5") && p.scalar;
  if (!number || p.theory_sd > 0 || !(p.measured_se > 0)) return nan;
  const double sd = p.measured_se * std::sqrt(static_cast<double>(p.n_replicates));
  const double e = judge::e_value_outside_band(p.n_replicates, p.measured, sd, p.predicted, p.band);
  return std::isfinite(e) ? e : std::numeric_limits<double>::max();
}

}  // namespace

std::vector<store::Badge> badges(const std::vector<store::PrimaryP>& primary) {
  std::vector<double> confirm, falsify, e;
  std::vector<std::size_t> with_e;
  for (std::size_t i = 0; i < primary.size(); ++i) {
    confirm.push_back(primary[i].p_confirm);
    falsify.push_back(primary[i].p_falsify);
    if (const double value = e_value_of(primary[i]); !std::isnan(value)) {
      e.push_back(value);
      with_e.push_back(i);
    }
  }
  const auto q_confirm = judge::benjamini_hochberg_adjusted(confirm);
  const auto q_falsify = judge::benjamini_hochberg_adjusted(falsify);
  const auto refuted = judge::e_benjamini_hochberg(e);
  std::vector<store::Badge> all;
  for (std::size_t i = 0; i < primary.size(); ++i)
    all.push_back({.prediction_id = primary[i].prediction_id,
                   .q_confirm = q_confirm[i],
                   .q_falsify = q_falsify[i],
                   .e_value = nan});
  for (std::size_t j = 0; j < with_e.size(); ++j) {
    all[with_e[j]].e_value = e[j];
    all[with_e[j]].e_refuted = refuted[j];
  }
  return all;
}

}  // namespace lmw::host
