#include "calibration.h"

#include <lmw/judge/estimate.h>
#include <lmw/judge/failure.h>
#include <lmw/judge/multiplicity.h>
#include <lmw/judge/proportion.h>
#include <lmw/judge/scorecard.h>
#include <lmw/judge/sequential.h>

#include <algorithm>
#include <cmath>

namespace judge_calibration {
namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

constexpr int comparisons = 200, effects = 40;

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

}  // namespace

Row holm(int n) {
  // 200 two-sided z tests with common correlation 0.3, 40 of them shifted by 4.
  Rng rng(2101);
  std::int64_t any_false = 0;
  double false_share = 0, found = 0;
  for (int e = 0; e < n; ++e) {
    const double common = std::sqrt(0.3) * rng.normal();
    std::vector<double> p;
    for (int j = 0; j < comparisons; ++j) {
      const double z = common + std::sqrt(0.7) * rng.normal() + (j < effects ? 4 : 0);
      p.push_back(std::min(1.0, 2 * normal_tail(std::abs(z))));
    }
    const auto by_holm = holm_adjusted(p), by_bh = benjamini_hochberg_adjusted(p);
    bool wrong = false;
    int rejected = 0, right = 0;
    for (int j = 0; j < comparisons; ++j) {
      const auto i = static_cast<std::size_t>(j);
      wrong = wrong || (j >= effects && by_holm[i] <= 0.05);
      rejected += by_bh[i] <= 0.05;
      right += j < effects && by_bh[i] <= 0.05;
    }
    any_false += wrong;
    false_share += rejected > 0 ? static_cast<double>(rejected - right) / rejected : 0;
    found += static_cast<double>(right) / effects;
  }
  return {"200 comparisons, 40 of them off by 4 standard errors",
          {{"Holm: any false rejection", static_cast<double>(any_false) / n, n, Meaning::at_most, 0.05},
           {"Benjamini-Hochberg: false discovery rate", false_share / n, n, Meaning::at_most, 0.05},
           {"Benjamini-Hochberg: effects found", found / n}}};
}

Row false_discoveries(int replicates, int n) {
  // 160 predictions whose truth lies at the edge of the band, 40 whose truth lies 1.5 sd beyond; correlated seeds.
  Rng rng(2202);
  double share_e = 0, found_e = 0, share_p = 0, found_p = 0;
  Prediction prediction;
  prediction.predicted = {0};
  prediction.eps = {1};
  for (int e = 0; e < n; ++e) {
    std::vector<Replicates> data(comparisons, Replicates(static_cast<std::size_t>(replicates)));
    for (std::size_t s = 0; s < static_cast<std::size_t>(replicates); ++s) {
      const double common = std::sqrt(0.3) * rng.normal();
      for (int j = 0; j < comparisons; ++j)
        data[static_cast<std::size_t>(j)][s] = {1 + (j < effects ? 1.5 : 0) + common + std::sqrt(0.7) * rng.normal()};
    }
    std::vector<double> e_values, p_values;
    for (const auto& d : data) {
      const auto r = decide(prediction, d);
      p_values.push_back(r.p_falsify);
      e_values.push_back(e_value_outside_band(replicates, r.measured, r.measured_se * std::sqrt(replicates), 0, 1));
    }
    const auto by_e = e_benjamini_hochberg(e_values);
    const auto by_p = benjamini_hochberg_adjusted(p_values);
    int rejected_e = 0, right_e = 0, rejected_p = 0, right_p = 0;
    for (int j = 0; j < comparisons; ++j) {
      const auto i = static_cast<std::size_t>(j);
      rejected_e += by_e[i];
      right_e += j < effects && by_e[i];
      rejected_p += by_p[i] <= 0.05;
      right_p += j < effects && by_p[i] <= 0.05;
    }
    share_e += rejected_e > 0 ? static_cast<double>(rejected_e - right_e) / rejected_e / n : 0;
    share_p += rejected_p > 0 ? static_cast<double>(rejected_p - right_p) / rejected_p / n : 0;
    found_e += static_cast<double>(right_e) / effects / n;
    found_p += static_cast<double>(right_p) / effects / n;
  }
  return {"200 bands, 40 truths 1.5 sd beyond, S = " + std::to_string(replicates),
          {{"e-BH: false discovery rate", share_e, n, Meaning::at_most, 0.05},
           {"e-BH: effects found", found_e},
           {"Benjamini-Hochberg: false discovery rate", share_p, n, Meaning::at_most, 0.05},
           {"Benjamini-Hochberg: effects found", found_p}}};
}

Row failure_calls(int n) {
  // Sequentially: the e-value after each of 400 runs, at the threshold probability 0.9.
  Rng rng(2303);
  const auto called = [&](double p) {
    std::int64_t count = 0;
    for (int e = 0; e < n; ++e) {
      std::int64_t failures = 0;
      for (int s = 1; s <= 400; ++s) {
        failures += rng.uniform() < p;
        if (structural_e_value(failures, s) < 40) continue;
        ++count;
        break;
      }
    }
    return static_cast<double>(count) / n;
  };
  return {"structural by e-value at any of 400 runs",
          {{"called at failure probability 0.9", called(0.9), n, Meaning::at_most, 0.025},
           {"called at failure probability 0.98", called(0.98), n, Meaning::shown}}};
}

