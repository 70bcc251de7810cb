#include "number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace lmw::reports {
namespace {

constexpr std::string_view minus = "\u2212", thin_space = "\u2009", times_ten = "\u00d710";

std::string superscript(int n) {
  constexpr std::array<std::string_view, 10> digits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = n < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(n))) out += digits[static_cast<std::size_t>(c - '0')];
  return out;
}

std::string fixed(double value, int decimals) {
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return {buffer.data(), end.ptr};
}

/// |value| = 0.ddd * 10^(exponent+1): digits (at least one) and the exponent of the first, after rounding.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal to_decimal(double magnitude, int digits) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific, digits - 1);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const auto e = text.find('e');
  Decimal out;
  for (const char c : text.substr(0, e))
    if (c != '.') out.digits += c;
  const std::string_view exponent = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), out.exponent);
  return out;
}

std::string grouped(const std::string& digits) {
  if (digits.size() < 5) return digits;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += thin_space;
    out += digits[i];
  }
  return out;
}

std::string mantissa(const std::string& digits) {
  return digits.size() == 1 ? digits : digits.substr(0, 1) + "." + digits.substr(1);
}

std::string drop_trailing_zeros(std::string digits) {
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return digits;
}

}  // namespace

std::string exact(double value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

std::string coordinate(double value) {
  std::string text = fixed(value, 2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string number(double value, int digits) {
  if (std::isnan(value)) return "\u2013";
  const std::string sign = value < 0 ? std::string(minus) : "";
  if (std::isinf(value)) return sign + "∞";
  if (value == 0) return "0";
  const Decimal d = to_decimal(std::abs(value), digits);
  const std::string kept = drop_trailing_zeros(d.digits);
  if (d.exponent < -4 || d.exponent >= 7) {
    const std::string power = std::string(times_ten) + superscript(d.exponent);
    return sign + mantissa(kept) + power;
  }
  if (d.exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-d.exponent - 1), '0') + kept;
  const auto whole = static_cast<std::size_t>(d.exponent + 1);
  if (kept.size() <= whole) return sign + grouped(kept + std::string(whole - kept.size(), '0'));
  return sign + grouped(kept.substr(0, whole)) + "." + kept.substr(whole);
}

std::string power_of_ten(int exponent) { return exponent == 0 ? "1" : "10" + superscript(exponent); }

std::string with_uncertainty(double value, double standard_error) {
  if (!std::isfinite(value) || !std::isfinite(standard_error) || standard_error <= 0) return number(value, 5);
  const Decimal three = to_decimal(standard_error, 3);
  const int lead = std::stoi(three.digits);
  const Decimal error = to_decimal(standard_error, lead < 355 || lead >= 950 ? 2 : 1);
  // The place of the error's last digit; 0.096 with two digits is 0.096, 0.0996 rounds up to 0.10.
  const int last = error.exponent - static_cast<int>(error.digits.size()) + 1;
  const std::string sign = value < 0 ? std::string(minus) : "";
  const double magnitude = std::abs(value);
  const int lead_exponent =
      magnitude > 0 ? std::max(to_decimal(magnitude, 17).exponent, error.exponent) : error.exponent;
  if (lead_exponent < -4 || lead_exponent >= 7 || last > 0) {
    const int decimals = lead_exponent - last;
    const std::string power = std::string(times_ten) + superscript(lead_exponent);
    return sign + fixed(magnitude * std::pow(10.0, -lead_exponent), decimals) + "(" + error.digits + ")" + power;
  }
  return sign + fixed(magnitude, -last) + "(" + error.digits + ")";
}

std::string p_value(double p) {
  if (std::isnan(p)) return "\u2013";
  if (p < 1e-300) return "< 10⁻³⁰⁰";
  return number(p, 2);
}

std::string count(std::int64_t n) {
  const std::string digits = std::to_string(n < 0 ? -n : n);
  return (n < 0 ? std::string(minus) : "") + grouped(digits);
}

std::string duration(double seconds) {
  if (std::isnan(seconds)) return "\u2013";
  if (seconds < 100) return number(seconds, 2) + " s";
  if (seconds < 6000) return number(seconds / 60, 2) + " min";
  return number(seconds / 3600, 2) + " h";
}

std::string plural(std::int64_t n, const std::string& noun) { return count(n) + " " + noun + (n == 1 ? "" : "s"); }

}  // namespace lmw::reports
