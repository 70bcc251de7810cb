#include "number.h"
#include "svg_marks.h"
#include "svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

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
    svg::draw_rival(out, place(rival), y);
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

/// Opens the drawing of a strip over [-2.5, 2.5], with its band.
Scale open_strip(Html& out, const std::string& title) {
  const Scale scale{.log = false, .lo = -2.5, .hi = 2.5, .from = 8, .to = 152};
  out.open("svg", {{"class", "strip"},
                   {"viewBox", "0 0 160 24"},
                   {"width", "160"},
                   {"height", "24"},
                   {"role", "img"},
                   {"aria-label", title}});
  out.element("title", title);
  svg::rectangle(out, scale(-1), 1, scale(1) - scale(-1), 22, "band");
  svg::line(out, scale.from, 12, scale.to, 12, "grid");
  svg::line(out, scale(0), 1, scale(0), 23, "line prediction");
  return scale;
}

}  // namespace

Markup forest(const std::string& id, const std::string& title, const std::string& description,
              const std::vector<ForestRow>& rows) {
  double label_room = 0, value_room = 0;
  for (const ForestRow& row : rows) {
    label_room = std::max(label_room, svg::text_width(row.label));
    value_room = std::max(value_room, svg::text_width(row.value));
  }
  label_room = std::min(label_room, 300.0);
  value_room = std::min(value_room, 160.0);
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
  svg::text(out, (scale.from + scale.to) / 2, bottom + 34, "(measured − predicted) / tolerance", "middle",
            "axis-label");
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
  Html out;
  const Scale scale = open_strip(out, title);
  std::vector<const ForestRow*> sorted;
  for (const ForestRow& row : rows)
    if (!std::isnan(row.at)) sorted.push_back(&row);
  std::stable_sort(sorted.begin(), sorted.end(), [](const ForestRow* a, const ForestRow* b) { return a->at < b->at; });
  std::array<double, 3> taken;  // by level: how far to the right it is covered
  taken.fill(-100);
  constexpr std::array<double, 3> levels = {12, 5, 19};
  for (const ForestRow* row : sorted) {
    const double x = std::clamp(scale(row->at), scale.from, scale.to);
    std::size_t level = 0;
    while (level + 1 < levels.size() && x - taken[level] < 7) ++level;
    taken[level] = x;
    ForestRow alone = *row;
    alone.low = alone.high = std::numeric_limits<double>::quiet_NaN();
    alone.rivals.clear();
    draw_row(out, alone, scale, levels[level]);
  }
  out.close();
  return out.take();
}

Markup spread(const std::string& title, const std::vector<double>& values) {
  Html out;
  const Scale scale = open_strip(out, title);
  for (const double value : values)
    if (!std::isnan(value)) {
      const double x = std::clamp(scale(value), scale.from, scale.to);
      svg::line(out, x, 5, x, 19, "seed");
    }
  out.close();
  return out.take();
}

Markup bar(const std::string& title, const std::vector<std::pair<std::string, std::int64_t>>& parts,
           std::int64_t full) {
  const double unit = 160.0 / static_cast<double>(std::max<std::int64_t>(full, 1));
  Html out;
  out.open("svg", {{"class", "bar"},
                   {"viewBox", "0 0 160 12"},
                   {"width", "160"},
                   {"height", "12"},
                   {"role", "img"},
                   {"aria-label", title}});
  out.element("title", title);
  double x = 0;
  for (const auto& [style, n] : parts) {
    const double width = unit * static_cast<double>(n);
    svg::rectangle(out, x, 0, std::max(width - 1, 0.5), 12, style);
    x += width;
  }
  out.close();
  return out.take();
}

}  // namespace lmw::reports
