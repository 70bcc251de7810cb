#include <lmw/judge/design.h>
#include <lmw/judge/distribution.h>
#include <lmw/judge/proportion.h>

#include "quantiles.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

double at(const std::vector<double>& values, std::size_t g) { return values.empty() ? 0 : values[g]; }
double band_at(const Prediction& p, std::size_t g) { return p.eps[g] + at(p.b_th, g); }

/// Distance between the two predictions at a grid point; of intervals, between their nearest ends.
double gap_at(const Prediction& rival, const Prediction& law, std::size_t g) {
  if (rival.kind != Kind::interval) return std::abs(rival.predicted[g] - law.predicted[g]);
  return std::max({0.0, rival.predicted[g] - law.upper[g], law.predicted[g] - rival.upper[g]});
}

/// The smallest k in [0, n] for which a condition holds that holds from some k on; n + 1 if it never does.
template <class Holds>
std::int64_t first_that(std::int64_t n, Holds&& holds) {
  std::int64_t low = 0, high = n + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (holds(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/// P(k >= from or k < below) for k ~ Bin(n, p).
double outside(std::int64_t from, std::int64_t below, std::int64_t n, double p) {
  const double above = from <= n ? binomial_at_least(from, n, p) : 0;
  return std::min(1.0, above + (below > 0 ? binomial_at_most(below - 1, n, p) : 0));
}

double power_of_proportion(const Prediction& rival, double truth, std::int64_t n, const Levels& levels) {
  const double p = rival.predicted[0], band = band_at(rival, 0), tail = levels.falsify / 2;
  const auto from = first_that(n, [&](std::int64_t k) { return clopper_pearson(k, n, tail).low > p + band; });
  const auto below = first_that(n, [&](std::int64_t k) { return clopper_pearson(k, n, tail).high >= p - band; });
  return outside(from, below, n, truth);
}

double power_of_labels(const Prediction& rival, double truth, std::int64_t n, const Levels& levels) {
  const double least = rival.predicted[0] - band_at(rival, 0);
  const auto enough =
      first_that(n, [&](std::int64_t k) { return clopper_pearson(k, n, levels.falsify / 2).high >= least; });
  return outside(n + 1, enough, n, truth);
}

double power_of_distribution(const Prediction& rival, const Prediction& law, std::int64_t n, const Levels& levels) {
  const double radius = dkw_radius(n, levels.falsify), trials = static_cast<double>(n);
  double best = 0;
  for (std::size_t g = 0; g < rival.predicted.size(); ++g) {
    const double far = band_at(rival, g) + radius, f = rival.predicted[g];
    const auto from = first_that(n, [&](std::int64_t k) { return static_cast<double>(k) / trials - f > far; });
    const auto below = first_that(n, [&](std::int64_t k) { return f - static_cast<double>(k) / trials <= far; });
    best = std::max(best, outside(from, below, n, law.predicted[g]));
  }
  return best;
}

double power_of_number(const Prediction& rival, const Prediction& law, std::int64_t replicates, const Levels& levels) {
  if (replicates <= 2) return 0;
  const std::size_t grid = rival.kind == Kind::conserved ? 1 : rival.predicted.size();
  const double z = normal_upper(levels.confirm) + normal_upper(0.05);
  double best = 0;
  for (std::size_t g = 0; g < grid; ++g) {
    const double band = band_at(law, g), theory = z * at(law.theory_sd, g);
    if (!(band > theory)) continue;  // the law could not be confirmed here
    const double sd = std::sqrt((band - theory) * (band + theory)) * std::sqrt(static_cast<double>(replicates - 2)) / z;
    best = std::max(best, power_to_falsify(gap_at(rival, law, g), band_at(rival, g), sd, replicates,
                                           at(rival.theory_sd, g), levels.falsify / static_cast<double>(grid)));
  }
  return best;
}

}  // namespace

std::optional<double> power_against(const Prediction& rival, const Prediction& law, std::int64_t replicates,
                                    const Levels& levels) {
  validate(rival);
  validate(law);
  if (rival.kind != law.kind || rival.predicted.size() != law.predicted.size())
    throw std::invalid_argument("power: expected a rival of the law's kind, on its grid");
  if (replicates < 1)
    throw std::invalid_argument("replicates = " + std::to_string(replicates) + ": expected at least 1");
  if (law.kind == Kind::ordering) return std::nullopt;
  if (law.deterministic) {
    bool apart = false;
    for (std::size_t g = 0; g < law.predicted.size(); ++g) apart = apart || gap_at(rival, law, g) > band_at(rival, g);
    return apart ? 1.0 : 0.0;
  }
  const std::int64_t trials = replicates * law.draws;
  switch (law.kind) {
    case Kind::proportion: return power_of_proportion(rival, law.predicted[0], trials, levels);
    case Kind::classification: return power_of_labels(rival, law.predicted[0], trials, levels);
    case Kind::distribution: return power_of_distribution(rival, law, trials, levels);
    default: return power_of_number(rival, law, replicates, levels);
  }
}

}  // namespace lmw::judge
