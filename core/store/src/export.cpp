#include <lmw/store/canonical.h>
#include <lmw/store/export.h>
#include <lmw/store/lab.h>

#include <array>
#include <ostream>
#include <set>
#include <vector>

#include "schema.h"
#include "sqlite.h"

namespace lmw::store {
namespace {

struct View {
  const char* name;
  std::vector<std::string> keys;  ///< sorted by these first, then by everything else
};

const std::array<View, 12>& views() {
  static const std::array<View, 12> all = {{
      {"runs", {"study", "effort", "run_seed"}},
      {"laws", {"law", "law_version"}},
      {"predictions", {"law", "law_version", "point", "observable", "rival", "replicate", "x"}},
      {"measurements", {"law", "law_version", "point", "observable", "x", "seed", "replicate"}},
      {"verdicts", {"law", "law_version", "point", "observable", "rival"}},
      {"pilots", {"law", "law_version", "point", "observable", "x", "seed", "replicate"}},
      {"residuals", {"law", "law_version", "point", "observable", "rival", "x"}},
      {"law_summary", {"law", "law_version"}},
      {"failures", {"law", "law_version", "point", "observable"}},
      {"failure_structure", {"law", "law_version"}},
      {"scorecard", {"subject", "desideratum"}},
      {"scorecard_details", {"subject", "desideratum", "measure"}},
  }};
  return all;
}

/// What another machine, another clock or another order of arrival would change.
bool is_circumstance(const std::string& column) {
  static const std::set<std::string> circumstances = {
      "run_id",      "point_id",     "prediction_id", "verdict_id", "started_at", "finished_at", "sealed_at",
      "measured_at", "wall_seconds", "core_seconds",  "chain",      "host",       "cpu",         "jobs"};
  return circumstances.contains(column);
}

std::vector<std::string> columns_of(Connection& db, const View& view) {
  std::vector<std::string> columns = view.keys;
  Statement statement(db, "SELECT name FROM pragma_table_info(?1) ORDER BY name");
  statement.bind(view.name);
  while (statement.step()) {
    const std::string name = statement.text(0);
    if (!is_circumstance(name) && std::find(columns.begin(), columns.end(), name) == columns.end())
      columns.push_back(name);
  }
  return columns;
}

void add_cell(CanonicalObject& object, const std::string& name, const Statement& row, int column) {
  switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_INTEGER: object.add(name, row.integer(column)); break;
    case SQLITE_FLOAT: object.add(name, row.real(column)); break;
    case SQLITE_NULL: object.add_raw(name, "null"); break;
    default: object.add(name, row.text(column));
  }
}

}  // namespace

std::string export_canonical(const std::filesystem::path& file, std::ostream& out) {
  Connection db(file, Connection::Mode::read_only);
  require_lab(db, false);
  read_as_newest(db);
  db.run("BEGIN");
  Sha256 digest;
  for (const View& view : views()) {
    const auto columns = columns_of(db, view);
    std::string list, order;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      list += (i > 0 ? ", " : "") + columns[i];
      order += (i > 0 ? ", " : "") + std::to_string(i + 1);
    }
    Statement row(db, "SELECT " + list + " FROM " + view.name + " ORDER BY " + order);
    while (row.step()) {
      CanonicalObject object;
      for (std::size_t i = 0; i < columns.size(); ++i) add_cell(object, columns[i], row, static_cast<int>(i));
      const std::string line = std::string(view.name) + ' ' + object.str() + '\n';
      digest.add(line);
      out << line;
    }
  }
  return to_hex(digest.finish());
}

void export_copy(const std::filesystem::path& file, const std::filesystem::path& to) {
  {
    Connection db(file, Connection::Mode::read_only);
    require_lab(db, false);
    Statement(db, "VACUUM INTO ?1").bind(to.string()).run();
  }
  Connection copy(to, Connection::Mode::create);
  if (const std::string mode = copy.text("PRAGMA journal_mode = DELETE"); mode != "delete")
    throw StoreError(StoreError::Reason::refused, to.string() + ": journal_mode is " + mode + ", expected delete");
}

}  // namespace lmw::store
