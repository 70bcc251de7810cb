#include "../failure.h"
#include "../lab_view.h"
#include "../named_queries.h"
#include "../text.h"
#include "commands.h"

#include <lmw/host/nearest.h>
#include <lmw/store/lab.h>
#include <lmw/store/query.h>

namespace lmw::cli {
namespace {

int list_queries(Session& session) {
  Table table({{.name = "name"}, {.name = "answers", .fit = Fit::wrap}, {.name = "sql", .machine_only = true}});
  for (const NamedQuery& query : named_queries()) table.add({query.name, query.answers, query.sql});
  session.write(table);
  return done;
}

std::string sql_of(const std::string& name) {
  std::vector<std::string> names;
  for (const NamedQuery& query : named_queries()) {
    if (query.name == name) return query.sql;
    names.emplace_back(query.name);
  }
  const std::string near = host::nearest(name, names);
  refuse("no such query", "one of " + listed(names), "\"" + name + "\"",
         near.empty() ? "lmw query -n list" : "lmw query -n " + near);
}

}  // namespace

int execute(const QueryArguments& arguments, Session& session) {
  if (arguments.name == "list") return list_queries(session);
  const std::string sql = arguments.name.empty() ? arguments.sql : sql_of(arguments.name);
  const auto lab = session.existing_lab();
  // One call of a function can run away where no time limit of SQLite sees it.
  store::confine_this_process(std::chrono::seconds(60), std::size_t{4} << 30);
  try {
    session.write(table_of_query(lab, sql));
  } catch (const store::StoreError& error) {
    if (error.reason() != store::StoreError::Reason::refused) throw;
    std::string words = error.what();  // "query: no such column: widht"
    if (words.rfind("query: ", 0) == 0) words.erase(0, 7);
    if (words.find("malformed") != std::string::npos)
      throw store::StoreError(store::StoreError::Reason::corrupt, "reading " + lab.string() + ": " + words);
    refuse("the query was refused", "one SELECT over the public views (docs/schema.md)", words,
           "lmw query -n list, for examples");
  }
  return done;
}

}  // namespace lmw::cli
