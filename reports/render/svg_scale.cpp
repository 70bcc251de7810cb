#include "svg_scale.h"

#include "number.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace lmw::reports {
namespace {

std::vector<double> usable(const std::vector<double>& values, bool log) {
  std::vector<double> out;
  for (const double v : values)
    if (std::isfinite(v) && (!log || v > 0)) out.push_back(v);
  return out;
}

std::vector<Tick> linear_ticks(const Scale& scale, int wanted) {
  const double rough = (scale.hi - scale.lo) / std::max(wanted, 1);
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double m : {1.0, 2.0, 5.0})
    if (rough <= m * decade * 1.0001) {
      step = m * decade;
      break;
    }
  std::vector<Tick> out;
  if (!std::isfinite(step) || step <= 0) return out;  // wider than doubles can count
  const auto first = static_cast<std::int64_t>(std::ceil(scale.lo / step - 1e-9));
  const auto last = static_cast<std::int64_t>(std::floor(scale.hi / step + 1e-9));
  // Enough digits to tell two neighbours apart, so that 0.5 stands beside 1, and 1002 beside 1004.
  const double largest = std::max(std::abs(static_cast<double>(first)), std::abs(static_cast<double>(last)));
  const int digits = 2 + static_cast<int>(std::floor(std::log10(std::max(largest, 1.0))));
  for (std::int64_t i = first; i <= last; ++i) {
    const double value = static_cast<double>(i) * step;
    out.push_back({value, number(value, digits)});
  }
  return out;
}

std::vector<Tick> log_ticks(const Scale& scale, int wanted) {
  const int low = static_cast<int>(std::floor(std::log10(scale.lo) - 1e-9));
  const int high = static_cast<int>(std::ceil(std::log10(scale.hi) + 1e-9));
  const auto inside = [&](double v) { return v >= scale.lo * (1 - 1e-9) && v <= scale.hi * (1 + 1e-9); };
  const double decades = std::log10(scale.hi / scale.lo);
  std::vector<Tick> out;
  if (decades >= 2) {
    const int stride = std::max(1, static_cast<int>(std::ceil(decades / wanted)));
    const bool plain = scale.lo > 0.9e-3 && scale.hi < 1.1e4;  // one style of label on one axis
    for (int k = low; k <= high; ++k)
      for (int m = 1; m <= 9; ++m) {
        const double value = m * std::pow(10.0, k);
        if (!inside(value)) continue;
        if (m == 1 && k % stride == 0)
          out.push_back({value, plain ? number(value, 1) : power_of_ten(k)});
        else if (stride == 1 || m == 1)
          out.push_back({value, ""});
      }
    return out;
  }
  for (int k = low; k <= high; ++k)
    for (const int m : {1, 2, 5}) {
      const double value = m * std::pow(10.0, k);
      if (inside(value)) out.push_back({value, number(value, 2)});
    }
  return out.size() >= 3 ? out : linear_ticks(scale, wanted);
}

}  // namespace

double Scale::operator()(double value) const {
  if (!log) return from + (value - lo) / (hi - lo) * (to - from);
  if (value <= 0) return from - 1e4 * (to > from ? 1 : -1);
  return from + std::log(value / lo) / std::log(hi / lo) * (to - from);
}

Scale fit_scale(const std::vector<double>& values, bool log, double margin) {
  const std::vector<double> kept = usable(values, log);
  Scale out{.log = log, .lo = log ? 0.1 : 0, .hi = log ? 10.0 : 1};
  if (kept.empty()) return out;
  const auto [low, high] = std::minmax_element(kept.begin(), kept.end());
  if (log) {
    const double pad = *high > *low ? std::pow(*high / *low, margin) : 2;
    out.lo = std::max(*low / pad, std::numeric_limits<double>::min());
    out.hi = std::min(*high * pad, std::numeric_limits<double>::max());
  } else {
    const double pad = *high > *low ? (*high - *low) * margin : std::max(std::abs(*low) * 0.1, 1e-12);
    out.lo = *low - pad;
    out.hi = *high + pad;
  }
  return out;
}

bool wants_log(const std::vector<double>& values, double ratio) {
  const std::vector<double> kept = usable(values, false);
  if (kept.empty()) return false;
  const auto [low, high] = std::minmax_element(kept.begin(), kept.end());
  return *low > 0 && *high >= ratio * *low;
}

std::vector<Tick> ticks(const Scale& scale, int wanted) {
  return scale.log ? log_ticks(scale, wanted) : linear_ticks(scale, wanted);
}

std::vector<Tick> ticks_at(const Scale& scale, const std::vector<double>& values, double gap) {
  std::vector<double> sorted = usable(values, scale.log);
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<Tick> out;
  double last = -std::numeric_limits<double>::infinity();
  for (const double value : sorted) {
    if (value < scale.lo || value > scale.hi) continue;
    const double pixel = scale(value);
    const bool room = std::abs(pixel - last) >= gap;
    out.push_back({value, room ? number(value, 4) : ""});
    if (room) last = pixel;
  }
  return out;
}

}  // namespace lmw::reports
