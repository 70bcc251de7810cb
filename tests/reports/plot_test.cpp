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
  Sample s;
  s.x = x;
  s.band = band_of("K1", predicted, std::nan(""), tolerance);
  s.measured = measured;
  s.ci_low = measured - 0.01;
  s.ci_high = measured + 0.01;
  s.rivals = {{"other", 2 * predicted}};
  return s;
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

  TEST_CASE("the edge of the band of a number is one tolerance away") {
    const Band band = band_of("K1", 2, std::nan(""), 0.5);
    CHECK(band.scaled(2.5) == 1);
    CHECK(band.holds(1.5));
    CHECK_FALSE(band.holds(1.49));
    const Band exact = band_of("K1", 2, std::nan(""), 0);
    CHECK(exact.scaled(2) == 0);
    CHECK(std::isnan(exact.scaled(2.1)));
  }

  TEST_CASE("an interval is widened by the tolerance, and may have one end") {
    const double inf = std::numeric_limits<double>::infinity();
    const Band both = band_of("K3", 2, 3, 0.5);  // [2, 3] widened by 0.5 is 2.5 +- 1
    CHECK(both.centre == 2.5);
    CHECK(both.scaled(3.5) == 1);
    const Band below = band_of("K3", -inf, 3, 0.5);
    CHECK(below.holds(-1e9));
    CHECK(below.upper() == 3.5);
    CHECK(below.scaled(3.5) == 1);
    CHECK(band_of("K3", 2, inf, 0.5).lower() == 1.5);
  }

  TEST_CASE("an order holds beyond its margin, an accuracy down to its tolerance") {
    const Band order = band_of("K6", 0, std::nan(""), 0.2);
    CHECK(order.holds(0.3));
    CHECK_FALSE(order.holds(0.1));
    const Band accuracy = band_of("K10", 1, std::nan(""), 0.1);
    CHECK(accuracy.holds(0.95));
    CHECK_FALSE(accuracy.holds(0.85));
    Sample s = sample(1, 0, 0.2, 0.5);
    s.band = order;
    s.verdict = "confirmed";
    CHECK(s.tooltip() == "measured 0.5, predicted at least 0.2; confirmed");
    FigurePanel panel{.id = "f", .setting = "", .observable = "gain", .x_name = "n", .samples = {s, s}};
    panel.samples[1].x = 2;
    const std::string svg = render(figure_plot(panel, {}, false)).html;
    CHECK(fault_in(svg) == "");
    CHECK(svg.find("inf") == std::string::npos);
  }

  TEST_CASE("strips, forests and bars are whole, also when empty") {
    CHECK(fault_in(strip("s", {}).html) == "");
    CHECK(fault_in(spread("s", Band{}, {0, 1, std::nan(""), 1e9}).html) == "");
    CHECK(fault_in(bar("b", {}, 0).html) == "");
    CHECK(fault_in(forest("f", "t", "d",
                          {{.label = "a",
                            .value = "1",
                            .band = band_of("K6", 0, std::nan(""), 0.1),
                            .at = 9,
                            .low = -1,
                            .high = 99,
                            .rivals = {std::nan(""), -50}}})
                       .html) == "");
    CHECK(fault_in(forest("f", "t", "d", {}).html) == "");
  }

  TEST_CASE("the same plot has the same bytes") {
    CHECK(render(one_panel({{.x = 1, .y = 0.3}})).html == render(one_panel({{.x = 1, .y = 0.3}})).html);
  }
}
