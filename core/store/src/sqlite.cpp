#include "sqlite.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "utf8.h"

namespace lmw::store {
namespace {

/// The system's own error behind an I/O error: of the database file or of the log beside it. SQLite forgets it for the
/// connection before the caller can ask, but each open file keeps its last one.
int system_error_of(sqlite3* db) {
  for (const int pointer : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int error = 0;
    if (sqlite3_file_control(db, "main", pointer, &file) == SQLITE_OK && file != nullptr && file->pMethods != nullptr &&
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK && error != 0)
      return error;
  }
  return sqlite3_system_errno(db);
}

/// SQLite says "I/O error" for a file-size limit or a quota; for the user these are a full disk.
bool out_of_space(int code, int system_error) {
  return (code & 0xff) == SQLITE_FULL ||
         ((code & 0xff) == SQLITE_IOERR && (system_error == ENOSPC || system_error == EFBIG || system_error == EDQUOT));
}

struct Explanation {
  StoreError::Reason reason;
  const char* try_this;
};

Explanation explain(int code, int system_error) {
  using Reason = StoreError::Reason;
  if (out_of_space(code, system_error)) return {Reason::full, "free some space and run the same command again"};
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Reason::locked, "close the program that is writing to it"};
    case SQLITE_READONLY: return {Reason::read_only, "make the file and its folder writable, or choose another --lab"};
    case SQLITE_NOTADB: return {Reason::not_a_lab, "choose another --lab"};
    case SQLITE_CORRUPT: return {Reason::corrupt, "run `lmw verify`, and restore the file from a copy"};
    case SQLITE_CANTOPEN:
      return {Reason::cannot_open, "check that the folder exists and is writable, and that the path is no link"};
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT: return {Reason::refused, "this is a fault in the program, not in the lab"};
    default: return {Reason::cannot_open, "check the disk"};
  }
}

/// The path as a URI, so that a name with '?' or '%' in it stays a name.
std::string uri(const std::filesystem::path& file) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string text = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '?' || c == '#' || c == '%') {
      text += '%';
      text += hex[byte >> 4];
      text += hex[byte & 15];
    } else {
      text += c;
    }
  }
  return text;
}

/// A lab in a folder that cannot be written, with no log beside it: nobody can be writing, and SQLite, which would want
/// to make its shared-memory file there, has to be told so.
bool is_settled(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  return access(folder.c_str(), W_OK) != 0 && !std::filesystem::exists(file.string() + "-wal");
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode, const char* vfs) : file_(file) {
  const int flags = (mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
  const std::string name = mode == Mode::read_only && is_settled(file) ? uri(file) + "?immutable=1" : uri(file);
  const int code = sqlite3_open_v2(file == ":memory:" ? ":memory:" : name.c_str(), &db_, flags, vfs);
  try {
    if (code != SQLITE_OK) fail(code, "opening");
    defend();
  } catch (...) {
    sqlite3_close(db_);
    throw;
  }
}

void Connection::defend() {
  sqlite3_busy_timeout(db_, 10'000);
  for (const auto& [option, value] :
       {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}}) {
    int now = -1;
    if (sqlite3_db_config(db_, option, value, &now) != SQLITE_OK || now != value)
      throw StoreError(StoreError::Reason::refused,
                       "this SQLite library refuses a safety setting; 3.40 or later is needed");
  }
  run("PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536");
  if (integer("PRAGMA foreign_keys") != 1)
    throw StoreError(StoreError::Reason::refused, "this SQLite library was built without foreign keys");
}

void Connection::continue_with_copy() {
  sqlite3* copy = nullptr;
  int code = sqlite3_open_v2("", &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code == SQLITE_OK) {
    if (sqlite3_backup* backup = sqlite3_backup_init(copy, "main", db_, "main")) {
      sqlite3_backup_step(backup, -1);
      code = sqlite3_backup_finish(backup);
    } else {
      code = sqlite3_errcode(copy);
    }
  }
  if (code != SQLITE_OK) {
    sqlite3_close(copy);
    fail(code, "copying");
  }
  sqlite3_close(std::exchange(db_, copy));
  defend();
}

Connection::~Connection() { sqlite3_close(db_); }

void Connection::run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "running SQL in");
}

std::int64_t Connection::integer(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

void Connection::fail(int code, const std::string& doing) const {
  const bool by_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  const int system_error = db_ != nullptr && by_system ? system_error_of(db_) : 0;
  const auto [reason, try_this] = explain(code, system_error);
  std::string what = doing + " " + file_.string() + ": ";
  what += db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  if (system_error != 0) what += std::string(" (") + std::strerror(system_error) + ")";
  throw StoreError(reason, what + "; " + try_this);
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(&connection) {
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) connection.fail(code, "preparing SQL for");
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

void Statement::bind_at(int i, std::string_view text) {
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    throw StoreError(StoreError::Reason::refused,
                     "text for " + connection_->file().string() + ": expected UTF-8 without zero bytes");
  sqlite3_bind_text64(statement_, i, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    try {
      connection_->fail(code, "writing to");
    } catch (...) {
      sqlite3_reset(statement_);
      throw;
    }
  }
  sqlite3_reset(statement_);
  return false;
}

double Statement::real(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Transaction::~Transaction() {
  // A full disk rolls back by itself, and a second ROLLBACK would be an error of its own.
  if (sqlite3_get_autocommit(connection_.handle()) == 0)
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace lmw::store
