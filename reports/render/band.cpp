#include "band.h"

#include <cmath>
#include <limits>

namespace lmw::reports {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

double Band::scaled(double value) const {
  if (unit > 0) return (value - centre) / unit;
  return value == centre ? 0 : std::numeric_limits<double>::quiet_NaN();
}

double Band::lower() const { return std::isinf(low) ? low : centre + low * unit; }
double Band::upper() const { return std::isinf(high) ? high : centre + high * unit; }
bool Band::holds(double value) const { return value >= lower() && value <= upper(); }

Band band_of(std::string_view kind, double predicted, double upper, double tolerance) {
  if (kind == "K6") return {.centre = predicted, .unit = tolerance, .low = 1, .high = infinity};
  if (kind == "K10") return {.centre = predicted, .unit = tolerance, .low = -1, .high = infinity};
  if (kind != "K3" || std::isnan(upper)) return {.centre = predicted, .unit = tolerance};
  if (std::isinf(predicted)) return {.centre = upper, .unit = tolerance, .low = -infinity, .high = 1};
  if (std::isinf(upper)) return {.centre = predicted, .unit = tolerance, .low = -1, .high = infinity};
  return {.centre = predicted + (upper - predicted) / 2, .unit = (upper - predicted) / 2 + tolerance};
}

}  // namespace lmw::reports
