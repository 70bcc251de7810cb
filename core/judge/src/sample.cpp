#include "sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::judge {

Sample summarise(std::span<const double> values) {
  Sample s;
  s.n = static_cast<std::int64_t>(values.size());
  if (values.empty()) return s;
  const double n = static_cast<double>(s.n);
  double shift = 0;
  for (const double v : values) shift += (v - values[0]) / n;
  s.mean = values[0] + shift;
  if (s.n < 2) return s;
  double widest = 0;
  for (const double v : values) widest = std::max(widest, std::abs(v - s.mean));
  if (!(widest > 0) || std::isinf(widest)) {
    s.sd = widest;
    return s;
  }
  double square = 0, cube = 0;
  for (const double v : values) {
    const double d = (v - s.mean) / widest;
    square += d * d;
    cube += d * d * d;
  }
  const double unit_sd = std::sqrt(square / (n - 1));
  s.sd = widest * unit_sd;
  if (s.n >= 3) s.skewness = n / ((n - 1) * (n - 2)) * cube / (unit_sd * unit_sd * unit_sd);
  return s;
}

std::vector<double> column(const Replicates& replicates, std::size_t g) {
  std::vector<double> values;
  values.reserve(replicates.size());
  for (const auto& replicate : replicates) values.push_back(replicate[g]);
  return values;
}

Location locate(const Prediction& prediction, const Replicates& replicates, std::size_t g) {
  Location at;
  at.sample = summarise(column(replicates, g));
  at.lower = prediction.predicted[g];
  at.upper = prediction.kind == Kind::interval ? prediction.upper[g] : at.lower;
  at.eps = prediction.eps[g];
  at.b_th = prediction.b_th.empty() ? 0 : prediction.b_th[g];
  at.eps_eff = at.eps + at.b_th;
  at.measured = at.sample.n > 0 ? at.sample.mean : std::numeric_limits<double>::quiet_NaN();
  at.predicted = std::max(at.lower, std::min(at.upper, at.measured));
  if (std::isnan(at.measured)) at.predicted = std::isfinite(at.lower) ? at.lower : at.upper;
  at.residual = at.measured - at.predicted;
  at.theory_sd = prediction.theory_sd.empty() ? 0 : prediction.theory_sd[g];
  const double n = static_cast<double>(at.sample.n);
  if (at.sample.n > 1) at.measured_se = at.sample.sd / std::sqrt(n);
  at.se = std::hypot(at.measured_se, at.theory_sd);
  at.df = welch_df(at.measured_se, n - 1, at.theory_sd, prediction.theory_df);
  return at;
}

double welch_df(double measured_se, double measured_df, double theory_sd, double theory_df) {
  if (!(theory_sd > 0)) return measured_df;
  if (!(measured_se > 0)) return theory_df;
  const double ratio = measured_se / std::hypot(measured_se, theory_sd), share = ratio * ratio;  // of the variance
  return 1 / (share * share / measured_df + (1 - share) * (1 - share) / theory_df);
}

double band_ratio(double num, double eps) {
  if (eps > 0) return num / eps;
  if (num == 0) return 0;
  return num > 0 ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

}  // namespace lmw::judge
