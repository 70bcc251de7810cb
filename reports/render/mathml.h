#pragma once

#include "html.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmw::reports {

/// A formula of deep-learning theory, from LaTeX to presentation MathML, so that pages show mathematics without a
/// script. Understood: letters, numbers, Greek, the usual operators, relations, arrows and functions; ^ _ and primes;
/// \frac \binom \sqrt; sums, products and integrals with limits; \left \middle \right and \big.. delimiters; accents,
/// \overline, \underbrace; \mathrm \mathbf \mathbb \mathcal \boldsymbol \operatorname \text; \overset \underset;
/// matrix environments, cases, aligned, array; spaces. Delimiters $..$, \(..\), \[..\] around the whole are dropped.
///
/// Returns nothing if the text has a command that is not known, unbalanced braces, more than 4096 bytes, or more than
/// 64 levels: half a formula would be worse than its source. Thread-safe.
std::optional<Markup> to_mathml(std::string_view latex, bool display);

/// A displayed formula cut where it sets statements apart by \quad or \qquad, so that a narrow page can put them on
/// lines of their own. A condition in brackets or words stays with what it limits.
std::vector<std::string> statements(std::string_view latex);

/// to_mathml, or the LaTeX source in <code> where that has no answer.
Markup formula(std::string_view latex, bool display);

}  // namespace lmw::reports
