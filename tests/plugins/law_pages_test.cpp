#include <doctest/doctest.h>
#include <support/scratch.h>

#include <filesystem>
#include <map>
#include <regex>
#include <string>

namespace fs = std::filesystem;
using lmw::tests::read_file;

namespace {

const fs::path root = LMW_SOURCE_DIR;

/// The laws of the product, from their sources: name to family.
std::map<std::string, std::string> laws() {
  std::map<std::string, std::string> found;
  const std::regex head(R"re(\.name = "([a-z0-9-]+)",\s+\.title = )re");
  for (const auto& entry : fs::recursive_directory_iterator(root / "plugins")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string source = read_file(entry.path());
    std::smatch match;
    if (std::regex_search(source, match, head)) found[match[1]] = entry.path().parent_path().filename().string();
  }
  return found;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("plugins/pages") {
  TEST_CASE("every law stands in the table of bets and in its family's README") {
    const auto all = laws();
    CHECK(all.size() >= 20);
    const std::string bets = read_file(root / "docs/laws.md");
    for (const auto& [law, family] : all) {
      CAPTURE(law);
      CHECK_MESSAGE(contains(bets, "\n| " + law + " | "), "docs/laws.md; make it anew with scripts/laws_doc.sh");
      CHECK(contains(read_file(root / "plugins" / family / "README.md"), "`" + law + "`"));
    }
  }
}
