#include <lmw/judge/exponent.h>

#include "line.h"
#include "sample.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_sizes(std::span<const double> x, std::size_t others, std::size_t least) {
  if (x.size() != others || x.size() < least)
    throw std::invalid_argument(std::to_string(x.size()) + " sizes with " + std::to_string(others) +
                                " values: expected the same number, at least " + std::to_string(least));
}

std::vector<double> logs(const char* name, std::span<const double> values) {
  std::vector<double> result;
  for (const double v : values) {
    if (!(v > 0 && std::isfinite(v)))
      throw std::invalid_argument(std::string(name) + " = " + std::to_string(v) + ": expected finite and > 0");
    result.push_back(std::log(v));
  }
  return result;
}

std::vector<double> ones(std::size_t n) { return std::vector<double>(n, 1.0); }

}  // namespace

bool spans_a_decade(std::span<const double> x) {
  check_sizes(x, x.size(), 2);
  const auto l = logs("x", x);
  const auto [low, high] = std::minmax_element(l.begin(), l.end());
  return *high - *low >= std::log(10.0) * (1 - 1e-12);  // 0.1 to 1 is a decade whatever its logarithms round to
}

double log_slope(std::span<const double> x, std::span<const double> y) {
  check_sizes(x, y.size(), 2);
  return -fit_line(logs("x", x), logs("y", y), ones(x.size())).slope;
}

Estimate pooled_log_slope(std::span<const double> x, const std::vector<std::vector<double>>& samples) {
  check_sizes(x, samples.size(), 3);
  std::vector<double> y, weight;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const auto& values : samples) {
    const Sample s = summarise(values);
    if (s.n < 2 || !(s.mean > 0 && s.sd > 0 && std::isfinite(s.sd)))
      throw std::invalid_argument("a size with " + std::to_string(s.n) + " values of mean " + std::to_string(s.mean) +
                                  " and spread " + std::to_string(s.sd) +
                                  ": expected at least 2 values, a positive mean and a positive spread");
    const double relative = s.sd / s.mean, variance = relative * relative / static_cast<double>(s.n);
    y.push_back(std::log(s.mean) + variance / 2);
    weight.push_back(1 / variance);
    least = std::min(least, s.n);
  }
  const Line line = fit_line(logs("x", x), y, weight);
  const double inflation = std::sqrt(std::max(1.0, line.chi2 / static_cast<double>(x.size() - 2)));
  return {-line.slope, line.se * inflation, static_cast<double>(least - 1), least};
}

std::vector<LocalSlope> local_slopes(std::span<const double> x, std::span<const double> y) {
  check_sizes(x, y.size(), 2);
  const auto l = logs("x", x), value = logs("y", y);
  std::vector<LocalSlope> slopes;
  for (std::size_t j = 0; j + 1 < l.size(); ++j) {
    if (!(l[j + 1] > l[j])) throw std::invalid_argument("the sizes do not increase");
    slopes.push_back({std::exp((l[j] + l[j + 1]) / 2), -(value[j + 1] - value[j]) / (l[j + 1] - l[j])});
  }
  return slopes;
}

double extrapolated_slope(const std::vector<LocalSlope>& slopes, double w) {
  if (slopes.size() < 2 || !(w > 0))
    throw std::invalid_argument(std::to_string(slopes.size()) + " slopes, w = " + std::to_string(w) +
                                ": expected at least 2 and w > 0");
  std::vector<double> at, value;
  for (const auto& s : slopes) {
    at.push_back(std::pow(s.x, -w));
    value.push_back(s.slope);
  }
  return fit_line(at, value, ones(at.size())).intercept;
}

std::optional<CorrectedPowerLaw> fit_corrected_power_law(std::span<const double> x, std::span<const double> y,
                                                         double w) {
  check_sizes(x, y.size(), 4);
  if (!(w > 0)) throw std::invalid_argument("w = " + std::to_string(w) + ": expected > 0");
  const auto l = logs("x", x), value = logs("y", y);
  const Line start = fit_line(l, value, ones(l.size()));
  const auto size = static_cast<Eigen::Index>(l.size());
  const Eigen::Map<const Eigen::VectorXd> log_x(l.data(), size), log_y(value.data(), size);
  const Eigen::VectorXd decay = (-w * log_x.array()).exp();
  const auto residual = [&](const Eigen::Vector3d& at) -> Eigen::VectorXd {  // of (log A, b, C)
    return log_y - (at[0] - at[1] * log_x.array() + (at[2] * decay.array()).log1p()).matrix();
  };
  Eigen::Vector3d at(start.intercept, -start.slope, 0);
  Eigen::VectorXd rest = residual(at);
  for (int step = 0; step < 100; ++step) {
    Eigen::MatrixXd jacobian(size, 3);
    jacobian.col(0).setOnes();
    jacobian.col(1) = -log_x;
    jacobian.col(2) = decay.array() / (1 + at[2] * decay.array());
    const Eigen::Vector3d full = jacobian.colPivHouseholderQr().solve(rest);
    double fraction = 1;
    Eigen::Vector3d next = at + full;
    Eigen::VectorXd next_rest = residual(next);
    // Halve until the fit is no worse; a correction below -1 at some size gives NaN, which counts as worse.
    while (!(next_rest.squaredNorm() <= rest.squaredNorm()) && fraction > 1e-12) {
      fraction /= 2;
      next = at + fraction * full;
      next_rest = residual(next);
    }
    if (!(next_rest.squaredNorm() <= rest.squaredNorm())) next = at;
    const bool settled = (next - at).norm() <= 1e-10 * (1 + at.norm());
    at = next;
    rest = residual(at);
    if (settled) return CorrectedPowerLaw{std::exp(at[0]), at[1], at[2]};
  }
  return std::nullopt;
}

Estimate tail_exponent(std::span<const double> values, double xmin) {
  if (!(xmin > 0)) throw std::invalid_argument("xmin = " + std::to_string(xmin) + ": expected > 0");
  double sum = 0;
  std::int64_t n = 0;
  for (const double v : values)
    if (v >= xmin) {
      sum += std::log(v / xmin);
      ++n;
    }
  if (n < 2 || !(sum > 0) || !std::isfinite(sum))
    throw std::invalid_argument(std::to_string(n) + " values in the tail: expected at least 2 finite ones above xmin");
  const double size = static_cast<double>(n), exponent = 1 + size / sum;
  return {exponent, (exponent - 1) / std::sqrt(size), std::numeric_limits<double>::infinity(), n};
}

}  // namespace lmw::judge
