#include "layout.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lmw::reports;

namespace {

/// Points from JSON, numbered from 1.
std::vector<Placed> points(const std::vector<std::string>& json) {
  std::vector<Placed> out;
  for (const std::string& text : json) out.push_back({static_cast<std::int64_t>(out.size() + 1), parse_point(text)});
  return out;
}

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_SUITE("reports/layout") {
  TEST_CASE("points that differ in one number make one panel, in the order of that number") {
    const Layout l = lay_out(points({R"({"n":50,"w":3})", R"({"n":10,"w":3})", R"({"n":9,"w":3})"}), "n");
    CHECK(l.axis == "n");
    REQUIRE(l.panels.size() == 1);
    CHECK(l.panels[0].points == Ids{3, 2, 1});
    CHECK(l.panels[0].setting.empty());
    CHECK(l.alone.empty());
  }

  TEST_CASE("another parameter makes small multiples, ordered as numbers, and single settings stand alone") {
    const Layout l = lay_out(
        points({R"({"n":1,"d":10})", R"({"n":2,"d":10})", R"({"n":1,"d":9})", R"({"n":2,"d":9})", R"({"n":2,"d":1})"}),
        "n");
    REQUIRE(l.panels.size() == 2);
    CHECK(l.panels[0].setting == "d = 9");
    CHECK(l.panels[1].setting == "d = 10");
    CHECK(l.alone == Ids{5});
  }

  TEST_CASE("a parameter that grows with the axis is no second dimension") {
    const Layout l = lay_out(points({R"({"n":1,"steps":10})", R"({"n":2,"steps":20})", R"({"n":4,"steps":40})"}), "n");
    CHECK(l.along == std::vector<std::string>{"steps"});
    REQUIRE(l.panels.size() == 1);
    CHECK(l.panels[0].points.size() == 3);
  }

  TEST_CASE("without a declared axis the number with the most values is taken") {
    const Layout l =
        lay_out(points({R"({"a":1,"b":1})", R"({"a":1,"b":2})", R"({"a":1,"b":3})", R"({"a":2,"b":1})"}), "");
    CHECK(l.axis == "b");
    CHECK(l.panels.size() == 1);
    CHECK(l.alone == Ids{4});
  }

  TEST_CASE("texts and single points make a list") {
    const Layout texts = lay_out(points({R"({"act":"relu"})", R"({"act":"erf"})"}), "act");
    CHECK(texts.axis.empty());
    CHECK(texts.alone == Ids{1, 2});
    CHECK(lay_out(points({R"({"n":3})"}), "n").alone == Ids{1});
    CHECK(lay_out({}, "n").panels.empty());
  }

  TEST_CASE("a point is an object, and its parameters keep their text") {
    CHECK_THROWS_AS(parse_point("[1]"), std::runtime_error);
    const Point p = parse_point(R"({"a":0.1,"b":"x","c":true,"d":12})");
    CHECK(find(p, "a")->text == "0.1");
    CHECK(find(p, "b")->text == "x");
    CHECK(find(p, "c")->text == "true");
    CHECK(find(p, "d")->value == 12);
    CHECK(find(p, "e") == nullptr);
  }
}
