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
  /// Values for one parameter of the laws that match: `--set solvable/*.n_samples=50,100`.
  struct Setting {
    std::string pattern;  ///< as Selection::pattern; "*": every selected law that has the parameter
    std::string parameter;
    std::vector<std::string> values;  ///< as text: the law's card knows the type
    std::string where = {};           ///< where it was asked for, for messages: study.json:3: laws[0].set.width
  };
  struct Selection {
    /// A law's id or its name alone, a plugin's id, a glob over ids (solvable/*, */ridgeless*), or pillar:NAME,
    /// tag:NAME, data:NAME.
    std::string pattern;
    std::optional<int> replicates;  ///< a fixed number instead of the sequential rule
    std::string where = {};         ///< as Setting::where; empty: typed
  };
  std::string name;
  std::string effort = "quick";
  std::int64_t run_seed = 1;
  bool until_decided = false;  ///< rule B: go on far beyond the looks of rule A, where a rule for any time exists
  std::vector<Selection> selections;
  std::vector<Setting> settings;
};

/// Reads a study: JSON with comments, of the form that schemas/study.schema.json describes.
/// @throws UsageError  with file, line and JSON path, what was expected, what was found, and what to try.
Study read_study(const std::filesystem::path& file);

/// "solvable/ridgeless*.n_samples=50,100" -> a setting. Ranges are spelt out: 16..128:log2 is 16,32,64,128 and
/// 0..10:5 is 0,5,10. @throws UsageError  not of that form, or more than a million values.
Study::Setting parse_setting(const std::string& assignment);

/// Whether a pattern selects a law.
bool selects(const std::string& pattern, const LawCard& law);

struct PlannedPoint {
  const LawCard* law = nullptr;
  std::string json;       ///< keys sorted, every declared parameter
  std::string canonical;  ///< the bytes that seeds and digests are made of
  std::optional<int> replicates;
  std::vector<std::string> data;  ///< the law's data sets that this point needs
  bool until_decided = false;
};

/// A study, spelt out against the plugins that are there.
struct Plan {
  std::string study, effort;
  std::int64_t run_seed = 1;
  std::string study_json, study_sha256;
  std::vector<PlannedPoint> points;  ///< by law in the registry's order, then in the law's order

  /// What a law declares for its default points, scaled to the number of points that are planned.
  struct Forecast {
    const LawCard* law = nullptr;
    std::size_t points = 0;
    double core_seconds = 0, memory_bytes = 0;
  };
  std::vector<Forecast> forecast;  ///< one per law
};

/// Loads the plugins that are needed and asks their laws for points. A setting makes points of its values: the product
/// with the law's default points, each once.
/// @throws UsageError  unknown law (with the nearest id), parameter or value; no law matches; more than a million
/// points.
/// @throws LoadError   a plugin that is needed was refused, as far as its file's name tells.
Plan make_plan(const Study& study, Registry& registry);

}  // namespace lmw::host
