#include "svg_marks.h"

#include "number.h"

#include <algorithm>

namespace lmw::reports::svg {
namespace {

std::string_view style_of(Mark mark) {
  switch (mark) {
    case Mark::dot: return "mark mark-in";
    case Mark::cross: return "mark mark-falsified";
    case Mark::half: return "mark mark-unclear";
    case Mark::ring: return "mark mark-out";
    case Mark::crossed_ring: return "mark mark-break";
  }
  return "mark";
}

std::string cross_path(double x, double y, double r) {
  const auto at = [](double px, double py) { return coordinate(px) + " " + coordinate(py); };
  return "M" + at(x - r, y - r) + "L" + at(x + r, y + r) + "M" + at(x - r, y + r) + "L" + at(x + r, y - r);
}

void circle(Html& out, double x, double y, double r, std::string_view style) {
  out.empty("circle", {{"cx", coordinate(x)}, {"cy", coordinate(y)}, {"r", coordinate(r)}, {"class", style}});
}

bool continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

void draw_mark(Html& out, Mark mark, double x, double y) {
  const std::string_view style = style_of(mark);
  switch (mark) {
    case Mark::dot: circle(out, x, y, 4, style); break;
    case Mark::cross: out.empty("path", {{"d", cross_path(x, y, 4.5)}, {"class", style}}); break;
    case Mark::half:
      circle(out, x, y, 4, style);
      out.empty("path", {{"d", "M" + coordinate(x) + " " + coordinate(y - 4) + "a4 4 0 0 0 0 8z"}, {"class", "half"}});
      break;
    case Mark::ring: circle(out, x, y, 4, style); break;
    case Mark::crossed_ring:
      circle(out, x, y, 5, style);
      out.empty("path", {{"d", cross_path(x, y, 2.2)}, {"class", "mark-break-cross"}});
      break;
  }
}

void draw_arrow(Html& out, Mark mark, double x, double y, bool down) {
  const double tip = down ? 7 : -7;
  const std::string d = "M" + coordinate(x) + " " + coordinate(y) + "l-5 " + coordinate(-tip) + "h10z";
  out.empty("path", {{"d", d}, {"class", std::string(style_of(mark)) + " arrow"}});
}

void draw_side_arrow(Html& out, Mark mark, double x, double y, bool left) {
  const double tip = left ? 7 : -7;
  const std::string d = "M" + coordinate(x) + " " + coordinate(y) + "l" + coordinate(tip) + " -5v10z";
  out.empty("path", {{"d", d}, {"class", std::string(style_of(mark)) + " arrow"}});
}

void draw_rival(Html& out, double x, double y) {
  out.empty("path",
            {{"d", "M" + coordinate(x) + " " + coordinate(y - 5) + "l4 5l-4 5l-4 -5z"}, {"class", "rival-mark"}});
}

void line(Html& out, double x1, double y1, double x2, double y2, std::string_view style) {
  out.empty("line", {{"x1", coordinate(x1)},
                     {"y1", coordinate(y1)},
                     {"x2", coordinate(x2)},
                     {"y2", coordinate(y2)},
                     {"class", style}});
}

void rectangle(Html& out, double x, double y, double width, double height, std::string_view style) {
  out.empty("rect", {{"x", coordinate(x)},
                     {"y", coordinate(y)},
                     {"width", coordinate(width)},
                     {"height", coordinate(height)},
                     {"class", style}});
}

void text(Html& out, double x, double y, std::string_view text, std::string_view anchor, std::string_view style) {
  out.element("text", text, {{"x", coordinate(x)}, {"y", coordinate(y)}, {"text-anchor", anchor}, {"class", style}});
}

double text_width(std::string_view text) {
  return 6.7 * static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) { return !continuation(c); }));
}

std::string fitted(std::string_view text, double width) {
  if (text_width(text) <= width) return std::string(text);
  while (!text.empty() && text_width(text) + 6.7 > width) {
    while (text.size() > 1 && continuation(text.back())) text.remove_suffix(1);
    text.remove_suffix(1);  // the first byte of the last character
  }
  return std::string(text) + "…";
}

void open_figure(Html& out, std::string_view id, double width, double height, std::string_view title,
                 std::string_view description, std::string_view style) {
  const std::string name(id), box = "0 0 " + coordinate(width) + " " + coordinate(height);
  out.open("svg", {{"id", name},
                   {"class", style},
                   {"viewBox", box},
                   {"width", coordinate(width)},
                   {"height", coordinate(height)},
                   {"role", "img"},
                   {"aria-labelledby", name + "-title " + name + "-desc"}});
  out.element("title", title, {{"id", name + "-title"}}).element("desc", description, {{"id", name + "-desc"}});
}

}  // namespace lmw::reports::svg
