#include <lmw/host/plan.h>

#include "support/scratch.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lmw::host;
using lmw::tests::Scratch;
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
  Registry registry{{.path = {fs::path(LMW_BINARY_DIR) / "tests/plugins/good"},
                     .home = fs::path(LMW_BINARY_DIR) / "tests/plugins/good",
                     .describe_program = fs::path(LMW_BINARY_DIR) / "bin/lmw-describe",
                     .cache = scratch / "cache"}};
  Laboratory() { registry.scan(); }
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
  TEST_CASE("a malformed study is refused with the place, what was expected and what was found") {
    CHECK(says(complaint("{\n  \"laws\": [}\n"), "line 2"));
    CHECK(says(complaint(R"({"laws": ["a"], "efort": "quick"})"), "efort: unknown key; expected one of"));
    CHECK(says(complaint(R"({"laws": ["a"], "effort": "fast"})"), "effort: expected quick, standard or thorough, found \"fast\""));
    CHECK(says(complaint(R"({"laws": []})"), "laws: expected a list of at least one"));
    CHECK(says(complaint(R"({})"), "laws: missing"));
    CHECK(says(complaint(R"([1])"), "the study: expected an object"));
    CHECK(says(complaint(R"({"laws": [3]})"), "laws[0]: expected a law's id"));
    CHECK(says(complaint(R"({"laws": [{"law": "a", "set": {"n": []}}]})"), "laws[0].set.n: expected at least one value"));
    CHECK(says(complaint(R"({"laws": [{"law": "a", "set": {"n": [[1]]}}]})"), "laws[0].set.n[0]: expected a number"));
    CHECK(says(complaint(R"({"laws": ["a"], "seed": -1})"), "seed: expected an integer >= 0, found -1"));
    CHECK(says(complaint(R"({"laws": ["a"], "laws": ["b"]})"), "stands twice"));
    CHECK(says(complaint(R"({"laws": ["a"], "replicates": 1})"), "replicates: expected an integer from 2"));
    CHECK(says(complaint(R"({"laws": ["a"], "seed": NaN})"), "not JSON"));
    CHECK(says(complaint(std::string(40, '[')), "deeper than 16"));
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
    for (const char* bad : {"n", "=1", "n=", "n=1,,2", "n=1..8", "n=8..1:1", "n=0..8:log2", "n=1..8:0", "n=1..1e9:1", "law.=3"})
      CHECK_THROWS_AS(parse_setting(bad), UsageError);
  }
}

TEST_SUITE("host/plan") {
  TEST_CASE("patterns select by id, plugin, glob, pillar and data set") {
    Laboratory lab;
    CHECK(make_plan(of("coin/mean-of-uniforms"), lab.registry).points.size() == 3);
    CHECK(make_plan(of("coin"), lab.registry).forecast.size() == 5);
    CHECK(make_plan(of("*/mean*"), lab.registry).forecast.size() == 1);
    CHECK(make_plan(of("pillar:crosscutting"), lab.registry).forecast.size() == 5);
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
    CHECK(says(lab.refusal(of("coin/mean-of-uniform")), "did you mean \"coin/mean-of-uniforms\"?"));
    CHECK(says(lab.refusal(of("coin/identity", {"aa=1"})), "no selected law has a parameter \"aa\""));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=0"})), "n = 0: expected a value in [1.0"));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=-3"})), "n = -3"));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=1.5"})), "expected integer, found \"1.5\""));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"shift=nan"})), "shift"));
    CHECK(says(lab.refusal(of("coin/misbehaves", {"how=politely"})), "expected one of abstain, "));
    CHECK(says(lab.refusal(of("coin/mean-of-uniforms", {"n=1..1000:1", "shift=0..1:0.001"})), "more than a million points"));
    CHECK(says(lab.refusal(of("coin/identity", {"coin/mean*.n=3"})), "none of the selected laws matches"));
  }
}
