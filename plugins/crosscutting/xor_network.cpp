#include "xor_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::crosscutting {

XorNetwork::XorNetwork(std::int64_t width, double scale, numerics::Rng& rng) {
  if (width < 1) throw std::invalid_argument("width = " + std::to_string(width) + ": expected >= 1");
  units_.resize(static_cast<std::size_t>(width));
  const double readout_scale = scale / std::sqrt(static_cast<double>(width));
  for (Unit& unit : units_) {
    unit.w0 = scale * rng.normal();
    unit.w1 = scale * rng.normal();
    unit.a = readout_scale * rng.normal();
  }
}

void XorNetwork::make_units_equal() { std::fill(units_.begin(), units_.end(), Unit(units_.front())); }

void XorNetwork::perturb(double std_dev, numerics::Rng& rng) {
  const double readout_scale = std_dev / std::sqrt(static_cast<double>(units_.size()));
  for (Unit& unit : units_) {
    unit.w0 += std_dev * rng.normal();
    unit.w1 += std_dev * rng.normal();
    unit.a += readout_scale * rng.normal();
  }
}

bool XorNetwork::units_equal() const {
  return std::all_of(units_.begin(), units_.end(), [this](const Unit& unit) { return unit == units_.front(); });
}

double XorNetwork::train(std::int64_t steps, double learning_rate) {
  constexpr std::array<double, 4> x0 = {0, 0, 1, 1}, x1 = {0, 1, 0, 1}, target = {0, 1, 1, 0};
  for (std::int64_t k = 0;; ++k) {
    std::array<double, 4> error;
    for (std::size_t i = 0; i < 4; ++i) error[i] = c_ - target[i];
    for (const Unit& unit : units_)
      for (std::size_t i = 0; i < 4; ++i)
        error[i] += unit.a * std::max(0.0, unit.w0 * x0[i] + unit.w1 * x1[i] + unit.b);
    const double mse = (error[0] * error[0] + error[1] * error[1] + error[2] * error[2] + error[3] * error[3]) / 4;
    if (k == steps || mse < 1e-7 || !std::isfinite(mse)) return mse;
    const double step = learning_rate / 4;  // each point has a quarter of the loss
    for (Unit& unit : units_) {
      Unit gradient;
      for (std::size_t i = 0; i < 4; ++i) {
        const double before = unit.w0 * x0[i] + unit.w1 * x1[i] + unit.b;
        const double active = before > 0 ? error[i] * unit.a : 0.0;
        gradient.a += error[i] * std::max(0.0, before);
        gradient.b += active;
        gradient.w0 += active * x0[i];
        gradient.w1 += active * x1[i];
      }
      unit.w0 -= step * gradient.w0;
      unit.w1 -= step * gradient.w1;
      unit.b -= step * gradient.b;
      unit.a -= step * gradient.a;
    }
    c_ -= step * (error[0] + error[1] + error[2] + error[3]);
  }
}

}  // namespace lmw::crosscutting
