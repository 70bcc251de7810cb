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
/// The seven desiderata of every pillar and law in the lab, with intervals and denominators.
Markup scorecard_page(const LabFile& lab, const Model& model);
/// Conditions whose runs can fail: structural or accident, unexpected ones first.
Markup failures_page(const LabFile& lab, const Model& model);
/// What was sealed, when, and what was measured after.
Markup ledger_page(const Model& model);
/// The decision rules and the words.
Markup methods_page();

}  // namespace lmw::reports
