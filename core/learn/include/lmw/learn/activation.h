#pragma once

#include <string_view>

namespace lmw::learn {

/// What a unit does to its pre-activation z.
///
///   identity  z                      relu  max(z, 0), with slope 0 at z = 0
///   tanh      tanh z                 erf   erf z = 2/sqrt(pi) int_0^z exp(-t^2) dt   (not erf(z / sqrt 2))
///   gelu      z Phi(z), exact        quadratic  z^2         softplus  log(1 + e^z)
enum class Activation { identity, relu, tanh, erf, gelu, quadratic, softplus };

/// phi(z) or its derivative of order 1, 2 or 3, one number at a time through the standard library: for theory and for
/// tests. Networks use vector code of their own, which agrees to about 4 units in the last place.
/// The delta functions in the second and third derivative of relu are left out.
/// @throws std::invalid_argument  order outside 0..3.
double activation(Activation phi, double z, int order = 0);

/// The name, as in the enumeration.
const char* to_text(Activation phi);
/// @throws std::invalid_argument  no activation of that name; the text lists those that there are.
Activation activation_named(std::string_view name);

}  // namespace lmw::learn
