#pragma once

#include <string>
#include <vector>

#include "sqlite.h"

namespace lmw::store {

struct Migration {
  const char* name;  ///< the file's name, without its ending
  const char* sql;
};

/// The numbered files of schemas/, in order: the n-th takes a lab to user_version n.
const std::vector<Migration>& migrations();

/// "LMW1" in ASCII: what `file` and SQLite call the application id.
constexpr int application_id = 0x4C4D5731;

/// Checks that a file is a lab, or empty, and not newer than this program.
/// @throws StoreError  not_a_lab, newer.
void require_lab(Connection& connection, bool may_be_empty);

/// Takes an empty file, or an older lab, to the newest schema; each step in one transaction with its number.
void migrate(Connection& connection);

/// One table, index, trigger or view, as its text stands in the file.
struct SchemaObject {
  std::string type, name, sql;
  bool operator==(const SchemaObject&) const = default;
};
/// Sorted by type and name.
std::vector<SchemaObject> schema_of(Connection& connection);
/// The schema that the built-in migrations make.
std::vector<SchemaObject> built_in_schema();

}  // namespace lmw::store
