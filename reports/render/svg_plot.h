#pragma once

#include "band.h"
#include "html.h"
#include "svg_scale.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

/// Figures as inline SVG. Colours, dashes and fonts are the page's (classes in assets/report.css), so that dark mode
/// and print restyle a figure without drawing it again. The same input gives the same bytes.
namespace lmw::reports {

/// How a measured point is drawn. Shape carries the meaning; colour only repeats it.
enum class Mark {
  dot,           ///< inside the regime, within tolerance
  cross,         ///< inside the regime, falsified
  half,          ///< inside the regime, inconclusive
  ring,          ///< outside the regime
  crossed_ring,  ///< outside, where the law must break
};

struct PlotPoint {
  double x = 0, y = 0;
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;  ///< error bar; NaN: none
  Mark mark = Mark::dot;
  std::string tooltip;
};

/// A line through points in order of x; a NaN in y breaks it. `style` is a class of the style sheet ("prediction",
/// "rival-1"). The label is written at the line's right end.
struct PlotLine {
  std::vector<double> x, y;
  std::string style;
  std::string label;
};

/// The area between two curves. A NaN breaks it.
struct PlotBand {
  std::vector<double> x, low, high;
  std::string style;
};

struct Axis {
  std::string label;
  Scale scale;                   ///< its pixels are set by the plot
  std::vector<double> ticks_at;  ///< values that want a tick of their own; empty: round numbers
};

struct Panel {
  Axis y;
  double height = 280;
  std::vector<PlotBand> bands;
  std::vector<PlotLine> lines;
  std::vector<PlotPoint> points;
};

/// One figure: panels above each other on one x axis. Marks outside a panel's range are drawn at its edge as arrows and
/// keep their tooltips; lines and bands are clipped.
struct Plot {
  std::string id;                  ///< unique in the page; letters, digits, hyphens
  std::string title, description;  ///< what a screen reader says
  double width = 720;
  Axis x;
  std::vector<Panel> panels;
  std::vector<std::pair<double, std::string>> gaps =
      {};  ///< x with a vertical rule through all panels, and its tooltip
};

Markup render(const Plot& plot);

/// One entry of a legend: a mark, a line or band by its style, or the diamond of a rival in a forest.
struct LegendEntry {
  enum class Swatch { mark, line, band, rival_mark } swatch = Swatch::mark;
  Mark mark = Mark::dot;
  std::string style;
  std::string text;
};

/// A legend as a list under the figure, which wraps and prints.
Markup legend(const std::vector<LegendEntry>& entries);

/// One row of a forest plot: a measured value with its interval, drawn in units of its own tolerance, so that different
/// quantities share an axis.
struct ForestRow {
  std::string label, value;  ///< left of and right of the drawing
  Band band;                 ///< of the prediction
  double at = 0, low = 0, high = 0;
  Mark mark = Mark::dot;
  std::vector<double> rivals;  ///< where the rivals' predictions lie
  std::string tooltip;
};

/// Intervals above each other over their bands.
Markup forest(const std::string& id, const std::string& title, const std::string& description,
              const std::vector<ForestRow>& rows);

/// A strip the height of a line of text, for lists: one mark per comparison, in units of its tolerance, over the band
/// [-1, 1]; marks that would cover each other stand one above the other. Intervals and rivals are left out.
Markup strip(const std::string& title, const std::vector<ForestRow>& rows);

/// The same with a thin line for each of many values, for the replicates of one comparison.
Markup spread(const std::string& title, const Band& band, const std::vector<double>& values);

/// A bar of parts, for a table cell: each part is a style and a count; a bar of `full` is as wide as the cell allows.
Markup bar(const std::string& title, const std::vector<std::pair<std::string, std::int64_t>>& parts, std::int64_t full);

}  // namespace lmw::reports
