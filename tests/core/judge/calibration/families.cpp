#include "calibration.h"

#include <lmw/judge/elasticity.h>
#include <lmw/judge/failure.h>
#include <lmw/judge/median.h>
#include <lmw/judge/universality.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace judge_calibration {
namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

/// Settings 1, 2, 4, 8 of a knob; log|observable| moves by `steps` between neighbours, with noise of sd 0.2.
std::vector<ElasticityCell> settings(Rng& rng, int replicates, const std::vector<double>& steps) {
  std::vector<ElasticityCell> cells;
  double knob = 1, level = 0;
  for (std::size_t j = 0; j <= steps.size(); ++j, knob *= 2) {
    if (j > 0) level += steps[j - 1];
    cells.push_back({knob, {}});
    for (int i = 0; i < replicates; ++i) cells.back().values.push_back(std::exp(level + 0.2 * rng.normal()));
  }
  return cells;
}

/// Mean of 8 replicates with spread 0.1.
Estimate measured_exponent(Rng& rng, double truth) {
  constexpr int replicates = 8;
  double sum = 0, square = 0;
  for (int i = 0; i < replicates; ++i) {
    const double v = 0.1 * rng.normal();
    sum += v;
    square += v * v;
  }
  const double mean = sum / replicates, variance = (square - sum * mean) / (replicates - 1);
  return {truth + mean, std::sqrt(variance / replicates), replicates - 1, replicates};
}

}  // namespace

Row elasticity_sign(int replicates, int n) {
  Rng rng(4101 + static_cast<unsigned>(replicates));
  const auto tally = [&](const std::vector<double>& steps) {
    Tally t;
    for (int e = 0; e < n; ++e) t.add(decide_elasticity(settings(rng, replicates, steps), 1).sign);
    return t;
  };
  const double half = 0.5 * std::log(2.0);
  const Tally rises = tally({half, half, half}), one_flat = tally({20, 0, 20}), flat = tally({0, 0, 0}),
              falls = tally({-half, -half, -half});
  return {"sign of an elasticity, 4 settings, S = " + std::to_string(replicates),
          {rises.confirm("square root, noise 0.2", Meaning::shown),
           one_flat.confirm("one pair flat", Meaning::at_most, 0.05), flat.falsify("all flat", Meaning::at_most, 0.05),
           flat.confirm("all flat", Meaning::at_most, 0.001),
           falls.falsify("falls as a square root, noise 0.2", Meaning::shown)}};
}

Row elasticity_value(int replicates, int n) {
  Rng rng(4151 + static_cast<unsigned>(replicates));
  const double slope = 0.5, step = slope * std::log(2.0);
  Tally exact, edge, far;
  std::int64_t covered = 0;
  for (int e = 0; e < n; ++e) {
    const auto cells = settings(rng, replicates, {step, step, step});
    exact.add(decide_elasticity_value(cells, slope, 0.1).decision);
    edge.add(decide_elasticity_value(cells, slope + 0.1, 0.1).decision);
    far.add(decide_elasticity_value(cells, slope + 0.2, 0.1).decision);
    const auto described = decide_elasticity(cells, 0);
    covered += described.low <= slope && slope <= described.high;
  }
  return {"value of an elasticity within 0.1, 4 settings, S = " + std::to_string(replicates),
          {exact.confirm("exact", Meaning::shown),
           edge.confirm("truth = eps away", Meaning::at_most, 0.05),
           edge.falsify("truth = eps away", Meaning::at_most, 0.025),
           far.falsify("truth = 2 eps away", Meaning::shown),
           {"95 % interval covers", static_cast<double>(covered) / n, n, Meaning::at_least, 0.95}}};
}

