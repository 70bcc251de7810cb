#include "program.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <filesystem>

using namespace lmw::tests;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json read_json(const fs::path& file) { return json::parse(read_file(file), nullptr, true, /*ignore_comments=*/true); }

/// Whether an editor that knows schemas/study.schema.json would accept the study.
bool schema_accepts(const json& study) {
  static const json text = read_json(fs::path(LMW_SOURCE_DIR) / "schemas/study.schema.json");
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(study), nullptr);
}

}  // namespace

TEST_SUITE("cli/study_schema") {
  TEST_CASE("every example is a study, for editors and for the program") {
    Program lmw;
    int examples = 0;
    for (const auto& file : fs::directory_iterator(fs::path(LMW_SOURCE_DIR) / "examples")) {
      if (file.path().extension() != ".json") continue;
      CAPTURE(file.path());
      CHECK(schema_accepts(read_json(file.path())));
      const Outcome dry = lmw.run({"run", file.path().string(), "--dry-run"});
      CAPTURE(dry.err);
      CHECK(dry.code == 0);
      ++examples;
    }
    CHECK(examples >= 3);
  }

  TEST_CASE("the schema and the program refuse the same studies") {
    const std::string good = R"("laws": ["coin/identity"])";
    const std::string studies[] = {"{}",
                                   "[]",
                                   "{\"laws\": []}",
                                   "{\"laws\": [\"\"]}",
                                   "{\"laws\": [3]}",
                                   "{\"laws\": \"coin/identity\"}",
                                   "{" + good + ", \"efort\": \"quick\"}",
                                   "{" + good + ", \"effort\": \"heroic\"}",
                                   "{" + good + ", \"effort\": 1}",
                                   "{" + good + ", \"seed\": -1}",
                                   "{" + good + ", \"seed\": 1.5}",
                                   "{" + good + ", \"seed\": \"1\"}",
                                   "{" + good + ", \"replicates\": 1}",
                                   "{" + good + ", \"replicates\": 100001}",
                                   "{" + good + ", \"name\": \"\"}",
                                   "{" + good + ", \"until_decided\": 1}",
                                   R"({"laws": [{"set": {"a": 1}}]})",
                                   R"({"laws": [{"law": "coin/identity", "set": {"a": []}}]})",
                                   R"({"laws": [{"law": "coin/identity", "set": {"a": null}}]})",
                                   R"({"laws": [{"law": "coin/identity", "set": [1]}]})",
                                   R"({"laws": [{"law": "coin/identity", "sets": {}}]})"};
    Program lmw;
    for (const std::string& study : studies) {
      CAPTURE(study);
      write_file(lmw / "study.json", study);
      CHECK(lmw.run({"run", "study.json", "--dry-run"}).code == 2);
      CHECK_FALSE(schema_accepts(json::parse(study)));
    }
  }

  TEST_CASE("the schema and the program accept the same studies") {
    const std::string studies[] = {
        R"({"laws": ["coin/*"]})",
        R"({"laws": ["coin"], "name": "x", "description": "y", "until_decided": true, "effort": "thorough", "seed": 7})",
        R"({"laws": [{"law": "coin/identity", "replicates": 2, "set": {"a": 1.5, "b": [0.5, 2.0]}}]})",
        R"({"laws": [{"law": "coin/mean-of-uniforms", "set": {"n": "100..400:log2"}}], "$schema": "x", "replicates": 4})"};
    Program lmw;
    for (const std::string& study : studies) {
      CAPTURE(study);
      write_file(lmw / "study.json", study);
      const Outcome dry = lmw.run({"run", "study.json", "--dry-run"});
      CAPTURE(dry.err);
      CHECK(dry.code == 0);
      CHECK(schema_accepts(json::parse(study)));
    }
  }
}
