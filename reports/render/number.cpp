#include "number.h"

#include <lmw/numerics/number_text.h>

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

std::string grouped(const std::string& digits) {
  if (digits.size() < 5) return digits;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += thin_space;
    out += digits[i];
  }
  return out;
}

/// Sets plain text such as "-12345.67(8)e-7" as print does: a true minus, groups of three, a power of ten.
std::string typeset(std::string_view plain) {
  std::string out;
  if (plain.front() == '-') {
    out = minus;
    plain.remove_prefix(1);
  }
  for (std::size_t i = 0; i < plain.size();) {
    if (plain[i] == 'e') {
      int exponent = 0;
      std::from_chars(plain.data() + i + 1, plain.data() + plain.size(), exponent);
      return out.append(times_ten) + superscript(exponent);
    }
    const std::size_t end = std::min(plain.find_first_not_of("0123456789", i), plain.size());
    const bool behind_point = i > 0 && plain[i - 1] == '.';
    out += behind_point ? std::string(plain.substr(i, end - i)) : grouped(std::string(plain.substr(i, end - i)));
    i = end;
    if (i < plain.size() && plain[i] != 'e') out += plain[i++];
  }
  return out;
}

/// "–" for NaN, "∞" and "−∞".
std::string not_finite(double value) {
  return std::isnan(value) ? "\u2013" : value > 0 ? "∞" : std::string(minus) + "∞";
}

}  // namespace

std::string coordinate(double value) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 2);
  std::string text(buffer.data(), end.ptr);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string number(double value, int digits) {
  return std::isfinite(value) ? typeset(numerics::significant(value, digits)) : not_finite(value);
}

std::string power_of_ten(int exponent) { return exponent == 0 ? "1" : "10" + superscript(exponent); }

std::string with_uncertainty(double value, double standard_error) {
  return std::isfinite(value) ? typeset(numerics::value_with_uncertainty(value, standard_error)) : not_finite(value);
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
