#pragma once

#include "figure_panel.h"
#include "model.h"
#include "rows.h"

#include <string>
#include <vector>

/// The rows that figures are drawn from, and the SQL that returns them.
namespace lmw::reports {

/// The SQL of a figure of prediction against measurement: complete, for sqlite3 and the lab alone.
std::string figure_sql(const Run& run, const Law& law, const std::string& observable);

/// Its rows as samples: one for each of the law's own rows, with the predictions of its rivals.
///
/// Where a law predicts per replicate, what is drawn is the mean difference from each replicate's own prediction (or
/// ratio, minus 1), and a rival stands where its predictions lie on average in that measure.
std::vector<Sample> samples_of(const Rows& rows, const Law& law);

/// The SQL of a figure of each replicate against its own prediction; of a curve, at the grid point that decided.
std::string replicates_figure_sql(const Run& run, const Law& law, const std::string& observable);

/// The law's varying parameters as columns of a query over `v.point`: "json_extract(...) AS width, ". A parameter that
/// is called like a column of a figure gets another name.
std::string parameter_columns(const Law& law);

/// Rivals in the order of the card, then others by name.
std::vector<std::string> rival_names(const Law& law, const std::vector<Sample>& samples);

/// The card of an observable, or nullptr.
const ObservableCard* card_of(const Law& law, const std::string& observable);

/// "time (steps)"; the name alone if it has no unit.
std::string with_unit(const std::string& name, const std::string& unit);

}  // namespace lmw::reports
