#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lmw::reports::latex {

/// Thrown where a formula is more than to_mathml knows; it never leaves that function.
struct Unknown {};

struct Token {
  enum class Type { end, command, character } type = Type::end;
  std::string text;  ///< the command's name without its backslash, or one UTF-8 character
  bool is(std::string_view character) const { return type == Type::character && text == character; }
  bool is_command(std::string_view name) const { return type == Type::command && text == name; }
};

/// Cuts LaTeX into tokens: commands, and characters without the spaces between them.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text) {}

  Token peek();
  /// @throws Unknown  a backslash at the end.
  Token next();
  /// @throws Unknown  the next token is not this character.
  void expect(std::string_view character);
  /// The text of {...} as it stands, for \text and names of environments.
  /// @throws Unknown  no group, or one with mathematics in it.
  std::string raw_group();
  /// The digits, and the point between digits, that follow directly.
  std::string rest_of_number();
  /// The letters and digits that follow directly.
  std::string rest_of_word();

 private:
  std::string character();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace lmw::reports::latex
