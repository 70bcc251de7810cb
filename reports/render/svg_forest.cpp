#include "number.h"
#include "svg_marks.h"
#include "svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lmw::reports {
namespace {

constexpr double row_height = 26, forest_width = 720, forest_top = 22, forest_bottom = 40;

/// The drawn range in tolerances: 2, or a little more if that shows everything, never past 4.
double reach(const std::vector<ForestRow>& rows) {
  double largest = 0;
  for (const ForestRow& row : rows)
    for (const double v : {row.at, row.low, row.high})
      if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  return std::clamp(largest * 1.1, 2.0, 4.0);
}

void draw_row(Html& out, const ForestRow& row, const Scale& scale, double y) {
  const double left = scale.from, right = scale.to;
  const auto place = [&](double v) { return std::clamp(scale(v), left, right); };
  out.open("g", {{"class", "point"}}).element("title", row.tooltip);
  for (const double rival : row.rivals) {
    if (std::isnan(rival)) continue;
    const double x = place(rival);
    out.empty("path", {{"d", "M" + coordinate(x) + " " + coordinate(y - 5) + "l4 5l-4 5l-4 -5z"}, {"class", "rival-mark"}});
  }
  if (!std::isnan(row.at)) {
    if (row.high > row.low) svg::line(out, place(row.low), y, place(row.high), y, "error-bar");
    const double x = scale(row.at);
    if (x < left || x > right)
      svg::draw_side_arrow(out, row.mark, std::clamp(x, left, right), y, x < left);
    else
      svg::draw_mark(out, row.mark, x, y);
  }
  out.close();
}

}  // namespace

Markup forest(const std::string& id, const std::string& title, const std::string& description,
              const std::vector<ForestRow>& rows) {
  double label_room = 0, value_room = 0;
  for (const ForestRow& row : rows) {
    label_room = std::max(label_room, svg::text_width(row.label));
    value_room = std::max(value_room, svg::text_width(row.value));
  }
  label_room = std::min(label_room, 250.0);
  value_room = std::min(value_room, 190.0);
  const double bottom = forest_top + row_height * static_cast<double>(rows.size());
  Scale scale{.log = false, .lo = -reach(rows), .hi = reach(rows)};
  scale.from = label_room + 16;
  scale.to = forest_width - value_room - 16;

  Html out;
  svg::open_figure(out, id, forest_width, bottom + forest_bottom, title, description, "plot");
  svg::rectangle(out, scale(-1), forest_top, scale(1) - scale(-1), bottom - forest_top, "band");
  out.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(scale, 6)) {
    svg::line(out, scale(tick.value), bottom, scale(tick.value), bottom + 5, "tick");
    svg::text(out, scale(tick.value), bottom + 18, tick.label, "middle", "tick-label");
  }
  svg::line(out, scale.from, bottom, scale.to, bottom, "axis-line");
  svg::text(out, (scale.from + scale.to) / 2, bottom + 34, "(measured − predicted) / tolerance", "middle", "axis-label");
  out.close();
  svg::line(out, scale(0), forest_top, scale(0), bottom, "line prediction");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = forest_top + row_height * (static_cast<double>(i) + 0.5);
    svg::text(out, label_room, y + 4, svg::fitted(rows[i].label, label_room), "end", "row-label");
    draw_row(out, rows[i], scale, y);
    svg::text(out, forest_width, y + 4, svg::fitted(rows[i].value, value_room), "end", "row-value");
  }
  out.close();
  return out.take();
}

Markup strip(const std::string& title, const std::vector<ForestRow>& rows) {
  Scale scale{.log = false, .lo = -2.5, .hi = 2.5, .from = 8, .to = 152};
  Html out;
  out.open("svg", {{"class", "strip"}, {"viewBox", "0 0 160 20"}, {"width", "160"}, {"height", "20"}, {"role", "img"},
                   {"aria-label", title}});
  out.element("title", title);
  svg::rectangle(out, scale(-1), 2, scale(1) - scale(-1), 16, "band");
  svg::line(out, scale(0), 2, scale(0), 18, "line prediction");
  for (const ForestRow& row : rows) draw_row(out, row, scale, 10);
  out.close();
  return out.take();
}

Markup bar(const std::string& title, const std::vector<std::pair<std::string, long>>& parts) {
  constexpr double width = 160;
  long total = 0;
  for (const auto& part : parts) total += part.second;
  Html out;
  out.open("svg", {{"class", "bar"}, {"viewBox", "0 0 160 12"}, {"width", "160"}, {"height", "12"}, {"role", "img"},
                   {"aria-label", title}});
  out.element("title", title);
  long before = 0;
  for (const auto& [style, n] : parts) {
    if (n > 0)
      svg::rectangle(out, width * static_cast<double>(before) / static_cast<double>(total), 0,
                     std::max(1.0, width * static_cast<double>(n) / static_cast<double>(total) - 1), 12, style);
    before += n;
  }
  out.close();
  return out.take();
}

}  // namespace lmw::reports
