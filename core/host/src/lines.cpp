#include "lines.h"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

namespace lmw::host {
namespace {

/// The point without one parameter: equal for points that differ in that parameter alone.
std::string without(const sdk::Point& point, const std::string& parameter) {
  auto rest = point.values();
  rest.erase(rest.find(parameter));
  return sdk::Point(std::move(rest)).to_json();
}

std::optional<double> number_of(const sdk::JsonScalar& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

}  // namespace

std::vector<Line> lines_in(const std::vector<sdk::Point>& points, const std::string& parameter) {
  std::map<std::string, std::map<sdk::JsonScalar, std::size_t>> by_rest;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto value = points[i].values().find(parameter);
    if (value != points[i].values().end()) by_rest[without(points[i], parameter)].emplace(value->second, i);
  }
  std::vector<Line> lines;
  for (const auto& [rest, along] : by_rest) {
    if (along.size() < 2) continue;
    Line line{.parameter = parameter};
    for (const auto& [value, index] : along) {  // of one type, so in the order of its values
      line.points.push_back(index);
      const auto number = number_of(value);
      line.numeric = line.numeric && number.has_value();
      if (number) line.values.push_back(*number);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Line> lines_in(const std::vector<sdk::Point>& points) {
  std::vector<Line> lines;
  if (points.empty()) return lines;
  for (const auto& [parameter, unused] : points.front().values()) {
    auto along = lines_in(points, parameter);
    lines.insert(lines.end(), std::make_move_iterator(along.begin()), std::make_move_iterator(along.end()));
  }
  return lines;
}

}  // namespace lmw::host
