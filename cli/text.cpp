#include "text.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cstdint>

namespace lmw::cli {
namespace {

/// One character of a UTF-8 text: its code point and its length in bytes. A byte that starts none is U+FFFD, length 1.
struct Character {
  std::uint32_t code = 0xFFFD;
  std::size_t bytes = 1;
};

Character character_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  if (lead < 0x80) return {lead, 1};
  const std::size_t n = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + n > text.size()) return {};
  std::uint32_t code = lead & (0xFFu >> (n + 1));
  for (std::size_t k = 1; k < n; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i + k) & 0x3Fu);
  }
  const bool overlong = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, n};
}

std::size_t columns_of(std::uint32_t code) {
  struct Range {
    std::uint32_t first, last;
  };
  static constexpr Range combining[] = {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF},
                                        {0x200B, 0x200F}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
  static constexpr Range wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                   {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                   {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  const auto in = [code](const Range& range) { return code >= range.first && code <= range.last; };
  if (std::any_of(std::begin(combining), std::end(combining), in)) return 0;
  return std::any_of(std::begin(wide), std::end(wide), in) ? 2 : 1;
}

/// How many bytes of the text fit into `width` columns.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    used += columns_of(c.code);
    if (used > width) return i;
    i += c.bytes;
  }
  return text.size();
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    width += columns_of(c.code);
    i += c.bytes;
  }
  return width;
}

std::string printable(std::string_view text) {
  static constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    if (c.code == '\n' || c.code == '\t' || c.code == '\r')
      out += ' ';
    else if (c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0) || c.code == 0xFFFD)
      out += replacement;
    else
      out += text.substr(i, c.bytes);
    i += c.bytes;
  }
  return out;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string out(text.substr(0, fitting(text, width - 1)));
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out + "…";
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 1);
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return lines;
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const std::size_t space = lines.back().empty() ? 0 : 1;
    if (space == 1 && used + 1 + display_width(word) > width) {
      lines.emplace_back();
      used = 0;
    } else if (space == 1) {
      lines.back() += ' ';
      ++used;
    }
    for (std::size_t piece; (piece = fitting(word, width - used)) < word.size(); used = 0) {
      // Ids and settings break behind a joint: solvable/ridgeless-, n_samples=.
      if (const auto joint = word.substr(0, piece).find_last_of("/-_=,"); joint != std::string_view::npos)
        piece = joint + 1;
      piece = std::max(piece, character_at(word, 0).bytes);  // a wide character in one column
      lines.back() += word.substr(0, piece);
      word.remove_prefix(piece);
      if (word.empty()) break;
      lines.emplace_back();
    }
    lines.back() += word;
    used += display_width(word);
  }
}

std::string pad(std::string_view text, std::size_t width, bool before) {
  const std::size_t own = display_width(text);
  const std::string spaces(own < width ? width - own : 0, ' ');
  return before ? spaces + std::string(text) : std::string(text) + spaces;
}

std::string paragraph(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (width == 0) return margin + std::string(text) + '\n';
  std::string out;
  for (const std::string& line : wrap(text, width > indent + 10 ? width - indent : 10)) out += margin + line + '\n';
  return out;
}

std::string plural(std::size_t n, const std::string& noun) {
  return std::to_string(n) + ' ' + noun + (n == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string duration(double seconds) {
  if (seconds < 100) return numerics::significant(seconds, 2) + " s";
  if (seconds < 6000) return numerics::significant(seconds / 60, 2) + " min";
  return numerics::significant(seconds / 3600, 2) + " h";
}

std::string bytes(double n) {
  static constexpr const char* units[] = {" B", " kB", " MB", " GB", " TB"};
  int unit = 0;
  for (; n >= 999.5 && unit < 4; n /= 1000) ++unit;
  return numerics::significant(n, 3) + units[unit];
}

}  // namespace lmw::cli
