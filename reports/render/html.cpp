#include "html.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace lmw::reports {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the valid UTF-8 sequence at the start of `s`, or 0: no overlong forms, surrogates or values past U+10FFFF.
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t n = lead >= 0xC2 && lead <= 0xDF   ? 2
                        : (lead & 0xF0) == 0xE0        ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (n == 0 || s.size() < n) return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return n;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 5> void_tags = {"br", "hr", "meta", "input", "wbr"};
constexpr std::array<std::string_view, 33> block_tags = {
    "p",  "div", "section", "table", "caption", "thead",   "tbody",      "tr",  "ul",     "ol",   "li",
    "h1", "h2",  "h3",      "dl",    "dt",      "dd",      "figure",     "nav", "header", "main", "footer",
    "th", "td",  "svg",     "g",     "details", "summary", "figcaption", "pre", "head",   "body", "aside"};

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t n = utf8_length(text);
    const char c = text.front();
    if (n == 0) {
      out += replacement;
    } else if (n > 1) {
      out += text.substr(0, n);
    } else {
      switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default:
          if ((static_cast<std::uint8_t>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            out += replacement;
          else
            out += c;
      }
    }
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return out;
}

void Html::start(std::string_view tag, Attributes attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    out_ += escape(value);
    out_ += '"';
  }
}

Html& Html::open(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  out_ += '>';
  open_.emplace_back(tag);
  return *this;
}

Html& Html::close() {
  if (open_.empty()) throw std::logic_error("Html::close: no element is open");
  const std::string tag = std::move(open_.back());
  open_.pop_back();
  out_ += "</" + tag + ">";
  if (contains(block_tags, tag)) out_ += '\n';
  return *this;
}

Html& Html::text(std::string_view text) {
  out_ += escape(text);
  return *this;
}

Html& Html::element(std::string_view tag, std::string_view text, Attributes attributes) {
  return open(tag, attributes).text(text).close();
}

Html& Html::empty(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  out_ += contains(void_tags, tag) ? ">" : "/>";
  return *this;
}

Html& Html::add(const Markup& markup) {
  out_ += markup.html;
  return *this;
}

Markup Html::take() {
  if (!open_.empty()) throw std::logic_error("Html::take: <" + open_.back() + "> is still open");
  return {std::move(out_)};
}

}  // namespace lmw::reports
