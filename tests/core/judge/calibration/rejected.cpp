#include "calibration.h"

#include <lmw/judge/estimate.h>
#include <lmw/judge/ordering.h>

#include <cmath>

namespace judge_calibration {
namespace {

using lmw::numerics::Rng;
using Meaning = Rate::Meaning;

/// Sample moments: mean, standard error, and skewness with the unbiased third moment.
struct Moments {
  double mean = 0, se = 0, skewness = 0;
};
Moments moments(const std::vector<double>& x) {
  const double n = static_cast<double>(x.size());
  Moments m;
  double square = 0, cube = 0;
  for (const double v : x) m.mean += v / n;
  for (const double v : x) {
    square += std::pow(v - m.mean, 2);
    cube += std::pow(v - m.mean, 3);
  }
  const double sd = std::sqrt(square / (n - 1));
  m.se = sd / std::sqrt(n);
  m.skewness = n / ((n - 1) * (n - 2)) * cube / std::pow(sd, 3);
  return m;
}

Decision plain(const std::vector<double>& x) {
  Prediction p;
  p.predicted = {0};
  p.eps = {1};
  const Moments m = moments(x);
  const auto n = static_cast<std::int64_t>(x.size());
  return decide_estimate(p, {m.mean, m.se, static_cast<double>(n - 1), n}).decision;
}

double student3(Rng& rng) {
  const double z = rng.normal();
  double chi2 = 0;
  for (int i = 0; i < 3; ++i) chi2 += std::pow(rng.normal(), 2);
  return z / std::sqrt(chi2);  // of variance 1: sqrt(3) from Student's t, 1/sqrt(3) from its variance
}

}  // namespace

Row rejected_skew(int n) {
  Rng rng(3101);
  const auto tally = [&](Noise noise, double truth) {
    Tally t;
    for (int e = 0; e < n; ++e) {
      std::vector<double> x(8);
      for (double& v : x) v = truth + draw(rng, noise);
      t.add(plain(x));
    }
    return t;
  };
  // The corrected scale alone wherever the sample skewness exceeds 1, on symmetric heavy tails.
  constexpr double t15 = 2.131449546;  // Student's t with 15 degrees of freedom, 0.975
  std::int64_t falsified = 0;
  for (int e = 0; e < n; ++e) {
    std::vector<double> x(16);
    for (double& v : x) v = 1 + student3(rng);
    const Moments m = moments(x);
    const double g = std::abs(m.skewness) > 1 ? m.skewness : 0, root = std::sqrt(16.0);
    const auto t = [&](double difference) {
      if (g == 0) return difference / m.se;
      return root * ((std::pow(1 + g / 3 * difference / m.se / root, 3) - 1) / g + g / (6 * 16));
    };
    falsified += t(m.mean - 1) > t15 || t(m.mean + 1) < -t15;
  }
  const Tally gauss = tally(Noise::gauss, 0), upper = tally(Noise::lognormal, 1), lower = tally(Noise::lognormal, -1);
  return {"skewness (rejected): plain t throughout at S = 8, corrected t alone at S = 16",
          {gauss.confirm("plain, Gaussian, truth = prediction", Meaning::shown),
           upper.confirm("plain, lognormal(0.5), truth = +eps", Meaning::shown),
           lower.falsify("plain, lognormal(0.5), truth = -eps", Meaning::shown),
           {"falsified, corrected alone, Student t3, truth = +eps", static_cast<double>(falsified) / n, n}}};
}

Row rejected_trend(int n) {
  // Three conditions, the first two equal, the third 4 sd above: a significant trend and positive mean differences.
  Rng rng(3202);
  std::int64_t confirmed = 0;
  for (int e = 0; e < n; ++e) {
    Replicates values;
    double first = 0, second = 0;
    for (int s = 0; s < 8; ++s) {
      const std::vector<double> row = {rng.normal(), rng.normal(), 4 + rng.normal()};
      first += (row[1] - row[0]) / 8;
      second += (row[2] - row[1]) / 8;
      values.push_back(row);
    }
    confirmed += page_trend(values).p <= 0.05 && first > 0 && second > 0;
  }
  return {"order (rejected): Page's trend and the signs of the means, S = 8",
          {{"confirmed, one pair of three equal", static_cast<double>(confirmed) / n, n}}};
}

}  // namespace judge_calibration
