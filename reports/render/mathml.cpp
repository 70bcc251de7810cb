#include "mathml.h"

#include "latex_tokens.h"
#include "mathml_symbols.h"

#include <cctype>
#include <string>
#include <vector>

namespace lmw::reports {
namespace {

using latex::Class;
using latex::Token;
using latex::Unknown;

constexpr std::size_t max_bytes = 4096;
constexpr int max_depth = 64;

std::string tag(std::string_view name, const std::string& content) {
  return "<" + std::string(name) + ">" + content + "</" + std::string(name) + ">";
}

/// One piece of a formula, and how scripts attach to it.
struct Node {
  std::string markup;
  enum class Scripts { side, limits, below } scripts = Scripts::side;  ///< below: limits in text style too
  bool function = false;
};

class Parser : private latex::TokenReader {
 public:
  Parser(std::string_view text, bool display) : TokenReader(text), display_(display) {}

  std::string parse() {
    return row([](const Token& t) { return t.type == Token::Type::end; });
  }

 private:
  // Rows and scripts -------------------------------------------------------------------------------------------------

  template <class Stop>
  std::string row(Stop stop) {
    if (++depth_ > max_depth) throw Unknown{};
    std::vector<std::string> nodes;
    while (!stop(peek())) {
      if (peek().type == Token::Type::end) throw Unknown{};
      if (peek().is_command("displaystyle")) {
        next();
        nodes.push_back("<mstyle displaystyle=\"true\">" + row(stop) + "</mstyle>");
        break;
      }
      Node node = scripted();
      if (node.markup.empty()) continue;
      nodes.push_back(node.markup);
      if (node.function) nodes.push_back(after_function());
    }
    --depth_;
    if (nodes.size() == 1) return nodes.front();
    std::string joined;
    for (const std::string& node : nodes) joined += node;
    return tag("mrow", joined);
  }

  /// Function names stand off from what follows, unless that brings its own bracket.
  std::string after_function() {
    const Token follows = peek();
    const bool close = follows.type == Token::Type::end || follows.is("(") || follows.is("[") || follows.is("}") ||
                       follows.is(")") || follows.is("]") || follows.is(",") || follows.is("=") ||
                       follows.is_command("left") || follows.is_command("{") || follows.is_command("right");
    return close ? "<mo>\u2061</mo>" : "<mo>\u2061</mo><mspace width=\"0.167em\"/>";
  }

  Node scripted() {
    Node base = atom();
    std::string below, above;
    while (true) {
      if (peek().is_command("limits")) {
        next();
        base.scripts = Node::Scripts::below;
      } else if (peek().is_command("nolimits")) {
        next();
        base.scripts = Node::Scripts::side;
      } else if (peek().is("_") && below.empty()) {
        next();
        below = argument();
      } else if (peek().is("^") && above.empty()) {
        next();
        above = argument();
      } else if (peek().is("'") && above.empty()) {
        std::string primes;
        for (; peek().is("'"); next()) primes += "′";
        above = tag("mo", primes);
        if (peek().is("^")) {
          next();
          above = tag("mrow", above + argument());
        }
      } else if (peek().is("_") || peek().is("^") || peek().is("'")) {
        throw Unknown{};  // a double script
      } else {
        break;
      }
    }
    if (below.empty() && above.empty()) return base;
    if (base.markup.empty()) base.markup = "<mrow></mrow>";
    const bool stacked = base.scripts == Node::Scripts::below || (base.scripts == Node::Scripts::limits && display_);
    const std::string_view element = below.empty()   ? (stacked ? "mover" : "msup")
                                     : above.empty() ? (stacked ? "munder" : "msub")
                                                     : (stacked ? "munderover" : "msubsup");
    return {tag(element, base.markup + below + above), Node::Scripts::side, base.function};
  }

  /// What follows ^, _, \frac: a group, or one token.
  std::string argument() {
    if (++depth_ > max_depth) throw Unknown{};
    std::string out;
    if (peek().is("{")) {
      out = group();
    } else if (const Token token = peek();
               token.type == Token::Type::character && std::isdigit(static_cast<unsigned char>(token.text[0])) != 0) {
      out = tag("mn", next().text);
    } else {
      out = atom().markup;
    }
    --depth_;
    return out.empty() ? "<mrow></mrow>" : out;
  }

