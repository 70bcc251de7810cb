#include "calibration.h"

#include <lmw/judge/distribution.h>
#include <lmw/judge/failure.h>

#include <algorithm>
#include <cmath>

namespace judge_calibration {
namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

double binomial(int k, int n, double p) {
  const double log_choose = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
  return std::exp(log_choose + (k ? k * std::log(p) : 0) + (n > k ? (n - k) * std::log1p(-p) : 0));
}

/// Exact probabilities of each decision for n trials of success probability `truth`.
struct Exact {
  double confirmed = 0, falsified = 0;
};
Exact exact_rates(const Prediction& prediction, int n, double truth) {
  Exact rates;
  for (int k = 0; k <= n; ++k) {
    Replicates r(static_cast<std::size_t>(n), {0.0});
    for (int i = 0; i < k; ++i) r[static_cast<std::size_t>(i)][0] = 1;
    const auto decision = decide(prediction, r).decision;
    if (decision == Decision::confirmed) rates.confirmed += binomial(k, n, truth);
    if (decision == Decision::falsified) rates.falsified += binomial(k, n, truth);
  }
  return rates;
}

}  // namespace

namespace {

constexpr int curve_points = 20;

Prediction flat_curve(double eps) {
  Prediction p;
  p.kind = Kind::curve;
  p.predicted.assign(curve_points, 0);
  p.eps.assign(curve_points, eps);
  return p;
}

/// Autoregressive curves of unit variance with correlation 0.9 between neighbours.
Replicates curves(Rng& rng, int replicates, double truth) {
  Replicates r(static_cast<std::size_t>(replicates));
  for (auto& row : r) {
    double state = rng.normal();
    for (int g = 0; g < curve_points; ++g) {
      row.push_back(truth + state);
      state = 0.9 * state + std::sqrt(1 - 0.81) * rng.normal();
    }
  }
  return r;
}

}  // namespace

Row curve(int replicates, int n) {
  Rng rng(1101 + static_cast<unsigned>(replicates));
  const auto tally = [&](double truth, double eps) {
    Tally t;
    for (int e = 0; e < n; ++e) t.add(decide(flat_curve(eps), curves(rng, replicates, truth)).decision);
    return t;
  };
  const Tally size = tally(0, 0), edge = tally(1, 1), exact = tally(0, 1), rival = tally(2, 1);
  // Whether some point of 20 differs at all is a two-sided question, so its size is the whole level. From 16 replicates
  // on the bootstrap's bound is slightly liberal.
  return {"curve of 20 points, correlation 0.9, S = " + std::to_string(replicates),
          {size.falsify("eps = 0, truth = prediction", Meaning::at_most, replicates >= 16 ? 0.06 : 0.05),
           exact.confirm("eps = 1, truth = prediction", Meaning::shown),
           exact.falsify("eps = 1, truth = prediction", Meaning::at_most, 0.001),
           edge.confirm("eps = 1, truth = +eps everywhere", Meaning::at_most, 0.05),
           edge.falsify("eps = 1, truth = +eps everywhere", Meaning::at_most, 0.05),
           rival.falsify("eps = 1, truth = 2 eps", Meaning::shown)}};
}

Row skewed_curve(int replicates, int n) {
  Rng rng(1171 + static_cast<unsigned>(replicates));
  constexpr double s = 0.5;
  const double mean = std::exp(s * s / 2), sd = std::sqrt(std::expm1(s * s) * std::exp(s * s));
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      auto r = curves(rng, replicates, 0);
      for (auto& row : r)
        for (double& v : row) v = truth + (std::exp(s * v) - mean) / sd;
      t.add(decide(flat_curve(1), r).decision);
    }
    return t;
  };
  return {"curve of 20 points, lognormal(0.5), S = " + std::to_string(replicates),
          {tally(1).falsify("eps = 1, truth = +eps everywhere", Meaning::shown),
           tally(-1).falsify("eps = 1, truth = -eps everywhere", Meaning::shown)}};
}

Row curve_looks(int n) {
  Rng rng(1151);
  const auto tally = [&](double truth, double eps) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      const auto all = curves(rng, 64, truth);
      Decision decision = Decision::inconclusive;
      for (const auto& look : looks_method_a(64)) {
        if (decision != Decision::inconclusive) break;
        decision = decide(flat_curve(eps), {all.begin(), all.begin() + look.replicates}, levels_at(look)).decision;
      }
      t.add(decision);
    }
    return t;
  };
  return {"curve of 20 points, looks at 4, 8, 16, 32, 64",
          {tally(0, 0).falsify("eps = 0, truth = prediction", Meaning::at_most, 0.05),
           tally(1, 1).falsify("eps = 1, truth = +eps everywhere", Meaning::at_most, 0.05)}};
}

