#include "multiplier_bootstrap.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace lmw::judge {
namespace {

/// Philox4x32-10 (Salmon et al. 2011): block `counter` of the sequence that belongs to `key`.
std::array<std::uint32_t, 4> philox(std::uint64_t counter, std::uint64_t key) {
  std::array<std::uint32_t, 4> x{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0};
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0], p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return x;
}

double open_uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 20) | (low >> 12);
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

std::array<double, 2> two_normals(std::uint64_t counter, std::uint64_t key) {
  const auto bits = philox(counter, key);
  const double radius = std::sqrt(-2 * std::log(open_uniform(bits[0], bits[1])));
  const double angle = 2 * std::numbers::pi * open_uniform(bits[2], bits[3]);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

double multiplier_critical_value(const std::vector<std::vector<double>>& z, double level, std::uint64_t seed) {
  const std::size_t n = z.size(), grid = z.front().size();
  const auto draws = static_cast<std::size_t>(std::max(1000.0, std::ceil(20 / level)));
  std::vector<double> largest(draws), sum(grid);
  std::uint64_t counter = 0;
  for (double& m : largest) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = 0; i < n; i += 2) {
      const auto xi = two_normals(counter++, seed);
      for (std::size_t j = i; j < std::min(i + 2, n); ++j)
        for (std::size_t g = 0; g < grid; ++g) sum[g] += xi[j - i] * z[j][g];
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
      hash ^= std::bit_cast<std::uint64_t>(v + 0.0);  // -0.0 and 0.0 are one number, also after a database
      hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;  // SplitMix64's finaliser
      hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
      hash ^= hash >> 31;
    }
  return hash;
}

}  // namespace lmw::judge
