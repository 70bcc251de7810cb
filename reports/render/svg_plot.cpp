#include "svg_plot.h"

#include "number.h"
#include "svg_marks.h"

#include <algorithm>
#include <cmath>

namespace lmw::reports {
namespace {

constexpr double top_margin = 26, panel_gap = 34, bottom_margin = 44, right_margin = 14, label_height = 14;
constexpr double far = 1e5;  // pixels; keeps coordinates of values far outside the panel readable and finite

struct Box {
  double left, right, top, bottom;
};

double pixel(const Scale& scale, double value) { return std::clamp(scale(value), -far, far); }

bool drawable(const Scale& scale, double value) { return std::isfinite(value) && (!scale.log || value > 0); }

std::vector<Tick> axis_ticks(const Axis& axis, int wanted, double gap) {
  return axis.ticks_at.empty() ? ticks(axis.scale, wanted) : ticks_at(axis.scale, axis.ticks_at, gap);
}

int wanted_ticks(double height) { return std::max(2, static_cast<int>(height / 52)); }

/// Room for the widest tick label of any panel.
double left_margin(const Plot& plot) {
  double widest = 0;
  for (const Panel& panel : plot.panels)
    for (const Tick& tick : ticks(panel.y.scale, wanted_ticks(panel.height)))
      widest = std::max(widest, svg::text_width(tick.label));
  return widest + 18;
}

double label_margin(const Plot& plot) {
  double widest = 0;
  for (const Panel& panel : plot.panels)
    for (const PlotLine& line : panel.lines)
      if (!line.label.empty()) widest = std::max(widest, svg::text_width(line.label + " ↑"));
  return widest == 0 ? right_margin : std::min(widest, plot.width * 0.24) + right_margin + 6;
}

std::string path_of(const std::vector<double>& x, const std::vector<double>& y, const Scale& sx, const Scale& sy) {
  std::string d;
  bool pen_down = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!drawable(sx, x[i]) || !std::isfinite(y[i])) {
      pen_down = false;
      continue;
    }
    d += (pen_down ? "L" : "M") + coordinate(pixel(sx, x[i])) + " " + coordinate(pixel(sy, y[i]));
    pen_down = true;
  }
  return d;
}

/// Each unbroken stretch of a band is one closed outline; a single x becomes a bar of a few pixels.
std::string band_path(const PlotBand& band, const Scale& sx, const Scale& sy) {
  const auto whole = [&](std::size_t i) {
    return drawable(sx, band.x[i]) && std::isfinite(band.low[i]) && std::isfinite(band.high[i]);
  };
  const auto corner = [&](double x, double y) { return coordinate(x) + " " + coordinate(pixel(sy, y)); };
  std::string d;
  for (std::size_t begin = 0; begin < band.x.size();) {
    if (!whole(begin)) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < band.x.size() && whole(end)) ++end;
    const double half = end - begin == 1 ? 6 : 0;
    for (std::size_t i = begin; i < end; ++i)
      d += (i == begin ? "M" : "L") + corner(pixel(sx, band.x[i]) - (i == begin ? half : 0), band.high[i]);
    if (half > 0) d += "L" + corner(pixel(sx, band.x[begin]) + half, band.high[begin]);
    if (half > 0) d += "L" + corner(pixel(sx, band.x[begin]) + half, band.low[begin]);
    for (std::size_t i = end; i-- > begin;)
      d += "L" + corner(pixel(sx, band.x[i]) - (i == begin ? half : 0), band.low[i]);
    d += "z";
    begin = end;
  }
  return d;
}

void draw_axes(Html& out, const Axis& x, const Panel& panel, const Box& box, bool last) {
  out.open("g", {{"class", "axis"}});
  for (const Tick& tick : axis_ticks(panel.y, wanted_ticks(panel.height), 16)) {
    const double y = panel.y.scale(tick.value);
    if (tick.label.empty()) {
      svg::line(out, box.left - 3, y, box.left, y, "tick");
      continue;
    }
    svg::line(out, box.left, y, box.right, y, "grid");
    svg::text(out, box.left - 8, y + 4, tick.label, "end", "tick-label");
  }
  for (const Tick& tick : axis_ticks(x, std::max(2, static_cast<int>((box.right - box.left) / 56)), 34)) {
    const double px = x.scale(tick.value);
    svg::line(out, px, box.bottom, px, box.bottom + (tick.label.empty() ? 3 : 5), "tick");
    if (last && !tick.label.empty()) svg::text(out, px, box.bottom + 18, tick.label, "middle", "tick-label");
  }
  svg::line(out, box.left, box.bottom, box.right, box.bottom, "axis-line");
  svg::text(out, 0, box.top - 10, panel.y.label, "start", "axis-label");
  out.close();
}

void draw_point(Html& out, const PlotPoint& point, const Scale& sx, const Scale& sy, const Box& box) {
  if (!drawable(sx, point.x) || std::isnan(point.y)) return;
  const double x = pixel(sx, point.x), y = pixel(sy, point.y);
  out.open("g", {{"class", "point"}}).element("title", point.tooltip);
  if (!std::isnan(point.low) && !std::isnan(point.high)) {
    const double top = std::clamp(pixel(sy, point.high), box.top, box.bottom);
    const double bottom = std::clamp(pixel(sy, point.low), box.top, box.bottom);
    if (bottom > top) svg::line(out, x, top, x, bottom, "error-bar");
  }
  const bool above = y<box.top - 0.5, below = y> box.bottom + 0.5;
  if (above || below)
    svg::draw_arrow(out, point.mark, x, above ? box.top : box.bottom, below);
  else
    svg::draw_mark(out, point.mark, x, y);
  out.empty(
      "circle",
      {{"cx", coordinate(x)}, {"cy", coordinate(std::clamp(y, box.top, box.bottom))}, {"r", "10"}, {"class", "hit"}});
  out.close();
}

