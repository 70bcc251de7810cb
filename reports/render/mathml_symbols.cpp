#include "mathml_symbols.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lmw::reports::latex {
namespace {

template <class Value>
using Entry = std::pair<std::string_view, Value>;

template <class Value, std::size_t N>
std::optional<Value> find(const std::array<Entry<Value>, N>& table, std::string_view key) {
  const auto hit = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == key; });
  if (hit == table.end()) return std::nullopt;
  return hit->second;
}

constexpr std::pair<std::string_view, Symbol> id(std::string_view name, std::string_view text) {
  return {name, {Class::identifier, text}};
}
constexpr std::pair<std::string_view, Symbol> up(std::string_view name, std::string_view text) {
  return {name, {Class::upright, text}};
}
constexpr std::pair<std::string_view, Symbol> op(std::string_view name, std::string_view text) {
  return {name, {Class::op, text}};
}
constexpr std::pair<std::string_view, Symbol> delimiter(std::string_view name, std::string_view text) {
  return {name, {Class::delimiter, text}};
}
constexpr std::pair<std::string_view, Symbol> fn(std::string_view name) { return {name, {Class::function, name}}; }
constexpr std::pair<std::string_view, Symbol> lim(std::string_view name, std::string_view text) {
  return {name, {Class::limit, text}};
}

