#pragma once

#include <lmw/learn/activation.h>

#include <Eigen/Core>

namespace lmw::learn {

/// True where phi'(z) follows from h = phi(z), so that z need not be kept: identity, relu, tanh.
constexpr bool slope_from_output(Activation phi) {
  return phi == Activation::identity || phi == Activation::relu || phi == Activation::tanh;
}

/// True where the second and third derivatives vanish (almost everywhere).
constexpr bool piecewise_linear(Activation phi) { return phi == Activation::identity || phi == Activation::relu; }

/// h = phi(z + bias) column by column; and slope = phi'(z + bias) unless `slope` is null.
///
/// @param z     (rows, cols) contiguous; h may be z itself.
/// @param bias  (rows), or null for none.
/// Absolute error a few units in the last place of max(1, |phi|); tanh and erf keep relative accuracy near 0.
template <class Scalar>
void activate(Activation phi, const Scalar* z, const Scalar* bias, Scalar* h, Scalar* slope, Eigen::Index rows,
              Eigen::Index cols);

/// Derivatives of order 1, 2 and 3 at z, `count` contiguous numbers each; null for those that are not wanted.
template <class Scalar>
void derivatives(Activation phi, const Scalar* z, Scalar* first, Scalar* second, Scalar* third, Eigen::Index count);

/// d *= phi', where h = phi(z). `slope` is read only where the slope does not follow from h.
template <class Scalar>
void times_slope(Activation phi, const Scalar* h, const Scalar* slope, Scalar* d, Eigen::Index count);

}  // namespace lmw::learn
