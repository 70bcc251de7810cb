#pragma once

#include "html.h"
#include "svg_plot.h"

#include <string>
#include <string_view>

/// Pieces that all figures share.
namespace lmw::reports::svg {

/// One mark centred at a pixel.
void draw_mark(Html& out, Mark mark, double x, double y);
/// The arrow that stands at a panel's edge for a mark beyond it; `down` is the side.
void draw_arrow(Html& out, Mark mark, double x, double y, bool down);
/// The same towards the left or right edge of a forest.
void draw_side_arrow(Html& out, Mark mark, double x, double y, bool left);

/// The diamond that marks where a rival's prediction lies.
void draw_rival(Html& out, double x, double y);

void line(Html& out, double x1, double y1, double x2, double y2, std::string_view style);
void rectangle(Html& out, double x, double y, double width, double height, std::string_view style);
/// anchor: start, middle or end.
void text(Html& out, double x, double y, std::string_view text, std::string_view anchor, std::string_view style);

/// About how wide a text is in pixels at the figures' 12 px: enough to reserve room, on any machine's fonts.
double text_width(std::string_view text);
/// The text, cut to fit `width` pixels with an ellipsis.
std::string fitted(std::string_view text, double width);

/// <svg> with role, title and description. Close it with out.close().
void open_figure(Html& out, std::string_view id, double width, double height, std::string_view title,
                 std::string_view description, std::string_view style);

}  // namespace lmw::reports::svg
