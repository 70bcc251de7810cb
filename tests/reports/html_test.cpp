#include "html.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using lmw::reports::escape;
using lmw::reports::Html;

TEST_SUITE("reports/html") {
  TEST_CASE("the five characters that mean something to HTML become references") {
    CHECK(escape("a<b>&\"c\"'d'") == "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
  }

  TEST_CASE("UTF-8 text passes unchanged, newline and tab too") {
    const std::string text = "η ≤ 2/λ — π\n\t𝔼[x]";
    CHECK(escape(text) == text);
  }

  TEST_CASE("control characters and bytes that are not UTF-8 become U+FFFD") {
    CHECK(escape(std::string("a\0b\x1b\x7f", 5)) == "a\uFFFDb\uFFFD\uFFFD");
    CHECK(escape("\xff<") == "\uFFFD&lt;");
    CHECK(escape("\xc0\xbc") == "\uFFFD\uFFFD");            // an overlong '<'
    CHECK(escape("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // half a surrogate pair
    CHECK(escape("\xf4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(escape("\xe2\x82") == "\uFFFD\uFFFD");  // cut short
  }

  TEST_CASE("attribute values are escaped and empty attributes left out") {
    Html out;
    out.open("a", {{"href", "x\"><script>"}, {"class", ""}}).text("<b>").close();
    CHECK(out.take().html == "<a href=\"x&quot;&gt;&lt;script&gt;\">&lt;b&gt;</a>");
  }

  TEST_CASE("void elements have no end tag and shapes close themselves") {
    Html out;
    out.empty("br").empty("rect", {{"width", "3"}});
    CHECK(out.take().html == "<br><rect width=\"3\"/>");
  }

  TEST_CASE("an element left open, or closed twice, is our own mistake") {
    Html open;
    open.open("p");
    CHECK_THROWS_AS(open.take(), std::logic_error);
    Html closed;
    CHECK_THROWS_AS(closed.close(), std::logic_error);
  }
}
