#include "latex_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace lmw::cli {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr Entry symbols[] = {
    {"alpha", "α"},      {"beta", "β"},     {"gamma", "γ"},    {"delta", "δ"},      {"epsilon", "ϵ"},
    {"varepsilon", "ε"}, {"zeta", "ζ"},     {"eta", "η"},      {"theta", "θ"},      {"vartheta", "ϑ"},
    {"iota", "ι"},       {"kappa", "κ"},    {"lambda", "λ"},   {"mu", "μ"},         {"nu", "ν"},
    {"xi", "ξ"},         {"pi", "π"},       {"rho", "ρ"},      {"varrho", "ϱ"},     {"sigma", "σ"},
    {"tau", "τ"},        {"upsilon", "υ"},  {"phi", "ϕ"},      {"varphi", "φ"},     {"chi", "χ"},
    {"psi", "ψ"},        {"omega", "ω"},    {"Gamma", "Γ"},    {"Delta", "Δ"},      {"Theta", "Θ"},
    {"Lambda", "Λ"},     {"Xi", "Ξ"},       {"Pi", "Π"},       {"Sigma", "Σ"},      {"Phi", "Φ"},
    {"Psi", "Ψ"},        {"Omega", "Ω"},    {"ell", "ℓ"},      {"partial", "∂"},    {"nabla", "∇"},
    {"infty", "∞"},      {"hbar", "ħ"},     {"sum", "∑"},      {"prod", "∏"},       {"int", "∫"},
    {"cdot", "·"},       {"times", "×"},    {"pm", "±"},       {"mp", "∓"},         {"circ", "∘"},
    {"odot", "⊙"},       {"otimes", "⊗"},   {"oplus", "⊕"},    {"ast", "∗"},        {"star", "⋆"},
    {"top", "ᵀ"},        {"intercal", "ᵀ"}, {"dagger", "†"},   {"prime", "′"},      {"le", "≤"},
    {"leq", "≤"},        {"ge", "≥"},       {"geq", "≥"},      {"ll", "≪"},         {"gg", "≫"},
    {"ne", "≠"},         {"neq", "≠"},      {"approx", "≈"},   {"simeq", "≃"},      {"sim", "∼"},
    {"propto", "∝"},     {"equiv", "≡"},    {"in", "∈"},       {"notin", "∉"},      {"subset", "⊂"},
    {"cup", "∪"},        {"cap", "∩"},      {"to", "→"},       {"rightarrow", "→"}, {"leftarrow", "←"},
    {"Rightarrow", "⇒"}, {"iff", "⇔"},      {"mapsto", "↦"},   {"langle", "⟨"},     {"rangle", "⟩"},
    {"lVert", "‖"},      {"rVert", "‖"},    {"Vert", "‖"},     {"lvert", "|"},      {"rvert", "|"},
    {"mid", "|"},        {"vert", "|"},     {"lfloor", "⌊"},   {"rfloor", "⌋"},     {"lceil", "⌈"},
    {"rceil", "⌉"},      {"ldots", "…"},    {"dots", "…"},     {"cdots", "⋯"},      {"forall", "∀"},
    {"exists", "∃"},     {"Re", "Re"},      {"Im", "Im"},      {"perp", "⊥"},       {"parallel", "∥"},
    {"setminus", "∖"},   {"quad", "  "},    {"qquad", "    "}, {"colon", ":"},      {"lbrace", "{"},
    {"rbrace", "}"}};

/// Relations and binary operators stand between spaces.
constexpr std::string_view spaced[] = {"≤", "≥", "≪", "≫", "≠", "≈", "≃", "∼", "∝", "≡",
                                       "∈", "∉", "⊂", "→", "←", "⇒", "⇔", "↦", "±", "×"};

