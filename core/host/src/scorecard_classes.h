#pragma once

#include "scorecard_card.h"

#include <map>
#include <string>
#include <vector>

namespace lmw::host {

/// Universality classes over the whole lab, as details by law: laws whose cards name the same control parameter and
/// whose confirmed exponents (K5) are shown to agree pairwise, on two architectures at least. The tolerance is the
/// least of the bands of those compared. A class is named after its control parameter and mean exponent.
std::map<std::string, std::vector<ScoreDetail>> universality(const std::vector<store::Scorable>& counting,
                                                             const std::map<std::string, ScoredCard>& cards);

}  // namespace lmw::host
