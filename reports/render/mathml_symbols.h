#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The tables behind to_mathml: what a LaTeX command stands for.
namespace lmw::reports::latex {

enum class Class {
  identifier,  ///< <mi>
  upright,     ///< <mi mathvariant="normal">
  op,          ///< <mo>
  delimiter,   ///< <mo>, stretched by \left and \right only
  big,         ///< <mo> with limits below and above in display
  integral,    ///< <mo> with limits at its side
  function,    ///< upright name: log, tanh
  limit        ///< upright name with what is below it: max, lim
};

struct Symbol {
  Class type;
  std::string_view text;  ///< UTF-8
};

/// A command without its backslash: "alpha", "leq", "log", "{".
std::optional<Symbol> symbol(std::string_view command);

/// The width in em of a spacing command, `,` to `qquad`.
std::optional<std::string_view> space(std::string_view command);

struct Accent {
  std::string_view text;
  bool stretchy;
  bool below;
};
std::optional<Accent> accent(std::string_view command);

/// A letter or digit in one of Unicode's mathematical alphabets; style is the command's name ("mathbb"). Nothing if
/// the alphabet lacks it. `c` is a code point: ASCII or a Greek letter.
std::optional<std::string> styled(std::string_view style, char32_t c);

std::string utf8(char32_t c);

}  // namespace lmw::reports::latex
