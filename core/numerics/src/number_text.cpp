#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace lmw::numerics {
namespace {

/// 0.d1d2d3... * 10^(exponent + 1): the digits, and the power of ten of the first of them.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

/// Every finite double fits: 309 digits before the point, and no caller asks for more than 350 behind it.
std::string fixed(double value, int decimals) {
  std::array<char, 800> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals).ptr;
  return {buffer.data(), end};
}

Decimal to_decimal(double magnitude, int digits) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific, digits - 1)
          .ptr;
  const std::string text(buffer.data(), end);
  const auto e = text.find('e');
  Decimal decimal{.digits = text.substr(0, e), .exponent = std::stoi(text.substr(e + 1))};
  std::erase(decimal.digits, '.');
  return decimal;
}

std::string zeros(int n) { return std::string(static_cast<std::size_t>(std::max(n, 0)), '0'); }

bool plain_range(int exponent) { return exponent >= -4 && exponent < 7; }

/// The digits with the point behind the first one: "1234" is "1.234".
std::string mantissa(const std::string& digits) {
  return digits.size() == 1 ? digits : digits.substr(0, 1) + '.' + digits.substr(1);
}

/// The whole number `digits` times 10^place, place < 0, in plain notation: ("1234", -3) is "1.234".
std::string with_point(std::string digits, int place) {
  digits.insert(0, zeros(1 - place - static_cast<int>(digits.size())));
  return digits.insert(digits.size() - static_cast<std::size_t>(-place), 1, '.');
}

std::string not_finite(double value) { return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf"; }

}  // namespace

std::string shortest(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string significant(double value, int digits) {
  if (digits < 1 || digits > 17) throw std::invalid_argument("digits = " + std::to_string(digits) + ": expected 1..17");
  if (!std::isfinite(value)) return not_finite(value);
  if (value == 0) return "0";
  Decimal decimal = to_decimal(std::abs(value), digits);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  const std::string sign = value < 0 ? "-" : "";
  if (!plain_range(decimal.exponent)) return sign + mantissa(decimal.digits) + 'e' + std::to_string(decimal.exponent);
  const int place = decimal.exponent + 1 - static_cast<int>(decimal.digits.size());
  return sign + (place < 0 ? with_point(decimal.digits, place) : decimal.digits + zeros(place));
}

std::string value_with_uncertainty(double value, double standard_error) {
  if (!std::isfinite(value) || !std::isfinite(standard_error) || standard_error <= 0) return significant(value, 6);
  const int first_three = std::stoi(to_decimal(standard_error, 3).digits);
  const Decimal error = to_decimal(standard_error, first_three < 355 || first_three >= 950 ? 2 : 1);
  const int place = error.exponent + 1 - static_cast<int>(error.digits.size());  // of the last digit shown

  // |value| as a whole number of units of 10^place.
  std::string digits = place <= 0 ? fixed(std::abs(value), -place) : fixed(std::abs(value) / std::pow(10.0, place), 0);
  std::erase(digits, '.');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const std::string sign = std::signbit(value) && digits != "0" ? "-" : "";

  const int exponent =
      std::max(digits == "0" ? error.exponent : static_cast<int>(digits.size()) - 1 + place, error.exponent);
  if (!plain_range(exponent)) {
    digits.insert(0, zeros(exponent - place + 1 - static_cast<int>(digits.size())));
    return sign + mantissa(digits) + '(' + error.digits + ")e" + std::to_string(exponent);
  }
  if (place < 0) return sign + with_point(digits, place) + '(' + error.digits + ')';
  return sign + digits + (digits == "0" ? "" : zeros(place)) + '(' + error.digits + zeros(place) + ')';
}

}  // namespace lmw::numerics
