#include <lmw/judge/design.h>
#include <lmw/judge/distribution.h>
#include <lmw/judge/proportion.h>
#include <lmw/judge/sequential.h>

#include "confirmable.h"
#include "quantiles.h"
#include "rules.h"
#include "sample.h"

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

/// The rule for one number after n replicates, for a spread x = sd/sqrt(n): its reach beyond the mean, for a sample
/// whose spread is c times the true one, is `added` + sqrt((quantile x c)^2 + (quantile theory)^2).
struct Reach {
  double quantile, theory, added;
  double operator()(double x, double c) const { return added + quantile * std::hypot(x * c, theory); }
};

/// P(|D| + reach <= 1) and P(D - reach > 0) for D of mean 0 and of mean `room`: bands are 1 in these units.
double confirmed_share(const SampleSpread& spread, double x, double theory_sd, const Reach& reach) {
  const double sd = std::hypot(x, theory_sd);
  return spread.mean([&](double c) { return std::max(0.0, 1 - 2 * normal_survival((1 - reach(x, c)) / sd)); });
}
double refuted_share(const SampleSpread& spread, double x, double theory_sd, double room, const Reach& reach) {
  const double sd = std::hypot(x, theory_sd);
  // The weights sum to 1 up to rounding.
  return std::min(1.0, spread.mean([&](double c) { return normal_cdf((room - reach(x, c)) / sd); }));
}

/// @param confirm, refute  from a spread x and the theory_sd of the law, or of the rival, the reach of the rule.
template <class Confirm, class Refute>
double power_at_point(const Prediction& rival, const Prediction& law, std::size_t g, const SampleSpread& spread,
                      Confirm&& confirm, Refute&& refute) {
  const double band = band_at(law, g), own_sd = at(law.theory_sd, g) / band, other_sd = at(rival.theory_sd, g) / band;
  const double room = (gap_at(rival, law, g) - band_at(rival, g)) / band;
  if (!(band > 0) || !std::isfinite(own_sd) || !std::isfinite(other_sd)) return 0;
  const double x =
      largest_confirmable([&](double x_try) { return confirmed_share(spread, x_try, own_sd, confirm(x_try, own_sd)); });
  return x > 0 ? refuted_share(spread, x, other_sd, room, refute(x, other_sd)) : 0;
}

double power_of_number(const Prediction& rival, const Prediction& law, std::int64_t replicates, const Levels& levels) {
  if (replicates < 2) return 0;
  const SampleSpread spread(replicates);
  const std::size_t grid = rival.kind == Kind::conserved ? 1 : rival.predicted.size();
  const double df = static_cast<double>(replicates - 1);
  const auto confirm = [&](double x, double theory_sd) {
    return Reach{student_upper(levels.confirm, welch_df(x, df, theory_sd, law.theory_df)), theory_sd, 0};
  };
  const auto refute = [&](double x, double theory_sd) {
    const double tail = levels.falsify / (2 * static_cast<double>(grid));
    return Reach{student_upper(tail, welch_df(x, df, theory_sd, rival.theory_df)), theory_sd, 0};
  };
  double best = 0;
  for (std::size_t g = 0; g < grid; ++g) best = std::max(best, power_at_point(rival, law, g, spread, confirm, refute));
  return best;
}

void check_comparable(const Prediction& rival, const Prediction& law, std::int64_t replicates) {
  validate(rival);
  validate(law);
  if (rival.kind != law.kind || rival.predicted.size() != law.predicted.size())
    throw std::invalid_argument("power: expected a rival of the law's kind, on its grid");
  if (replicates < 1)
    throw std::invalid_argument("replicates = " + std::to_string(replicates) + ": expected at least 1");
}

/// A prediction that is not finite is never decided on. Only an interval may have an infinite end.
bool decidable(const Prediction& p) {
  const bool interval = p.kind == Kind::interval;
  const auto usable = [&](double v) { return interval ? !std::isnan(v) : std::isfinite(v); };
  return std::all_of(p.predicted.begin(), p.predicted.end(), usable) &&
         std::all_of(p.upper.begin(), p.upper.end(), usable);
}

double power_of_exact(const Prediction& rival, const Prediction& law) {
  for (std::size_t g = 0; g < law.predicted.size(); ++g)
    if (gap_at(rival, law, g) > band_at(rival, g)) return 1;
  return 0;
}

}  // namespace

std::optional<double> power_against(const Prediction& rival, const Prediction& law, std::int64_t replicates,
                                    const Levels& levels) {
  check_comparable(rival, law, replicates);
  if (law.kind == Kind::ordering) return std::nullopt;
  if (!decidable(rival) || !decidable(law) || spans_too_little(law)) return 0.0;
  if (law.deterministic) return power_of_exact(rival, law);
  const std::int64_t trials = replicates * law.draws;
  switch (law.kind) {
    case Kind::proportion: return power_of_proportion(rival, law.predicted[0], trials, levels);
    case Kind::classification: return power_of_labels(rival, law.predicted[0], trials, levels);
    case Kind::distribution: return power_of_distribution(rival, law, trials, levels);
    default: return power_of_number(rival, law, replicates, levels);
  }
}

double power_against_any_time(const Prediction& rival, const Prediction& law, std::int64_t replicates) {
  check_comparable(rival, law, replicates);
  if ((law.kind != Kind::point && law.kind != Kind::theory_error && law.kind != Kind::exponent) ||
      law.predicted.size() != 1)
    throw std::invalid_argument(to_text(law.kind) + " on " + std::to_string(law.predicted.size()) +
                                " grid points has no rule for any stopping time: expected K1, K2 or K5 on 1");
  if (!decidable(rival) || !decidable(law) || spans_too_little(law)) return 0;
  if (law.deterministic) return power_of_exact(rival, law);
  if (replicates < 2) return 0;
  const double root_n = std::sqrt(static_cast<double>(replicates));
  const auto reach = [&](double, double theory_sd) {
    const double h = t_mixture_half_width(replicates, root_n, theory_sd > 0 ? 0.04 : 0.05);
    return Reach{h, 0, normal_upper(0.005) * theory_sd};
  };
  return power_at_point(rival, law, 0, SampleSpread(replicates), reach, reach);
}

}  // namespace lmw::judge
