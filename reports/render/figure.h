#pragma once

#include "html.h"
#include "model.h"
#include "rows.h"

#include <string>
#include <vector>

namespace lmw::reports {

/// One observable of a law: what its page shows, and the file beside the page.
struct Figure {
  Markup html;           ///< <figure> with drawing, legend, data table, SQL and link
  std::string csv_name;  ///< beside the page
  std::string csv;
};

/// Prediction against measurement with the tolerance band, rivals, and residuals in units of the tolerance below, for
/// each observable of the law that was judged: in the order of its card, primary ones first. All numbers that are drawn
/// come from the rows that the SQL in the figure returns. Where a law predicts per replicate, a second figure sets each
/// replicate against its own prediction.
std::vector<Figure> figures(const LabFile& lab, const Run& run, const Law& law);

}  // namespace lmw::reports
