#include "multiplier_bootstrap.h"

#include <lmw/numerics/random.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace lmw::judge {

double multiplier_critical_value(const std::vector<std::vector<double>>& z, double level, std::uint64_t seed) {
  const std::size_t n = z.size(), grid = z.front().size();
  const auto draws = static_cast<std::size_t>(std::max(1000.0, std::ceil(20 / level)));
  std::vector<double> largest(draws), sum(grid);
  numerics::Rng rng(seed, numerics::Stream::noise);
  for (double& m : largest) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double xi = rng.normal();
      for (std::size_t g = 0; g < grid; ++g) sum[g] += xi * z[i][g];
    }
    m = 0;
    for (const double s : sum) m = std::max(m, std::abs(s));
    m /= std::sqrt(static_cast<double>(n - 1));
  }
  const auto rank = static_cast<std::size_t>(std::ceil((1 - level) * static_cast<double>(draws + 1)));
  const auto nth = largest.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(largest.begin(), nth, largest.end());
  return *nth;
}

std::uint64_t seed_from(const std::vector<std::vector<double>>& values) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (const auto& row : values)
    for (const double v : row) {
      hash ^= std::bit_cast<std::uint64_t>(v + 0.0);      // -0.0 and 0.0 are one number, also after a database
      hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;  // SplitMix64's finaliser
      hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
      hash ^= hash >> 31;
    }
  return hash;
}

}  // namespace lmw::judge
