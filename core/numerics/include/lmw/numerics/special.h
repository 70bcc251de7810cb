#pragma once

namespace lmw::numerics {

/// Phi(x), the standard normal distribution function. Relative accuracy holds in the lower tail as well.
double normal_cdf(double x);

/// The x with Phi(x) = p, to about 1e-16 relative.
///
/// @param p  in (0, 1).
/// @throws std::domain_error  p outside (0, 1).
/// Rational approximations in three ranges; no iteration. Source: Wichura 1988, algorithm AS 241 (PPND16).
double normal_quantile(double p);

}  // namespace lmw::numerics