Row bounded_mean(int n) {
  Rng rng(2404);
  std::int64_t missed = 0;
  double half_50 = 0, half_200 = 0;
  for (int e = 0; e < n; ++e) {
    std::vector<double> x;
    bool miss = false;
    for (int t = 1; t <= 200; ++t) {
      x.push_back(rng.uniform() < 0.3 ? 1 : 0);
      if (t % 5) continue;  // every fifth time is often enough to see a miss
      const auto r = empirical_bernstein(x);
      miss = miss || std::abs(r.centre - 0.3) > r.half_width;
      half_50 += t == 50 ? r.half_width / n : 0;
      half_200 += t == 200 ? r.half_width / n : 0;
    }
    missed += miss;
  }
  return {"mean of 0/1 outcomes at any time by empirical Bernstein, p = 0.3",
          {{"truth outside at some time", static_cast<double>(missed) / n, n, Meaning::at_most, 0.05},
           {"half-width at 50", half_50},
           {"half-width at 200", half_200}}};
}

Row networks(int count, int n) {
  // A skewed statistic of pairs: the squared difference of networks' numbers, mean 2.
  Rng rng(2505);
  std::int64_t jack = 0, naive = 0;
  const auto size = static_cast<std::size_t>(count);
  for (int e = 0; e < n; ++e) {
    std::vector<double> x(size);
    for (double& v : x) v = rng.normal();
    const auto statistic = [&](std::size_t without) {
      double sum = 0;
      int pairs = 0;
      for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < i; ++j)
          if (i != without && j != without) {
            sum += (x[i] - x[j]) * (x[i] - x[j]);
            ++pairs;
          }
      return sum / pairs;
    };
    std::vector<double> left_out;
    for (std::size_t i = 0; i < size; ++i) left_out.push_back(statistic(i));
    Prediction p;
    p.predicted = {2};
    p.eps = {1};
    const auto r = decide_estimate(p, jackknife(statistic(size), left_out));
    jack += r.ci_low <= 2 && 2 <= r.ci_high;
    Replicates pairs;
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < i; ++j) pairs.push_back({(x[i] - x[j]) * (x[i] - x[j])});
    const auto by_pairs = decide(p, pairs);
    naive += std::abs(by_pairs.measured - 2) <= 1.96 * by_pairs.measured_se;
  }
  return {"statistic of pairs of " + std::to_string(count) + " networks",
          {{"jackknife interval covers", static_cast<double>(jack) / n, n, Meaning::shown},
           {"pairs taken as independent cover", static_cast<double>(naive) / n, n, Meaning::shown}}};
}

Row roc_area(int n) {
  // 20 positives shifted by 1 against 15 negatives: area Phi(1/sqrt(2)).
  Rng rng(2606);
  const double truth = 1 - normal_tail(1 / std::sqrt(2.0));
  std::int64_t covered = 0;
  for (int e = 0; e < n; ++e) {
    std::vector<double> positives(20), negatives(15);
    for (double& v : positives) v = 1 + rng.normal();
    for (double& v : negatives) v = rng.normal();
    const auto a = auroc(positives, negatives);
    covered += *a.low <= truth && truth <= *a.high;
  }
  return {"area under the ROC curve, 20 against 15",
          {{"95 % interval covers", static_cast<double>(covered) / n, n, Meaning::at_least, 0.95}}};
}

Row fieller(int n) {
  // Losses 1.05, 1, 2 with common noise 0.3 per seed and own noise 0.1: regret 0.05.
  Rng rng(2707);
  std::int64_t covered = 0, above = 0;
  for (int e = 0; e < n; ++e) {
    std::vector<PairedLosses> losses(8);
    for (auto& l : losses) {
      const double common = 0.3 * rng.normal();
      l = {1.05 + common + 0.1 * rng.normal(), 1 + common + 0.1 * rng.normal(), 2 + common + 0.1 * rng.normal()};
    }
    const auto r = regret(losses);
    covered += r.low && *r.low <= 0.05 && 0.05 <= *r.high;
    above += r.high && *r.high < 0.05;
  }
  return {"regret of 8 paired seeds",
          {{"95 % interval covers", static_cast<double>(covered) / n, n, Meaning::at_least, 0.95},
           {"upper end below the truth", static_cast<double>(above) / n, n, Meaning::at_most, 0.025}}};
}

Row wilson_coverage() {
  Row row{"Wilson and Clopper-Pearson intervals (exact)", {}};
  for (const int n : {20, 50}) {
    double least_wilson = 1, least_exact = 1, mean = 0;
    for (int step = 0; step <= 98; ++step) {
      const double p = 0.5 + 0.005 * step;
      double by_wilson = 0, by_exact = 0;
      for (int k = 0; k <= n; ++k) {
        const double log_choose = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
        const double weight = std::exp(log_choose + k * std::log(p) + (n - k) * std::log1p(-p));
        const auto w = *wilson(k, n), c = clopper_pearson(k, n);
        if (w.low <= p && p <= w.high) by_wilson += weight;
        if (c.low <= p && p <= c.high) by_exact += weight;
      }
      least_wilson = std::min(least_wilson, by_wilson);
      least_exact = std::min(least_exact, by_exact);
      mean += by_wilson / 99;
    }
    const std::string at = ", n = " + std::to_string(n);
    row.rates.push_back({"Wilson, least coverage for p in [0.5, 0.99]" + at, least_wilson, 0, Meaning::at_least, 0.91});
    row.rates.push_back({"Wilson, mean coverage" + at, mean, 0, Meaning::at_least, 0.945});
    row.rates.push_back({"Clopper-Pearson, least coverage" + at, least_exact, 0, Meaning::at_least, 0.95});
  }
  return row;
}

}  // namespace judge_calibration
