#include "calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace judge_calibration {

bool Rate::holds() const {
  const double spread = reference * (1 - reference);
  const auto error = [&](std::int64_t n) { return n > 0 ? 3 * std::sqrt(spread / static_cast<double>(n)) : 0; };
  const double own = error(experiments);
  // Counts near zero are not normal: three cases more or less are no surprise where none is expected.
  const double few = experiments > 0 ? 3 / static_cast<double>(experiments) : 0;
  switch (meaning) {
    case Meaning::stated: return std::abs(value - reference) <= std::hypot(own, error(reference_experiments)) + few;
    case Meaning::at_most: return value <= reference + own;
    case Meaning::at_least: return value >= reference - own;
    case Meaning::shown: return true;
  }
  return false;
}

std::string Rate::text() const {
  const char* relation = meaning == Meaning::at_most    ? "at most "
                         : meaning == Meaning::at_least ? "at least "
                                                        : "stated ";
  char line[200];
  if (meaning == Meaning::shown)
    std::snprintf(line, sizeof line, "%s: %.4f", what.c_str(), value);
  else
    std::snprintf(line, sizeof line, "%s: %.4f (%s%.4g)", what.c_str(), value, relation, reference);
  return line;
}

Rate Tally::confirm(const std::string& what, Rate::Meaning meaning, double reference) const {
  return {"confirmed, " + what, static_cast<double>(confirmed) / static_cast<double>(n), n, meaning, reference};
}
Rate Tally::falsify(const std::string& what, Rate::Meaning meaning, double reference) const {
  return {"falsified, " + what, static_cast<double>(falsified) / static_cast<double>(n), n, meaning, reference};
}

double draw(lmw::numerics::Rng& rng, Noise noise) {
  switch (noise) {
    case Noise::gauss: return rng.normal();
    case Noise::student5: {
      double chi2 = 0;
      const double z = rng.normal();
      for (int i = 0; i < 5; ++i) {
        const double x = rng.normal();
        chi2 += x * x;
      }
      return z / std::sqrt(chi2 / 5) / std::sqrt(5.0 / 3);
    }
    case Noise::lognormal: {
      constexpr double s = 0.5;
      return (std::exp(s * rng.normal()) - std::exp(s * s / 2)) / std::sqrt(std::expm1(s * s) * std::exp(s * s));
    }
  }
  return 0;
}

}  // namespace judge_calibration
