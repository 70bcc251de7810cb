#pragma once

#include "figure.h"
#include "html.h"
#include "model.h"

#include <vector>

/// The bodies of the pages.
namespace lmw::reports {

/// Counts, what surprises, all laws by pillar, provenance, how to read.
Markup index_page(const Model& model);
/// One law: claim, verdict, figures, and everything that they rest on.
Markup law_page(const LabFile& lab, const Run& run, const Law& law, const std::vector<Figure>& figures);
/// What was sealed, when, and what was measured after.
Markup ledger_page(const Model& model);
/// The decision rules and the words.
Markup methods_page();

}  // namespace lmw::reports
