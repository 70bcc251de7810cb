#pragma once

#include <cstdint>
#include <string_view>

namespace lmw::host {

/// Symbols of a LaTeX formula that mean something: a letter, a number, an operator, a named symbol or function each
/// count 1, a fraction, root, power or index 1 more. Braces, spaces, sizes, fonts and words in \text count nothing. A
/// stand-in for the nodes of the expression's tree.
std::int64_t formula_length(std::string_view latex);

}  // namespace lmw::host
