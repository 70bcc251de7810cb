#include "latex_tokens.h"

#include <cctype>

namespace lmw::reports::latex {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

Token TokenReader::peek() {
  const std::size_t before = at_;
  Token token = next();
  at_ = before;
  return token;
}

Token TokenReader::next() {
  while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  if (at_ >= text_.size()) return {};
  if (text_[at_] != '\\') return {Token::Type::character, character()};
  ++at_;
  if (at_ >= text_.size()) throw Unknown{};
  if (std::isalpha(static_cast<unsigned char>(text_[at_])) == 0) return {Token::Type::command, character()};
  std::size_t end = at_;
  while (end < text_.size() && std::isalpha(static_cast<unsigned char>(text_[end])) != 0) ++end;
  Token token{Token::Type::command, std::string(text_.substr(at_, end - at_))};
  at_ = end;
  return token;
}

std::string TokenReader::character() {
  std::size_t length = 1;
  while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xC0) == 0x80) ++length;
  std::string out(text_.substr(at_, length));
  at_ += length;
  return out;
}

void TokenReader::expect(std::string_view character) {
  if (!next().is(character)) throw Unknown{};
}

std::string TokenReader::raw_group() {
  expect("{");
  std::string out;
  for (int depth = 1; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) {
      ++at_;
      return out;
    }
    if (c == '\\') {  // a space, or a sign that LaTeX wants escaped
      if (++at_ >= text_.size()) throw Unknown{};
      if (text_[at_] == ',' || text_[at_] == ';')
        out += "\u2009";
      else if (std::string_view(" %_&#").find(text_[at_]) != std::string_view::npos)
        out += text_[at_];
      else
        throw Unknown{};
      continue;
    }
    if (c == '$') throw Unknown{};
    if (c != '{' && c != '}') out += c;
  }
  throw Unknown{};
}

std::string TokenReader::rest_of_number() {
  std::string digits;
  while (at_ < text_.size()) {
    const bool point = text_[at_] == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (!is_digit(text_[at_]) && !point) break;
    digits += text_[at_++];
  }
  return digits;
}

std::string TokenReader::rest_of_word() {
  std::string word;
  while (at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_])) != 0) word += text_[at_++];
  return word;
}

}  // namespace lmw::reports::latex
