#pragma once

#include "model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lmw::reports {

/// A point as a figure sees it.
struct Placed {
  std::int64_t point_id = 0;
  Point point;
};

/// How the points of a scalar observable are laid out: one panel for each setting of the other parameters that has at
/// least two points along the axis, and a list of those that stand alone.
struct Layout {
  std::string axis;                ///< the parameter on the x axis; empty: no panel, all points stand alone
  std::vector<std::string> along;  ///< parameters that change with it one to one, and make no panel of their own
  struct Panel {
    std::string setting;               ///< "depth = 2, noise_var = 1"; empty if there is one panel and nothing to say
    std::vector<std::int64_t> points;  ///< increasing along the axis
  };
  std::vector<Panel> panels;        ///< in order of their settings, numbers as numbers
  std::vector<std::int64_t> alone;  ///< in the order given
};

/// @param axis  the declared axis of the observable; if it is empty or does not vary, the numeric parameter with the
///              most different values is taken, the first of equals.
Layout lay_out(const std::vector<Placed>& points, const std::string& axis);

}  // namespace lmw::reports
