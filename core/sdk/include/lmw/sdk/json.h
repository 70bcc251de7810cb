#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lmw::sdk {

/// The shortest text that reads back as the same double; "nan", "inf" and "-inf" become JSON strings.
inline std::string to_text(double value) {
  if (std::isnan(value)) return "\"nan\"";
  if (std::isinf(value)) return value > 0 ? "\"inf\"" : "\"-inf\"";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  // A double stays a double for the reader: 1 is an integer, 1.0 is not.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

inline std::string json_text(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (u < 0x20) {
          out += "\\u00";
          out += hex[u >> 4];
          out += hex[u & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

/// Writes one JSON object, key by key, in the order of the calls.
class JsonObject {
 public:
  template <class T>
  JsonObject& add(std::string_view key, const T& value) {
    if constexpr (std::is_same_v<T, bool>)
      return add_raw(key, value ? "true" : "false");
    else if constexpr (std::is_integral_v<T>)
      return add_raw(key, std::to_string(value));
    else if constexpr (std::is_floating_point_v<T>)
      return add_raw(key, to_text(value));
    else
      return add_raw(key, json_text(value));
  }
  JsonObject& add_raw(std::string_view key, std::string_view json) {
    text_ += text_.size() > 1 ? "," : "";
    text_ += json_text(key) + ":";
    text_ += json;
    return *this;
  }
  std::string str() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

/// ["a","b"] or, of ready-made JSON, [{...},{...}].
template <class Range, class ToJson>
std::string json_array(const Range& range, ToJson&& to_json) {
  std::string text = "[";
  for (const auto& item : range) {
    if (text.size() > 1) text += ",";
    text += to_json(item);
  }
  return text + "]";
}

using JsonScalar = std::variant<std::int64_t, double, std::string, bool>;

/// Reads a flat JSON object of numbers, strings and booleans: the shape of a point. A number without '.', 'e' or 'E'
/// is an integer.
/// @throws std::invalid_argument  anything else, with the offset where it went wrong.
class FlatJsonReader {
 public:
  static std::vector<std::pair<std::string, JsonScalar>> read(std::string_view text) {
    return FlatJsonReader(text).object();
  }

 private:
  explicit FlatJsonReader(std::string_view text) : text_(text) {}

  std::vector<std::pair<std::string, JsonScalar>> object() {
    std::vector<std::pair<std::string, JsonScalar>> members;
    expect('{');
    if (peek() != '}') {
      for (;;) {
        std::string key = string();
        expect(':');
        members.emplace_back(std::move(key), scalar());
        if (peek() != ',') break;
        ++at_;
      }
    }
    expect('}');
    if (peek() != '\0') fail("nothing after the object");
    return members;
  }

  JsonScalar scalar() {
    const char c = peek();
    if (c == '"') return string();
    if (text_.substr(at_, 4) == "true") return at_ += 4, JsonScalar(true);
    if (text_.substr(at_, 5) == "false") return at_ += 5, JsonScalar(false);
    const auto length = text_.substr(at_).find_first_not_of("+-.eE0123456789");
    const auto token = text_.substr(at_, length);
    const auto *first = token.data(), *last = first + token.size();
    const bool is_double = token.find_first_of(".eE") != std::string_view::npos;
    std::int64_t integer = 0;
    double real = 0;
    const auto done = is_double ? std::from_chars(first, last, real) : std::from_chars(first, last, integer);
    if (token.empty() || done.ec != std::errc() || done.ptr != last) fail("a number, a string or a boolean");
    at_ += token.size();
    return is_double ? JsonScalar(real) : JsonScalar(integer);
  }

  std::string string() {
    expect('"');
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      char c = text_[at_++];
      if (c == '\\') {
        if (at_ >= text_.size()) break;
        c = text_[at_++];
        if (c == 'n')
          c = '\n';
        else if (c == 't')
          c = '\t';
        else if (c == 'r')
          c = '\r';
        else if (c == 'u') {
          unsigned code = 0;
          const auto digits = text_.substr(at_, 4);
          if (std::from_chars(digits.data(), digits.data() + digits.size(), code, 16).ptr != digits.data() + 4 ||
              code > 0x7f)
            fail("an escape \\u0000 to \\u007f");
          c = static_cast<char>(code);
          at_ += 4;
        } else if (c != '"' && c != '\\' && c != '/') {
          fail("a known escape");
        }
      }
      out += c;
    }
    expect('"');
    return out;
  }

  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void expect(char c) {
    if (peek() != c) fail(std::string("'") + c + "'");
    ++at_;
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw std::invalid_argument("point JSON, byte " + std::to_string(at_) + ": expected " + expected);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace lmw::sdk
