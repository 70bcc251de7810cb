#pragma once

#include <cstdint>
#include <string>

/// Numbers for readers: those of lmw/numerics/number_text.h, with the signs of print.
namespace lmw::reports {

/// A pixel coordinate: at most two decimals, no trailing zeros, no "-0".
std::string coordinate(double value);

/// `value` to `digits` significant digits without trailing zeros: "0.0123", "1 250 000", "3.2×10⁻⁷", "−4". Plain
/// notation for 1e-4 <= |value| < 1e7. A value that is not finite reads "∞", "−∞", or "–" for NaN (nothing there).
std::string number(double value, int digits = 4);

/// "10⁻³", and "1" for the zeroth power: the decades of a log axis.
std::string power_of_ten(int exponent);

/// `value` with its standard error in the last digits, "−1.234(5)", as numerics::value_with_uncertainty rounds it.
std::string with_uncertainty(double value, double standard_error);

/// A p-value: two significant digits, never "0": 0.042, 3.1×10⁻⁷, "< 10⁻³⁰⁰".
std::string p_value(double p);

/// A whole number with thin spaces between groups of three, from five digits on: 9999, 12 000.
std::string count(std::int64_t n);

/// A duration for people: "0.2 s", "41 s", "3.5 min", "2.1 h".
std::string duration(double seconds);

/// `count` and a noun that agrees with it: "1 law", "12 laws".
std::string plural(std::int64_t n, const std::string& noun);

}  // namespace lmw::reports
