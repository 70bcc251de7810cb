#include "schema_doc.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace lmw::store;

namespace {

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(LMW_SOURCE_DIR + std::string("/") + name).rdbuf();
  return text.str();
}

}  // namespace

TEST_SUITE("store/schema_doc") {
  TEST_CASE("docs/schema.md is what the schema says (else: cmake --build build --target schema_doc)") {
    CHECK(file("docs/schema.md") == schema_page(file("schemas/schema.md.in")));
  }

  TEST_CASE("a comment gives sentences, then columns, each with what continues it") {
    const Described about =
        described({"view", "v",
                   "CREATE VIEW v AS\n-- One row\n-- per thing.\n--   a    first\n--        of two\n--   bcd  "
                   "second\nSELECT 1 AS a, -- not this\n 2 AS bcd"});
    CHECK(about.sentences == "One row per thing.");
    CHECK(about.columns == std::vector<std::pair<std::string, std::string>>{{"a", "first of two"}, {"bcd", "second"}});
  }
}
