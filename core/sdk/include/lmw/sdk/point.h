#pragma once

#include <lmw/sdk/json.h>

#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmw::sdk {

/// One setting of a law's parameters, e.g. {n_samples: 100, n_features: 50}. Every declared parameter has a value.
class Point {
 public:
  Point() = default;
  explicit Point(std::map<std::string, JsonScalar, std::less<>> values) : values_(std::move(values)) {}
  static Point from_json(std::string_view text) {
    std::map<std::string, JsonScalar, std::less<>> values;
    for (auto& [key, value] : FlatJsonReader::read(text)) values[key] = std::move(value);
    return Point(std::move(values));
  }

  /// A number, integer or not. @throws std::invalid_argument  no such parameter, or it is text.
  double operator[](std::string_view name) const {
    const JsonScalar& value = at(name);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    throw std::invalid_argument("parameter " + std::string(name) + ": expected a number");
  }
  /// An integer. @throws std::invalid_argument  no such parameter, or it is not an integer.
  std::int64_t count(std::string_view name) const {
    if (const auto* integer = std::get_if<std::int64_t>(&at(name))) return *integer;
    throw std::invalid_argument("parameter " + std::string(name) + ": expected an integer");
  }
  /// Text. @throws std::invalid_argument  no such parameter, or it is a number.
  const std::string& text(std::string_view name) const {
    if (const auto* text = std::get_if<std::string>(&at(name))) return *text;
    throw std::invalid_argument("parameter " + std::string(name) + ": expected text");
  }

  const std::map<std::string, JsonScalar, std::less<>>& values() const { return values_; }
  /// JSON with the keys sorted bytewise: equal points, equal text.
  std::string to_json() const {
    JsonObject json;
    for (const auto& [key, value] : values_) std::visit([&](const auto& v) { json.add(key, v); }, value);
    return json.str();
  }

 private:
  const JsonScalar& at(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::invalid_argument("no parameter named " + std::string(name));
    return found->second;
  }
  std::map<std::string, JsonScalar, std::less<>> values_;
};

/// Sizes differ between efforts, rules never do.
enum class Effort { quick, standard, thorough };

/// A declared parameter of a law. The type of `value` is the type of the parameter.
struct Parameter {
  std::string name;
  JsonScalar value;  ///< what a point has unless it says otherwise
  std::string unit = "1";
  double min = -std::numeric_limits<double>::infinity();  ///< inclusive; numbers only
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  ///< text only; empty: any text
  std::string meaning = "";
};

/// `count_parameter("width", 256)`, `real_parameter("lr", 0.1)`, `text_parameter("kernel", "gaussian", {...})`.
inline Parameter count_parameter(std::string name, std::int64_t value, double min = 1,
                                 double max = std::numeric_limits<double>::infinity(), std::string meaning = "") {
  return {.name = std::move(name), .value = value, .min = min, .max = max, .meaning = std::move(meaning)};
}
inline Parameter real_parameter(std::string name, double value, double min = -std::numeric_limits<double>::infinity(),
                                double max = std::numeric_limits<double>::infinity(), std::string meaning = "") {
  return {.name = std::move(name), .value = value, .min = min, .max = max, .meaning = std::move(meaning)};
}
inline Parameter text_parameter(std::string name, std::string value, std::vector<std::string> choices,
                                std::string meaning = "") {
  return {
      .name = std::move(name), .value = std::move(value), .choices = std::move(choices), .meaning = std::move(meaning)};
}

/// What a sweep says of one point: the parameters that differ from their declared values.
///   {{"n_features", 50}, {"draws", 40}}
using PointOverrides = std::vector<std::pair<std::string, JsonScalar>>;

}  // namespace lmw::sdk
