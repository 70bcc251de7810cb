#include "number.h"
#include "svg_marks.h"
#include "svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace lmw::reports {
namespace {

constexpr double row_height = 26, forest_width = 720, forest_top = 22, forest_bottom = 40, longest_label = 300;

/// The drawn range in tolerances: 2, or a little more if that shows everything, never past 4.
double reach(const std::vector<ForestRow>& rows) {
  double largest = 0;
  for (const ForestRow& row : rows)
    for (const double v : {row.at, row.low, row.high})
      if (std::isfinite(row.band.scaled(v))) largest = std::max(largest, std::abs(row.band.scaled(v)));
  return std::clamp(largest * 1.1, 2.0, 4.0);
}

/// A mark at `x` tolerances from the prediction, or an arrow at the edge.
void draw_at(Html& out, Mark mark, const Scale& scale, double x, double y) {
  const double pixel = scale(x);
  if (pixel < scale.from || pixel > scale.to)
    svg::draw_side_arrow(out, mark, std::clamp(pixel, scale.from, scale.to), y, pixel < scale.from);
  else
    svg::draw_mark(out, mark, pixel, y);
}

void draw_row(Html& out, const ForestRow& row, const Scale& scale, double y) {
  const auto place = [&](double tolerances) { return std::clamp(scale(tolerances), scale.from, scale.to); };
  const double left = place(row.band.low), right = place(row.band.high);
  svg::rectangle(out, left, y - row_height / 2, right - left, row_height, "band");
  svg::line(out, scale(0), y - row_height / 2, scale(0), y + row_height / 2, "line prediction");
  out.open("g", {{"class", "point"}}).element("title", row.tooltip);
  for (const double rival : row.rivals)
    if (const double x = row.band.scaled(rival); !std::isnan(x)) svg::draw_rival(out, place(x), y);
  const double low = row.band.scaled(row.low), high = row.band.scaled(row.high), at = row.band.scaled(row.at);
  if (high > low) svg::line(out, place(low), y, place(high), y, "error-bar");
  if (!std::isnan(at)) draw_at(out, row.mark, scale, at, y);
  out.close();
}

/// Where a value stands in a strip, whose band is [-1, 1] for all: a band with one edge is moved so that its edge meets
/// the strip's, and what is well inside it stays inside.
double in_strip(const Band& band, double value) {
  const double x = band.scaled(value);
  if (std::isinf(band.high)) return std::min(x - band.low - 1, 1.0);
  if (std::isinf(band.low)) return std::max(x - band.high + 1, -1.0);
  return x;
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
  double label_room = 0, value_room = svg::text_width("measured / predicted");
  for (const ForestRow& row : rows) {
    label_room = std::max(label_room, svg::text_width(row.label));
    value_room = std::max(value_room, svg::text_width(row.value));
  }
  value_room = std::min(value_room, 200.0);
  const bool above = label_room > longest_label;  // then each label gets a line of its own
  if (above) label_room = 0;
  const double pitch = row_height + (above ? 18 : 0);
  const double bottom = forest_top + pitch * static_cast<double>(rows.size());
  Scale scale{.log = false, .lo = -reach(rows), .hi = reach(rows)};
  scale.from = label_room + 16;
  scale.to = forest_width - value_room - 16;

  Html out;
  svg::open_figure(out, id, forest_width, bottom + forest_bottom, title, description, "plot");
  svg::text(out, forest_width, forest_top - 8, "measured / predicted", "end", "row-value");
  out.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(scale, 6)) {
    svg::line(out, scale(tick.value), bottom, scale(tick.value), bottom + 5, "tick");
    svg::text(out, scale(tick.value), bottom + 18, tick.label, "middle", "tick-label");
  }
  svg::line(out, scale.from, bottom, scale.to, bottom, "axis-line");
  svg::text(out, (scale.from + scale.to) / 2, bottom + 34, "(measured − predicted) / tolerance", "middle",
            "axis-label");
  out.close();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = forest_top + pitch * static_cast<double>(i + 1) - row_height / 2;
    if (above)
      svg::text(out, 0, y - row_height / 2 - 4, svg::fitted(rows[i].label, forest_width), "start", "row-label");
    else
      svg::text(out, label_room, y + 4, rows[i].label, "end", "row-label");
    draw_row(out, rows[i], scale, y);
    svg::text(out, forest_width, y + 4, svg::fitted(rows[i].value, value_room), "end", "row-value");
  }
  out.close();
  return out.take();
}

Markup strip(const std::string& title, const std::vector<ForestRow>& rows) {
  Html out;
  const Scale scale = open_strip(out, title);
  std::vector<std::pair<double, const ForestRow*>> sorted;
  for (const ForestRow& row : rows)
    if (const double x = in_strip(row.band, row.at); !std::isnan(x)) sorted.emplace_back(x, &row);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr std::array<double, 3> levels = {12, 5, 19};
  std::array<double, 3> taken = {-100, -100, -100};  // how far to the right each level is covered
  for (const auto& [x, row] : sorted) {
    const double pixel = std::clamp(scale(x), scale.from, scale.to);
    std::size_t level = 0;
    while (level + 1 < levels.size() && pixel - taken[level] < 7) ++level;
    taken[level] = pixel;
    out.open("g", {{"class", "point"}}).element("title", row->tooltip);
    draw_at(out, row->mark, scale, x, levels[level]);
    out.close();
  }
  out.close();
  return out.take();
}

Markup spread(const std::string& title, const Band& band, const std::vector<double>& values) {
  Html out;
  const Scale scale = open_strip(out, title);
  for (const double value : values) {
    const double x = std::clamp(scale(in_strip(band, value)), scale.from, scale.to);
    if (!std::isnan(x)) svg::line(out, x, 5, x, 19, "seed");
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
