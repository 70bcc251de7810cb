#include <lmw/learn/data_error.h>
#include <lmw/learn/words.h>

#include "gz_file.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace lmw::learn {
namespace {

constexpr std::size_t max_bytes = 1U << 30;

/// The letter in lower case, the apostrophe as it is, and a space for everything else.
char letter_of(char byte) {
  if (byte >= 'A' && byte <= 'Z') return static_cast<char>(byte - 'A' + 'a');
  return (byte >= 'a' && byte <= 'z') || byte == '\'' ? byte : ' ';
}

}  // namespace

WordSequence read_words(const std::filesystem::path& file) {
  std::string text = GzFile(file).read_all(max_bytes);
  std::transform(text.begin(), text.end(), text.begin(), letter_of);

  std::unordered_map<std::string_view, std::int32_t> number_of;
  std::vector<std::string_view> seen;  // in order of their first appearance
  WordSequence sequence;
  for (std::size_t end = 0;;) {
    const std::size_t begin = text.find_first_not_of(' ', end);
    if (begin == std::string::npos) break;
    end = std::min(text.find(' ', begin), text.size());
    const std::string_view word(text.data() + begin, end - begin);
    const auto [entry, is_new] = number_of.try_emplace(word, static_cast<std::int32_t>(seen.size()));
    if (is_new) {
      seen.push_back(word);
      sequence.counts.push_back(0);
    }
    ++sequence.counts[static_cast<std::size_t>(entry->second)];
    sequence.words.push_back(entry->second);
  }
  if (seen.empty()) throw DataError(file.string() + ": expected a text with words of the letters a to z, found none");

  std::vector<std::size_t> order(seen.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sequence.counts[a] != sequence.counts[b] ? sequence.counts[a] > sequence.counts[b] : seen[a] < seen[b];
  });
  std::vector<std::int32_t> rank(seen.size());
  std::vector<std::int64_t> sorted_counts;
  for (const std::size_t word : order) {
    rank[word] = static_cast<std::int32_t>(sequence.vocabulary.size());
    sequence.vocabulary.emplace_back(seen[word]);
    sorted_counts.push_back(sequence.counts[word]);
  }
  sequence.counts = std::move(sorted_counts);
  for (std::int32_t& word : sequence.words) word = rank[static_cast<std::size_t>(word)];
  return sequence;
}

}  // namespace lmw::learn
