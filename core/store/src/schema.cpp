#include "schema.h"

#include <chrono>

namespace lmw::store {

std::int64_t newest_version() { return static_cast<std::int64_t>(migrations().size()); }

void require_lab(Connection& connection, bool may_be_empty) {
  const auto say = [&](StoreError::Reason reason, const std::string& what) {
    throw StoreError(reason, connection.file().string() + ": " + what);
  };
  const std::int64_t newest = newest_version();
  const std::int64_t version = connection.integer("PRAGMA user_version");
  const std::int64_t id = connection.integer("PRAGMA application_id");
  const bool empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty && id == 0) {
    if (!may_be_empty) say(StoreError::Reason::not_a_lab, "an empty database, not a lab; try `lmw run --demo`");
    return;
  }
  if (id != application_id) say(StoreError::Reason::not_a_lab, "a database, but not a lab; choose another --lab");
  if (version > newest)
    say(StoreError::Reason::newer, "schema version " + std::to_string(version) +
                                       ", written by a newer lmw; this one knows up to " + std::to_string(newest) +
                                       ": update lmw, or choose another --lab");
}

void migrate(Connection& connection, std::int64_t newest) {
  for (;;) {
    Transaction transaction(connection);
    // Read inside the transaction: another process may have been faster.
    const std::int64_t version = connection.integer("PRAGMA user_version");
    if (version >= newest) return;
    connection.run(migrations()[static_cast<std::size_t>(version)].sql);
    if (version == 0) {
      connection.run("PRAGMA application_id = " + std::to_string(application_id));
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      Statement(connection, "INSERT INTO lab (lab_id, lmw_version, created_at_us) VALUES (1, ?1, ?2)")
          .bind(LMW_VERSION, std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(now).count()})
          .run();
    }
    connection.run("PRAGMA user_version = " + std::to_string(version + 1));
    transaction.commit();
  }
}

std::vector<SchemaObject> schema_of(Connection& connection) {
  std::vector<SchemaObject> objects;
  Statement statement(connection,
                      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name");
  while (statement.step()) objects.push_back({statement.text(0), statement.text(1), statement.text(2)});
  return objects;
}

std::vector<SchemaObject> built_in_schema(std::int64_t version) {
  Connection memory(":memory:", Connection::Mode::create);
  migrate(memory, version);
  return schema_of(memory);
}

void read_as_newest(Connection& connection) {
  if (connection.integer("PRAGMA user_version") == newest_version()) return;
  connection.continue_with_copy();
  migrate(connection);
}

}  // namespace lmw::store
