#pragma once

#include "table.h"

#include <lmw/host/logging.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What was typed, as values. One struct per verb, in the words of `lmw VERB --help`.
namespace lmw::cli {

struct Globals {
  std::filesystem::path lab = "lab.db";
  std::vector<std::filesystem::path> plugin_path;  ///< as given; the default is searched after it
  Format format = Format::table;
  host::Verbosity verbosity = host::Verbosity::normal;
  bool no_color = false;
  int jobs = 1;
};

struct ListArguments {
  std::string what = "laws";  ///< laws, plugins, data
};
struct ShowArguments {
  std::string law;
  bool bibtex = false;
};
struct RunArguments {
  std::vector<std::string> targets;  ///< one study file, or patterns of laws
  std::optional<std::string> effort;
  std::vector<std::string> set;
  std::optional<int> replicates;
  std::optional<std::int64_t> seed;
  bool seed_from_seal = false;  ///< drawn from the head of the lab's chain
  std::optional<std::chrono::milliseconds> budget;
  bool until_decided = false, dry_run = false, predict_only = false, again = false, demo = false;
};
struct StatusArguments {
  bool watch = false;
};
struct VerdictsArguments {
  std::optional<std::int64_t> run;
  std::vector<std::string> fail_on;
  bool rivals = false;
};
struct ExplainArguments {
  std::int64_t verdict = 0;
};
struct DiffArguments {
  std::int64_t before = 0, after = 0;
};
struct QueryArguments {
  std::string sql;
  std::string name;  ///< of a named query; "list" lists them
};
struct VerifyArguments {
  std::string head;  ///< empty: none was given
};
struct ExportArguments {
  bool canonical = false;
};
struct ReportArguments {
  std::filesystem::path out;
  std::optional<std::int64_t> run;
};
struct DataArguments {
  std::string action = "list";  ///< list, fetch
  std::string name;
};
struct DoctorArguments {};
struct PluginTestArguments {
  std::vector<std::string> targets;  ///< patterns of laws; empty: all
  std::string effort = "quick";
  std::vector<std::string> set;
  int replicates = 8;
};
struct PluginNewArguments {
  std::string name;  ///< of the plugin, and of the folder that is made
};

struct Request {
  Globals globals;
  std::variant<ListArguments, ShowArguments, RunArguments, StatusArguments, VerdictsArguments, ExplainArguments,
               DiffArguments, QueryArguments, VerifyArguments, ExportArguments, ReportArguments, DataArguments,
               DoctorArguments, PluginTestArguments, PluginNewArguments>
      verb;
};

/// Text that was asked for instead of a verb: --help, --version.
struct Answer {
  std::string text;
};

/// Reads the command line, and LMW_LAB and LMW_PLUGIN_PATH where it is silent.
/// @param version  what --version prints.
/// @throws host::UsageError  unknown verb, option or value (with the nearest one), or one missing.
std::variant<Request, Answer> parse_arguments(const std::vector<std::string>& arguments, const std::string& version);

/// "10m", "90s", "1.5h", "500ms". @throws host::UsageError  anything else, or not more than zero.
std::chrono::milliseconds parse_duration(const std::string& text);

}  // namespace lmw::cli
