#include "rows.h"

#include "page.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace lmw::reports;

TEST_SUITE("reports/rows") {
  TEST_CASE("CSV keeps numbers exact, quotes text, and disarms what a spreadsheet would run") {
    const Rows rows{.columns = {"a", "b"},
                    .cells = {{std::int64_t{-3}, 0.1},
                              {std::string("=1+1"), std::string("say \"hi\", twice")},
                              {std::string("-x"), std::monostate{}},
                              {std::string("plain"), std::string("\tx")}}};
    CHECK(to_csv(rows) == "a,b\n-3,0.1\n\"'=1+1\",\"say \"\"hi\"\", twice\"\n\"'-x\",\n\"plain\",\"'\tx\"\n");
  }

  TEST_CASE("SQL literals and names double their quotes") {
    CHECK(sql_text("it's") == "'it''s'");
    CHECK(sql_name("a\"b") == "\"a\"\"b\"");
  }

  TEST_CASE("a cell is read as what it is, and an unknown column is our own mistake") {
    const Rows rows{.columns = {"n", "x", "t", "none"},
                    .cells = {{std::int64_t{2}, 0.5, std::string("a"), std::monostate{}}}};
    CHECK(rows.integer(0, "n") == 2);
    CHECK(rows.real(0, "n") == 2);
    CHECK(rows.real(0, "x") == 0.5);
    CHECK(rows.text(0, "t") == "a");
    CHECK(rows.is_null(0, "none"));
    CHECK_THROWS_AS(rows.text(0, "m"), std::logic_error);
  }

  TEST_CASE("a template takes each value once, and refuses a name that it does not know") {
    CHECK(filled("a {{x}} b {{y}}", {{"x", "{{y}}"}, {"y", "2"}}) == "a {{y}} b 2");
    CHECK_THROWS_AS(filled("{{z}}", {}), std::logic_error);
  }

  TEST_CASE("the policy's hash of the empty text is that of the standard") {
    CHECK(policy_hash("") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  }
}
