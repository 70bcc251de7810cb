#include <lmw/judge/exponent.h>

#include "sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

constexpr double window = 5;  // in autocorrelation times
constexpr std::size_t least_blocks = 10;

/// 1 + 2 sum of autocorrelations up to the first lag that is at least 5 times the sum so far: a longer sum would add
/// noise only. Lags past n/10 cannot be used anyway.
double integrated_time(std::span<const double> series, double mean) {
  const std::size_t n = series.size();
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i) sum += (series[i] - mean) * (series[i + lag] - mean);
    return sum / static_cast<double>(n);
  };
  const double variance = covariance(0);
  double time = 1;
  for (std::size_t lag = 1; lag <= n / least_blocks; ++lag) {
    time += 2 * covariance(lag) / variance;
    if (static_cast<double>(lag) >= window * time) break;
  }
  return std::max(1.0, time);
}

}  // namespace

std::optional<BlockMean> block_mean(std::span<const double> series) {
  for (const double v : series)
    if (!std::isfinite(v)) throw std::invalid_argument("a value of the run is not finite");
  const Sample all = summarise(series);
  if (series.size() < least_blocks || !(all.sd > 0)) return std::nullopt;
  BlockMean result{.mean = all.mean, .autocorrelation_time = integrated_time(series, all.mean)};
  result.block_length = static_cast<std::size_t>(std::ceil(window * result.autocorrelation_time));
  result.blocks = series.size() / result.block_length;
  if (result.blocks < least_blocks) return std::nullopt;
  std::vector<double> means;
  for (std::size_t b = 0; b < result.blocks; ++b)
    means.push_back(summarise(series.subspan(b * result.block_length, result.block_length)).mean);
  result.se = summarise(means).sd / std::sqrt(static_cast<double>(result.blocks));
  return result;
}

}  // namespace lmw::judge
