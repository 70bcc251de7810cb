#include <lmw/host/plan.h>

#include "support/scratch.h"
#include "support/test_registry.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lmw::host;
using lmw::tests::Scratch;
using lmw::tests::TestRegistry;
using lmw::tests::write_file;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

namespace {

Study study_of(const std::string& text) {
  Scratch scratch;
  write_file(scratch / "s.json", text);
  return read_study(scratch / "s.json");
}

std::string complaint(const std::string& text) {
  try {
    study_of(text);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "accepted";
}

bool says(const std::string& message, const std::string& part) {
  const bool found = message.find(part) != std::string::npos;
  if (!found) MESSAGE("expected \"" << part << "\" in: " << message);
  return found;
}

struct Laboratory {
  Scratch scratch;
  TestRegistry registry{scratch};
  std::string refusal(const Study& study) {
    try {
      make_plan(study, registry);
    } catch (const UsageError& e) {
      return e.what();
    }
    return "accepted";
  }
};

Study of(const std::string& pattern, const Texts& settings = {}) {
  Study study{.name = "t", .selections = {{pattern, {}}}};
  for (const auto& text : settings) study.settings.push_back(parse_setting(text));
  return study;
}

}  // namespace

TEST_SUITE("host/study") {
  TEST_CASE("a study with comments is read whole") {
    const Study study = study_of(R"({
      // which laws
      "name": "mine", "effort": "standard", "seed": 7, "replicates": 8,
      "laws": ["coin/*", {"law": "coin/mean-of-uniforms", "set": {"n": [1, 2], "shift": 0.5, "x": "1..8:log2"}, "replicates": 16}]
    })");
    CHECK(study.name == "mine");
    CHECK(study.effort == "standard");
    CHECK(study.run_seed == 7);
    REQUIRE(study.selections.size() == 2);
    CHECK(study.selections[0].replicates == 8);
    CHECK(study.selections[1].replicates == 16);
    REQUIRE(study.settings.size() == 3);
    CHECK(study.settings[0].values == Texts{"1", "2"});
    CHECK(study.settings[1].values == Texts{"0.5"});
    CHECK(study.settings[2].values == Texts{"1", "2", "4", "8"});
  }
  TEST_CASE(
      "a malformed study is refused with file, line and path, what was expected, what was found, and what to try") {
    const auto told = [](const std::string& text, const std::string& where, const std::string& expected,
                         const std::string& found, const std::string& hint) {
      const std::string message = complaint(text);
      return says(message, "s.json:" + where) && says(message, "\n  expected  " + expected) &&
             says(message, "\n  found     " + found) && says(message, "\n  try       " + hint);
    };
    CHECK(told("{\n  \"laws\": [}\n", "2:12: not JSON", "", "unexpected '}'", "{\"laws\""));
    CHECK(told("{\"laws\": [\"a\"],\n // one\n \"efort\": \"quick\"}", "3: efort", "one of $schema, name",
               "the unknown key", "\"effort\""));
    CHECK(told("{\"laws\": [\"a\"],\n\n\"effort\": \"fast\"}", "3: effort", "quick, standard or thorough", "\"fast\"",
               "\"quick\""));
    CHECK(told(R"({"laws": []})", "1: laws", "a list of at least one", "[]", "[\"*\"]"));
    CHECK(told(R"({})", "1: the study names no laws", "\"laws\"", "none", "{\"laws\""));
    CHECK(told(R"([1])", "1: the study", "an object", "[1]", "{\"laws\""));
    CHECK(told("{\"laws\":\n [3]}", "2: laws[0]", "a law's id", "3", "\"solvable/*\""));
    CHECK(told("{\"laws\": [\"b\",\n{\"law\": \"a\", /* none\n */ \"set\": {\"n\": []}}]}", "3: laws[1].set.n",
               "at least one value", "[]", "take it out"));
    CHECK(told(R"({"laws": [{"law": "a", "set": {"n": [[1]]}}]})", "1: laws[0].set.n[0]", "a number, a text", "[1]",
               "as for --set"));
    CHECK(told(R"({"laws": [{"law": "a", "set": {"n": "8..1:1"}}]})", "1: laws[0].set.n: the range 8..1:1",
               "a last value that is not below the first", "8..1", "1..8:1"));
    CHECK(told(R"({"laws": ["a"], "seed": -1})", "1: seed", "a whole number, 0 or more", "-1", "\"seed\": 1"));
    CHECK(told(R"({"laws": ["a"], "seed": 18446744073709551615})", "1: seed", "a whole number", "1844", "\"seed\": 1"));
    CHECK(told("{\"laws\": [\"a\"],\n\"laws\": [\"b\"]}", "2: laws", "each key once", "it stands there twice",
               "one of the two"));
    CHECK(told(R"({"laws": ["a"], "replicates": 1})", "1: replicates", "a whole number, 2 to 100000", "1",
               "\"replicates\": 16"));
    CHECK(told(R"({"laws": ["a"], "seed": NaN})", "1:25: not JSON", "", "invalid literal", "{\"laws\""));
    CHECK(says(complaint(std::string(40, '[')), "nested too deeply"));
    CHECK_THROWS_AS(read_study("/no/such/study.json"), UsageError);
  }
  TEST_CASE("settings name a law or not, and spell ranges out") {
    const auto s = parse_setting("solvable/ridge*.n=50,100");
    CHECK(s.pattern == "solvable/ridge*");
    CHECK(s.parameter == "n");
    CHECK(s.values == Texts{"50", "100"});
    CHECK(parse_setting("lr=0.1").pattern == "*");
    CHECK(parse_setting("lr=0.1").values == Texts{"0.1"});
    CHECK(parse_setting("n=16..128:log2").values == Texts{"16", "32", "64", "128"});
    CHECK(parse_setting("n=0..10:5,99").values == Texts{"0", "5", "10", "99"});
    CHECK(parse_setting("lr=0.1..0.3:0.1").values.size() == 3);
    CHECK(parse_setting("lr=0.001..1:log10").values == Texts{"0.001", "0.01", "0.1", "1.0"});
    for (const char* bad :
         {"n", "=1", "n=", "n=1,,2", "n=1..8", "n=8..1:1", "n=0..8:log2", "n=1..8:0", "n=1..1e9:1", "law.=3"})
      CHECK_THROWS_AS(parse_setting(bad), UsageError);
  }
}

