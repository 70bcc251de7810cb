#pragma once

#include <functional>

namespace lmw::numerics {

/// A zero of f between `low` and `high`, where f changes sign, to `tolerance` in x or to rounding.
///
/// Inverse quadratic interpolation and secant steps, with bisection whenever they do not pay: never more than a few
/// times the evaluations of bisection, and about ten for a smooth f.
/// @throws std::domain_error   f has one sign, or no value, at both ends.
/// @throws std::runtime_error  f became NaN on the way.
/// Source: Brent 1973, "Algorithms for minimization without derivatives", chapter 4.
double find_root(const std::function<double(double)>& f, double low, double high, double tolerance = 0.0);

}  // namespace lmw::numerics
