#pragma once

#include <string>
#include <string_view>

namespace lmw::cli {

/// A LaTeX formula as one line of readable Unicode: \frac{\sigma^2 p}{n-p-1} is σ² p/(n−p−1).
///
/// Knows fractions, roots, scripts, accents, Greek, the usual operators, relations and arrows, \text and \mathrm, \left
/// and \right, cases. A command that it does not know is shown by its name, so nothing is lost. Never throws.
std::string latex_to_text(std::string_view latex);

}  // namespace lmw::cli
