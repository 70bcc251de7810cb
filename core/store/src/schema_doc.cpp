#include "schema_doc.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace lmw::store {
namespace {

void join(std::string& text, const std::string& more) { text += (text.empty() || more.empty() ? "" : " ") + more; }

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

void replace(std::string& text, const std::string& mark, const std::string& with) {
  const auto at = text.find(mark);
  if (at == std::string::npos) throw std::logic_error("the template of the schema page has no " + mark);
  text.replace(at, mark.size(), with);
}

std::vector<std::string> columns_of(Connection& db, const std::string& view) {
  std::vector<std::string> columns;
  Statement statement(db, "SELECT name FROM pragma_table_info(?1) ORDER BY cid");
  statement.bind(view);
  while (statement.step()) columns.push_back(statement.text(0));
  return columns;
}

}  // namespace

Described described(const SchemaObject& object) {
  Described result{.name = object.name, .sentences = "", .columns = {}};
  std::istringstream lines(object.sql);
  std::string line;
  std::getline(lines, line);  // CREATE ...
  std::size_t meaning_at = 0;
  while (std::getline(lines, line)) {
    const auto dashes = line.find_first_not_of(' ');
    if (dashes == std::string::npos || line.compare(dashes, 2, "--") != 0) break;
    const std::string text = line.substr(dashes + 2);
    const auto indent = text.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    if (indent < 3) {
      join(result.sentences, trimmed(text));
    } else if (indent == 3) {
      const auto gap = text.find("  ", indent);
      if (gap == std::string::npos) throw std::logic_error(object.name + ": no meaning in: " + text);
      meaning_at = text.find_first_not_of(' ', gap);
      result.columns.emplace_back(text.substr(indent, gap - indent), trimmed(text.substr(meaning_at)));
    } else if (indent == meaning_at && !result.columns.empty()) {
      join(result.columns.back().second, trimmed(text));
    }
  }
  return result;
}

std::string schema_page(const std::string& page_template) {
  Connection memory(":memory:", Connection::Mode::create);
  migrate(memory);
  std::string views, tables = "| table | holds |\n| --- | --- |\n";
  // In the order in which the migrations make them, which is the order of the loop.
  Statement objects(memory,
                    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE "
                    "'sqlite_%' ORDER BY rowid");
  while (objects.step()) {
    const SchemaObject object{objects.text(0), objects.text(1), objects.text(2)};
    const Described about = described(object);
    if (about.sentences.empty())
      throw std::logic_error("the " + object.type + " " + object.name + " says nothing of itself");
    if (object.type == "table") {
      tables += "| `" + about.name + "` | " + about.sentences + " |\n";
      continue;
    }
    std::vector<std::string> names;
    views += (views.empty() ? "" : "\n") + std::string("### `") + about.name + "`\n\n" + about.sentences +
             "\n\n| column | meaning |\n| --- | --- |\n";
    for (const auto& [name, meaning] : about.columns) {
      names.push_back(name);
      views += "| `" + name + "` | " + meaning + " |\n";
    }
    auto columns = columns_of(memory, object.name);
    std::sort(names.begin(), names.end());
    std::sort(columns.begin(), columns.end());
    if (names != columns)
      throw std::logic_error("the comments of the view " + object.name + " do not name its columns");
  }
  std::string page = page_template;
  views.pop_back();
  tables.pop_back();
  replace(page, "@views@", views);
  replace(page, "@tables@", tables);
  return page;
}

}  // namespace lmw::store
