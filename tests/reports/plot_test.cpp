#include "figure_panel.h"
#include "svg_plot.h"

#include "support.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace lmw::reports;
using lmw::testing::all_between;
using lmw::testing::fault_in;

namespace {

Plot one_panel(std::vector<PlotPoint> points) {
  Plot plot{.id = "p",
            .title = "t",
            .description = "d",
            .width = 400,
            .x = {.label = "x", .scale = {.lo = 0, .hi = 10}, .ticks_at = {}},
            .panels = {}};
  plot.panels.push_back({.y = {.label = "y", .scale = {.lo = 0, .hi = 1}, .ticks_at = {}},
                         .height = 100,
                         .bands = {},
                         .lines = {},
                         .points = std::move(points)});
  return plot;
}

Sample sample(double x, double predicted, double tolerance, double measured) {
  return {.point_id = 1,
          .x = x,
          .predicted = predicted,
          .upper = std::nan(""),
          .tolerance = tolerance,
          .measured = measured,
          .ci_low = measured - 0.01,
          .ci_high = measured + 0.01,
          .mark = Mark::dot,
          .label = "",
          .verdict = "",
          .rivals = {{"other", 2 * predicted}}};
}

}  // namespace

TEST_SUITE("reports/plot") {
  TEST_CASE("a point inside is a mark at its place, a point beyond an arrow at the edge") {
    const std::string inside = render(one_panel({{.x = 5, .y = 0.5}})).html;
    CHECK(inside.find("cy=\"76\" r=\"4\" class=\"mark mark-in\"") != std::string::npos);  // halfway between 26 and 126
    CHECK(inside.find("arrow") == std::string::npos);
    CHECK(render(one_panel({{.x = 5, .y = 7}})).html.find("class=\"mark mark-in arrow\"") != std::string::npos);
  }

  TEST_CASE("what cannot be drawn is left out, and nothing that is drawn is not a number") {
    const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
    Plot plot = one_panel(
        {{.x = nan, .y = 1}, {.x = 1, .y = nan}, {.x = 2, .y = inf}, {.x = 3, .y = 1e300, .low = -1e300, .high = inf}});
    plot.panels[0].lines.push_back({{0, 1, 2, 3}, {0, nan, inf, 1}, "prediction", "<&>"});
    plot.panels[0].bands.push_back({{0, 1, 2}, {0, nan, 0}, {1, 1, 1}, "band"});
    const std::string svg = render(plot).html;
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
    CHECK(svg.find("&lt;&amp;&gt;") != std::string::npos);
    CHECK(fault_in(svg) == "");
  }

  TEST_CASE("a gap breaks lines and bands, and is drawn as a rule of its own") {
    FigurePanel panel{
        .id = "f",
        .setting = "",
        .observable = "risk",
        .x_name = "n",
        .samples = {sample(1, 1, 0.1, 1), sample(2, 2, 0.1, 2), sample(4, 4, 0.1, 4), sample(5, 5, 0.1, 5)},
        .abstentions = {{3, "no prediction"}}};
    const std::string svg = render(figure_plot(panel, {"other"}, false)).html;
    for (const std::string& path : all_between(svg, "<path d=\"", "\" class=\"line prediction\""))
      if (path.find('<') == std::string::npos) {
        CHECK(path.find('M', 1) != std::string::npos);  // the pen is set down twice
      }
    CHECK(svg.find("class=\"gap\"") != std::string::npos);
    CHECK(fault_in(svg) == "");
  }

  TEST_CASE("a measured value at the edge of the band is one tolerance away") {
    const Sample s = sample(1, 2, 0.5, 2.5);
    CHECK(s.scaled(s.measured) == 1);
    Sample interval = s;
    interval.upper = 3;  // [2, 3] widened by 0.5 is 2.5 +- 1
    CHECK(interval.centre() == 2.5);
    CHECK(interval.half_band() == 1);
    Sample exact = s;
    exact.tolerance = 0;
    CHECK(exact.scaled(2) == 0);
    CHECK(std::isnan(exact.scaled(2.1)));
  }

  TEST_CASE("strips, forests and bars are whole, also when empty") {
    CHECK(fault_in(strip("s", {}).html) == "");
    CHECK(fault_in(spread("s", {0, 1, std::nan(""), 1e9}).html) == "");
    CHECK(fault_in(bar("b", {}, 0).html) == "");
    CHECK(fault_in(forest("f", "t", "d",
                          {{.label = "a", .value = "1", .at = 9, .low = -1, .high = 99, .rivals = {std::nan(""), -50}}})
                       .html) == "");
    CHECK(fault_in(forest("f", "t", "d", {}).html) == "");
  }

  TEST_CASE("the same plot has the same bytes") {
    CHECK(render(one_panel({{.x = 1, .y = 0.3}})).html == render(one_panel({{.x = 1, .y = 0.3}})).html);
  }
}
