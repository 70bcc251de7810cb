#include "program.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace lmw::tests;
using nlohmann::json;

namespace {

/// What docs/output.md says under a heading that names the command.
std::string section_of(const std::string& command) {
  static const std::string page = read_file(std::filesystem::path(LMW_SOURCE_DIR) / "docs/output.md");
  const auto heading = page.find("`" + command + "`");
  if (heading == std::string::npos) return "";
  const auto end = page.find("\n## ", heading);
  return page.substr(heading, end - heading);
}

std::set<std::string> documented(const std::string& section) {
  std::set<std::string> fields;
  std::istringstream lines(section);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    const std::string cell = line.substr(0, line.find(" | ", 2));
    for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
      const auto end = cell.find('`', at + 1);
      fields.insert(cell.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return fields;
}

std::set<std::string> fields_of(const json& object) {
  std::set<std::string> fields;
  for (const auto& [key, value] : object.items()) fields.insert(key);
  return fields;
}

}  // namespace

TEST_SUITE("cli/output_fields") {
  TEST_CASE("docs/output.md names the fields that --format json has, and no others") {
    Program lmw;
    lmw.run({"run", "coin/mean-of-uniforms"});
    lmw.run({"run", "coin/mean-of-uniforms", "--seed", "2"});
    const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
        {"lmw list laws", {"list"}},
        {"lmw list plugins", {"list", "plugins"}},
        {"lmw list data", {"list", "data"}},
        {"lmw data list", {"data", "list"}},
        {"lmw show", {"show", "coin/identity"}},
        {"lmw run --dry-run", {"run", "coin/identity", "--dry-run"}},
        {"lmw run", {"run", "coin/mean-of-uniforms"}},
        {"lmw status", {"status"}},
        {"lmw verdicts", {"verdicts"}},
        {"lmw diff", {"diff", "1", "2"}},
        {"lmw report", {"report", "-o", "report"}},
        {"lmw query -n list", {"query", "-n", "list"}},
        {"lmw verify", {"verify", "--head", std::string(64, 'a')}},
        {"lmw doctor", {"doctor"}},
        {"lmw plugin new", {"plugin", "new", "my-theory"}},
        {"lmw plugin test", {"plugin", "test", "coin/identity"}}};
    for (auto [command, arguments] : commands) {
      CAPTURE(command);
      arguments.insert(arguments.end(), {"--format", "json"});
      const json answer = json::parse(lmw.run(arguments).out);
      REQUIRE_FALSE(answer.empty());
      CHECK(fields_of(answer.is_array() ? answer[0] : answer) == documented(section_of(command)));
    }
  }

  TEST_CASE("every verb that lmw --help lists has its section") {
    Program lmw;
    std::istringstream lines(lmw.run({"--help"}).out);
    int verbs = 0;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
      inside = inside ? line.rfind("First steps", 0) != 0 : line == "What there is:";
      if (!inside || line.rfind("  ", 0) != 0) continue;
      const std::string verb = line.substr(2, line.find(' ', 2) - 2);
      CAPTURE(verb);
      const std::string page = read_file(std::filesystem::path(LMW_SOURCE_DIR) / "docs/output.md");
      CHECK(page.find("\n## `lmw " + verb) != std::string::npos);
      ++verbs;
    }
    CHECK(verbs == 14);
  }
}
