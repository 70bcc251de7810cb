#pragma once

#include <lmw/store/lab.h>

#include <vector>

namespace lmw::host {

/// Benjamini and Hochberg's correction over all primary comparisons of a run inside their regimes, of p_falsify and of
/// p_confirm, and the e-values' procedure over those that have an e-value: numbers (K1, K2, K5) of an exact theory by
/// the t-mixture, proportions by the beta mixture, each the least over the band. Marks alone: no verdict changes.
std::vector<store::Badge> badges(const std::vector<store::PrimaryP>& primary);

}  // namespace lmw::host
