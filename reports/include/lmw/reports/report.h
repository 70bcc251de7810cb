#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

/// The HTML report of one run: a folder of static pages that needs no network and no script.
namespace lmw::reports {

struct ReportOptions {
  std::filesystem::path out;           ///< the folder; made if it is not there
  std::optional<std::int64_t> run_id;  ///< the newest run if not given
};

struct ReportSummary {
  std::filesystem::path index;  ///< open this one
  std::int64_t run_id = 0;
  std::int64_t laws = 0, figures = 0, pages = 0;
};

/// Writes index.html, scorecard.html, failures.html, ledger.html, methods.html, and for each law of the run
/// law/<plugin>--<name>.html with one CSV file per figure beside it. Files of an earlier report are overwritten; others
/// are left alone. The bytes depend on the lab and the run alone.
///
/// Reads the public views of docs/schema.md, and nothing else.
///
/// @throws std::runtime_error  the lab cannot be read, has no such run, or holds an id that is no file name; a file
///                             cannot be written.
ReportSummary write_report(const std::filesystem::path& lab, const ReportOptions& options);

}  // namespace lmw::reports
