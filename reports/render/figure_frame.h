#pragma once

#include "figure.h"
#include "html.h"
#include "rows.h"

#include <string>

namespace lmw::reports {

/// Puts a drawing, with its legend and caption, into a <figure> with what it was drawn from: the SQL, the rows as a
/// table, and the CSV file beside the page.
/// @param id    unique in the page; the file is called stem--id.csv.
/// @param stem  Law::file_stem.
Figure framed(const std::string& id, const std::string& stem, const Markup& drawing, const std::string& sql,
              const Rows& rows);

}  // namespace lmw::reports
