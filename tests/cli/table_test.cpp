#include "cli/table.h"

#include "cli/text.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <locale>
#include <sstream>
#include <string>

using namespace lmw::cli;

namespace {

std::string written(const Table& table, Format format, std::size_t width = 0, bool color = false) {
  std::ostringstream out;
  table.write(out, format, {.color = color, .width = width});
  return out.str();
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

Table prose() {
  Table table({{.name = "law"}, {.name = "claim", .fit = Fit::cut}, {.name = "points"}});
  table.add({"solvable/ridgeless-double-descent",
             "minimum-norm least squares: excess risk peaks at n_features = n_samples and falls on both sides", 14});
  table.add({"limits/short", "short", 3});
  return table;
}

}  // namespace

TEST_SUITE("cli/table") {
  TEST_CASE("text stands to the left, numbers to the right, and no line ends in spaces") {
    Table table({{.name = "law"}, {.name = "n_points"}, {.name = "verdict"}});
    table.add({"a", 5, "confirmed"});
    table.add({"bbbb", 1200, ""});
    CHECK(written(table, Format::table) ==
          "law   n points  verdict\n"
          "a            5  confirmed\n"
          "bbbb      1200\n");
  }

  TEST_CASE("a table fits the terminal, and nothing is cut where there is none") {
    for (const std::size_t width : {60, 80, 200}) CHECK(widest_line(written(prose(), Format::table, width)) <= width);
    CHECK(written(prose(), Format::table, 80).find("…") != std::string::npos);
    CHECK(written(prose(), Format::table, 0).find("falls on both sides") != std::string::npos);
    CHECK(written(prose(), Format::table, 200) == written(prose(), Format::table, 0));
  }

  TEST_CASE("a wrapped column keeps every word") {
    Table table({{.name = "id"}, {.name = "sentence", .fit = Fit::wrap}});
    table.add({7, "one two three four five six seven eight nine ten"});
    const std::string text = written(table, Format::table, 20);
    CHECK(widest_line(text) <= 20);
    CHECK(text ==
          "id  sentence\n"
          " 7  one two three\n"
          "    four five six\n"
          "    seven eight nine\n"
          "    ten\n");
  }

  TEST_CASE("a row that does not fit becomes a list of names and values") {
    Table table({{.name = "a_long_name"}, {.name = "another_name"}});
    table.add({"0123456789012345678901234567890", "x"});
    const std::string text = written(table, Format::table, 30);
    CHECK(widest_line(text) <= 30);
    CHECK(text.find("another n…") != std::string::npos);
  }

  TEST_CASE("rows are grouped under a heading") {
    Table table({{.name = "pillar", .heading = true}, {.name = "law"}});
    table.add({"limits", "limits/a"});
    table.add({"limits", "limits/b"});
    table.add({"solvable", "solvable/c"});
    CHECK(written(table, Format::table) == "law\nlimits\nlimits/a\nlimits/b\n\nsolvable\nsolvable/c\n");
    CHECK(nlohmann::json::parse(written(table, Format::json))[2]["pillar"] == "solvable");
  }

  TEST_CASE("JSON parses, and numbers read back exactly") {
    Table table({{.name = "x"}, {.name = "n"}, {.name = "text"}, {.name = "none"}, {.name = "point", .json = true}});
    const double third = 1.0 / 3;
    table.add({third, std::int64_t{1} << 62, "a \"quoted\"\nline", Cell(), R"({"n":1})"});
    table.add({std::numeric_limits<double>::infinity(), 0, "", Cell(), R"({"n":2})"});
    const auto json = nlohmann::json::parse(written(table, Format::json));
    CHECK(json.size() == 2);
    CHECK(json[0]["x"].get<double>() == third);
    CHECK(json[0]["n"].get<std::int64_t>() == std::int64_t{1} << 62);
    CHECK(json[0]["text"] == "a \"quoted\"\nline");
    CHECK(json[0]["none"].is_null());
    CHECK(json[0]["point"]["n"] == 1);
    CHECK(json[1]["x"] == "inf");
    CHECK(nlohmann::json::parse(written(Table({{.name = "x"}}), Format::json)).empty());
  }

  TEST_CASE("CSV quotes text, leaves numbers bare, and disarms formulas") {
    Table table({{.name = "text"}, {.name = "x"}});
    table.add({"say \"hi\", twice", 0.1});
    table.add({"=1+1", -2});
    table.add({Cell(), Cell()});
    CHECK(written(table, Format::csv) == "\"text\",\"x\"\r\n\"say \"\"hi\"\", twice\",0.1\r\n\"'=1+1\",-2\r\n,\r\n");
  }

  TEST_CASE("a name from a plugin cannot steer the terminal") {
    Table table({{.name = "claim"}});
    table.add({"red \x1b[31m and a\nbreak and \xff a byte"});
    CHECK(written(table, Format::table) == "claim\nred \xEF\xBF\xBD[31m and a break and \xEF\xBF\xBD a byte\n");
  }

  TEST_CASE("colour changes what a line looks like, never where its columns stand") {
    Table table({{.name = "verdict"}, {.name = "law"}});
    table.add({Cell("confirmed", Tone::good), "a"});
    CHECK(written(table, Format::table, 0, true) ==
          "\x1b[2mverdict\x1b[0m    \x1b[2mlaw\x1b[0m\n\x1b[32mconfirmed\x1b[0m  a\n");
  }

  TEST_CASE("a row has one cell per column") {
    Table table({{.name = "a"}, {.name = "b"}});
    CHECK_THROWS_AS(table.add({1}), std::invalid_argument);
  }

  TEST_CASE("a point reads as name=value") {
    CHECK(point_text(R"({"kernel":"gaussian","lr":0.1,"n":50})") == "kernel=gaussian lr=0.1 n=50");
  }

  TEST_CASE("the process's locale changes no number") {
    struct Comma : std::numpunct<char> {
      char do_decimal_point() const override { return ','; }
      char do_thousands_sep() const override { return '.'; }
      std::string do_grouping() const override { return "\3"; }
    };
    Table table({{.name = "x"}, {.name = "n"}});
    table.add({0.5, std::int64_t{1234567}});
    const auto all = [&] {
      return written(table, Format::table) + written(table, Format::json) + written(table, Format::csv);
    };
    const std::string plain = all();
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    std::ostringstream control;
    control << 1234567 << ' ' << 0.5;
    const std::string under_comma = all();
    std::locale::global(before);
    CHECK(control.str() == "1.234.567 0,5");  // the locale has an effect
    CHECK(under_comma == plain);
  }
}
