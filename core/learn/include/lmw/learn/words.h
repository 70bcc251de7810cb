#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lmw::learn {

/// A text as a sequence of word numbers.
struct WordSequence {
  std::vector<std::string> vocabulary;  ///< the different words, most frequent first, equals in byte order
  std::vector<std::int64_t> counts;     ///< how often each of them stands in the text
  std::vector<std::int32_t> words;      ///< the text: indices into the vocabulary
};

/// Reads a plain text. A word is a longest run of the letters a to z, in either case, and apostrophes; letters are
/// lowered, and everything else separates. Takes 0.3 s for ten million bytes.
///
/// @throws DataError  the file is missing, or holds no word.
WordSequence read_words(const std::filesystem::path& file);

}  // namespace lmw::learn
