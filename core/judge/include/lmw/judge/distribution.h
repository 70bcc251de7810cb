#pragma once

#include <cstdint>
#include <span>

namespace lmw::judge {

/// Half-width of the band that holds a whole distribution function with probability 1 - level, for n independent draws:
/// sqrt(log(2/level)/(2 n)). @throws std::invalid_argument  n < 1, level outside (0, 1).
/// Source: Dvoretzky, Kiefer & Wolfowitz 1956, with the constant of Massart 1990.
double dkw_radius(std::int64_t n, double level);

/// Kolmogorov-Smirnov distance of a sample from a distribution function F,
///
///   D_n = max_i max( i/n - F(x_(i)), F(x_(i)) - (i-1)/n ).
///
/// @param f_of_sorted  F at the sorted sample: n >= 1 values, nondecreasing, in [0, 1].
/// @throws std::invalid_argument  anything else.
double ks_distance(std::span<const double> f_of_sorted);

}  // namespace lmw::judge
