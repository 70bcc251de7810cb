#include "calibration.h"

#include <lmw/judge/exponent.h>
#include <lmw/judge/sequential.h>

#include <cmath>

namespace judge_calibration {

Prediction number(double predicted, double eps) {
  Prediction p;
  p.predicted = {predicted};
  p.eps = {eps};
  return p;
}

namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

Replicates sample(Rng& rng, Noise noise, int replicates, double mean) {
  Replicates r(static_cast<std::size_t>(replicates));
  for (auto& row : r) row = {mean + draw(rng, noise)};
  return r;
}

std::string name_of(Noise noise) {
  switch (noise) {
    case Noise::gauss: return "Gaussian";
    case Noise::student5: return "Student t5";
    case Noise::lognormal: return "lognormal(0.5)";
  }
  return "";
}

Replicates first(const Replicates& all, int count) { return {all.begin(), all.begin() + count}; }

}  // namespace

Row fixed_number(Noise noise, int replicates, double theory_sd, int n) {
  Rng rng(101 + static_cast<unsigned>(replicates));
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      auto p = number(theory_sd > 0 ? theory_sd * rng.normal() : 0, 1);
      p.theory_sd = {theory_sd};
      t.add(decide(p, sample(rng, noise, replicates, truth)).decision);
    }
    return t;
  };
  const Tally exact = tally(0), upper = tally(1), lower = tally(-1), rival = tally(2);
  const bool skewed = noise == Noise::lognormal;
  const Meaning error = skewed ? Meaning::shown : Meaning::at_most;
  const std::string theory = theory_sd > 0 ? ", theory_sd = 0.3" : "";
  return {"number, " + name_of(noise) + ", S = " + std::to_string(replicates) + theory,
          {exact.confirm("truth = prediction", Meaning::shown),
           exact.falsify("truth = prediction", Meaning::at_most, 0.001), upper.confirm("truth = +eps", error, 0.05),
           upper.falsify("truth = +eps", error, 0.025), lower.confirm("truth = -eps", error, 0.05),
           lower.falsify("truth = -eps", error, 0.025), rival.confirm("truth = 2 eps", Meaning::at_most, 0.001),
           rival.falsify("truth = 2 eps", Meaning::shown)}};
}

Row group_sequential(Noise noise, int n) {
  Rng rng(202);
  const auto looks = looks_method_a(64);
  std::int64_t small_p = 0, smaller_p = 0;
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      const auto all = sample(rng, noise, 64, truth);
      Result r;
      std::vector<double> p;
      int used = 0;
      for (const auto& look : looks) {
        used = look.replicates;
        r = decide(number(0, 1), first(all, used), levels_at(look));
        p.push_back(r.p_falsify);
        if (r.decision != Decision::inconclusive) break;
      }
      t.add(r.decision, used);
      small_p += truth == 1 && sequential_p(p, looks) <= 0.05;
      smaller_p += truth == 1 && sequential_p(p, looks) <= 0.01;
    }
    return t;
  };
  const Tally exact = tally(0), upper = tally(1), lower = tally(-1), rival = tally(2);
  const Meaning error = noise == Noise::lognormal ? Meaning::shown : Meaning::at_most;
  const double runs = n;
  return {"looks at 4, 8, 16, 32, 64, " + name_of(noise),
          {exact.confirm("truth = prediction", Meaning::at_least, 0.995),
           exact.falsify("truth = prediction", Meaning::at_most, 0.001),
           upper.confirm("truth = +eps", error, 0.05),
           upper.falsify("truth = +eps", error, 0.025),
           lower.confirm("truth = -eps", error, 0.05),
           lower.falsify("truth = -eps", error, 0.025),
           rival.confirm("truth = 2 eps", Meaning::at_most, 0.001),
           rival.falsify("truth = 2 eps", Meaning::at_least, 0.995),
           {"sequential p <= 0.05 at +eps", static_cast<double>(small_p) / runs, n, error, 0.05},
           {"sequential p <= 0.01 at +eps", static_cast<double>(smaller_p) / runs, n, error, 0.01},
           {"mean S, truth = prediction", exact.replicates / runs},
           {"mean S, truth = +eps", upper.replicates / runs},
           {"mean S, truth = 2 eps", rival.replicates / runs}}};
}

