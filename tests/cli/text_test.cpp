#include "cli/text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lmw::cli;

TEST_SUITE("cli/text") {
  TEST_CASE("width counts columns, not bytes") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("σ²γ") == 3);
    CHECK(display_width("x\u0302") == 1);
    CHECK(display_width("学习") == 4);
    CHECK(display_width("\xff\xfe") == 2);
  }

  TEST_CASE("cutting never splits a character") {
    CHECK(cut("σσσσ", 4) == "σσσσ");
    CHECK(cut("σσσσ", 3) == "σσ…");
    CHECK(cut("学习学习", 4) == "学…");
    CHECK(cut("one two", 5) == "one…");
    CHECK(cut("abc", 0).empty());
  }

  TEST_CASE("lines break at spaces, and longer words at a joint, or anywhere") {
    CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("a abcdefgh b", 3) == std::vector<std::string>{"a", "abc", "def", "gh", "b"});
    CHECK(wrap("solvable/double-descent", 12) == std::vector<std::string>{"solvable/", "double-", "descent"});
    CHECK(wrap("", 10) == std::vector<std::string>{""});
    CHECK(wrap("学习", 1).size() == 2);
  }

  TEST_CASE("an overlong or surrogate encoding is no character") {
    CHECK(printable("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(printable("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(printable("a\tb\x07") == "a b\xEF\xBF\xBD");
  }

  TEST_CASE("sizes and durations have a unit that suits them") {
    CHECK(duration(0.234) == "0.23 s");
    CHECK(duration(41.3) == "41 s");
    CHECK(duration(200) == "3.3 min");
    CHECK(duration(7500) == "2.1 h");
    CHECK(bytes(64e6) == "64 MB");
    CHECK(bytes(999.7e6) == "1 GB");
    CHECK(plural(1, "law") == "1 law");
    CHECK(plural(0, "law") == "0 laws");
  }
}
