#pragma once

#include "table.h"

#include <lmw/store/views.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What several verbs show of a lab, from its public views.
namespace lmw::cli {

/// The run with this id, or the newest. @throws host::UsageError  no such run, or none at all.
store::RunRow find_run(store::Reader& reader, std::optional<store::Id> run_id);

/// The rows of one SELECT. @throws store::StoreError  as store::query.
Table table_of_query(const std::filesystem::path& lab, const std::string& sql);

/// A number for a cell; NaN is missing.
Cell number_cell(double value);

/// `outside, breaks`, `confirmed`, ... with its tone.
Cell verdict_cell(const store::VerdictRow& verdict);

/// Measured with its standard error, 1.234(5); without one where the comparison is deterministic.
Cell measured_cell(const store::VerdictRow& verdict);

/// One row per law of a run: verdict, why in a line, rivals refuted, points.
Table summary_table(const std::vector<store::LawSummaryRow>& laws, const std::vector<store::VerdictRow>& verdicts);

/// Why a law got its verdict, in a line: from the counts, or from its one comparison.
std::string why(const store::LawSummaryRow& law, const std::vector<store::VerdictRow>& verdicts);

/// What a reader of a summary may want to do next, one line each.
std::vector<std::string> next_steps(const store::RunRow& run, const std::vector<store::LawSummaryRow>& laws,
                                    const std::vector<store::VerdictRow>& verdicts);

}  // namespace lmw::cli
