#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmw::reports {

/// Text made safe for HTML, SVG and MathML: text nodes and quoted attributes alike. `& < > " '` become references;
/// control characters other than newline and tab, and bytes that are not UTF-8, become U+FFFD. Everything that a
/// plugin or a user wrote passes through here exactly once.
std::string escape(std::string_view text);

/// Markup that is already safe. Only this folder's renderers make it, so that text cannot be taken for markup.
struct Markup {
  std::string html;
};

using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// A small writer of HTML (and of the SVG and MathML inside it). It escapes all text and attribute values, closes
/// what it opened, and breaks lines after blocks, so that two reports can be compared with a line diff.
///
///   Html out;
///   out.open("p", {{"class", "claim"}}).text(claim).close();
class Html {
 public:
  /// Opens an element. Attributes with an empty value are left out, so that a caller can write a conditional one.
  Html& open(std::string_view tag, Attributes attributes = {});
  Html& close();
  Html& text(std::string_view text);
  /// An element that holds only text.
  Html& element(std::string_view tag, std::string_view text, Attributes attributes = {});
  /// An element without content: `br`, `meta`, or an SVG shape.
  Html& empty(std::string_view tag, Attributes attributes = {});
  Html& add(const Markup& markup);
  /// Everything so far. @throws std::logic_error  an element is still open.
  Markup take();

 private:
  void start(std::string_view tag, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace lmw::reports