// A table is read by its rows.
// clang-format off
constexpr auto symbols = std::to_array<Entry<Symbol>>({
    // Greek
    id("alpha", "α"), id("beta", "β"), id("gamma", "γ"), id("delta", "δ"), id("epsilon", "ϵ"), id("varepsilon", "ε"),
    id("zeta", "ζ"), id("eta", "η"), id("theta", "θ"), id("vartheta", "ϑ"), id("iota", "ι"), id("kappa", "κ"),
    id("lambda", "λ"), id("mu", "μ"), id("nu", "ν"), id("xi", "ξ"), id("omicron", "ο"), id("pi", "π"),
    id("varpi", "ϖ"), id("rho", "ρ"), id("varrho", "ϱ"), id("sigma", "σ"), id("varsigma", "ς"), id("tau", "τ"),
    id("upsilon", "υ"), id("phi", "ϕ"), id("varphi", "φ"), id("chi", "χ"), id("psi", "ψ"), id("omega", "ω"),
    up("Gamma", "Γ"), up("Delta", "Δ"), up("Theta", "Θ"), up("Lambda", "Λ"), up("Xi", "Ξ"), up("Pi", "Π"),
    up("Sigma", "Σ"), up("Upsilon", "Υ"), up("Phi", "Φ"), up("Psi", "Ψ"), up("Omega", "Ω"),
    // Letters and signs that stand like letters
    up("partial", "∂"), up("nabla", "∇"), up("infty", "∞"), id("ell", "ℓ"), id("hbar", "ℏ"), up("Re", "ℜ"),
    up("Im", "ℑ"), up("emptyset", "∅"), up("varnothing", "∅"), up("forall", "∀"), up("exists", "∃"), up("top", "⊤"),
    up("bot", "⊥"), up("ldots", "…"), up("dots", "…"), up("cdots", "⋯"), up("vdots", "⋮"), up("ddots", "⋱"),
    up("%", "%"), up("#", "#"), up("$", "$"), up("_", "_"), op("&", "&"), up("backslash", "\\"), up("prime", "′"),
    id("imath", "ı"), id("jmath", "ȷ"), up("square", "□"), up("Box", "□"),
    // Binary operators
    op("cdot", "⋅"), op("times", "×"), op("div", "÷"), op("pm", "±"), op("mp", "∓"), op("ast", "∗"), op("star", "⋆"),
    op("circ", "∘"), op("bullet", "∙"), op("odot", "⊙"), op("otimes", "⊗"), op("oplus", "⊕"), op("ominus", "⊖"),
    op("wedge", "∧"), op("land", "∧"), op("vee", "∨"), op("lor", "∨"), op("cup", "∪"), op("cap", "∩"),
    op("setminus", "∖"), op("neg", "¬"), op("dagger", "†"), op("bmod", "mod"),
    // Relations and arrows
    op("le", "≤"), op("leq", "≤"), op("leqslant", "⩽"), op("ge", "≥"), op("geq", "≥"), op("geqslant", "⩾"),
    op("ne", "≠"), op("neq", "≠"), op("ll", "≪"), op("gg", "≫"), op("lesssim", "≲"), op("gtrsim", "≳"),
    op("approx", "≈"), op("sim", "∼"), op("simeq", "≃"), op("cong", "≅"), op("equiv", "≡"), op("asymp", "≍"),
    op("propto", "∝"), op("triangleq", "≜"), op("coloneqq", "≔"), op("in", "∈"), op("notin", "∉"), op("ni", "∋"),
    op("subset", "⊂"), op("subseteq", "⊆"), op("supset", "⊃"), op("supseteq", "⊇"), op("prec", "≺"), op("succ", "≻"),
    op("preceq", "⪯"), op("succeq", "⪰"), op("perp", "⟂"), op("parallel", "∥"), op("mid", "∣"), op("colon", ":"),
    op("to", "→"), op("rightarrow", "→"), op("longrightarrow", "⟶"), op("leftarrow", "←"), op("gets", "←"),
    op("leftrightarrow", "↔"), op("Rightarrow", "⇒"), op("Leftarrow", "⇐"), op("Leftrightarrow", "⇔"),
    op("implies", "⟹"), op("iff", "⟺"), op("mapsto", "↦"), op("uparrow", "↑"), op("downarrow", "↓"),
    op("nearrow", "↗"), op("searrow", "↘"),
    // Delimiters
    delimiter("{", "{"), delimiter("}", "}"), delimiter("lbrace", "{"), delimiter("rbrace", "}"),
    delimiter("langle", "⟨"), delimiter("rangle", "⟩"), delimiter("lvert", "|"), delimiter("rvert", "|"),
    delimiter("vert", "|"), delimiter("lVert", "‖"), delimiter("rVert", "‖"), delimiter("Vert", "‖"),
    delimiter("|", "‖"), delimiter("lfloor", "⌊"), delimiter("rfloor", "⌋"), delimiter("lceil", "⌈"),
    delimiter("rceil", "⌉"), delimiter("lbrack", "["), delimiter("rbrack", "]"),
    // Large operators
    {"sum", {Class::big, "∑"}}, {"prod", {Class::big, "∏"}}, {"coprod", {Class::big, "∐"}},
    {"bigcup", {Class::big, "⋃"}}, {"bigcap", {Class::big, "⋂"}}, {"bigoplus", {Class::big, "⨁"}},
    {"bigotimes", {Class::big, "⨂"}}, {"int", {Class::integral, "∫"}}, {"iint", {Class::integral, "∬"}},
    {"oint", {Class::integral, "∮"}},
    // Named functions
    fn("log"), fn("ln"), fn("lg"), fn("exp"), fn("sin"), fn("cos"), fn("tan"), fn("cot"), fn("sinh"), fn("cosh"),
    fn("tanh"), fn("coth"), fn("arcsin"), fn("arccos"), fn("arctan"), fn("det"), fn("dim"), fn("ker"), fn("deg"),
    fn("arg"), fn("gcd"), fn("hom"), fn("tr"), fn("Tr"), fn("erf"), fn("erfc"), fn("sgn"), fn("sign"), fn("rank"),
    fn("diag"), fn("Var"), fn("Cov"), lim("max", "max"), lim("min", "min"), lim("sup", "sup"), lim("inf", "inf"),
    lim("lim", "lim"), lim("limsup", "lim sup"), lim("liminf", "lim inf"), lim("argmax", "arg max"),
    lim("argmin", "arg min"), lim("Pr", "Pr"),
});

constexpr auto spaces = std::to_array<Entry<std::string_view>>({
    {",", "0.167em"}, {":", "0.222em"}, {">", "0.222em"}, {";", "0.278em"}, {"!", "-0.167em"}, {" ", "0.333em"},
    {"thinspace", "0.167em"}, {"enspace", "0.5em"}, {"quad", "1em"}, {"qquad", "2em"},
});

