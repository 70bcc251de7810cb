#include <lmw/judge/scorecard.h>

#include "quantiles.h"
#include "sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::judge {
namespace {

/// Mean with its t interval, cut to [0, 1].
Score mean_score(const std::vector<double>& values) {
  Score score;
  const Sample s = summarise(values);
  score.n = s.n;
  if (s.n == 0) return score;
  score.value = s.mean;
  if (s.n < 2) return score;
  const double half = student_upper(0.025, static_cast<double>(s.n - 1)) * s.sd / std::sqrt(static_cast<double>(s.n));
  score.low = std::max(0.0, s.mean - half);
  score.high = std::min(1.0, s.mean + half);
  return score;
}

/// For each of `values` the share of `others` that it beats, ties counting 1/2.
std::vector<double> win_rates(std::span<const double> values, std::span<const double> others) {
  std::vector<double> rates;
  for (const double v : values) {
    double wins = 0;
    for (const double other : others) wins += v > other ? 1 : v == other ? 0.5 : 0;
    rates.push_back(wins / static_cast<double>(others.size()));
  }
  return rates;
}

}  // namespace

Score auroc(std::span<const double> positives, std::span<const double> negatives) {
  Score score;
  score.n = static_cast<std::int64_t>(positives.size() + negatives.size());
  if (positives.size() < 2 || negatives.size() < 2) return score;
  const Sample v10 = summarise(win_rates(positives, negatives)), v01 = summarise(win_rates(negatives, positives));
  const double area = v10.mean;
  score.value = area;
  score.low = 0;
  score.high = 1;
  if (area <= 0 || area >= 1) return score;
  const double n1 = static_cast<double>(v10.n), n0 = static_cast<double>(v01.n);
  const double se = std::sqrt(v10.sd * v10.sd / n1 + v01.sd * v01.sd / n0);
  const double logit = std::log(area / (1 - area)), half = normal_upper(0.025) * se / (area * (1 - area));
  score.low = 1 / (1 + std::exp(-(logit - half)));
  score.high = 1 / (1 + std::exp(-(logit + half)));
  return score;
}

std::optional<Humble> humble(std::span<const RegimeCase> cases) {
  if (std::all_of(cases.begin(), cases.end(), [](const RegimeCase& c) { return c.inside; })) return std::nullopt;
  Humble result;
  std::vector<double> errors, holding, breaking;
  std::int64_t must_break = 0, broken = 0, abstained = 0;
  for (const auto& c : cases) {
    if (!(c.rho >= 0 && c.rho <= 1))
      throw std::invalid_argument("rho = " + std::to_string(c.rho) + ": expected in [0, 1]");
    abstained += c.abstained;
    must_break += c.must_break && c.holds.has_value();
    broken += c.must_break && c.holds.has_value() && !*c.holds;
    if (!c.holds) {
      ++result.unclear;
      continue;
    }
    const double miss = c.rho - (*c.holds ? 1 : 0);
    errors.push_back(miss * miss);
    (*c.holds ? holding : breaking).push_back(c.rho);
  }
  result.brier = mean_score(errors);
  result.auroc = auroc(holding, breaking);
  result.must_break = share(broken, must_break);
  result.abstained = share(abstained, static_cast<std::int64_t>(cases.size()));
  for (const double rho : {0.5, 0.7, 0.9}) {
    const auto at_least = [&](const std::vector<double>& values) {
      return std::count_if(values.begin(), values.end(), [&](double v) { return v >= rho; });
    };
    result.risk.push_back({rho, share(at_least(breaking), at_least(breaking) + at_least(holding))});
  }
  return result;
}

}  // namespace lmw::judge