constexpr Entry superscripts[] = {
    {"0", "⁰"}, {"1", "¹"}, {"2", "²"}, {"3", "³"}, {"4", "⁴"}, {"5", "⁵"}, {"6", "⁶"}, {"7", "⁷"}, {"8", "⁸"},
    {"9", "⁹"}, {"+", "⁺"}, {"−", "⁻"}, {"=", "⁼"}, {"(", "⁽"}, {")", "⁾"}, {"a", "ᵃ"}, {"b", "ᵇ"}, {"c", "ᶜ"},
    {"d", "ᵈ"}, {"e", "ᵉ"}, {"f", "ᶠ"}, {"g", "ᵍ"}, {"h", "ʰ"}, {"i", "ⁱ"}, {"j", "ʲ"}, {"k", "ᵏ"}, {"l", "ˡ"},
    {"m", "ᵐ"}, {"n", "ⁿ"}, {"o", "ᵒ"}, {"p", "ᵖ"}, {"r", "ʳ"}, {"s", "ˢ"}, {"t", "ᵗ"}, {"u", "ᵘ"}, {"v", "ᵛ"},
    {"w", "ʷ"}, {"x", "ˣ"}, {"y", "ʸ"}, {"z", "ᶻ"}, {"α", "ᵅ"}, {"β", "ᵝ"}, {"γ", "ᵞ"}, {"δ", "ᵟ"}, {"ᵀ", "ᵀ"},
    {"T", "ᵀ"}, {"∗", "*"}, {"*", "*"}, {"⋆", "*"}, {"′", "′"}, {"†", "†"}, {" ", ""}};

constexpr Entry subscripts[] = {{"0", "₀"}, {"1", "₁"}, {"2", "₂"}, {"3", "₃"}, {"4", "₄"}, {"5", "₅"}, {"6", "₆"},
                                {"7", "₇"}, {"8", "₈"}, {"9", "₉"}, {"+", "₊"}, {"−", "₋"}, {"=", "₌"}, {"(", "₍"},
                                {")", "₎"}, {"a", "ₐ"}, {"e", "ₑ"}, {"h", "ₕ"}, {"i", "ᵢ"}, {"j", "ⱼ"}, {"k", "ₖ"},
                                {"l", "ₗ"}, {"m", "ₘ"}, {"n", "ₙ"}, {"o", "ₒ"}, {"p", "ₚ"}, {"r", "ᵣ"}, {"s", "ₛ"},
                                {"t", "ₜ"}, {"u", "ᵤ"}, {"v", "ᵥ"}, {"x", "ₓ"}, {"β", "ᵦ"}, {"γ", "ᵧ"}, {"ρ", "ᵨ"},
                                {"φ", "ᵩ"}, {"ϕ", "ᵩ"}, {"χ", "ᵪ"}, {" ", ""}};

constexpr Entry accents[] = {{"hat", "\u0302"},   {"widehat", "\u0302"},   {"bar", "\u0304"}, {"overline", "\u0304"},
                             {"tilde", "\u0303"}, {"widetilde", "\u0303"}, {"dot", "\u0307"}, {"ddot", "\u0308"},
                             {"vec", "\u20D7"},   {"check", "\u030C"}};

constexpr Entry blackboard[] = {{"R", "ℝ"}, {"E", "𝔼"}, {"P", "ℙ"}, {"N", "ℕ"},
                                {"Z", "ℤ"}, {"C", "ℂ"}, {"1", "𝟙"}, {"V", "𝕍"}};

template <std::size_t N>
std::optional<std::string_view> look_up(const Entry (&table)[N], std::string_view key) {
  for (const auto& [name, text] : table)
    if (name == key) return text;
  return std::nullopt;
}

std::size_t character_bytes(std::string_view text, std::size_t i) {
  std::size_t n = 1;
  while (i + n < text.size() && (static_cast<unsigned char>(text[i + n]) & 0xC0) == 0x80) ++n;
  return n;
}

/// The text in small letters, if every one of its characters has one.
template <std::size_t N>
std::optional<std::string> small(const Entry (&table)[N], std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = character_bytes(text, i);
    const auto letter = look_up(table, text.substr(i, n));
    if (!letter) return std::nullopt;
    out += *letter;
    i += n;
  }
  return out;
}

/// Whether a text needs brackets to stay together next to a slash or an exponent.
bool is_compound(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = character_bytes(text, i);
    const std::string_view c = text.substr(i, n);
    if (c == "(" || c == "[" || c == "⟨") ++depth;
    if (c == ")" || c == "]" || c == "⟩") --depth;
    if (depth == 0 && i > 0 && (c == "+" || c == "−" || c == " " || c == "/" || c == "·" || c == "×")) return true;
    i += n;
  }
  return false;
}