  std::string group() {
    expect("{");
    std::string out = row([](const Token& t) { return t.is("}"); });
    expect("}");
    return out;
  }

  std::string styled_argument(std::string_view style) {
    const std::string before = style_;
    style_ = style;
    std::string out = argument();
    style_ = before;
    return out;
  }

  // Atoms ------------------------------------------------------------------------------------------------------------

  Node atom() {
    const Token token = peek();
    if (token.type == Token::Type::end) throw Unknown{};
    if (token.is("{")) return {group()};
    next();
    return token.type == Token::Type::command ? command(token.text) : plain(token.text);
  }

  Node plain(const std::string& c) {
    const auto first = static_cast<unsigned char>(c[0]);
    if (std::isdigit(first) != 0) return {number(c)};
    if (std::isalpha(first) != 0) return {identifier(c)};
    if (c == "-") return {tag("mo", "−")};
    if (c == "*") return {tag("mo", "∗")};
    if (c == "/") return {"<mo lspace=\"0\" rspace=\"0\">/</mo>"};
    if (c == "(" || c == ")" || c == "[" || c == "]" || c == "|") return {fence(c, "")};
    if (c == "~") return {"<mspace width=\"0.333em\"/>"};
    if (c == "+" || c == "=" || c == "<" || c == ">" || c == "!" || c == "," || c == ";" || c == ":" || c == "." ||
        c == "?")
      return {tag("mo", escape(c))};
    if (first >= 0x80) return {tag("mi", escape(c))};  // a letter typed as itself: η, σ
    throw Unknown{};
  }

  std::string number(std::string digits) {
    digits += rest_of_number();
    if (const auto fancy = digits.size() == 1 ? latex::styled(style_, static_cast<char32_t>(digits[0])) : std::nullopt)
      return tag("mn", *fancy);
    return tag("mn", digits);
  }

  std::string identifier(const std::string& c) {
    if (style_ == "mathrm") return upright(c + rest_of_word());
    const auto fancy = latex::styled(style_, static_cast<char32_t>(c[0]));
    return tag("mi", fancy.value_or(c));
  }

  static std::string upright(const std::string& word) {
    return (word.size() == 1 ? "<mi mathvariant=\"normal\">" : "<mi>") + word + "</mi>";
  }

  std::string greek(const latex::Symbol& symbol) {
    char32_t code = 0;
    if (symbol.text.size() == 2)
      code = static_cast<char32_t>((static_cast<unsigned char>(symbol.text[0]) & 0x1F) << 6 |
                                   (static_cast<unsigned char>(symbol.text[1]) & 0x3F));
    if (const auto fancy = latex::styled(style_, code)) return tag("mi", *fancy);
    const bool normal = symbol.type == Class::upright || style_ == "mathrm";
    return (normal ? "<mi mathvariant=\"normal\">" : "<mi>") + escape(symbol.text) + "</mi>";
  }

  /// A bracket; `size` is empty for its natural one, or an attribute for a stretched one.
  static std::string fence(std::string_view text, std::string_view size) {
    const std::string bar = text == "|" || text == "‖" ? " lspace=\"0\" rspace=\"0\"" : "";
    const std::string stretch = size.empty() ? "stretchy=\"false\"" : std::string(size);
    return "<mo " + stretch + bar + ">" + escape(text) + "</mo>";
  }

  /// The bracket after \left, \right, \middle or \big; empty for `.`.
  std::string delimiter() {
    const Token token = next();
    if (token.type == Token::Type::command) {
      const auto symbol = latex::symbol(token.text);
      if (!symbol || symbol->type != Class::delimiter) throw Unknown{};
      return std::string(symbol->text);
    }
    if (token.is(".")) return "";
    if (token.is("<")) return "⟨";
    if (token.is(">")) return "⟩";
    for (const std::string_view c : {"(", ")", "[", "]", "|", "/"})
      if (token.is(c)) return token.text;
    throw Unknown{};
  }

  Node symbol_node(const latex::Symbol& symbol) {
    switch (symbol.type) {
      case Class::identifier:
      case Class::upright: return {greek(symbol)};
      case Class::op: return {tag("mo", escape(symbol.text))};
      case Class::delimiter: return {fence(symbol.text, "")};
      case Class::big: return {tag("mo", std::string(symbol.text)), Node::Scripts::limits};
      case Class::integral: return {tag("mo", std::string(symbol.text))};
      case Class::function: return {tag("mi", std::string(symbol.text)), Node::Scripts::side, true};
      case Class::limit: return {tag("mi", std::string(symbol.text)), Node::Scripts::limits, true};
    }
    throw Unknown{};
  }