Row any_time(int n) {
  Rng rng(303);
  std::int64_t missed = 0;
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      const auto all = sample(rng, Noise::gauss, 64, truth);
      Decision decision = Decision::inconclusive;
      int used = 64;
      bool miss = false;
      for (int s = 4; s <= 64; ++s) {
        const auto r = decide_any_time(number(0, 1), first(all, s));
        miss = miss || truth < r.ci_low || truth > r.ci_high;
        if (decision != Decision::inconclusive || r.decision == Decision::inconclusive) continue;
        decision = r.decision;
        used = s;
      }
      t.add(decision, used);
      missed += truth == 1 && miss;
    }
    return t;
  };
  const Tally exact = tally(0), edge = tally(1), rival = tally(2);
  const double runs = n;
  return {"after every seed from 4 to 64 by the t-mixture sequence",
          {exact.confirm("truth = prediction", Meaning::at_least, 0.995),
           exact.falsify("truth = prediction", Meaning::at_most, 0.001),
           edge.confirm("truth = +eps", Meaning::at_most, 0.05),
           edge.falsify("truth = +eps", Meaning::at_most, 0.05),
           rival.confirm("truth = 2 eps", Meaning::at_most, 0.001),
           rival.falsify("truth = 2 eps", Meaning::at_least, 0.995),
           {"truth outside the sequence at some time", static_cast<double>(missed) / runs, n, Meaning::at_most, 0.05},
           {"mean S, truth = prediction", exact.replicates / runs},
           {"mean S, truth = +eps", edge.replicates / runs},
           {"mean S, truth = 2 eps", rival.replicates / runs}}};
}

Row peeking(int n) {
  Rng rng(404);
  Tally t;
  for (int e = 0; e < n; ++e) {
    const auto all = sample(rng, Noise::gauss, 64, 1);
    Decision decision = Decision::inconclusive;
    for (int s = 4; s <= 64 && decision == Decision::inconclusive; ++s)
      decision = decide(number(0, 1), first(all, s)).decision;
    t.add(decision);
  }
  // What the plans are for: the fixed rule after every seed must be seen to fail.
  return {"the fixed rule after every seed from 4 to 64 (what not to do)",
          {t.confirm("truth = +eps", Meaning::at_least, 0.2), t.falsify("truth = +eps", Meaning::at_least, 0.1)}};
}

Row interval(int replicates, int n) {
  Rng rng(505);
  auto p = number(-1, 0.5);
  p.kind = Kind::interval;
  p.upper = {1};
  const auto tally = [&](double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) t.add(decide(p, sample(rng, Noise::gauss, replicates, truth)).decision);
    return t;
  };
  const Tally inside = tally(0), edge = tally(1.5), outside = tally(2.5);
  return {"interval [-1, 1], eps = 0.5, S = " + std::to_string(replicates),
          {inside.confirm("truth = 0", Meaning::shown), inside.falsify("truth = 0", Meaning::at_most, 0.001),
           edge.confirm("truth = 1.5", Meaning::at_most, 0.05), edge.falsify("truth = 1.5", Meaning::at_most, 0.025),
           outside.confirm("truth = 2.5", Meaning::at_most, 0.001), outside.falsify("truth = 2.5", Meaning::shown)}};
}

Row interval_coverage(int n) {
  Row row{"95 % interval of a mean", {}};
  Rng rng(606);
  for (const int replicates : {4, 8, 16}) {
    std::int64_t student = 0, normal = 0;
    for (int e = 0; e < n; ++e) {
      const auto r = decide(number(0, 1), sample(rng, Noise::gauss, replicates, 0));
      student += r.ci_low <= 0 && 0 <= r.ci_high;
      normal += std::abs(r.measured) <= 1.96 * r.measured_se;
    }
    const std::string s = ", S = " + std::to_string(replicates);
    row.rates.push_back({"covers" + s, static_cast<double>(student) / n, n, Meaning::shown});
    row.rates.push_back({"1.96 instead covers" + s, static_cast<double>(normal) / n, n, Meaning::shown});
  }
  return row;
}

Row slopes(int n) {
  // y = x^-1 (1 + x^-1/2) with 10 % noise per point, 6 sizes, S = 8: against its own slope, and against 1.
  Rng rng(707);
  const std::vector<double> x = {16, 32, 64, 128, 256, 512};
  std::vector<double> theory;
  for (const double v : x) theory.push_back((1 + 1 / std::sqrt(v)) / v);
  const double own = log_slope(x, theory);
  std::int64_t missed_own = 0, missed_one = 0;
  for (int e = 0; e < n; ++e) {
    Replicates r;
    for (int s = 0; s < 8; ++s) {
      auto y = theory;
      for (double& v : y) v *= std::exp(0.1 * rng.normal());
      r.push_back({log_slope(x, y)});
    }
    const auto result = decide(number(own, 1), r);
    missed_own += own < result.ci_low || own > result.ci_high;
    missed_one += 1 < result.ci_low || 1 > result.ci_high;
  }
  return {"slope of x^-1 (1 + x^-1/2) on 16..512, S = 8",
          {{"95 % interval misses the same estimator's slope", static_cast<double>(missed_own) / n, n, Meaning::shown},
           {"95 % interval misses the asymptotic slope", static_cast<double>(missed_one) / n, n, Meaning::shown}}};
}

}  // namespace judge_calibration
