#include "cli/exit_code.h"
#include "program.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <set>
#include <sstream>
#include <thread>

using namespace lmw::tests;
namespace fs = std::filesystem;

namespace {

struct Case {
  std::vector<std::string> arguments;
  int code;
  const char* says;  ///< somewhere on standard error
};

/// Whether a message ends in the three lines that each has: what was expected, what was found, what to try.
bool is_complaint(const std::string& err) {
  const auto expected = err.find("\n  expected  "), found = err.find("\n  found     "),
             hint = err.find("\n  try       ");
  return expected < found && found < hint && hint != std::string::npos && err.find('\n', hint + 1) == err.size() - 1;
}

void check(const Program& lmw, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    std::string line = "lmw";
    for (const auto& argument : c.arguments) line += " " + argument;
    CAPTURE(line);
    const Outcome outcome = lmw.run(c.arguments);
    CAPTURE(outcome.err);
    CHECK(outcome.code == c.code);
    CHECK(outcome.err.find(c.says) != std::string::npos);
    if (c.code == 2) CHECK(is_complaint(outcome.err));
  }
}

}  // namespace

TEST_SUITE("cli/exit_code") {
  TEST_CASE("2: what was typed cannot be, and the message says what could") {
    Program lmw;
    fs::create_directories(lmw / "cache");
    write_file(lmw / "broken.json", "{\"laws\": [\"coin/identity\"\n");
    write_file(lmw / "keys.json", "{\"laws\": [\"coin/identity\"], \"efort\": \"quick\"}");
    write_file(lmw / "effort.json", "{\"laws\": [\"coin/identity\"], \"effort\": \"heroic\"}");
    write_file(lmw / "type.json", "{\n// one law\n\"laws\": \"coin/identity\"}");
    write_file(lmw / "nan.json", "{\"laws\": [\"coin/identity\"], \"seed\": NaN}");
    write_file(lmw / "negative.json",
               "{\"laws\":\n[{\"law\": \"coin/mean-of-uniforms\", \"set\": {\"n\": [10, -3]}}]}");
    write_file(lmw / "empty.json", "{\"laws\": [{\"law\": \"coin/mean-of-uniforms\", \"set\": {\"n\": []}}]}");
    write_file(lmw / "many.json", "{\"laws\": [{\"law\": \"coin/mean-of-uniforms\", \"set\": {\"n\": \"1..1e9:1\"}}]}");
    write_file(lmw / "typo.json", "{\"laws\": [\"coin/mean-of-uniform\"]}");
    check(lmw, {{{}, 2, "lmw run --demo"},
                {{"lst"}, 2, "try       lmw list"},
                {{"list", "lows"}, 2, "lmw list laws"},
                {{"list", "--formt", "json"}, 2, "try       --format"},
                {{"list", "--format", "xml"}, 2, "one of table, json, csv"},
                {{"list", "--jobs", "0"}, 2, "a whole number, 1 to 1024"},
                {{"list", "--plugin-path", "/no/such/folder"}, 2, "no such folder"},
                {{"-q", "-v", "list"}, 2, "at most one"},
                {{"show"}, 2, "expected  LAW"},
                {{"show", "coin/identty"}, 2, "try       lmw show coin/identity"},
                {{"show", "identity", "--format", "csv"}, 2, "table or json"},
                {{"run"}, 2, "nothing to run"},
                {{"run", "coin/identty"}, 2, "try       coin/identity"},
                {{"run", "no-such-study.json"}, 2, "cannot be read"},
                {{"run", "broken.json"}, 2, "broken.json:2:1: not JSON"},
                {{"run", "type.json"}, 2, "type.json:3: laws"},
                {{"run", "nan.json"}, 2, "not JSON"},
                {{"run", "negative.json"}, 2, "negative.json:2: laws[0].set.n: coin/mean-of-uniforms: the parameter n"},
                {{"run", "empty.json"}, 2, "empty.json:1: laws[0].set.n\n  expected  at least one value"},
                {{"run", "many.json"}, 2, "at most a million"},
                {{"run", "typo.json"}, 2, "try       coin/mean-of-uniforms"},
                {{"run", "keys.json"}, 2, "efort"},
                {{"run", "effort.json"}, 2, "\"heroic\""},
                {{"run", "effort.json", "coin/identity"}, 2, "a study stands alone"},
                {{"run", "coin/identity", "--effort", "quik"}, 2, "--effort quick"},
                {{"run", "coin/identity", "--set", "a=x"}, 2, "expected  a number"},
                {{"run", "coin/identity", "--set", "a=nan"}, 2, "found     \"nan\""},
                {{"run", "coin/identity", "--set", "c=1"}, 2, "expected  one of a, b"},
                {{"run", "coin/mean-of-uniforms", "--set", "n=-3"}, 2, "a whole number from 1 to 1000000"},
                {{"run", "coin/mean-of-uniforms", "--set", "n="}, 2, "LAW.parameter=v1,v2"},
                {{"run", "coin/mean-of-uniforms", "--set", "n=1..1000000000:1"}, 2, "1..1000000000:log2"},
                {{"run", "coin/mean-of-uniforms", "--set", "n=1..100000:1", "--set", "shift=0..1:0.0001"},
                 2,
                 "at most a million"},
                {{"run", "pillar:croscutting"}, 2, "try       pillar:crosscutting"},
                {{"run", "tag:nothing"}, 2, "lmw list"},
                {{"run", "coin/identity", "--seed"}, 2, "expected  --seed SEED"},
                {{"run", "coin/identity", "--seed", "from-seal"}, 2, "--predict-only first"},
                {{"run", "coin/identity", "--budget", "10"}, 2, "a time with its unit"},
                {{"run", "coin/identity", "--seed", "-1"}, 2, "0 or more"},
                {{"run", "coin/identity", "--demo"}, 2, "--demo"},
                {{"status", "--wtch"}, 2, "try       --watch"},
                {{"verdicts", "--fail-on", "falsfied"}, 2, "--fail-on falsified"},
                {{"query", "select", "1"}, 2, "quotes around the SQL"},
                {{"query", "-n", "survey"}, 2, "no such query"},
                {{"explain", "x"}, 2, "a whole number"},
                {{"export"}, 2, "--canonical"},
                {{"plugin", "tst"}, 2, "lmw plugin test"},
                {{"plugin", "new"}, 2, "lmw plugin new my-theory"},
                {{"plugin", "new", "My Theory"}, 2, "small letters"},
                {{"plugin", "new", "cache"}, 2, "there already"},
                {{"plugin", "test", "coin/identty"}, 2, "try       coin/identity"},
                {{"data", "fetch", "fashion-mnst"}, 2, "lmw data fetch fashion-mnist"}});
  }

  TEST_CASE("0: done, also when a law was falsified; 3: --fail-on says otherwise") {
    Program lmw;
    check(lmw, {{{"--help"}, 0, ""},
                {{"--version"}, 0, ""},
                {{"list"}, 0, ""},
                {{"run", "coin/identity"}, 0, "Next:"},
                {{"run", "coin/identity"}, 0, "finished this study already"},
                {{"verdicts", "--fail-on", "falsified,error"}, 0, ""},
                {{"run", "coin/misbehaves", "--set", "how=wrong"}, 0, "Next:"},
                {{"verdicts", "--fail-on", "error"}, 0, ""},
                {{"verdicts", "--fail-on", "falsified,error"}, 3, "coin/misbehaves is falsified"},
                {{"verdicts", "--run", "1", "--fail-on", "falsified"}, 0, ""},
                {{"verdicts", "--run", "3"}, 2, "expected  1 to 2"},
                {{"diff", "1", "2"}, 0, ""},
                {{"query", "select 1 as one"}, 0, ""},
                {{"query", "delete from runs"}, 2, "one SELECT"},
                {{"query", "select widht from runs"}, 2, "widht"},
                {{"explain", "1"}, 0, ""},
                {{"explain", "999"}, 2, "found     999"},
                {{"explain", "999", "--format", "json"}, 2, "found     999"},
                {{"report", "-o", "/proc/report"}, 2, "lmw report -o /tmp/report"},
                {{"verify"}, 0, "as they were sealed"},
                {{"verify", "--head", "abc"}, 2, "64 hexadecimal digits"},
                {{"verify", "--head", std::string(64, 'a')}, 6, "not what was sealed"},
                {{"export", "--canonical"}, 0, "sha256"},
                {{"status"}, 0, ""}});
  }

  TEST_CASE("4: incomplete, because a task failed, data are missing, or time ran out") {
    Program lmw;
    check(lmw,
          {{{"run", "coin/misbehaves", "--set", "how=throw-in-measure"}, 4, "planted in measure"},
           {{"run", "coin/misbehaves", "--set", "how=throw-in-predict"}, 4, "planted in predict"},
           {{"run", "coin/needs-data"}, 4, "lmw data fetch no-such-data"},
           {{"verdicts", "--fail-on", "not_run"}, 3, "not_run"},
           {{"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "4", "--budget", "1ms"}, 4, "budget"}});
  }

  TEST_CASE("5: the laws of a plugin could not have lost") {
    Program lmw;
    check(lmw, {{{"plugin", "test", "coin/mean-of-uniforms", "coin/identity"}, 0, "nothing is recorded"},
                {{"plugin", "test", "coin/misbehaves", "--set", "how=throw-in-measure"}, 5, "could not have lost"}});
  }

  TEST_CASE("5: a plugin that is needed cannot be loaded") {
    Program lmw;
    const fs::path folder = lmw / "plugins", good = lmw.environment["LMW_PLUGIN_PATH"];
    fs::create_directories(folder);
    fs::copy(good / "coin.so", folder / "coin.so");
    auto card = nlohmann::json::parse(read_file(good / "coin.plugin.json"));
    card["laws"].erase(card["laws"].size() - 1);
    write_file(folder / "coin.plugin.json", card.dump());
    lmw.environment["LMW_PLUGIN_PATH"] = folder.string();
    check(lmw, {{{"run", "coin/mean-of-uniforms"}, 5, "PLUGIN_SIDECAR"}, {{"doctor"}, 5, ""}});
  }

  TEST_CASE("6: the lab is no lab, or of a newer program") {
    Program lmw;
    write_file(lmw / "text.db", "this is not a database, and long enough to be taken for one by its size alone\n");
    CHECK(lmw.run({"run", "coin/identity"}).code == 0);
    std::string newer = read_file(lmw / "lab.db");
    newer[60] = 1;  // user_version, big-endian, at offset 60 of the header
    write_file(lmw / "newer.db", newer);
    check(lmw, {{{"--lab", "text.db", "run", "coin/identity"}, 6, "try"},
                {{"--lab", "text.db", "verdicts"}, 6, "try"},
                {{"--lab", "newer.db", "run", "coin/identity"}, 6, "try"},
                {{"--lab", "newer.db", "query", "select 1"}, 6, "try"},
                {{"--lab", "newer.db", "doctor"}, 6, ""},
                {{"--lab", "/no/such/folder/lab.db", "run", "coin/identity"}, 6, "mkdir -p /no/such/folder"},
                {{"--lab", "none.db", "status"}, 6, "no lab at"}});
  }

  TEST_CASE("130 and 143: interrupted, and the same command goes on") {
    for (const auto& [signal, code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
      Program lmw;
      const std::vector<std::string> command = {"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "8"};
      const pid_t child = lmw.start(command);
      while (read_file(lmw / "err").find("run 1") == std::string::npos)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      kill(child, signal);
      const Outcome stopped = lmw.wait_for(child);
      CHECK(stopped.code == code);
      CHECK(stopped.err.find("goes on from here") != std::string::npos);
      CHECK(lmw.run({"status"}).out.find("interrupted") != std::string::npos);
      CHECK(lmw.run(command).code == 0);
      CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"finished\"") != std::string::npos);
    }
  }

  TEST_CASE("the page of exit codes lists these codes, and no others") {
    std::istringstream lines(read_file(fs::path(LMW_SOURCE_DIR) / "docs/exit-codes.md"));
    std::set<int> listed;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream cell(line);
      char mark = 0;
      for (int code = -1; cell >> mark && (mark == '|' || mark == ',') && cell >> code;) listed.insert(code);
    }
    using namespace lmw::cli;
    CHECK(listed == std::set<int>{done, internal, usage, policy, incomplete, plugin, lmw::cli::lab,
                                  interrupted + SIGINT, interrupted + SIGTERM});
  }

  TEST_CASE("output that cannot be written is told; a reader that leaves is not") {
    Program lmw;
    const Outcome full = lmw.run_to("/dev/full", {"list"});
    CHECK(full.code == 1);
    CHECK(full.err.find("No space left") != std::string::npos);

    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    close(pipe_ends[0]);
    const Outcome left = lmw.run_to("/dev/fd/" + std::to_string(pipe_ends[1]), {"list"});
    close(pipe_ends[1]);
    CHECK(left.code == 0);
    CHECK(left.err.empty());
  }
}