constexpr auto accents = std::to_array<Entry<Accent>>({
    {"hat", {"^", false, false}}, {"widehat", {"^", true, false}}, {"bar", {"¯", false, false}},
    {"overline", {"¯", true, false}}, {"tilde", {"~", false, false}}, {"widetilde", {"~", true, false}},
    {"dot", {"˙", false, false}}, {"ddot", {"¨", false, false}}, {"vec", {"→", false, false}},
    {"check", {"ˇ", false, false}}, {"breve", {"˘", false, false}}, {"mathring", {"˚", false, false}},
    {"overbrace", {"⏞", true, false}}, {"underline", {"_", true, true}}, {"underbrace", {"⏟", true, true}},
});

struct Alphabet {
  std::string_view style;
  char32_t upper, lower, digit, greek_upper, greek_lower;  ///< code points of A, a, 0, Alpha, alpha; 0: none
};
constexpr auto alphabets = std::to_array<Alphabet>({
    {"mathbb", 0x1D538, 0x1D552, 0x1D7D8, 0, 0},
    {"mathcal", 0x1D49C, 0x1D4B6, 0, 0, 0},
    {"mathfrak", 0x1D504, 0x1D51E, 0, 0, 0},
    {"mathbf", 0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2},
    {"boldsymbol", 0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736},
    {"mathsf", 0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0},
    {"mathtt", 0x1D670, 0x1D68A, 0x1D7F6, 0, 0},
});

/// Letters that Unicode had before it got the alphabets.
struct Exception {
  std::string_view style;
  char32_t letter, code;
};
constexpr auto exceptions = std::to_array<Exception>({
    {"mathbb", 'C', 0x2102}, {"mathbb", 'H', 0x210D}, {"mathbb", 'N', 0x2115}, {"mathbb", 'P', 0x2119},
    {"mathbb", 'Q', 0x211A}, {"mathbb", 'R', 0x211D}, {"mathbb", 'Z', 0x2124}, {"mathcal", 'B', 0x212C},
    {"mathcal", 'E', 0x2130}, {"mathcal", 'F', 0x2131}, {"mathcal", 'H', 0x210B}, {"mathcal", 'I', 0x2110},
    {"mathcal", 'L', 0x2112}, {"mathcal", 'M', 0x2133}, {"mathcal", 'R', 0x211B}, {"mathcal", 'e', 0x212F},
    {"mathcal", 'g', 0x210A}, {"mathcal", 'o', 0x2134}, {"mathfrak", 'C', 0x212D}, {"mathfrak", 'H', 0x210C},
    {"mathfrak", 'I', 0x2111}, {"mathfrak", 'R', 0x211C}, {"mathfrak", 'Z', 0x2128},
    // the variants of epsilon and phi that \\epsilon and \\phi mean
    {"mathbf", 0x3F5, 0x1D6DC}, {"mathbf", 0x3D5, 0x1D6DF}, {"boldsymbol", 0x3F5, 0x1D750},
    {"boldsymbol", 0x3D5, 0x1D753},
});
// clang-format on

}  // namespace

std::optional<Symbol> symbol(std::string_view command) { return find(symbols, command); }
std::optional<std::string_view> space(std::string_view command) { return find(spaces, command); }
std::optional<Accent> accent(std::string_view command) { return find(accents, command); }

std::optional<std::string> styled(std::string_view style, char32_t c) {
  if (style == "bm") style = "boldsymbol";
  if (style == "mathscr") style = "mathcal";
  for (const Exception& e : exceptions)
    if (e.style == style && e.letter == c) return utf8(e.code);
  const auto alphabet =
      std::find_if(alphabets.begin(), alphabets.end(), [&](const Alphabet& a) { return a.style == style; });
  if (alphabet == alphabets.end()) return std::nullopt;
  const auto within = [&](char32_t first, char32_t last, char32_t base) -> std::optional<std::string> {
    if (base == 0 || c < first || c > last) return std::nullopt;
    return utf8(base + (c - first));
  };
  for (const auto& hit :
       {within('A', 'Z', alphabet->upper), within('a', 'z', alphabet->lower), within('0', '9', alphabet->digit),
        within(0x391, 0x3A9, alphabet->greek_upper), within(0x3B1, 0x3C9, alphabet->greek_lower)})
    if (hit) return hit;
  return std::nullopt;
}

std::string utf8(char32_t c) {
  std::string out;
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return out;
}

}  // namespace lmw::reports::latex