TEST_SUITE("host/plan") {
  TEST_CASE("patterns select by id, plugin, glob, pillar and data set") {
    Laboratory lab;
    CHECK(make_plan(of("coin/mean-of-uniforms"), lab.registry).points.size() == 3);
    CHECK(make_plan(of("mean-of-uniforms"), lab.registry).points.size() == 3);
    CHECK(make_plan(of("coin"), lab.registry).forecast.size() == 12);
    CHECK(make_plan(of("*/mean*"), lab.registry).forecast.size() == 1);
    CHECK(make_plan(of("pillar:crosscutting"), lab.registry).forecast.size() == 12);
    CHECK(make_plan(of("data:no-such-data"), lab.registry).points[0].law->id == "coin/needs-data");
  }
  TEST_CASE("a setting makes the product with the default points, each once") {
    Laboratory lab;
    const Plan plan = make_plan(of("coin/mean-of-uniforms", {"n=10,20"}), lab.registry);
    REQUIRE(plan.points.size() == 4);  // three default points differ in n and shift: two shifts are left
    CHECK(plan.points[0].json == R"({"n":10,"shift":0.0})");
    CHECK(plan.points[0].canonical == R"({"n":10,"shift":"0x0p+0"})");
    CHECK(plan.points[3].json == R"({"n":20,"shift":0.2})");
    CHECK(plan.forecast[0].core_seconds == doctest::Approx(0.01 * 4 / 3));
  }
  TEST_CASE("equal requests are one study, others are not") {
    Laboratory lab;
    const auto sha = [&](Study study) { return make_plan(study, lab.registry).study_sha256; };
    Study named = of("coin/mean-of-uniforms");
    named.name = "another name";
    CHECK(sha(of("coin/mean-of-uniforms")) == sha(named));
    CHECK(sha(of("coin/mean-of-uniforms")) == sha(of("coin/mean*")));
    Study seeded = of("coin/mean-of-uniforms");
    seeded.run_seed = 2;
    CHECK(sha(of("coin/mean-of-uniforms")) != sha(seeded));
    Study fixed = of("coin/mean-of-uniforms");
    fixed.selections[0].replicates = 8;
    CHECK(sha(of("coin/mean-of-uniforms")) != sha(fixed));
  }
  TEST_CASE("what cannot be is refused with the nearest name, the range, or the count") {
    Laboratory lab;
    CHECK(says(lab.refusal(of("coin/mean-of-uniform")), "no law matches \"coin/mean-of-uniform\""));
    CHECK(says(lab.refusal(of("coin/mean-of-uniform")), "try       coin/mean-of-uniforms"));
    CHECK(says(lab.refusal(of("pillar:croscutting")), "try       pillar:crosscutting"));
    CHECK(says(lab.refusal(of("coin/identity", {"aa=1"})), "no selected law has a parameter \"aa\""));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"shft=0.5"})), "try       shift=0.5"));
    CHECK(
        says(lab.refusal(of("coin/mean-of-uniforms", {"n=0"})), "a whole number from 1 to 1000000\n  found     \"0\""));
    CHECK(
        says(lab.refusal(of("coin/mean-of-uniforms", {"n=-3"})), "--set n=-3: coin/mean-of-uniforms: the parameter n"));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=1.5"})), "found     \"1.5\""));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"shift=nan"})), "a number from 0 to 1\n  found     \"nan\""));
    CHECK(says(lab.refusal(of("coin/misbehaves", {"how=abstan"})), "try       how=abstain"));
    CHECK(says(lab.refusal(of("coin/misbehaves", {"how=politely"})), "expected  one of abstain, "));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=1..1000:1", "shift=0..1:0.001"})), "at most a million"));
    CHECK(says(lab.refusal(of("coin/identity", {"coin/mean*.n=3"})), "none of the selected laws matches"));
  }
}
