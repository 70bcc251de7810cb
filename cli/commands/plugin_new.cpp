#include "../failure.h"
#include "commands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace lmw::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* cmake_text = R"(cmake_minimum_required(VERSION 3.25)
project(@NAME@ VERSION 0.1.0 LANGUAGES CXX)
find_package(lmw REQUIRED)
lmw_add_plugin(@NAME@ LIBRARIES lmw::numerics)  # every .cpp beside this file
)";

constexpr const char* law_text =
    R"(// One law in one file: what it claims, what it predicts, and how the claim could be refuted by measuring.
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

namespace {

using namespace lmw;

class FirstLaw final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {.name = "first-law",
            .title = "The squared length of a normal vector",
            .claim = "the squared length of a standard normal vector in d dimensions is d, on average",
            .formula = R"tex(\mathbb{E}\,\|x\|^2 = d)tex",
            .source = "the chi-squared distribution",
            .pillar = "crosscutting",  // or solvable, limits, scaling, hyperparameters, universality
            .parameters = {sdk::count_parameter("d", 1000, 1, 1e6, "dimensions")},
            .observables = {{.name = "length_sq_per_d", .axis = "d", .log_axis = true}},
            .rivals = {{"length", "the length itself, not its square, is the square root of d on average, so less"}},
            .regime = "every d",
            .refuted_if = "the mean over seeds lies outside the band at some d",
            .quick = {.core_seconds = 0.1, .memory_bytes = 8e6}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort) const override { return {{{"d", 1000}}, {{"d", 4000}}}; }

  // Sealed before anything is measured. It shares no formula with measure().
  void predict(const sdk::Point&, sdk::Recorder& out) const override {
    out.record({.observable = "length_sq_per_d", .value = 1.0, .eps = 0.1, .eps_reason = "a fifth of the gap to the rival"});
    out.record({.observable = "length_sq_per_d", .rival = "length", .value = 0.5});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    numerics::Rng rng(seed.value, numerics::Stream::data);
    out.record({.observable = "length_sq_per_d", .value = rng.normal(at.count("d")).squaredNorm() / at["d"]});
  }
};

void fill(sdk::LawList& laws) { laws.add<FirstLaw>(); }

}  // namespace

LMW_PLUGIN(@NAME@, fill)
)";

constexpr const char* readme_text = R"(# @NAME@

Laws for the Learning Mechanics Workbench.

```
cmake -S . -B build -DCMAKE_PREFIX_PATH=PREFIX    # where lmw is installed
cmake --build build
lmw --plugin-path build plugin test @NAME@        # could its laws have lost?
lmw --plugin-path build run @NAME@
```
)";

std::string filled(std::string text, const std::string& name) {
  constexpr std::string_view mark = "@NAME@";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.replace(at, mark.size(), name);
  return text;
}

bool is_slug(const std::string& text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

/// Where this lmw was installed, if it was: what CMAKE_PREFIX_PATH has to be.
std::string prefix() {
  const fs::path prefix = (program_folder() / "..").lexically_normal().parent_path();
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(prefix / "lib", ignored))
    if (entry.path().filename() == "lmwConfig.cmake") return prefix.string();
  return "";
}

}  // namespace

int execute(const PluginNewArguments& arguments, Session& session) {
  const fs::path folder = arguments.name;
  if (!is_slug(arguments.name))
    refuse("lmw plugin new: no id for a plugin", "small letters, digits and -, a letter first",
           "\"" + arguments.name + "\"", "lmw plugin new my-theory");
  if (fs::exists(folder))
    refuse("lmw plugin new: " + arguments.name + " is there already", "a folder that can be made anew",
           "one that may hold your work", "another name, or mv " + arguments.name + " elsewhere");
  fs::create_directory(folder);
  Table table({{.name = "file"}});
  for (const auto& [name, text] : {std::pair{"CMakeLists.txt", cmake_text}, std::pair{"first_law.cpp", law_text},
                                   std::pair{"README.md", readme_text}}) {
    std::ofstream file(folder / name);
    file << filled(text, arguments.name);
    if (!file.flush())
      throw fs::filesystem_error("plugin new", folder / name, std::make_error_code(std::errc::io_error));
    table.add({(folder / name).string()});
  }
  session.write(table);
  const std::string installed = prefix();
  const std::string build = arguments.name + "/build";
  session.note("\nNext:");
  if (installed.empty()) session.note("  cmake --install BUILD --prefix PREFIX    (this lmw is not installed yet)");
  session.note("  cmake -S " + arguments.name + " -B " + build +
               " -DCMAKE_PREFIX_PATH=" + (installed.empty() ? "PREFIX" : installed));
  session.note("  cmake --build " + build);
  session.note("  lmw --plugin-path " + build + " plugin test " + arguments.name);
  return done;
}

}  // namespace lmw::cli
