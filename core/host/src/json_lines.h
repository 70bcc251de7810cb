#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lmw::host {

/// Where the values of a JSON text with comments stand: a parser keeps the tree and forgets the lines.
///
/// The text must be one that a parser has accepted. Cost O(length of the text).
class JsonLines {
 public:
  explicit JsonLines(std::string_view text);

  /// The line, from 1, of the value with this path (laws[2].set.width; "" is the whole), or of its key.
  std::optional<std::size_t> line(const std::string& path) const;
  /// The path of the first key that stands a second time in its object, where there is one: line() is that of the
  /// second.
  const std::optional<std::string>& twice() const { return twice_; }

 private:
  void skip();
  std::string text();
  void value(const std::string& path);

  std::string_view left_;
  std::size_t line_ = 1;
  std::map<std::string, std::size_t> lines_;
  std::optional<std::string> twice_;
};

}  // namespace lmw::host
