#pragma once

#include <lmw/store/lab.h>
#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The few things of SQLite that the store uses, each owned by an object and each failure a StoreError.
namespace lmw::store {

/// A connection with every defence on: foreign keys, no writable schema, no trust in functions that a file's schema
/// might call, no symbolic link as the last part of the path. Used by one thread at a time.
class Connection {
 public:
  enum class Mode { create, read_only };
  /// @param vfs  name of a registered SQLite VFS; nullptr: the default.
  /// @throws StoreError  cannot_open, not_a_lab, ...; or refused if a pragma did not take.
  Connection(const std::filesystem::path& file, Mode mode, const char* vfs = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs SQL that returns nothing.
  void run(const char* sql);
  void run(const std::string& sql) { run(sql.c_str()); }
  std::int64_t integer(const std::string& sql);
  std::string text(const std::string& sql);
  std::int64_t last_insert_rowid() const { return sqlite3_last_insert_rowid(db_); }
  /// What the last failed call on this connection said, as a StoreError.
  [[noreturn]] void fail(int code, const std::string& doing) const;
  /// Lets the file go and continues with a private copy of it, which SQLite puts on disk where it is large.
  void continue_with_copy();
  sqlite3* handle() const { return db_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  void defend();

  std::filesystem::path file_;
  sqlite3* db_ = nullptr;
};

/// A prepared statement. Parameters are bound in order from 1, columns read from 0.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds all parameters of the statement.
  template <class... Args>
  Statement& bind(const Args&... args) {
    int i = 0;
    (bind_at(++i, args), ...);
    return *this;
  }
  void bind_at(int i, std::int64_t value) { sqlite3_bind_int64(statement_, i, value); }
  void bind_at(int i, std::uint64_t value) { bind_at(i, static_cast<std::int64_t>(value)); }
  void bind_at(int i, int value) { bind_at(i, std::int64_t{value}); }
  void bind_at(int i, bool value) { bind_at(i, std::int64_t{value}); }
  /// NaN becomes NULL.
  void bind_at(int i, double value) { sqlite3_bind_double(statement_, i, value); }
  /// @throws StoreError  refused: not UTF-8, or with a zero byte, which SQLite's text functions do not see past.
  void bind_at(int i, std::string_view text);
  void bind_at(int i, const std::string& text) { bind_at(i, std::string_view(text)); }
  void bind_at(int i, const char* text) { bind_at(i, std::string_view(text)); }
  void bind_at(int i, std::span<const std::uint8_t> blob) {
    sqlite3_bind_blob64(statement_, i, blob.data(), blob.size(), SQLITE_TRANSIENT);
  }
  void bind_at(int i, std::nullptr_t) { sqlite3_bind_null(statement_, i); }
  template <class T>
  void bind_at(int i, const std::optional<T>& value) {
    if (value)
      bind_at(i, *value);
    else
      bind_at(i, nullptr);
  }

  /// Whether there is a row. After the last row the statement is ready to run again.
  bool step();
  /// Runs a statement that returns no row.
  void run() {
    while (step()) {
    }
  }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  /// NULL is NaN.
  double real(int column) const;
  std::string text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  sqlite3_stmt* handle() const { return statement_; }

 private:
  Connection* connection_;
  sqlite3_stmt* statement_ = nullptr;
};

/// BEGIN IMMEDIATE .. COMMIT; rolls back unless `commit` returned. A deferred transaction that turns into a writing
/// one would fail at once when another writer is active, whatever the timeout.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) { connection_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { connection_.run("COMMIT"); }

 private:
  Connection& connection_;
};

}  // namespace lmw::store
