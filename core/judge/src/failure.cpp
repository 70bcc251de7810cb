#include <lmw/judge/failure.h>

#include "sample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_delta(double delta) {
  if (!(delta > 0 && delta < 0.5))
    throw std::invalid_argument("delta = " + std::to_string(delta) + ": expected in (0, 1/2)");
}

void check_probability(double p) {
  if (!(p >= 0 && p <= 1)) throw std::invalid_argument("probability = " + std::to_string(p) + ": expected in [0, 1]");
}

constexpr double call_tail = 0.025;

double failure_share(const FailureCount& count) {
  return static_cast<double>(count.failures) / static_cast<double>(count.runs);
}

/// ph(1-ph) S/(S-1): the unbiased estimate of p(1-p).
double variance_within(const FailureCount& count) {
  const double share = failure_share(count), runs = static_cast<double>(count.runs);
  return share * (1 - share) * runs / (runs - 1);
}

void check_conditions(std::span<const FailureCount> conditions) {
  if (conditions.size() < 2)
    throw std::invalid_argument(std::to_string(conditions.size()) + " conditions: expected at least 2");
  for (const auto& c : conditions)
    if (c.runs < 2 || c.failures < 0 || c.failures > c.runs)
      throw std::invalid_argument(std::to_string(c.failures) + " failures of " + std::to_string(c.runs) +
                                  " runs: expected at least 2 runs, and 0 <= failures <= runs");
}

VarianceShares with_share(double within, double between) {
  VarianceShares shares{within, between, std::nullopt};
  const double structure = std::max(0.0, between);
  if (within + structure > 0) shares.structural_share = structure / (within + structure);
  return shares;
}

}  // namespace

std::string to_text(FailureClass failure_class) {
  switch (failure_class) {
    case FailureClass::structural: return "structural";
    case FailureClass::safe: return "safe";
    case FailureClass::contingent: return "contingent";
    case FailureClass::undetermined: return "undetermined";
  }
  throw std::invalid_argument("no such failure class");
}

FailureCall call_failure(const FailureCount& count, double delta) {
  check_delta(delta);
  FailureCall call;
  call.interval = clopper_pearson(count.failures, count.runs, call_tail);
  if (call.interval.low >= 1 - delta)
    call.failure_class = FailureClass::structural;
  else if (call.interval.high <= delta)
    call.failure_class = FailureClass::safe;
  else if (call.interval.low > delta && call.interval.high < 1 - delta)
    call.failure_class = FailureClass::contingent;
  else if (count.runs > 0 && count.failures == count.runs)
    call.consistent_with = FailureClass::structural;
  else if (count.runs > 0 && count.failures == 0)
    call.consistent_with = FailureClass::safe;
  return call;
}

std::int64_t least_unanimous_runs(double delta) {
  check_delta(delta);
  return static_cast<std::int64_t>(std::ceil(std::log(call_tail) / std::log1p(-delta)));
}

FailureClass forecast_class(double probability, double delta) {
  check_probability(probability);
  check_delta(delta);
  if (probability >= 1 - delta) return FailureClass::structural;
  return probability <= delta ? FailureClass::safe : FailureClass::contingent;
}

bool unexpected_structural(const FailureCall& call, double forecast, double delta) {
  return call.failure_class == FailureClass::structural && forecast_class(forecast, delta) == FailureClass::safe;
}

bool failure_persists(std::span<const FailureCount> variants, double delta) {
  return !variants.empty() && std::all_of(variants.begin(), variants.end(), [&](const auto& v) {
    return call_failure(v, delta).failure_class == FailureClass::structural;
  });
}

bool boundary_flips(const FailureCount& below, const FailureCount& above, double delta) {
  const auto a = call_failure(below, delta).failure_class, b = call_failure(above, delta).failure_class;
  return (a == FailureClass::safe && b == FailureClass::structural) ||
         (a == FailureClass::structural && b == FailureClass::safe);
}

double expected_restarts(double failure_probability) {
  check_probability(failure_probability);
  return failure_probability < 1 ? 1 / (1 - failure_probability) : std::numeric_limits<double>::infinity();
}

std::optional<std::int64_t> restart_budget(double failure_probability) {
  check_probability(failure_probability);
  if (failure_probability == 1) return std::nullopt;
  if (failure_probability == 0) return 1;
  return static_cast<std::int64_t>(std::max(1.0, std::ceil(std::log(0.01) / std::log(failure_probability))));
}

VarianceShares variance_shares(std::span<const FailureCount> conditions) {
  check_conditions(conditions);
  std::vector<double> shares;
  double within = 0, sampling = 0;
  const double total = static_cast<double>(conditions.size());
  for (const auto& c : conditions) {
    shares.push_back(failure_share(c));
    within += variance_within(c) / total;
    sampling += variance_within(c) / static_cast<double>(c.runs) / total;
  }
  const double sd = summarise(shares).sd;
  return with_share(within, sd * sd - sampling);
}

VarianceShares variance_shares(const std::vector<std::vector<double>>& cells) {
  if (cells.size() < 2) throw std::invalid_argument(std::to_string(cells.size()) + " cells: expected at least 2");
  std::vector<double> means;
  double within = 0, sampling = 0;
  const double total = static_cast<double>(cells.size());
  for (const auto& cell : cells) {
    if (cell.size() < 2) throw std::invalid_argument(std::to_string(cell.size()) + " runs: expected at least 2");
    const Sample s = summarise(cell);
    means.push_back(s.mean);
    within += s.sd * s.sd / total;
    sampling += s.sd * s.sd / static_cast<double>(s.n) / total;
  }
  const double sd = summarise(means).sd;
  return with_share(within, sd * sd - sampling);
}

Estimate structural_share_estimate(std::span<const FailureCount> conditions) {
  std::vector<double> leave_one_out;
  for (std::size_t skip = 0; skip < conditions.size(); ++skip) {
    std::vector<FailureCount> rest(conditions.begin(), conditions.end());
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(skip));
    leave_one_out.push_back(variance_shares(rest).structural_share.value_or(0));
  }
  return jackknife(variance_shares(conditions).structural_share.value_or(0), leave_one_out);
}

ForecastQuality forecast_quality(std::span<const double> forecasts, std::span<const FailureCount> conditions) {
  const VarianceShares shares = variance_shares(conditions);
  if (forecasts.size() != conditions.size())
    throw std::invalid_argument(std::to_string(forecasts.size()) + " forecasts of " +
                                std::to_string(conditions.size()) + " conditions: expected one each");
  ForecastQuality quality{.within = shares.within};
  const double total = static_cast<double>(conditions.size());
  double mean = 0;
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    check_probability(forecasts[c]);
    const double share = failure_share(conditions[c]), miss = forecasts[c] - share;
    quality.brier += (miss * miss + share * (1 - share)) / total;
    const double sampling = variance_within(conditions[c]) / static_cast<double>(conditions[c].runs);
    quality.reliability += (miss * miss - sampling) / total;
    mean += share / total;
  }
  if (mean > 0 && mean < 1) quality.skill = 1 - quality.brier / (mean * (1 - mean));
  if (quality.skill && shares.structural_share.value_or(0) > 0)
    quality.captured = *quality.skill / *shares.structural_share;
  return quality;
}

}  // namespace lmw::judge
