#include "bibtex.h"

#include "text.h"

#include <algorithm>
#include <map>
#include <regex>

namespace lmw::cli {
namespace {

std::string trimmed(std::string_view text, std::string_view junk = " ,:;.") {
  const auto first = text.find_first_not_of(junk);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(junk) - first + 1));
}

std::vector<std::string> split_at(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return parts;
}

/// "Hastie, Montanari & Tibshirani", "Lee et al."; a remark before them is none ("data: Xiao", "also Belkin").
std::vector<std::string> authors_of(std::string text) {
  if (const auto colon = text.rfind(": "); colon != std::string::npos) text.erase(0, colon + 2);
  if (const auto also = text.rfind(" also "); also != std::string::npos) text.erase(0, also + 6);
  text = std::regex_replace(text, std::regex(" et al\\.?"), ", others");
  text = std::regex_replace(text, std::regex("\\s*&\\s*| and "), ", ");
  std::vector<std::string> authors;
  for (const std::string& part : split_at(text, ","))
    if (std::string name = trimmed(part, " ,:;"); !name.empty()) authors.push_back(std::move(name));
  return authors;
}

/// TeX's own characters, written so that it prints them.
std::string escaped(std::string_view text) {
  static const std::map<char, const char*> tex = {{'&', "\\&"},
                                                  {'%', "\\%"},
                                                  {'$', "\\$"},
                                                  {'#', "\\#"},
                                                  {'_', "\\_"},
                                                  {'{', "\\{"},
                                                  {'}', "\\}"},
                                                  {'~', "\\textasciitilde{}"},
                                                  {'^', "\\textasciicircum{}"},
                                                  {'\\', "\\textbackslash{}"}};
  std::string out;
  for (const char c : text) {
    const auto found = tex.find(c);
    out += found == tex.end() ? std::string(1, c) : found->second;
  }
  return out;
}

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text)
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += c;
    else if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
  return out;
}

void add_field(std::string& entry, const char* name, const std::string& value) {
  if (!value.empty()) entry += "  " + pad(name, 12, false) + " = {" + value + "},\n";
}

std::string joined(const std::vector<std::string>& authors) {
  std::string text;
  for (const auto& author : authors) text += (text.empty() ? "" : " and ") + escaped(author);
  return text;
}

}  // namespace

std::vector<CitedWork> cited_works(std::string_view source) {
  static const std::regex year("\\b(1[89]|20)\\d\\d\\b"), quoted("\"([^\"]*)\"");
  std::vector<CitedWork> works;
  for (const std::string& piece : split_at(source, ";")) {
    std::smatch found;
    if (!std::regex_search(piece, found, year)) continue;
    CitedWork work{.authors = authors_of(found.prefix()), .year = found.str(), .title = {}, .rest = found.suffix()};
    if (work.authors.empty()) continue;
    if (std::smatch title; std::regex_search(work.rest, title, quoted)) {
      work.title = trimmed(title.str(1), " ,");
      work.rest = title.prefix().str() + title.suffix().str();
    }
    work.rest = trimmed(work.rest);
    works.push_back(std::move(work));
  }
  return works;
}

std::string bibtex_of(const host::LawCard& law, const host::PluginCard& plugin) {
  std::string text;
  std::map<std::string, int> seen;
  for (const CitedWork& work : cited_works(law.source)) {
    std::string key = slug(work.authors.front()) + work.year;
    if (const int again = seen[key]++; again > 0) key += static_cast<char>('a' + again);
    text += "@misc{" + key + ",\n";
    add_field(text, "author", joined(work.authors));
    add_field(text, "year", work.year);
    add_field(text, "title", escaped(work.title));
    add_field(text, "howpublished", escaped(work.rest));
    text += "}\n\n";
  }
  text += "@software{lmw:" + law.id + ",\n";
  add_field(text, "title", escaped((law.title.empty() ? law.name : law.title) + " (law " + law.id + ")"));
  add_field(text, "author", "{Learning Mechanics Workbench}");
  add_field(text, "version", std::to_string(law.version));
  add_field(
      text, "note",
      escaped("plugin " + plugin.id + " " + plugin.version + ", build " + plugin.build_id + "; after: " + law.source));
  return text + "}\n";
}

}  // namespace lmw::cli
