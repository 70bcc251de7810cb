#pragma once

#include <cstdint>
#include <vector>

namespace lmw::judge {

/// Critical value of max_g |sqrt(S) (mean_g - mu_g)/s_g| by the Gaussian multiplier bootstrap:
///
///   M_b = max_g | sum_i xi_i z_ig | / sqrt(S-1),   xi_i ~ N(0,1),
///
/// the ceil((1-level)(B+1))-th smallest of B = max(1000, 20/level) draws. On the normal scale: at small S the caller
/// maps it to Student's t, without which the bound is badly liberal.
///
/// @param z      S rows of equal length: (m_ig - mean_g)/s_g.
/// @param seed   of the generator: the same arguments give the same bits.
/// Cost O(B S G). Source: Chernozhukov, Chetverikov & Kato 2013.
double multiplier_critical_value(const std::vector<std::vector<double>>& z, double level, std::uint64_t seed);

/// A seed from the bits of the values, so that a decision is a function of its data alone.
std::uint64_t seed_from(const std::vector<std::vector<double>>& values);

}  // namespace lmw::judge
