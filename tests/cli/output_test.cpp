#include "cli/text.h"
#include "program.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace lmw::tests;

namespace {

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, lmw::cli::display_width(line));
  return widest;
}

/// A lab with one run of each kind of ending.
struct Lab : Program {
  Lab() { run({"run", "coin/*"}); }
};

}  // namespace

TEST_SUITE("cli/output") {
  TEST_CASE("every table also comes as JSON that parses, and as CSV") {
    Lab lmw;
    const std::vector<std::vector<std::string>> commands = {{"list"},
                                                            {"list", "plugins"},
                                                            {"list", "data"},
                                                            {"status"},
                                                            {"verdicts"},
                                                            {"verdicts", "--rivals"},
                                                            {"explain", "1"},
                                                            {"query", "select * from law_summary"},
                                                            {"query", "-n", "list"},
                                                            {"diff", "1", "1"},
                                                            {"doctor"},
                                                            {"verify"},
                                                            {"run", "coin/*"},
                                                            {"run", "coin/*", "--dry-run"}};
    for (auto command : commands) {
      CAPTURE(command.front());
      command.insert(command.end(), {"--format", "json"});
      const auto json = nlohmann::json::parse(lmw.run(command).out, nullptr, false);
      CHECK(json.is_array());
      command.back() = "csv";
      const Outcome csv = lmw.run(command);
      CHECK(csv.out.substr(0, 1) == "\"");
    }
    const auto card = nlohmann::json::parse(lmw.run({"show", "coin/identity", "--format", "json"}).out);
    CHECK(card["id"] == "coin/identity");
  }

  TEST_CASE("every named query runs") {
    Lab lmw;
    const auto queries = nlohmann::json::parse(lmw.run({"query", "-n", "list", "--format", "json"}).out);
    CHECK(queries.size() >= 5);
    for (const auto& query : queries) {
      const Outcome outcome = lmw.run({"query", "-n", query["name"].get<std::string>(), "--format", "json"});
      CAPTURE(outcome.err);
      CHECK(outcome.code == 0);
      CHECK(nlohmann::json::parse(outcome.out).is_array());
    }
    const auto sealed =
        nlohmann::json::parse(lmw.run({"query", "-n", "sealed-before-measured", "--format", "json"}).out);
    for (const auto& row : sealed) CHECK(row["violations"].get<int>() == 0);
    const auto derived = nlohmann::json::parse(lmw.run({"query", "-n", "re-derive", "--format", "json"}).out);
    CHECK(derived[0]["differ"] == 0);
  }

  TEST_CASE("no line is wider than the terminal, at 80 and at 200 columns") {
    Lab lmw;
    for (const char* columns : {"80", "200"}) {
      lmw.environment["COLUMNS"] = columns;
      for (const std::vector<std::string>& command :
           std::vector<std::vector<std::string>>{{"--help"},
                                                 {"run", "--help"},
                                                 {"list"},
                                                 {"show", "coin/misbehaves"},
                                                 {"status"},
                                                 {"verdicts"},
                                                 {"verdicts", "--rivals"},
                                                 {"explain", "1"},
                                                 {"explain", "5"},
                                                 {"query", "select * from verdicts"},
                                                 {"query", "-n", "list"},
                                                 {"run", "coin/*"}}) {
        CAPTURE(command.front());
        CAPTURE(columns);
        CHECK(widest_line(lmw.run(command).out) <= std::stoul(columns));
      }
    }
  }

  TEST_CASE("colour is for terminals, and only where it is wanted") {
    Lab lmw;
    lmw.environment["TERM"] = "xterm";
    const auto coloured = [&](const std::vector<std::string>& command) {
      return lmw.run_on_terminal(100, command).out.find("\x1b[3") != std::string::npos;
    };
    CHECK(coloured({"verdicts"}));
    CHECK_FALSE(coloured({"verdicts", "--no-color"}));
    lmw.environment["NO_COLOR"] = "1";
    CHECK_FALSE(coloured({"verdicts"}));
    lmw.environment.erase("NO_COLOR");
    CHECK(lmw.run({"verdicts"}).out.find('\x1b') == std::string::npos);
    lmw.environment["TERM"] = "dumb";
    CHECK_FALSE(coloured({"verdicts"}));
  }

  TEST_CASE("a terminal's own width is used") {
    Lab lmw;
    lmw.environment["TERM"] = "xterm";
    lmw.environment["NO_COLOR"] = "1";
    CHECK(widest_line(lmw.run_on_terminal(81, {"verdicts", "--rivals"}).out) <=
          81 + 1);  // the carriage return counts as one
  }

  TEST_CASE("a run shows a bar on a terminal, and none elsewhere") {
    Program lmw;
    lmw.environment["TERM"] = "xterm";
    const std::vector<std::string> command = {"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "2"};
    CHECK(lmw.run_on_terminal(80, command).out.find("[####") != std::string::npos);
    CHECK(lmw.run({"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "3"}).err.find("[###") ==
          std::string::npos);
  }

  TEST_CASE("-q leaves the results, and on standard error what needs a decision") {
    Program lmw;
    const Outcome quiet = lmw.run({"-q", "run", "coin/identity"});
    CHECK(std::count(quiet.err.begin(), quiet.err.end(), '\n') == 1);
    CHECK(quiet.err.find("warning plugin coin") == 0);
    CHECK(quiet.out.find("confirmed") != std::string::npos);
  }

  TEST_CASE("a locale with a decimal comma changes no number") {
    Program plain, comma;
    const std::string program = comma.program;
    comma.program = "/bin/bash";
    comma.environment["LOCPATH"] = comma.home();
    const std::string make = "localedef -i de_DE -f UTF-8 " + comma.home() + "/de_DE.UTF-8";
    REQUIRE_MESSAGE(comma.run({"-c", make}).code == 0, "localedef needs the Debian package locales");
    comma.environment["LC_ALL"] = "de_DE.UTF-8";
    REQUIRE(comma.run({"-c", "printf %.1f 0,5"}).out == "0,5");  // the locale is one, and has an effect
    comma.program = program;
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"run", "coin/mean-of-uniforms", "--set", "n=400", "--set", "shift=0.25"},
             {"verdicts"},
             {"verdicts", "--format", "csv"},
             {"show", "coin/mean-of-uniforms"},
             {"query", "select 0.5 as half"},
             {"export", "--canonical"}}) {
      CAPTURE(command.front());
      CHECK(comma.run(command).out == plain.run(command).out);
    }
    CHECK(comma.run({"verify"}).code == 0);
    CHECK(comma.run({"run", "coin/mean-of-uniforms", "--set", "shift=0,5"}).code ==
          2);  // a list of two, and 5 is too much
  }

  TEST_CASE("a dry run says what it will cost, and makes no lab") {
    Program lmw;
    const Outcome dry = lmw.run({"run", "coin/mean-of-uniforms", "--dry-run"});
    CHECK(dry.code == 0);
    CHECK(dry.err.find("1 law, 3 points at quick effort") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(lmw / "lab.db"));
  }

  TEST_CASE("predictions can be sealed first and measured later") {
    Program lmw;
    CHECK(lmw.run({"run", "coin/mean-of-uniforms", "--predict-only"}).code == 0);
    const std::string sealed = lmw.run({"query", "select count(*) as n from measurements", "--format", "csv"}).out;
    CHECK(sealed == "\"n\"\r\n0\r\n");
    CHECK(lmw.run({"run", "coin/mean-of-uniforms"}).code == 0);
    CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"finished\"") != std::string::npos);
  }

  TEST_CASE("the same study at another number of jobs gives the same rows") {
    Program one, two;
    CHECK(one.run({"run", "coin/*", "--jobs", "1"}).code == 4);  // needs-data has no data
    CHECK(two.run({"run", "coin/*", "--jobs", "2"}).code == 4);
    const Outcome first = one.run({"export", "--canonical"}), second = two.run({"export", "--canonical"});
    CHECK(first.out == second.out);
    CHECK(first.err == second.err);
  }

  TEST_CASE("two runs with another seed differ in their numbers, and diff says how") {
    Program lmw;
    lmw.run({"run", "coin/mean-of-uniforms"});
    lmw.run({"run", "coin/mean-of-uniforms", "--seed", "2"});
    const auto moved = nlohmann::json::parse(lmw.run({"diff", "1", "2", "--format", "json"}).out);
    CHECK(moved.size() > 0);
    lmw.run({"run", "coin/mean-of-uniforms", "--again"});
    CHECK(nlohmann::json::parse(lmw.run({"diff", "1", "3", "--format", "json"}).out).empty());
  }

  TEST_CASE("a study sets parameters for one law and leaves the others alone") {
    Program lmw;
    write_file(lmw / "study.json", R"({
      "name": "overrides",
      "laws": ["coin/seeded-line",
               {"law": "coin/mean-of-uniforms", "replicates": 6, "set": {"n": "100..200:100", "shift": 0}},
               {"law": "coin/identity", "set": {"a": [0.5, 1.5]}}]
    })");
    CHECK(lmw.run({"run", "study.json"}).code == 0);
    const auto points = [&](const std::string& law) {
      return lmw
          .run({"query", "select distinct point from verdicts where law = '" + law + "' order by point", "--format",
                "csv"})
          .out;
    };
    CHECK(points("coin/mean-of-uniforms") ==
          "\"point\"\r\n\"{\"\"n\"\":100,\"\"shift\"\":0.0}\"\r\n\"{\"\"n\"\":200,\"\"shift\"\":0.0}\"\r\n");
    CHECK(points("coin/identity") ==
          "\"point\"\r\n\"{\"\"a\"\":0.5,\"\"b\"\":0.5}\"\r\n\"{\"\"a\"\":1.5,\"\"b\"\":0.5}\"\r\n");
    CHECK(lmw.run({"query", "select distinct n_replicates from verdicts where law = 'coin/mean-of-uniforms'",
                   "--format", "csv"})
              .out == "\"n_replicates\"\r\n6\r\n");
    // What is typed comes over what the study says.
    CHECK(lmw.run({"run", "study.json", "--set", "coin/identity.a=0.25", "--dry-run", "--format", "csv"})
              .out.find("\"coin/identity\",1,") != std::string::npos);
  }

  TEST_CASE("a seed from the seal is drawn from what was sealed, and an interrupted run keeps it") {
    Program lmw;
    const std::vector<std::string> command = {"run", "coin/misbehaves", "--set",    "how=slow", "--replicates",
                                              "6",   "--seed",          "from-seal"};
    const auto seeds = [&] {
      return lmw.run({"query", "select run_seed from runs where run_id > 1", "--format", "csv"}).out;
    };
    CHECK(lmw.run({"run", "coin/identity", "--predict-only"}).code == 0);
    auto predicted = command;
    predicted.push_back("--predict-only");
    CHECK(lmw.run(predicted).code == 0);
    const std::string drawn = seeds();
    const Outcome resumed = lmw.run(command);
    CHECK(resumed.code == 0);
    CHECK(resumed.err.find("run 2 drew its seed from a seal before") != std::string::npos);
    CHECK(seeds() == drawn);
    CHECK(lmw.run(command).code == 0);  // finished, so that this is another run, after another seal
    CHECK(seeds().size() > drawn.size());
    CHECK(lmw.run({"verify"}).code == 0);
  }

  TEST_CASE("show --bibtex has an entry for each cited work, and one for the law") {
    Program lmw;
    const std::string text = lmw.run({"show", "solvable/ridgeless-double-descent", "--bibtex"}).out;
    CHECK(text.find("@misc{hastie2022,\n  author       = {Hastie and Montanari and Rosset and Tibshirani},\n"
                    "  year         = {2022},\n  howpublished = {Annals of Statistics 50},\n}") != std::string::npos);
    CHECK(text.find("@software{lmw:solvable/ridgeless-double-descent,") != std::string::npos);
  }

  TEST_CASE("a refused plugin is listed with its reason and what to do") {
    Program lmw;
    lmw.environment["LMW_PLUGIN_PATH"] += ":" + (lmw / "more").string();
    std::filesystem::create_directories(lmw / "more");
    write_file(lmw / "more/text.so", "this is not a library\n");
    CHECK(lmw.run({"list"}).err.find("1 plugin was refused: lmw list plugins") != std::string::npos);
    const auto plugins = nlohmann::json::parse(lmw.run({"list", "plugins", "--format", "json"}).out);
    const auto& refused = plugins.back();
    CHECK(refused["plugin"] == "text");
    CHECK(refused["state"] == "PLUGIN_NOT_ELF");
    CHECK_FALSE(refused["next_step"].get<std::string>().empty());
  }
}
