#pragma once

#include <lmw/host/card.h>
#include <lmw/host/registry.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lmw::host {

/// What the user asked for: from a study file, from the command line, or both.
struct Study {
  struct Selection {
    std::string pattern;   ///< a law's id or a glob over ids: solvable/*, */ridgeless*
    /// Parameter to the texts of its values; the points are their product with the law's default points.
    std::vector<std::pair<std::string, std::vector<std::string>>> set;
    std::optional<int> replicates;
  };
  std::string name;
  std::string effort = "quick";
  std::int64_t run_seed = 1;
  std::vector<Selection> selections;
};

/// Reads a study: JSON with comments, checked against schemas/study.schema.json.
/// @throws UsageError  with file, line or JSON path, what was expected and what was found.
Study read_study(const std::filesystem::path& file);

/// "solvable/ridgeless*.n_samples=50,100" -> law pattern, parameter, values; a range a..b:log2 or a..b:step is spelt out.
/// @throws UsageError  not of that form.
void apply_set(Study& study, const std::string& assignment);

struct PlannedPoint {
  const LawCard* law = nullptr;
  std::string json;        ///< keys sorted, every declared parameter
  std::string canonical;   ///< the bytes that seeds and digests are made of
  std::optional<int> replicates;
};

/// A study, spelt out against the plugins that are there.
struct Plan {
  std::string study, effort;
  std::int64_t run_seed = 1;
  std::string study_json, study_sha256;
  std::vector<PlannedPoint> points;   ///< by law in the registry's order, then in the law's order

  struct Forecast {
    const LawCard* law = nullptr;
    std::size_t points = 0;
    double core_seconds = 0, memory_bytes = 0;
  };
  std::vector<Forecast> forecast() const;
};

/// Loads the plugins that are needed and asks their laws for points.
/// @throws UsageError  unknown law (with the nearest id), parameter or value; no law matches; more than a million points.
/// @throws LoadError   a plugin that is needed was refused.
Plan make_plan(const Study& study, Registry& registry);

}  // namespace lmw::host