struct Label {
  double y = 0;
  std::string text, style;
};

/// A line that leaves the panel before its end says so.
std::string_view direction(double y, const Box& box) { return y < box.top ? " ↑" : y > box.bottom ? " ↓" : ""; }

/// Names at the lines' right ends, pushed apart where lines end close together.
void draw_labels(Html& out, const Panel& panel, const Scale& sx, const Box& box, double room) {
  std::vector<Label> labels;
  for (const PlotLine& line : panel.lines) {
    if (line.label.empty()) continue;
    for (std::size_t i = line.x.size(); i-- > 0;) {
      if (!drawable(sx, line.x[i]) || !std::isfinite(line.y[i])) continue;
      const double y = pixel(panel.y.scale, line.y[i]);
      labels.push_back(
          {std::clamp(y, box.top + 4, box.bottom - 4), line.label + std::string(direction(y, box)), line.style});
      break;
    }
  }
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < labels.size(); ++i) labels[i].y = std::max(labels[i].y, labels[i - 1].y + label_height);
  double floor = box.bottom;
  for (std::size_t i = labels.size(); i-- > 0; floor = labels[i].y - label_height)
    labels[i].y = std::min(labels[i].y, floor);
  for (const Label& label : labels)
    svg::text(out, box.right + 8, label.y + 4, svg::fitted(label.text, room), "start", "line-label " + label.style);
}

void draw_panel(Html& out, const Plot& plot, const Scale& sx, Panel panel, const Box& box, std::size_t index) {
  panel.y.scale.from = box.bottom;
  panel.y.scale.to = box.top;
  Axis x = plot.x;
  x.scale = sx;
  draw_axes(out, x, panel, box, index + 1 == plot.panels.size());

  const std::string clip = plot.id + "-clip-" + std::to_string(index);
  out.open("clipPath", {{"id", clip}});
  svg::rectangle(out, box.left, box.top, box.right - box.left, box.bottom - box.top, "");
  out.close().open("g", {{"clip-path", "url(#" + clip + ")"}});
  for (const PlotBand& band : panel.bands)
    out.empty("path", {{"d", band_path(band, sx, panel.y.scale)}, {"class", band.style}});
  for (const PlotLine& line : panel.lines)
    out.empty("path", {{"d", path_of(line.x, line.y, sx, panel.y.scale)}, {"class", "line " + line.style}});
  for (const auto& [at, tooltip] : plot.gaps) {
    if (!drawable(sx, at)) continue;
    out.open("g").element("title", tooltip);
    svg::line(out, sx(at), box.top, sx(at), box.bottom, "gap");
    out.close();
  }
  out.close();
  for (const PlotPoint& point : panel.points) draw_point(out, point, sx, panel.y.scale, box);
  draw_labels(out, panel, sx, box, plot.width - box.right - right_margin);
}

}  // namespace

Markup render(const Plot& plot) {
  double height = top_margin + bottom_margin;
  for (std::size_t i = 0; i < plot.panels.size(); ++i) height += plot.panels[i].height + (i > 0 ? panel_gap : 0);
  Html out;
  svg::open_figure(out, plot.id, plot.width, height, plot.title, plot.description, "plot");
  Box box{.left = left_margin(plot), .right = plot.width - label_margin(plot), .top = top_margin, .bottom = 0};
  Scale sx = plot.x.scale;
  sx.from = box.left + 8;
  sx.to = box.right - 8;
  for (std::size_t i = 0; i < plot.panels.size(); ++i) {
    box.bottom = box.top + plot.panels[i].height;
    draw_panel(out, plot, sx, plot.panels[i], box, i);
    box.top = box.bottom + panel_gap;
  }
  svg::text(out, (box.left + box.right) / 2, height - 6, plot.x.label, "middle", "axis-label");
  out.close();
  return out.take();
}

Markup legend(const std::vector<LegendEntry>& entries) {
  Html out;
  out.open("ul", {{"class", "legend"}});
  for (const LegendEntry& entry : entries) {
    out.open("li").open("svg", {{"viewBox", "0 0 22 14"}, {"width", "22"}, {"height", "14"}, {"aria-hidden", "true"}});
    switch (entry.swatch) {
      case LegendEntry::Swatch::mark:
        if (entry.mark != Mark::half && entry.mark != Mark::cross) svg::line(out, 11, 0, 11, 14, "error-bar");
        svg::draw_mark(out, entry.mark, 11, 7);
        break;
      case LegendEntry::Swatch::line: out.empty("path", {{"d", "M0 7H22"}, {"class", "line " + entry.style}}); break;
      case LegendEntry::Swatch::rival_mark: svg::draw_rival(out, 11, 7); break;
      case LegendEntry::Swatch::band: svg::rectangle(out, 0, 1, 22, 12, entry.style); break;
    }
    out.close().text(entry.text).close();
  }
  out.close();
  return out.take();
}

}  // namespace lmw::reports
