#include <lmw/learn/activation.h>

#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

constexpr std::array<const char*, 7> names = {"identity", "relu", "tanh", "erf", "gelu", "quadratic", "softplus"};

double identity_jet(double z, int order) { return order == 0 ? z : order == 1 ? 1.0 : 0.0; }

double relu_jet(double z, int order) { return z > 0 ? identity_jet(z, order) : 0.0; }

double tanh_jet(double z, int order) {
  const double h = std::tanh(z);
  const double slope = 1 / (std::cosh(z) * std::cosh(z));
  switch (order) {
    case 0: return h;
    case 1: return slope;
    case 2: return -2 * h * slope;
    default: return slope * (6 * h * h - 2);
  }
}

double erf_jet(double z, int order) {
  const double slope = 2 * std::numbers::inv_sqrtpi * std::exp(-z * z);
  switch (order) {
    case 0: return std::erf(z);
    case 1: return slope;
    case 2: return -2 * z * slope;
    default: return (4 * z * z - 2) * slope;
  }
}

double gelu_jet(double z, int order) {
  const double cdf = std::erfc(-z / std::numbers::sqrt2) / 2;
  const double density = std::numbers::inv_sqrtpi / std::numbers::sqrt2 * std::exp(-z * z / 2);
  switch (order) {
    case 0: return z * cdf;
    case 1: return cdf + z * density;
    case 2: return (2 - z * z) * density;
    default: return z * (z * z - 4) * density;
  }
}

double softplus_jet(double z, int order) {
  const double sigmoid = 1 / (1 + std::exp(-z)), slope = sigmoid / (1 + std::exp(z));
  switch (order) {
    case 0: return std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
    case 1: return sigmoid;
    case 2: return slope;
    default: return slope * (1 - 2 * sigmoid);
  }
}

}  // namespace

double activation(Activation phi, double z, int order) {
  if (order < 0 || order > 3)
    throw std::invalid_argument("activation: order = " + std::to_string(order) + ": expected 0 to 3");
  switch (phi) {
    case Activation::identity: return identity_jet(z, order);
    case Activation::relu: return relu_jet(z, order);
    case Activation::tanh: return tanh_jet(z, order);
    case Activation::erf: return erf_jet(z, order);
    case Activation::gelu: return gelu_jet(z, order);
    case Activation::quadratic: return order == 0 ? z * z : order == 1 ? 2 * z : order == 2 ? 2.0 : 0.0;
    case Activation::softplus: return softplus_jet(z, order);
  }
  return z;
}

const char* to_text(Activation phi) { return names[static_cast<std::size_t>(phi)]; }

Activation activation_named(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names[i]) return static_cast<Activation>(i);
    known += (i ? ", " : "") + std::string(names[i]);
  }
  throw std::invalid_argument("activation \"" + std::string(name) + "\": expected one of " + known);
}

}  // namespace lmw::learn
