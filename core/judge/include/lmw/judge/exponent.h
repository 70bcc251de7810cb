#pragma once

#include <lmw/judge/estimate.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// Slopes of power laws. A fitted slope is compared with the slope that the same function gives for the theory's own
/// curve on the same grid, never with an asymptotic exponent: for y = x^-1 (1 + x^-1/2) on 16 to 512 the fitted slope
/// is 1.0511, and an interval around it misses 1 in most experiments.
namespace lmw::judge {

/// Whether x spans a factor of 10, without which a slope says too little to be judged.
/// @throws std::invalid_argument  fewer than 2 sizes, a size <= 0.
bool spans_a_decade(std::span<const double> x);

/// Least-squares slope b of y ~ x^-b from one replicate that has every size:
///
///   b = - sum_j k_j log y_j,   k_j = (l_j - lbar)/sum_i (l_i - lbar)^2,   l = log x.
///
/// One number per replicate, for the rule of K5.
/// @throws std::invalid_argument  sizes that disagree, fewer than 2, x or y <= 0 or not finite, all x equal.
double log_slope(std::span<const double> x, std::span<const double> y);

/// The slope where each size has replicates of its own: weighted least squares on the logarithms of the means,
///
///   Y_j = log m_j + s_j^2/(2 S_j m_j^2),   variance s_j^2/(S_j m_j^2),
///
/// the standard error inflated by sqrt(max(1, chi2/(J-2))); df = min_j S_j - 1. Points of replicates that share seeds
/// across sizes must not be pooled: use log_slope per replicate.
/// @param samples  J >= 3 samples of at least 2 values each, of positive mean and positive spread.
/// @throws std::invalid_argument  otherwise.
Estimate pooled_log_slope(std::span<const double> x, const std::vector<std::vector<double>>& samples);

/// b_j = -log(y_{j+1}/y_j)/log(x_{j+1}/x_j), at the geometric mean of its two sizes.
struct LocalSlope {
  double x = 0, slope = 0;
};
/// @throws std::invalid_argument  as log_slope, or x not increasing.
std::vector<LocalSlope> local_slopes(std::span<const double> x, std::span<const double> y);

/// The local slopes' value at infinite x, by a line in x^-w with w from theory. Descriptive.
/// @throws std::invalid_argument  fewer than 2 slopes, w <= 0.
double extrapolated_slope(const std::vector<LocalSlope>& slopes, double w);

/// y = A x^-b (1 + C x^-w) with w fixed by theory, by Gauss-Newton on log y from C = 0. Only for laws that announced
/// it: a free w fits almost anything.
struct CorrectedPowerLaw {
  double amplitude = 0, exponent = 0, correction = 0;
};
/// @returns  nothing if the iteration does not settle in 100 steps.
/// @throws std::invalid_argument  as log_slope; fewer than 4 sizes; w <= 0.
std::optional<CorrectedPowerLaw> fit_corrected_power_law(std::span<const double> x, std::span<const double> y,
                                                         double w);

/// Maximum-likelihood exponent of a density ~ x^-a on x >= xmin: a = 1 + n/sum log(x_i/xmin), se = (a-1)/sqrt(n), from
/// the n values that are at least xmin, which is announced beforehand. df is infinite.
/// @throws std::invalid_argument  xmin <= 0, fewer than 2 values in the tail or all of them equal to xmin.
/// Source: Hill 1975; Clauset, Shalizi & Newman 2009.
Estimate tail_exponent(std::span<const double> values, double xmin);

/// Mean of one serially correlated run by blocks: at least 10 blocks of at least 5 integrated autocorrelation times
/// tau = 1 + 2 sum rho_k (summed up to the first k >= 5 tau). The run still counts as one replicate.
struct BlockMean {
  double mean = 0, se = 0, autocorrelation_time = 1;
  std::size_t blocks = 0, block_length = 0;
};
/// @returns  nothing if the run is too short for 10 such blocks, or does not vary.
/// @throws std::invalid_argument  a value that is not finite.
std::optional<BlockMean> block_mean(std::span<const double> series);

}  // namespace lmw::judge