/// Whether a text is one thing: a number, or a letter with its marks and scripts; and may stand below a slash.
bool is_single(std::string_view text) {
  std::size_t letters = 0;
  bool digits = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = character_bytes(text, i);
    const std::string_view c = text.substr(i, n);
    const auto is_script = [c](const Entry& entry) { return entry.second == c; };
    const bool script = std::any_of(std::begin(superscripts), std::end(superscripts), is_script) ||
                        std::any_of(std::begin(subscripts), std::end(subscripts), is_script) ||
                        std::any_of(std::begin(accents), std::end(accents), is_script);
    const bool digit = (c >= "0" && c <= "9") || c == ".";
    if (digit && !digits)
      ++letters;
    else if (!digit && !script && c != "√")
      ++letters;
    digits = digit;
    i += n;
  }
  return letters <= 1;
}

std::string bracketed(const std::string& text) { return is_compound(text) ? "(" + text + ")" : text; }

class Reader {
 public:
  explicit Reader(std::string_view latex) : latex_(latex) {}

  std::string all() {
    std::string out = until("");
    // Tidy: no double spaces but the wide ones that were asked for, none at the ends.
    std::string tidy;
    for (std::size_t i = 0; i < out.size(); ++i)
      if (out[i] != '\x01' || (!tidy.empty() && tidy.back() != ' ' && tidy.back() != '(' && i + 1 < out.size() &&
                               std::string_view(" \x01),").find(out[i + 1]) == std::string_view::npos))
        tidy += out[i] == '\x01' ? ' ' : out[i];
    const auto first = tidy.find_first_not_of(' '), last = tidy.find_last_not_of(' ');
    return first == std::string::npos ? "" : tidy.substr(first, last - first + 1);
  }

 private:
  static constexpr int deepest = 40;  // braces within braces: a plugin's text must not exhaust the stack

  /// Everything up to a closing brace, to \right, \end or & of a row: `stop` names the one that is wanted.
  std::string until(std::string_view stop) {
    std::string out;
    while (at_ < latex_.size()) {
      const char c = latex_[at_];
      if (c == '}') {
        ++at_;
        if (stop == "}") return out;
        continue;
      }
      if (c == ']' && stop == "]") {
        ++at_;
        return out;
      }
      if (c == '^' || c == '_') {
        ++at_;
        script(out, c == '^');
        continue;
      }
      out += one();
    }
    return out;
  }

  /// One character, command or group.
  std::string one() {
    const char c = latex_[at_];
    if (c == '{') {
      ++at_;
      return group();
    }
    if (c == '\\') return command();
    const std::size_t n = character_bytes(latex_, at_);
    const std::string_view text = latex_.substr(at_, n);
    at_ += n;
    switch (c) {
      case '-': return "−";
      case '=':
      case '<':
      case '>': return "\x01" + std::string(text) + "\x01";
      case '~':
      case ' ':
      case '\n':
      case '\t': return "\x01";
      case '&': return " ";
      case '\'': return "′";
      case '$':
      case '\x01': return "";
      default: return std::string(text);
    }
  }

  std::string group() {
    if (++depth_ > deepest) {
      at_ = latex_.size();
      return "…";
    }
    std::string text = until("}");
    --depth_;
    return text;
  }

  /// What a command is applied to: a group, or the next character or command.
  std::string argument() {
    while (at_ < latex_.size() && latex_[at_] == ' ') ++at_;
    if (at_ >= latex_.size()) return "";
    if (++depth_ > deepest) {
      at_ = latex_.size();
      return "…";
    }
    std::string text = one();
    --depth_;
    return trimmed(text);
  }

  static std::string trimmed(std::string text) {
    std::replace(text.begin(), text.end(), '\x01', ' ');
    const auto first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
    text = first == std::string::npos ? "" : text.substr(first, last - first + 1);
    for (auto twice = text.find("  "); twice != std::string::npos; twice = text.find("  ")) text.erase(twice, 1);
    return text;
  }

  void script(std::string& out, bool up) {
    const std::string text = argument();
    if (text.empty()) return;
    const auto letters = up ? small(superscripts, text) : small(subscripts, text);
    if (letters)
      out += *letters;
    else
      out += (up ? "^" : "_") + (character_bytes(text, 0) == text.size() ? text : "(" + text + ")");
  }

