#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace fs = std::filesystem;
using Parts = std::map<std::string, std::set<std::string>>;

namespace {

const fs::path root = LMW_SOURCE_DIR;

/// The table "part | may include" of docs/architecture.md.
Parts allowed() {
  Parts table;
  std::ifstream page(root / "docs/architecture.md");
  const std::regex row(R"(\| ([a-z]+) \| ([a-z, ]+) \|)");
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row) || match[1] == "part") continue;
    std::stringstream list(match[2].str());
    for (std::string name; std::getline(list, name, ',');)
      table[match[1]].insert(name.substr(name.find_first_not_of(' ')));
  }
  return table;
}

/// Which parts a folder's files include, with the file of the first time.
std::map<std::string, std::string> included_by(const fs::path& folder) {
  std::map<std::string, std::string> parts;
  const std::regex include(R"(\s*#include <lmw/([a-z]+)/.*)");
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto kind = entry.path().extension();
    if (kind != ".h" && kind != ".cpp") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (std::regex_match(line, match, include)) parts.emplace(match[1], entry.path().string());
    }
  }
  return parts;
}

}  // namespace

TEST_SUITE("architecture") {
  TEST_CASE("includes go one way, as docs/architecture.md says") {
    const Parts table = allowed();
    REQUIRE(table.size() == 9);
    int seen = 0;
    for (const auto& [part, may] : table) {
      const bool top = part == "plugins" || part == "reports" || part == "cli";
      for (const auto& [other, file] : included_by(top ? root / part : root / "core" / part)) {
        ++seen;
        CHECK_MESSAGE(may.count(other) == 1, part << " includes " << other << " in " << file);
      }
    }
    CHECK(seen > 10);
  }
  TEST_CASE("no library starts threads or uses oneTBB outside the executor seam") {
    const std::regex forbidden(R"(\s*#include <(oneapi/)?tbb/.*)");
    for (const char* part : {"core", "plugins", "reports", "cli"})
      for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
        if (entry.path().filename() == "executor.cpp") continue;
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);)
          CHECK_MESSAGE(!std::regex_match(line, forbidden), entry.path().string());
      }
  }
}
