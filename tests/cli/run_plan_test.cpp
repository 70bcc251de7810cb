#include "cli/run_plan.h"
#include "cli/arguments.h"
#include "cli/progress.h"

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <sstream>
#include <string>

using namespace lmw::cli;
using lmw::host::UsageError;

TEST_SUITE("cli/run_plan") {
  TEST_CASE("a budget is a number and a unit") {
    using std::chrono::milliseconds;
    CHECK(parse_duration("500ms") == milliseconds(500));
    CHECK(parse_duration("90s") == milliseconds(90'000));
    CHECK(parse_duration("1.5h") == milliseconds(5'400'000));
    for (const char* wrong : {"", "10", "s", "-1s", "0s", "1d", "1e3s", "10 m", "nan", "1..5s"})
      CHECK_THROWS_AS(parse_duration(wrong), UsageError);
  }

  TEST_CASE("a law that declares more memory than there is, is refused before it starts") {
    lmw::host::LawCard law;
    law.id = "limits/huge";
    lmw::host::Plan plan{.effort = "thorough"};
    plan.forecast.push_back({.law = &law, .points = 1, .core_seconds = 1, .memory_bytes = 8e9});
    CHECK_NOTHROW(require_memory(plan, 9e9));
    CHECK_THROWS_WITH_AS(require_memory(plan, 2e9), doctest::Contains("8 GB declared"), UsageError);
  }

  TEST_CASE("the memory of this machine is known") {
    CHECK(available_memory() > 1e6);
    CHECK(available_memory() < 1e15);
  }

  TEST_CASE("what is typed goes over what the study says") {
    RunArguments arguments{
        .targets = {"solvable/*"}, .effort = "standard", .set = {"solvable/a.n=1,2"}, .replicates = 8, .seed = 5};
    auto study = study_of(arguments.targets);
    apply_options(arguments, study);
    CHECK(study.effort == "standard");
    CHECK(study.run_seed == 5);
    CHECK(study.selections.at(0).replicates == 8);
    CHECK(study.settings.at(0).values == std::vector<std::string>{"1", "2"});
  }

  TEST_CASE("a bar says how far, how much and how long") {
    const lmw::host::Progress half{.points = 28, .points_done = 13, .fraction = 0.5, .law = "solvable/a"};
    CHECK(progress_bar(half, 12, 200) == "[##########..........]  50 %  13/28 points  about 12 s left  solvable/a");
    CHECK(progress_bar(half, std::numeric_limits<double>::infinity(), 40) ==
          "[##########..........]  50 %  13/28 poi…");
    const lmw::host::Progress over{.points = 1, .fraction = 1.5};
    CHECK(progress_bar(over, std::numeric_limits<double>::infinity(), 40).substr(0, 22) == "[####################]");
  }

  TEST_CASE("without a terminal there is a line every tenth of the work, two seconds apart") {
    std::ostringstream out;
    ProgressView view(out, {});
    lmw::host::Progress progress{.points = 100};
    auto now = ProgressView::Clock::time_point();
    for (int i = 0; i <= 1000; ++i) {
      progress.fraction = i / 1000.0;
      view.update(progress, now);
      now += std::chrono::milliseconds(100);
    }
    const std::string text = out.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 10);
    CHECK(text.find("about 50 s left") != std::string::npos);
  }
}