  Node command(const std::string& name) {
    if (const auto symbol = latex::symbol(name)) return symbol_node(*symbol);
    if (const auto width = latex::space(name)) return {"<mspace width=\"" + std::string(*width) + "\"/>"};
    if (const auto accent = latex::accent(name)) return accented(*accent, name);
    if (name == "frac" || name == "tfrac" || name == "dfrac" || name == "binom") return {fraction(name)};
    if (name == "sqrt") return {root()};
    if (name == "left") return {stretched()};
    if (name == "begin") return {environment()};
    if (name == "text" || name == "textrm" || name == "textit" || name == "mbox") return {text()};
    if (name == "operatorname") {
      const bool limits = peek().is("*");
      if (limits) next();
      const std::string word = escape(raw_group());
      return {upright(word), limits ? Node::Scripts::limits : Node::Scripts::side, true};
    }
    if (name == "overset" || name == "stackrel" || name == "underset") {
      const std::string script = argument(), base = argument();
      return {tag(name == "underset" ? "munder" : "mover", base + script)};
    }
    for (const std::string_view style : {"mathrm", "mathit", "mathbb", "mathcal", "mathscr", "mathfrak", "mathbf",
                                         "boldsymbol", "bm", "mathsf", "mathtt"})
      if (name == style) return {styled_argument(style)};
    for (const std::string_view size : {"big", "bigl", "bigr", "bigm", "Big", "Bigl", "Bigr", "bigg", "biggl", "biggr"})
      if (name == size) {
        const std::string_view em = size.substr(0, 4) == "bigg" ? "2.4em" : size[0] == 'B' ? "1.8em" : "1.2em";
        const std::string extent(em);
        return {fence(delimiter(), "stretchy=\"true\" minsize=\"" + extent + "\" maxsize=\"" + extent + "\"")};
      }
    throw Unknown{};
  }

  Node accented(const latex::Accent& accent, std::string_view name) {
    const std::string base = argument();
    const std::string mark = std::string("<mo stretchy=\"") + (accent.stretchy ? "true" : "false") + "\">" +
                             std::string(accent.text) + "</mo>";
    const bool brace = name == "underbrace" || name == "overbrace";
    const std::string flag = brace ? "" : accent.below ? " accentunder=\"true\"" : " accent=\"true\"";
    const std::string element = accent.below ? "munder" : "mover";
    return {"<" + element + flag + ">" + base + mark + "</" + element + ">",
            brace ? Node::Scripts::below : Node::Scripts::side};
  }

  std::string fraction(std::string_view name) {
    const std::string above = argument(), below = argument();
    if (name == "binom")
      return "<mrow><mo>(</mo><mfrac linethickness=\"0\">" + above + below + "</mfrac><mo>)</mo></mrow>";
    const std::string plain = tag("mfrac", above + below);
    if (name == "frac") return plain;
    return std::string("<mstyle displaystyle=\"") + (name == "dfrac" ? "true" : "false") + "\">" + plain + "</mstyle>";
  }

  std::string root() {
    std::string degree;
    if (peek().is("[")) {
      next();
      degree = row([](const Token& t) { return t.is("]"); });
      expect("]");
    }
    const std::string radicand = argument();
    return degree.empty() ? tag("msqrt", radicand) : tag("mroot", radicand + degree);
  }

  std::string stretched() {
    const auto bracket = [&] {
      const std::string text = delimiter();
      return text.empty() ? "" : fence(text, "stretchy=\"true\"");
    };
    std::string out = bracket();
    while (true) {
      out += row([](const Token& t) { return t.is_command("right") || t.is_command("middle"); });
      const bool last = next().is_command("right");
      out += bracket();
      if (last) return tag("mrow", out);
    }
  }

  std::string text() {
    std::string words = raw_group();
    if (!words.empty() && words.front() == ' ') words.replace(0, 1, "\u00A0");
    if (!words.empty() && words.back() == ' ') words.replace(words.size() - 1, 1, "\u00A0");
    return tag("mtext", escape(words));
  }

