#pragma once

#include <string>

/// Numbers as text for tables, sentences and messages: plain ASCII, made with std::to_chars, so that the same bits give
/// the same text under every locale.
namespace lmw::numerics {

/// The shortest text that reads back as the same double: "0.1", "1e-07", "nan", "inf", "-inf".
std::string shortest(double value);

/// `value` rounded to `digits` significant digits, without trailing zeros: significant(0.012346, 3) = "0.0123".
/// Plain notation for 1e-4 <= |value| < 1e7, else "1.23e-7"; "nan", "inf", "-inf".
/// @throws std::invalid_argument  digits outside 1..17.
std::string significant(double value, int digits);

/// `value` with its standard error in the last digits: 1.234(5) means 1.234 +- 0.005, and 1230(50) means 1230 +- 50.
/// The error keeps two digits where its first three are 100..354 or 950..999, else one: the rounding rule of the Review
/// of Particle Physics, section 5.3. Without a positive finite error it is significant(value, 6).
std::string value_with_uncertainty(double value, double standard_error);

}  // namespace lmw::numerics
