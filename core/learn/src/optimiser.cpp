#include <lmw/learn/optimiser.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

double at_least_one(std::int64_t steps) {
  if (steps < 1) throw std::invalid_argument("schedule: steps = " + std::to_string(steps) + ": expected >= 1");
  return static_cast<double>(steps);
}

}  // namespace

Schedule linear_warmup(std::int64_t steps) {
  const double length = at_least_one(steps);
  return [length](std::int64_t t) { return std::min(1.0, static_cast<double>(t + 1) / length); };
}

Schedule linear_ramp(std::int64_t first, std::int64_t last, double to) {
  if (last <= first || !(to >= 0)) throw std::invalid_argument("linear_ramp: expected first < last and to >= 0");
  return [=](std::int64_t t) {
    const double done = static_cast<double>(t - first) / static_cast<double>(last - first);
    return 1 + (to - 1) * std::clamp(done, 0.0, 1.0);
  };
}

Schedule cosine(std::int64_t steps) {
  const double length = at_least_one(steps);
  return [length](std::int64_t t) {
    return (1 + std::cos(std::numbers::pi * std::min(1.0, static_cast<double>(t) / length))) / 2;
  };
}

void check(const Optimiser& optimiser) {
  const auto require = [](bool good, const char* name, double value, const char* expected) {
    if (!good)
      throw std::invalid_argument(std::string("optimiser: ") + name + " = " + std::to_string(value) + ": expected " +
                                  expected);
  };
  const auto finite = [&](double value, const char* name) {
    require(value >= 0 && std::isfinite(value), name, value, "a finite number >= 0");
  };
  finite(optimiser.lr, "lr");
  finite(optimiser.decay, "decay");
  finite(optimiser.eps, "eps");
  require(optimiser.beta1 >= 0 && optimiser.beta1 < 1, "beta1", optimiser.beta1, "0 <= beta1 < 1");
  require(optimiser.beta2 >= 0 && optimiser.beta2 < 1, "beta2", optimiser.beta2, "0 <= beta2 < 1");
  require(optimiser.clip_norm > 0, "clip_norm", optimiser.clip_norm, "> 0");
}

}  // namespace lmw::learn
