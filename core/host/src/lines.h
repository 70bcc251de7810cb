#pragma once

#include <lmw/sdk/point.h>

#include <cstddef>
#include <string>
#include <vector>

namespace lmw::host {

/// Points of one law that differ in one parameter alone, two at least; in the parameter's order if it is a number.
struct Line {
  std::string parameter;
  bool numeric = true;
  std::vector<std::size_t> points;  ///< indices into the list that was given
  std::vector<double> values;       ///< of the parameter, where it is numeric: increasing
};

/// The lines along one parameter. A point that stands twice in the list counts the first time.
std::vector<Line> lines_in(const std::vector<sdk::Point>& points, const std::string& parameter);
/// The lines along every parameter.
std::vector<Line> lines_in(const std::vector<sdk::Point>& points);

}  // namespace lmw::host