  std::string command() {
    ++at_;
    if (at_ >= latex_.size()) return "";
    std::size_t end = at_;
    while (end < latex_.size() &&
           ((latex_[end] >= 'a' && latex_[end] <= 'z') || (latex_[end] >= 'A' && latex_[end] <= 'Z')))
      ++end;
    if (end == at_) {
      const char mark = latex_[at_++];
      if (mark == '\\' && at_ < latex_.size() && latex_[at_] == '[')  // how much space the next row keeps
        at_ = std::min(latex_.find(']', at_), latex_.size() - 1) + 1;
      return punctuation(mark);
    }
    const std::string_view name = latex_.substr(at_, end - at_);
    at_ = end;
    if (at_ < latex_.size() && latex_[at_] == ' ') ++at_;
    if (name == "frac" || name == "tfrac" || name == "dfrac") {
      const std::string above = argument(), below = argument();
      const bool whole = is_single(below) || (below.front() == '(' && !is_compound(below));
      const bool follows = at_ < latex_.size() && std::isalnum(static_cast<unsigned char>(latex_[at_]));
      return bracketed(above) + "/" + (whole ? below : "(" + below + ")") + (follows ? "\x01" : "");
    }
    if (name == "sqrt") {
      std::string root = "√";
      if (at_ < latex_.size() && latex_[at_] == '[') {
        ++at_;
        root = small(superscripts, trimmed(until("]"))).value_or("") + root;
      }
      const std::string below = argument();
      return root + (character_bytes(below, 0) == below.size() ? below : "(" + below + ")");
    }
    if (name == "binom") {
      const std::string n = argument(), k = argument();
      return "C(" + n + ", " + k + ")";
    }
    if (const auto mark = look_up(accents, name)) {
      const std::string base = argument();
      return character_bytes(base, 0) == base.size() ? base + std::string(*mark) : std::string(name) + "(" + base + ")";
    }
    if (name == "mathbb") {
      const std::string letter = argument();
      return std::string(look_up(blackboard, letter).value_or(letter));
    }
    for (const std::string_view plain : {"text", "mathrm", "textrm", "operatorname", "mathbf", "boldsymbol", "mathcal",
                                         "mathit", "textit", "mathsf", "bm", "textbf"})
      if (name == plain) return verbatim(name == "text" || name == "textrm");
    for (const std::string_view silent : {"left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "biggl",
                                          "biggr", "displaystyle", "textstyle", "limits", "nolimits"})
      if (name == silent) {
        if (at_ < latex_.size() && latex_[at_] == '.') ++at_;
        return "";
      }
    if (name == "begin" || name == "end") {
      argument();
      return name == "begin" ? "{" : "}";
    }
    if (const auto symbol = look_up(symbols, name)) {
      const bool apart = std::find(std::begin(spaced), std::end(spaced), *symbol) != std::end(spaced);
      return apart ? "\x01" + std::string(*symbol) + "\x01" : std::string(*symbol);
    }
    // log, exp, min, tr and whatever else: its name, apart from a letter before or behind it.
    if (latex_.substr(at_, 5) == "\\frac") return "\x01" + std::string(name) + "(" + command() + ")";
    const bool letter_follows =
        at_ < latex_.size() && (std::isalnum(static_cast<unsigned char>(latex_[at_])) || latex_[at_] == '\\');
    return "\x01" + std::string(name) + (letter_follows ? "\x01" : "");
  }

  /// The argument of \text keeps its spaces; that of \mathrm is read as mathematics.
  std::string verbatim(bool keep_spaces) {
    if (!keep_spaces || at_ >= latex_.size() || latex_[at_] != '{') return argument();
    const std::size_t close = std::min(latex_.find('}', at_), latex_.size());
    std::string text(latex_.substr(at_ + 1, close - at_ - 1));
    at_ = std::min(close + 1, latex_.size());
    return text;
  }

  static std::string punctuation(char c) {
    switch (c) {
      case ',':
      case ':':
      case ';':
      case ' ': return "\x01";
      case '!': return "";
      case '\\': return "; ";
      case '|': return "‖";
      default: return std::string(1, c);
    }
  }

  std::string_view latex_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string latex_to_text(std::string_view latex) { return Reader(latex).all(); }

}  // namespace lmw::cli
