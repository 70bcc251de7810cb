#include "program.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

using namespace lmw::tests;
namespace fs = std::filesystem;

namespace {

std::set<std::string> matches(const std::string& text, const char* pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) found.insert((*at)[1]);
  return found;
}

std::set<std::string> verbs_of(const Program& lmw) {
  return matches(lmw.run({"--help"}).out, R"(\n  ([a-z]+) {2,}[a-zA-Z])");
}

std::string words_for(const Program& lmw, const std::string& line) {
  Program shell;
  shell.program = "/bin/bash";
  shell.environment = lmw.environment;
  shell.environment["PATH"] = std::string(LMW_BINARY_DIR) + "/bin:/usr/bin:/bin";
  const std::string script = std::string("source ") + LMW_SOURCE_DIR + "/cli/completion/lmw.bash; COMP_WORDS=(" + line +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lmw; echo ${COMPREPLY[@]}";
  return shell.run({"-c", script}).out;
}

}  // namespace

TEST_SUITE("cli/completion") {
  TEST_CASE("the man page and both completions know every verb and option of --help") {
    Program lmw;
    const fs::path source = LMW_SOURCE_DIR;
    const std::string man = std::regex_replace(read_file(source / "docs/man/lmw.1"), std::regex(R"(\\-)"), "-");
    const std::string bash = read_file(source / "cli/completion/lmw.bash"),
                      zsh = read_file(source / "cli/completion/_lmw");
    const auto verbs = verbs_of(lmw);
    CHECK(verbs.size() >= 13);
    std::set<std::string> options = matches(lmw.run({"--help"}).out, R"([ ,](--[a-z-]+))");
    for (const std::string& verb : verbs) {
      CAPTURE(verb);
      CHECK(man.find("lmw " + verb) != std::string::npos);
      CHECK(bash.find(verb) != std::string::npos);
      CHECK((zsh.find("'" + verb + ":") != std::string::npos || zsh.find("\"" + verb + ":") != std::string::npos));
      options.merge(matches(lmw.run({verb, "--help"}).out, R"([ ,](--[a-z-]+))"));
    }
    CHECK(options.size() > 15);
    for (const std::string& option : options) {
      CAPTURE(option);
      for (const std::string* text : {&man, &bash, &zsh}) CHECK(text->find(option) != std::string::npos);
    }
  }

  TEST_CASE("bash completes verbs, options, laws, queries") {
    Program lmw;
    CHECK(words_for(lmw, "lmw sho") == "show\n");
    CHECK(words_for(lmw, "lmw run --eff") == "--effort\n");
    CHECK(words_for(lmw, "lmw run --effort st") == "standard\n");
    CHECK(words_for(lmw, "lmw show coin/id") == "coin/identity\n");
    CHECK(words_for(lmw, "lmw --lab x.db show coin/mis") == "coin/misbehaves\n");
    CHECK(words_for(lmw, "lmw query -n sur") == "surprises\n");
    CHECK(words_for(lmw, "lmw data fetch fash") == "fashion-mnist\n");
  }

  TEST_CASE("the man page is sound for man") {
    if (!fs::exists("/usr/bin/groff")) return;
    Program shell;
    shell.program = "/usr/bin/groff";
    const Outcome page = shell.run({"-man", "-Tutf8", "-ww", std::string(LMW_SOURCE_DIR) + "/docs/man/lmw.1"});
    CHECK(page.code == 0);
    CHECK(page.err.empty());
    CHECK(page.out.size() > 4000);
  }
}
