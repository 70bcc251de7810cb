#pragma once

#include <cstdint>
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

/// The user_version that the built-in migrations lead to.
std::int64_t newest_version();
/// Takes an empty file, or an older lab, to a version of the schema; each step in one transaction with its number.
void migrate(Connection& connection, std::int64_t version = newest_version());
/// For readers of a lab that an older lmw wrote: continues with a private copy, brought to the newest schema. The file
/// stays as it is until something is written to it.
void read_as_newest(Connection& connection);

/// One table, index, trigger or view, as its text stands in the file.
struct SchemaObject {
  std::string type, name, sql;
  bool operator==(const SchemaObject&) const = default;
};
/// Sorted by type and name.
std::vector<SchemaObject> schema_of(Connection& connection);
/// The schema that the built-in migrations make, up to a version.
std::vector<SchemaObject> built_in_schema(std::int64_t version = newest_version());

}  // namespace lmw::store
