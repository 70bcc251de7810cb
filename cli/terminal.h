#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lmw::cli {

/// What a piece of text means; how it looks is decided once, here. Colour never stands alone: the word says it too.
enum class Tone { plain, strong, faint, good, bad, doubtful };

/// The tone of a verdict's word: confirmed, falsified, inconclusive, outside, error, ...
Tone tone_of(std::string_view verdict);

/// One output stream, as far as its reader goes.
struct Terminal {
  bool interactive = false;  ///< a person watches: bars may be redrawn
  bool color = false;
  std::size_t width = 0;  ///< columns; 0: no limit

  /// Of a file descriptor. The width is COLUMNS where it is set, else what the terminal says, else (a pipe, a file) no
  /// limit. No colour under --no-color, NO_COLOR (no-color.org), TERM=dumb, or where no terminal is.
  static Terminal of(int fd, bool no_color);

  std::string paint(Tone tone, std::string_view text) const;
};

}  // namespace lmw::cli
