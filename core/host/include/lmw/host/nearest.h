#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What a user meant by a name that nothing has: the "try" of a message.
namespace lmw::host {

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words (optimal string
/// alignment: no stretch is edited twice). Bytes, not characters. Cost O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate within a third of the word's length in edits; else the first that contains the word; else "". A law's
/// id is also met by its name alone, behind the slash.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace lmw::host
