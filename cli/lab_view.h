#pragma once

#include "table.h"

#include <lmw/store/views.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
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

/// Points as people tell them apart: of the parameters, those that differ between the points of one law.
class PointNames {
 public:
  explicit PointNames(const std::vector<store::VerdictRow>& verdicts);
  std::string varying(const store::VerdictRow& verdict) const;
  /// Of what varies, what is not as at most points of the law (usual() says how that is); all of it where that is
  /// nothing.
  std::string unusual(const store::VerdictRow& verdict) const;
  /// By the values of what varies: numbers by size.
  bool before(const store::VerdictRow& a, const store::VerdictRow& b) const;
  /// What all points of the law share.
  std::string common(const std::string& law) const;
  /// Of what varies, the values that more than half of the law's points have.
  std::string usual(const std::string& law) const;

 private:
  struct Law {
    std::set<std::string> points;
    std::set<std::string> varying;
    std::map<std::string, std::string> usual;  ///< value as text
  };
  std::map<std::string, Law> laws_;
};

/// What was predicted and the band around it: 0.434 ± 0.065.
Cell predicted_cell(const store::VerdictRow& verdict);

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
