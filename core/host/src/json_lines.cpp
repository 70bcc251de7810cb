#include "json_lines.h"

#include <algorithm>

namespace lmw::host {

JsonLines::JsonLines(std::string_view text) : left_(text) {
  if (left_.substr(0, 3) == "\xEF\xBB\xBF") left_.remove_prefix(3);
  value("");
}

std::optional<std::size_t> JsonLines::line(const std::string& path) const {
  const auto found = lines_.find(path);
  return found == lines_.end() ? std::nullopt : std::optional(found->second);
}

/// Spaces, comments, and the marks between values.
void JsonLines::skip() {
  while (!left_.empty()) {
    std::size_t n = 1;
    if (left_.substr(0, 2) == "//")
      n = left_.find('\n');
    else if (left_.substr(0, 2) == "/*")
      n = left_.find("*/") + 2;
    else if (std::string_view(" \t\r\n,:").find(left_[0]) == std::string_view::npos)
      return;
    n = std::min(n, left_.size());
    line_ += static_cast<std::size_t>(std::count(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(n), '\n'));
    left_.remove_prefix(n);
  }
}

std::string JsonLines::text() {
  std::size_t end = 1;
  while (end < left_.size() && left_[end] != '"') end += left_[end] == '\\' ? 2 : 1;
  const std::string word(left_.substr(1, end - 1));
  left_.remove_prefix(std::min(end + 1, left_.size()));
  return word;
}

void JsonLines::value(const std::string& path) {
  skip();
  lines_.emplace(path, line_);
  const char open = left_.empty() ? '\0' : left_[0];
  if (open == '"') {
    text();
  } else if (open == '{' || open == '[') {
    const char close = open == '{' ? '}' : ']';
    left_.remove_prefix(1);
    std::size_t i = 0;
    for (skip(); !left_.empty() && left_[0] != close; skip(), ++i) {
      if (open == '[') {
        value(path + "[" + std::to_string(i) + "]");
        continue;
      }
      const std::size_t key_line = line_;
      const std::string member = (path.empty() ? "" : path + ".") + text();
      if (!lines_.emplace(member, key_line).second) {
        if (!twice_) twice_ = member;
        lines_[member] = key_line;
      }
      value(member);
    }
    left_.remove_prefix(std::min<std::size_t>(1, left_.size()));
  } else {
    left_.remove_prefix(std::min(left_.find_first_of(",]} \t\r\n/"), left_.size()));
  }
}

}  // namespace lmw::host
