#pragma once

#include "support/scratch.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Reading back what a report wrote.
namespace lmw::testing {

/// Every file under a folder, by its path in it.
inline std::map<std::string, std::string> read_all(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), folder).generic_string()] = tests::read_file(entry.path());
  return files;
}

inline std::string unescaped(std::string text) {
  for (const auto& [reference, c] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    for (auto at = text.find(reference); at != std::string::npos; at = text.find(reference, at + 1))
      text.replace(at, std::string_view(reference).size(), c);
  return text;
}

/// All that stands between two texts, in order.
inline std::vector<std::string> all_between(std::string_view text, std::string_view begin, std::string_view end) {
  std::vector<std::string> found;
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at)) {
    at += begin.size();
    const auto stop = text.find(end, at);
    if (stop == std::string_view::npos) break;
    found.emplace_back(text.substr(at, stop - at));
    at = stop;
  }
  return found;
}

/// What is wrong with a page's markup, or "": tags that do not nest, ids that are not unique, attributes that the
/// page's policy would ignore, elements that a text may have smuggled in.
inline std::string fault_in(const std::string& page) {
  static const std::set<std::string> known = {
      "a",         "annotation", "aside",  "b",       "body",    "br",     "button", "caption",    "circle", "clipPath",
      "code",      "dd",         "desc",   "details", "div",     "dl",     "dt",     "figcaption", "figure", "footer",
      "g",         "h1",         "h2",     "h3",      "head",    "header", "html",   "i",          "li",     "line",
      "main",      "math",       "meta",   "mfrac",   "mi",      "mn",     "mo",     "mover",      "mroot",  "mrow",
      "mspace",    "msqrt",      "mstyle", "msub",    "msubsup", "msup",   "mtable", "mtd",        "mtext",  "mtr",
      "munder",    "munderover", "nav",    "ol",      "p",       "path",   "pre",    "rect",       "script", "section",
      "semantics", "span",       "style",  "sub",     "summary", "svg",    "symbol", "table",      "tbody",  "td",
      "text",      "th",         "thead",  "title",   "tr",      "ul",     "use",    "wbr"};
  static const std::set<std::string> empty = {"meta", "br", "wbr"};
  std::vector<std::string> open;
  std::set<std::string> ids;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    if (page.compare(at, 9, "<!DOCTYPE") == 0) {
      ++at;
      continue;
    }
    const auto end = page.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    std::string tag = page.substr(at + 1, end - at - 1);
    at = end;
    const bool closing = tag.front() == '/', alone = tag.back() == '/';
    if (closing) tag.erase(0, 1);
    const std::string name = tag.substr(0, tag.find_first_of(" /\n"));
    if (!known.contains(name)) return "the element <" + name + ">";
    if (closing) {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes <" + (open.empty() ? "" : open.back()) + ">";
      open.pop_back();
      continue;
    }
    for (const std::string& id : all_between(tag, " id=\"", "\""))
      if (!ids.insert(id).second) return "the id " + id + " twice";
    if (tag.find(" style=") != std::string::npos) return "a style attribute in <" + tag + ">";
    if (tag.find(" on") != std::string::npos && tag.find("=\"", tag.find(" on")) != std::string::npos &&
        tag.find('"') > tag.find(" on"))
      return "a handler in <" + tag + ">";
    if (name == "script" || name == "style") at = page.find("</" + name, at);
    if (!alone && !empty.contains(name)) open.push_back(name);
    if (name == "script" || name == "style") continue;
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace lmw::testing
