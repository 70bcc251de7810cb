#include "logistic.h"

#include <cmath>
#include <cstddef>

namespace lmw::judge {
namespace {

/// log(1 + exp(z)) without overflow.
double softplus(double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }

}  // namespace

std::optional<LogisticFit> fit_logistic(std::span<const double> u, std::span<const double> successes,
                                        std::span<const double> trials) {
  const auto log_likelihood = [&](double b0, double b1) {
    double sum = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      const double z = b0 + b1 * u[i];
      sum += successes[i] * z - trials[i] * softplus(z);
    }
    return sum;
  };
  LogisticFit fit;
  double likelihood = log_likelihood(0, 0);
  for (int step = 0; step < 100; ++step) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      const double p = 1 / (1 + std::exp(-(fit.intercept + fit.slope * u[i])));
      const double rest = successes[i] - trials[i] * p, weight = trials[i] * p * (1 - p);
      g0 += rest;
      g1 += rest * u[i];
      h00 += weight;
      h01 += weight * u[i];
      h11 += weight * u[i] * u[i];
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12 * h00 * h11)) return std::nullopt;
    fit.v00 = h11 / determinant;
    fit.v01 = -h01 / determinant;
    fit.v11 = h00 / determinant;
    double d0 = fit.v00 * g0 + fit.v01 * g1, d1 = fit.v01 * g0 + fit.v11 * g1;
    double next = log_likelihood(fit.intercept + d0, fit.slope + d1);
    for (int halving = 0; !(next >= likelihood) && halving < 60; ++halving) {
      d0 /= 2;
      d1 /= 2;
      next = log_likelihood(fit.intercept + d0, fit.slope + d1);
    }
    if (!(next >= likelihood)) d0 = d1 = 0;  // rounding: no better point in this direction
    fit.intercept += d0;
    fit.slope += d1;
    likelihood = next;
    if (std::abs(d0) <= 1e-9 * (1 + std::abs(fit.intercept)) && std::abs(d1) <= 1e-9 * (1 + std::abs(fit.slope)))
      return fit;
  }
  return std::nullopt;
}

}  // namespace lmw::judge
