#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// UTF-8 text as a terminal shows it.
namespace lmw::cli {

/// Columns that the text takes: combining marks take none, East Asian wide characters two.
std::size_t display_width(std::string_view text);

/// The text without what would steer a terminal: line breaks and tabs become spaces, other control characters U+FFFD,
/// as do bytes that are no UTF-8. Whatever a plugin or a lab brought along passes through here before it is shown.
std::string printable(std::string_view text);

/// At most `width` columns: the text, or its beginning and "…".
std::string cut(std::string_view text, std::size_t width);

/// The text in lines of at most `width` columns, broken at spaces; a longer word behind / - _ = or a comma, else
/// anywhere. At least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` with spaces before (number) or behind it, up to `width` columns.
std::string pad(std::string_view text, std::size_t width, bool before);

/// A paragraph: wrapped to `width` (0: not wrapped), every line behind `indent` spaces, each ended by a line break.
std::string paragraph(std::string_view text, std::size_t width, std::size_t indent = 0);

/// "1 law", "12 laws", "0 laws".
std::string plural(std::size_t n, const std::string& noun);

/// "quick, standard, thorough".
std::string listed(const std::vector<std::string>& words);

/// A duration for people: "0.2 s", "41 s", "3.5 min", "2.1 h".
std::string duration(double seconds);

/// "64 MB", "1.2 GB" (powers of ten).
std::string bytes(double n);

}  // namespace lmw::cli
