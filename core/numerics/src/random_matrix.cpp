#include <lmw/numerics/random_matrix.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

using std::numbers::pi;

void require_positive(double value, const char* name) {
  if (!(value > 0 && std::isfinite(value)))
    throw std::domain_error(std::string(name) + " = " + std::to_string(value) + ": expected a finite number > 0");
}

}  // namespace

MarchenkoPastur::MarchenkoPastur(double gamma, double variance) : gamma_(gamma), variance_(variance) {
  require_positive(gamma, "gamma");
  require_positive(variance, "variance");
  const double root = std::sqrt(gamma);
  lower_ = variance * (1 - root) * (1 - root);
  upper_ = variance * (1 + root) * (1 + root);
}

double MarchenkoPastur::atom() const { return std::max(0.0, 1 - 1 / gamma_); }

double MarchenkoPastur::density(double s) const {
  if (!(s > lower_ && s < upper_)) return 0;
  return std::sqrt((upper_ - s) * (s - lower_)) / (2 * pi * gamma_ * variance_ * s);
}

double MarchenkoPastur::cdf(double s) const {
  if (s < 0) return 0;
  if (s <= lower_) return atom();
  if (s >= upper_) return 1;
  // With s = variance (c + d cos(phi)), c = 1 + gamma, d = 2 sqrt(gamma), the mass element is
  // (2/pi) sin^2(phi) / (c + d cos(phi)) dphi, whose antiderivative is elementary; c^2 - d^2 = (1 - gamma)^2.
  const double root = std::sqrt(gamma_), c = 1 + gamma_, d = 2 * root;
  const double cosine = std::clamp((s / variance_ - c) / d, -1.0, 1.0), phi = std::acos(cosine);
  const double slope = std::abs(1 - root) / (1 + root);
  const double below = c * phi - d * std::sin(phi) - 2 * std::abs(1 - gamma_) * std::atan(slope * std::tan(phi / 2));
  return std::clamp(1 - below * 2 / (pi * d * d), atom(), 1.0);
}

Quadrature MarchenkoPastur::continuous_part(int nodes) const {
  if (nodes < 1) throw std::domain_error("nodes = " + std::to_string(nodes) + ": expected >= 1");
  const Eigen::ArrayXd theta = (Eigen::ArrayXd::LinSpaced(nodes, nodes, 1) - 0.5) * (pi / nodes);  // s ascends
  const double middle = (upper_ + lower_) / 2, radius = (upper_ - lower_) / 2;
  Quadrature rule;
  rule.nodes = middle + radius * theta.cos();
  rule.weights = (radius * theta.sin()).square() / rule.nodes.array() / (2 * gamma_ * variance_ * nodes);
  return rule;
}

SpikedCovariance spiked_covariance(double strength, double gamma) {
  require_positive(strength, "strength");
  require_positive(gamma, "gamma");
  const double root = std::sqrt(gamma);
  if (strength <= root) return {false, (1 + root) * (1 + root), 0};
  const double ratio = gamma / strength;
  return {true, (1 + strength) * (1 + ratio), (1 - ratio / strength) / (1 + ratio)};
}

SpikedRectangle spiked_rectangle(double theta, double c) {
  require_positive(theta, "theta");
  if (!(c > 0 && c <= 1)) throw std::domain_error("c = " + std::to_string(c) + ": expected 0 < c <= 1");
  const double t = theta * theta;
  if (t <= std::sqrt(c)) return {false, 1 + std::sqrt(c), 0, 0};
  return {true, std::sqrt((1 + t) * (c + t)) / theta, 1 - c * (1 + t) / (t * (t + c)), 1 - (c + t) / (t * (t + 1))};
}

}  // namespace lmw::numerics
