#include "program.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using namespace lmw::tests;
namespace fs = std::filesystem;

namespace {

struct Command {
  std::string line;
  int code = 0;
};

/// The lines of a page's ```sh blocks. A comment `# exit code N` says what the command answers, else 0.
std::vector<Command> commands_of(const fs::path& page) {
  std::vector<Command> commands;
  std::istringstream lines(read_file(page));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```sh";
      continue;
    }
    if (!inside || line.empty()) continue;
    const auto code = line.find("# exit code ");
    commands.push_back({line, code == std::string::npos ? 0 : std::stoi(line.substr(code + 12))});
  }
  return commands;
}

}  // namespace

TEST_SUITE("cli/quickstart") {
  TEST_CASE("every command of the quickstart works as it is typed") {
    Program lmw;
    lmw.environment["PATH"] = std::string(LMW_BINARY_DIR) + "/bin:/usr/bin:/bin";
    lmw.environment.erase("LMW_PLUGIN_PATH");
    lmw.environment.erase("LMW_LAB");
    fs::copy(fs::path(LMW_SOURCE_DIR) / "examples", lmw / "examples", fs::copy_options::recursive);
    lmw.program = "/bin/bash";
    const auto commands = commands_of(fs::path(LMW_SOURCE_DIR) / "docs/quickstart.md");
    CHECK(commands.size() > 15);
    for (const Command& command : commands) {
      CAPTURE(command.line);
      const Outcome outcome = lmw.run({"-c", command.line});
      CAPTURE(outcome.err);
      CHECK(outcome.code == command.code);
    }
    CHECK(fs::exists(lmw / "report/index.html"));
    CHECK(fs::file_size(lmw / "rows.jsonl") > 1000);
  }
}
