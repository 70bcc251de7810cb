#include "formula_length.h"

#include <cctype>
#include <set>

namespace lmw::host {
namespace {

bool is_layout(std::string_view command) {
  static const std::set<std::string_view> layout = {
      "left",   "right",  "big",    "Big",     "bigl",   "bigr",   "Bigl",         "Bigr",         "quad",
      "qquad",  "mathrm", "mathbf", "mathcal", "mathbb", "mathsf", "operatorname", "displaystyle", "textstyle",
      "limits", "lVert",  "rVert",  "lvert",   "rvert",  "langle", "rangle"};
  return layout.contains(command);
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Past the group in braces that starts at `at`, if one does.
std::size_t past_group(std::string_view latex, std::size_t at) {
  if (at >= latex.size() || latex[at] != '{') return at;
  int depth = 0;
  for (; at < latex.size(); ++at) {
    depth += latex[at] == '{' ? 1 : latex[at] == '}' ? -1 : 0;
    if (depth == 0) return at + 1;
  }
  return at;
}

}  // namespace

std::int64_t formula_length(std::string_view latex) {
  std::int64_t symbols = 0;
  for (std::size_t i = 0; i < latex.size();) {
    const char c = latex[i];
    if (c == '\\') {
      std::size_t end = ++i;
      while (end < latex.size() && is_letter(latex[end])) ++end;
      const std::string_view command = latex.substr(i, end - i);
      i = command.empty() ? i + 1 : end;  // a spacing command such as \, has one character that is no letter
      if (command.substr(0, 4) == "text" && command != "textstyle") {
        i = past_group(latex, i);
      } else if (command == "begin" || command == "end") {
        i = past_group(latex, i);
      } else if (!command.empty() && !is_layout(command)) {
        ++symbols;
      }
    } else if (is_digit(c)) {
      while (i < latex.size() && (is_digit(latex[i]) || latex[i] == '.')) ++i;
      ++symbols;
    } else {
      const bool counts = is_letter(c) || std::string_view("+-*/=<>!^_'|").find(c) != std::string_view::npos;
      symbols += counts ? 1 : 0;
      ++i;
    }
  }
  return symbols;
}

}  // namespace lmw::host