  std::string environment() {
    const std::string name = raw_group();
    std::string left, right;
    if (name == "pmatrix")
      left = "(", right = ")";
    else if (name == "bmatrix")
      left = "[", right = "]";
    else if (name == "vmatrix")
      left = right = "|";
    else if (name == "Vmatrix")
      left = right = "‖";
    else if (name == "cases")
      left = "{";
    else if (name != "matrix" && name != "aligned" && name != "array" && name != "smallmatrix")
      throw Unknown{};
    if (name == "array") raw_group();

    std::string rows, cells;
    const auto stop = [](const Token& t) { return t.is("&") || t.is_command("\\") || t.is_command("end"); };
    while (true) {
      cells += tag("mtd", row(stop));
      const Token token = next();
      if (token.is("&")) continue;
      if (token.is_command("\\") && peek().is("[")) {  // extra space below the row, as in \\[1ex]
        while (!next().is("]"))
          if (peek().type == Token::Type::end) throw Unknown{};
      }
      if (token.is_command("\\") && !peek().is_command("end")) {
        rows += tag("mtr", cells);
        cells.clear();
        continue;
      }
      rows += tag("mtr", cells);
      if (token.is_command("\\")) next();  // a \\ before \end adds no row
      break;
    }
    if (raw_group() != name) throw Unknown{};
    const std::string style = name == "cases" ? " class=\"cases\"" : name == "aligned" ? " class=\"aligned\"" : "";
    const std::string table = "<mtable" + style + ">" + rows + "</mtable>";
    if (left.empty() && right.empty()) return table;
    return tag("mrow",
               fence(left, "stretchy=\"true\"") + table + (right.empty() ? "" : fence(right, "stretchy=\"true\"")));
  }

  bool display_;
  int depth_ = 0;
  std::string style_;
};

std::string_view trimmed(std::string_view s) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

std::string_view without_delimiters(std::string_view s) {
  s = trimmed(s);
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}})
    if (s.size() > open.size() + close.size() && s.starts_with(open) && s.ends_with(close)) {
      s = s.substr(open.size(), s.size() - open.size() - close.size());
      break;
    }
  return trimmed(s);
}

}  // namespace

std::optional<Markup> to_mathml(std::string_view latex, bool display) {
  const std::string_view body = without_delimiters(latex);
  if (body.empty() || body.size() > max_bytes) return std::nullopt;
  try {
    const std::string row = Parser(body, display).parse();
    const std::string source = escape(body);
    return Markup{"<math" + std::string(display ? " display=\"block\"" : "") + " alttext=\"" + source +
                  "\"><semantics>" + row + "<annotation encoding=\"application/x-tex\">" + source +
                  "</annotation></semantics></math>"};
  } catch (const Unknown&) {
    return std::nullopt;
  }
}

std::vector<std::string> statements(std::string_view latex) {
  const std::string_view body = without_delimiters(latex);
  std::vector<std::string> out;
  int depth = 0;
  std::size_t begin = 0;
  const auto keep = [&](std::size_t end, std::size_t next) {
    const std::string_view part = trimmed(body.substr(begin, end - begin));
    const bool condition = part.starts_with('(') || part.starts_with("\\text");
    if (condition && !out.empty())
      out.back() += "\\quad " + std::string(part);
    else if (!part.empty())
      out.emplace_back(part);
    begin = next;
  };
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '{') ++depth;
    if (body[i] == '}') --depth;
    if (body[i] != '\\') continue;
    std::size_t end = i + 1;
    while (end < body.size() && std::isalpha(static_cast<unsigned char>(body[end])) != 0) ++end;
    const std::string_view command = body.substr(i + 1, end - i - 1);
    if (command == "left" || command == "begin") ++depth;
    if (command == "right" || command == "end") --depth;
    if (depth == 0 && (command == "quad" || command == "qquad")) keep(i, end);
    i = command.empty() ? end : end - 1;  // an escaped sign, as in \\{, is no bracket
  }
  keep(body.size(), body.size());
  return out;
}

Markup formula(std::string_view latex, bool display) {
  if (auto mathml = to_mathml(latex, display)) return *mathml;
  Html out;
  out.element("code", without_delimiters(latex), {{"class", display ? "latex display" : "latex"}});
  return out.take();
}

}  // namespace lmw::reports