Row ordering(int conditions, int replicates, int n) {
  Rng rng(1202 + static_cast<unsigned>(conditions));
  Prediction p;
  p.kind = Kind::ordering;
  p.predicted.assign(static_cast<std::size_t>(conditions - 1), 0);
  p.eps = p.predicted;
  const auto tally = [&](double step, double first_step) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      Replicates r;
      for (int s = 0; s < replicates; ++s) {
        std::vector<double> differences;
        double before = rng.normal();
        for (int j = 1; j < conditions; ++j) {
          const double now = rng.normal();
          differences.push_back((j == 1 ? first_step : step) + now - before);
          before = now;
        }
        r.push_back(differences);
      }
      t.add(decide(p, r).decision);
    }
    return t;
  };
  const Tally ordered = tally(2, 2), one_equal = tally(20, 0), all_equal = tally(0, 0), reversed = tally(4, -4);
  return {
      "order of " + std::to_string(conditions) + " conditions, S = " + std::to_string(replicates),
      {ordered.confirm("steps of 2 sd", Meaning::shown), one_equal.confirm("one pair equal", Meaning::at_most, 0.05),
       all_equal.falsify("all equal", Meaning::at_most, 0.05),
       reversed.falsify("one pair reversed by 4 sd", Meaning::shown)}};
}

Row conserved(int n) {
  // Gradient descent on (ab - 2)^2/2 with weight decay, Q = a^2 - b^2, to time 4 at steps 0.1, 0.05, 0.025, from
  // random starts; the drift is divided by a^2 + b^2 at the start.
  Rng rng(1303);
  const auto drift = [](double eta, double decay, double a, double b) {
    const double q0 = a * a - b * b, scale = a * a + b * b;
    const int every = static_cast<int>(std::lround(0.1 / eta)), steps = 40 * every;
    double worst = 0;
    for (int step = 1; step <= steps; ++step) {
      const double e = a * b - 2, next_a = a - eta * (e * b + decay * a);
      b -= eta * (e * a + decay * b);
      a = next_a;
      if (step % every == 0) worst = std::max(worst, std::abs(a * a - b * b - q0) / scale);
    }
    return worst;
  };
  const auto tally = [&](double decay) {
    Prediction p;
    p.kind = Kind::conserved;
    p.predicted = {0, 0, 0};
    p.eps = {0.005, 0.005, 0.005};
    Tally t;
    for (int e = 0; e < n; ++e) {
      Replicates r;
      for (int s = 0; s < 8; ++s) {
        const double a = 1.2 + 0.05 * rng.normal(), b = 0.6 + 0.05 * rng.normal();
        r.push_back({drift(0.1, decay, a, b), drift(0.05, decay, a, b), drift(0.025, decay, a, b)});
      }
      t.add(decide(p, r).decision);
    }
    return t;
  };
  const Tally kept = tally(0), broken = tally(0.01);
  // And the extrapolated number itself at the edge of its band, with an exact first order.
  Tally edge;
  for (int e = 0; e < n; ++e) {
    Prediction p;
    p.kind = Kind::conserved;
    p.predicted = {0, 0, 0};
    p.eps = {0.05, 0.05, 0.05};
    Replicates r;
    for (int s = 0; s < 8; ++s) {
      const double limit = 0.05 + 0.01 * rng.normal(), slope = 20 + rng.normal();
      r.push_back({std::abs(limit + 0.1 * slope), std::abs(limit + 0.05 * slope), std::abs(limit + 0.025 * slope)});
    }
    edge.add(decide(p, r).decision);
  }
  return {"conserved quantity, three step sizes, S = 8",
          {kept.confirm("conserved by gradient descent", Meaning::at_least, 0.99),
           kept.falsify("conserved by gradient descent", Meaning::at_most, 0.001),
           broken.falsify("broken by weight decay", Meaning::at_least, 0.99),
           edge.confirm("drift = eps at step zero", Meaning::at_most, 0.05),
           edge.falsify("drift = eps at step zero", Meaning::at_most, 0.025)}};
}

