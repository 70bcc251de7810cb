#include <lmw/judge/sequential.h>

#include "quantiles.h"
#include "rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::judge {
namespace {

void require(bool holds, const char* what, double value, const char* range) {
  if (!holds) throw std::invalid_argument(std::string(what) + " = " + std::to_string(value) + ": expected " + range);
}

void check_counts(std::int64_t k, std::int64_t n) {
  if (n < 0 || k < 0 || k > n)
    throw std::invalid_argument("k = " + std::to_string(k) + ", n = " + std::to_string(n) + ": expected 0 <= k <= n");
}

}  // namespace

double t_mixture_half_width(std::int64_t n, double sd, double alpha, double g) {
  require(n >= 2, "n", static_cast<double>(n), ">= 2");
  require(sd >= 0, "sd", sd, ">= 0");
  require(alpha > 0 && alpha < 1, "alpha", alpha, "in (0, 1)");
  require(g > 0, "g", g, "> 0");
  const double size = static_cast<double>(n), a = 1 + size * g, c = std::pow(a / (alpha * alpha), 1 / size);
  if (!(c < a)) return std::numeric_limits<double>::infinity();
  return sd / std::sqrt(size) * std::sqrt((size - 1) * (c - 1) / (1 - c / a));
}

double t_mixture_e_value(std::int64_t n, double t, double g) {
  require(n >= 2, "n", static_cast<double>(n), ">= 2");
  require(!std::isnan(t), "t", t, "a number");
  require(g > 0, "g", g, "> 0");
  const double size = static_cast<double>(n), a = 1 + size * g, square = t * t / (size - 1);
  if (std::isinf(square)) return std::pow(a, (size - 1) / 2);  // the limit of many standard errors
  return std::exp(size / 2 * (std::log1p(square) - std::log1p(square / a)) - std::log(a) / 2);
}

double e_value_outside_band(std::int64_t n, double mean, double sd, double predicted, double eps, double g) {
  require(sd > 0, "sd", sd, "> 0");
  require(eps >= 0, "eps", eps, ">= 0");
  const double beyond = std::max(0.0, std::abs(mean - predicted) - eps);
  return t_mixture_e_value(n, beyond / sd * std::sqrt(static_cast<double>(n)), g);
}

Result decide_any_time(const Prediction& prediction, const Replicates& replicates) {
  if (prediction.kind != Kind::point && prediction.kind != Kind::theory_error && prediction.kind != Kind::exponent)
    throw std::invalid_argument(to_text(prediction.kind) + " has no rule for any stopping time: expected K1, K2 or K5");
  if (prediction.predicted.size() != 1)
    throw std::invalid_argument("a curve has no rule for any stopping time: expected 1 grid point");
  Result result = decide(prediction, replicates);
  const Location at = locate(prediction, replicates, 0);
  const bool noisy_theory = at.theory_sd > 0, exact = prediction.deterministic && !noisy_theory;
  // Without noise, or without data, the fixed rule has said all that can be said.
  if (spans_too_little(prediction) || exact || !(at.measured_se > 0) || !std::isfinite(at.se) ||
      !std::isfinite(at.residual))
    return result;

  const double theory = noisy_theory ? normal_upper(0.005) * at.theory_sd : 0;
  const double h = t_mixture_half_width(at.sample.n, at.sample.sd, noisy_theory ? 0.04 : 0.05) + theory;
  const double distance = std::abs(at.residual), reach = at.eps_eff - theory;
  result.confirm_ratio = band_ratio(distance + h, at.eps_eff);
  result.falsify_ratio = band_ratio(distance - h, at.eps_eff);
  const auto p_value = [&](double beyond) {
    if (!(beyond > 0)) return 1.0;
    const double t = beyond / at.measured_se;
    return std::min(1.0, 1 / t_mixture_e_value(at.sample.n, t) + (noisy_theory ? 0.01 : 0));
  };
  result.p_confirm = p_value(reach - distance);
  result.p_falsify = p_value(distance - at.eps_eff - theory);
  result.ci_low = at.measured - h;
  result.ci_high = at.measured + h;
  conclude(result);
  result.note = result.decision == Decision::inconclusive ? "the confidence sequence crosses the edge of the band" : "";
  return result;
}

MeanInterval empirical_bernstein(std::span<const double> values, double alpha) {
  require(!values.empty(), "number of values", 0, ">= 1");
  require(alpha > 0 && alpha < 1, "alpha", alpha, "in (0, 1)");
  const double log_level = std::log(2 / alpha);
  double mean = 0.5, variance = 0.25, sum = 0, squares = 0;  // mu_0, v_0
  double weight = 0, weighted = 0, spent = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = values[i], t = static_cast<double>(i + 1);
    require(x >= 0 && x <= 1, "value", x, "in [0, 1]");
    const double lambda = std::min(0.5, std::sqrt(2 * log_level / (variance * t * std::log1p(t))));
    const double psi = (-std::log1p(-lambda) - lambda) / 4;
    weight += lambda;
    weighted += lambda * x;
    spent += 4 * (x - mean) * (x - mean) * psi;
    sum += x;
    mean = (0.5 + sum) / (t + 1);
    squares += (x - mean) * (x - mean);
    variance = (0.25 + squares) / (t + 1);
  }
  return {weighted / weight, (log_level + spent) / weight};
}

double bernoulli_e_value(std::int64_t k, std::int64_t n, double p0) {
  check_counts(k, n);
  require(p0 > 0 && p0 < 1, "p0", p0, "in (0, 1)");
  const double hits = static_cast<double>(k), misses = static_cast<double>(n - k);
  return std::exp(log_beta(hits + 1, misses + 1) - hits * std::log(p0) - misses * std::log1p(-p0));
}

double structural_e_value(std::int64_t k, std::int64_t n, double delta) {
  check_counts(k, n);
  require(delta > 0.01 && delta < 1, "delta", delta, "in (0.01, 1)");
  const double failures = static_cast<double>(k), successes = static_cast<double>(n - k);
  return std::exp(failures * std::log(0.99 / (1 - delta)) + successes * std::log(0.01 / delta));
}

}  // namespace lmw::judge