Row same_class(double tolerance, int n) {
  Rng rng(4201);
  const auto share = [&](const std::vector<double>& truth, auto&& holds) {
    std::int64_t count = 0;
    for (int e = 0; e < n; ++e) {
      std::vector<Estimate> exponents;
      for (const double v : truth) exponents.push_back(measured_exponent(rng, v));
      count += holds(universality_classes(exponents, tolerance));
    }
    return static_cast<double>(count) / n;
  };
  const auto one = [](const UniversalityClasses& found) {
    return found.classes.size() == 1 && found.classes[0].size() == 3;
  };
  const auto with_third = [](const UniversalityClasses& found) {
    return std::any_of(found.classes.begin(), found.classes.end(), [](const auto& set) { return set.back() == 2; });
  };
  const auto chain = [](const UniversalityClasses& found) { return !found.chains.empty(); };
  char name[100];
  std::snprintf(name, sizeof name, "one class of three exponents, tolerance %.3g, spread 0.1, S = 8", tolerance);
  return {name,
          {{"one class, all equal", share({1, 1, 1}, one), n, Meaning::shown},
           {"chain, all equal", share({1, 1, 1}, chain), n, Meaning::shown},
           {"one class, the third off by the tolerance", share({1, 1, 1 + tolerance}, one), n, Meaning::at_most, 0.05},
           {"the third in some class, off by the tolerance", share({1, 1, 1 + tolerance}, with_third), n,
            Meaning::at_most, 0.1},
           {"one class, ends apart by the tolerance", share({1, 1 + tolerance / 2, 1 + tolerance}, one), n,
            Meaning::at_most, 0.05},
           {"the third in some class, off by twice the tolerance", share({1, 1, 1 + 2 * tolerance}, with_third), n,
            Meaning::at_most, 0.001}}};
}

Row median_coverage(int n) {
  Row row{"95 % interval of a median by order statistics", {}};
  Rng rng(4301);
  const double middle = (1 - std::exp(0.125)) / std::sqrt(std::expm1(0.25) * std::exp(0.25));  // of Noise::lognormal
  for (const int replicates : {6, 8, 16, 64}) {
    std::int64_t normal = 0, skewed = 0;
    for (int e = 0; e < n; ++e) {
      std::vector<double> values(static_cast<std::size_t>(replicates));
      for (double& v : values) v = rng.normal();
      const Median symmetric = median_interval(values);
      normal += symmetric.low <= 0 && 0 <= symmetric.high;
      for (double& v : values) v = draw(rng, Noise::lognormal);
      const Median other = median_interval(values);
      skewed += other.low <= middle && middle <= other.high;
    }
    const std::string s = ", S = " + std::to_string(replicates);
    row.rates.push_back({"covers, Gaussian" + s, static_cast<double>(normal) / n, n, Meaning::at_least, 0.95});
    row.rates.push_back({"covers, lognormal" + s, static_cast<double>(skewed) / n, n, Meaning::at_least, 0.95});
  }
  return row;
}

Row boundary_width(int sizes, int runs, int n) {
  // 13 cells reach 4 widths to either side of the boundary, at sizes 16, 64, 256, ...
  Rng rng(4401 + static_cast<unsigned>(runs));
  const auto share = [&](double exponent, FailureClass wanted) {
    std::int64_t count = 0;
    for (int e = 0; e < n; ++e) {
      std::vector<SizedBoundary> boundaries;
      for (int k = 0; k < sizes; ++k) {
        const double size = std::pow(4.0, k + 2);
        const double width = 0.2 * std::pow(size, exponent);
        std::vector<BoundaryCell> cells;
        for (int g = 0; g < 13; ++g) {
          const double u = 4 * width * (g - 6) / 6.0, p = 1 / (1 + std::exp(-u / width));
          cells.push_back({std::exp(u), {0, runs}});
          for (int i = 0; i < runs; ++i) cells.back().count.failures += rng.uniform() < p;
        }
        if (const auto fit = fit_boundary(cells)) boundaries.push_back({size, *fit});
      }
      count += width_trend(boundaries).failure_class == wanted;
    }
    return static_cast<double>(count) / n;
  };
  const auto contingent = FailureClass::contingent, structural = FailureClass::structural;
  return {"trend of a boundary's width over " + std::to_string(sizes) + " sizes, 13 cells of " + std::to_string(runs) +
              " runs",
          {{"contingent, width constant", share(0, contingent), n, Meaning::shown},
           {"structural, width constant", share(0, structural), n, Meaning::at_most, 0.001},
           {"contingent, width as size^-1/4", share(-0.25, contingent), n, Meaning::at_most, 0.05},
           {"structural, width as size^-1/4", share(-0.25, structural), n, Meaning::at_most, 0.025},
           {"structural, width as size^-1/2", share(-0.5, structural), n, Meaning::shown},
           {"contingent, width as size^-1/2", share(-0.5, contingent), n, Meaning::at_most, 0.001}}};
}

}  // namespace judge_calibration