Row distribution(int n) {
  Rng rng(1404);
  constexpr int draws = 100, replicates = 30;
  Prediction p;
  p.kind = Kind::distribution;
  p.draws = draws;
  for (int g = 1; g < 20; ++g) p.predicted.push_back(0.05 * g);
  p.eps.assign(p.predicted.size(), 0.05);
  const auto tally = [&](double shift) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      Replicates r(replicates, std::vector<double>(p.predicted.size(), 0));
      for (auto& row : r) {
        std::vector<int> below(p.predicted.size(), 0);
        for (int k = 0; k < draws; ++k) {
          // F(x) = x - shift on the middle of [0, 1]: the distance from uniform is `shift`.
          const double u = rng.uniform(), x = u < shift ? 1 : u;
          for (std::size_t g = 0; g < below.size(); ++g) below[g] += x <= p.predicted[g];
        }
        for (std::size_t g = 0; g < below.size(); ++g) row[g] = static_cast<double>(below[g]) / draws;
      }
      t.add(decide(p, r).decision);
    }
    return t;
  };
  std::int64_t outside = 0;
  for (int e = 0; e < n; ++e) {
    std::vector<double> f(200);
    for (double& v : f) v = rng.uniform();
    std::sort(f.begin(), f.end());
    outside += ks_distance(f) > dkw_radius(200, 0.05);
  }
  const Tally exact = tally(0), edge = tally(0.05), far = tally(0.1);
  return {"distribution on 19 points, 3000 draws, eps = 0.05",
          {exact.confirm("exact", Meaning::shown),
           exact.falsify("exact", Meaning::at_most, 0.001),
           edge.confirm("distance = eps", Meaning::at_most, 0.05),
           edge.falsify("distance = eps", Meaning::at_most, 0.05),
           far.falsify("distance = 2 eps", Meaning::shown),
           {"200 draws beyond the DKW radius", static_cast<double>(outside) / n, n, Meaning::at_most, 0.05}}};
}

Row proportion() {
  Row row{"proportion, eps = 0.1 (exact)", {}};
  for (const int trials : {20, 50, 100}) {
    double worst_confirmed = 0, worst_falsified = 0;
    for (const double p : {0.2, 0.35, 0.5, 0.65, 0.8}) {
      Prediction prediction;
      prediction.kind = Kind::proportion;
      prediction.predicted = {p};
      prediction.eps = {0.1};
      for (const double truth : {p - 0.1, p + 0.1}) {
        const Exact rates = exact_rates(prediction, trials, truth);
        worst_confirmed = std::max(worst_confirmed, rates.confirmed);
        worst_falsified = std::max(worst_falsified, rates.falsified);
      }
    }
    const std::string n = ", n = " + std::to_string(trials);
    row.rates.push_back({"confirmed, worst edge" + n, worst_confirmed, 0, Meaning::at_most, 0.05});
    row.rates.push_back({"falsified, worst edge" + n, worst_falsified, 0, Meaning::at_most, 0.025});
  }
  return row;
}

Row classification() {
  Row row{"labels, accuracy at least 0.9 (exact)", {}};
  Prediction prediction;
  prediction.kind = Kind::classification;
  prediction.predicted = {1};
  prediction.eps = {0.1};
  for (const int cells : {29, 60, 120}) {
    const Exact edge = exact_rates(prediction, cells, 0.9), good = exact_rates(prediction, cells, 0.99);
    const std::string n = ", n = " + std::to_string(cells);
    row.rates.push_back({"confirmed at accuracy 0.9" + n, edge.confirmed, 0, Meaning::at_most, 0.05});
    row.rates.push_back({"falsified at accuracy 0.9" + n, edge.falsified, 0, Meaning::at_most, 0.025});
    row.rates.push_back({"confirmed at accuracy 0.99" + n, good.confirmed});
  }
  return row;
}

Row boundary(double width, int cells, int runs, int n) {
  Rng rng(1505 + static_cast<unsigned>(cells));
  const auto tally = [&](double predicted_factor) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      // The grid reaches a factor 1.35 to either side of the predicted boundary, which is all that its planner knows.
      std::vector<BoundaryCell> scan;
      for (int g = 0; g < cells; ++g) {
        const double x = predicted_factor * std::pow(1.35, 2.0 * g / (cells - 1) - 1);
        const double p = 1 / (1 + std::exp(-std::log(x) / width));  // the truth is at x = 1
        BoundaryCell cell{x, {0, runs}};
        for (int i = 0; i < runs; ++i) cell.count.failures += rng.uniform() < p;
        scan.push_back(cell);
      }
      t.add(decide_boundary(scan, predicted_factor).decision);
    }
    return t;
  };
  const Tally exact = tally(1), low = tally(1 / 1.03), high = tally(1.03), far = tally(1.06);
  char name[100];
  std::snprintf(name, sizeof name, "boundary, width %.3g, %d cells of %d runs", width, cells, runs);
  return {name,
          {exact.confirm("exact", Meaning::shown), exact.falsify("exact", Meaning::at_most, 0.001),
           low.confirm("3 % low", Meaning::at_most, 0.05), low.falsify("3 % low", Meaning::at_most, 0.025),
           high.confirm("3 % high", Meaning::at_most, 0.05), high.falsify("3 % high", Meaning::at_most, 0.025),
           far.confirm("6 % high", Meaning::at_most, 0.001), far.falsify("6 % high", Meaning::shown)}};
}

}  // namespace judge_calibration
