#include <lmw/store/lab.h>
#include <lmw/store/query.h>
#include <sys/resource.h>

#include <cstring>
#include <string_view>
#include <unordered_set>

#include "schema.h"
#include "sqlite.h"

namespace lmw::store {
namespace {

using Clock = std::chrono::steady_clock;

/// Functions whose time and result are bounded by their arguments. printf, zeroblob and randomblob are not.
bool is_allowed(std::string_view function) {
  static const std::unordered_set<std::string_view> allowed = {"abs",
                                                               "avg",
                                                               "count",
                                                               "group_concat",
                                                               "max",
                                                               "min",
                                                               "sum",
                                                               "total",
                                                               "coalesce",
                                                               "ifnull",
                                                               "iif",
                                                               "nullif",
                                                               "round",
                                                               "sign",
                                                               "typeof",
                                                               "length",
                                                               "lower",
                                                               "upper",
                                                               "substr",
                                                               "substring",
                                                               "trim",
                                                               "ltrim",
                                                               "rtrim",
                                                               "replace",
                                                               "instr",
                                                               "like",
                                                               "glob",
                                                               "hex",
                                                               "unicode",
                                                               "date",
                                                               "time",
                                                               "datetime",
                                                               "julianday",
                                                               "strftime",
                                                               "unixepoch",
                                                               "json",
                                                               "json_array_length",
                                                               "json_each",
                                                               "json_extract",
                                                               "json_type",
                                                               "json_valid",
                                                               "->",
                                                               "->>",
                                                               "row_number",
                                                               "rank",
                                                               "dense_rank",
                                                               "percent_rank",
                                                               "cume_dist",
                                                               "ntile",
                                                               "lag",
                                                               "lead",
                                                               "first_value",
                                                               "last_value",
                                                               "nth_value",
                                                               "sqrt",
                                                               "exp",
                                                               "ln",
                                                               "log",
                                                               "log10",
                                                               "log2",
                                                               "pow",
                                                               "power",
                                                               "floor",
                                                               "ceil",
                                                               "ceiling",
                                                               "trunc",
                                                               "mod",
                                                               "pi",
                                                               "sin",
                                                               "cos",
                                                               "tan",
                                                               "asin",
                                                               "acos",
                                                               "atan",
                                                               "atan2",
                                                               "sinh",
                                                               "cosh",
                                                               "tanh",
                                                               "degrees",
                                                               "radians"};
  return allowed.contains(function);
}

struct Guard {
  Clock::time_point deadline;
  std::string refused;  ///< what the authorizer said no to

  static int authorize(void* self, int action, const char* first, const char* second, const char*, const char*) {
    if (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE) return SQLITE_OK;
    if (action == SQLITE_FUNCTION && second != nullptr && is_allowed(second)) return SQLITE_OK;
    std::string& refused = static_cast<Guard*>(self)->refused;
    if (refused.empty())
      refused = action == SQLITE_FUNCTION
                    ? std::string("the function ") + (second != nullptr ? second : "?")
                    : std::string("anything but SELECT") + (first != nullptr ? std::string(" (") + first + ")" : "");
    return SQLITE_DENY;
  }
  static int out_of_time(void* self) { return Clock::now() > static_cast<Guard*>(self)->deadline ? 1 : 0; }
};

Cell cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      static constexpr char hex[] = "0123456789abcdef";
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
      std::string text;
      for (int i = 0; i < sqlite3_column_bytes(statement, column); ++i) {
        text += hex[bytes[i] >> 4];
        text += hex[bytes[i] & 15];
      }
      return text;
    }
    default: return std::monostate{};
  }
}

[[noreturn]] void refuse(const std::string& why) { throw StoreError(StoreError::Reason::refused, "query: " + why); }

void require_one_statement(const char* rest) {
  // What follows may be spaces and comments: only another statement is refused.
  const std::string_view tail(rest == nullptr ? "" : rest);
  for (std::size_t i = 0; i < tail.size();) {
    if (std::strchr(" \t\r\n;", tail[i]) != nullptr) {
      ++i;
    } else if (tail.substr(i, 2) == "--") {
      i = std::min(tail.find('\n', i), tail.size());
    } else {
      refuse("one statement at a time; more follows the first: " + std::string(tail.substr(i, 40)));
    }
  }
}

}  // namespace

void query(const std::filesystem::path& file, const std::string& sql,
           const std::function<void(const std::vector<std::string>&)>& columns,
           const std::function<bool(std::span<const Cell>)>& row, const QueryLimits& limits) {
  Connection db(file, Connection::Mode::read_only);
  require_lab(db, false);
  read_as_newest(db);
  db.run("PRAGMA query_only = ON");
  for (const auto& [limit, value] : {std::pair{SQLITE_LIMIT_LENGTH, static_cast<int>(limits.cell_bytes)},
                                     {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                     {SQLITE_LIMIT_COLUMN, 200},
                                     {SQLITE_LIMIT_EXPR_DEPTH, 200},
                                     {SQLITE_LIMIT_COMPOUND_SELECT, 50},
                                     {SQLITE_LIMIT_VDBE_OP, 250'000},
                                     {SQLITE_LIMIT_FUNCTION_ARG, 32},
                                     {SQLITE_LIMIT_ATTACHED, 0},
                                     {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
                                     {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
                                     {SQLITE_LIMIT_WORKER_THREADS, 0}})
    sqlite3_limit(db.handle(), limit, value);
  Guard guard{Clock::now() + limits.time, ""};
  sqlite3_set_authorizer(db.handle(), &Guard::authorize, &guard);
  sqlite3_progress_handler(db.handle(), 10'000, &Guard::out_of_time, &guard);

  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(db.handle(), sql.c_str(), static_cast<int>(sql.size()) + 1, 0, &prepared, &rest);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, &sqlite3_finalize);
  if (code != SQLITE_OK)
    refuse(guard.refused.empty() ? sqlite3_errmsg(db.handle())
                                 : guard.refused + " is not allowed; the views are for reading");
  if (!statement) refuse("no statement; try: SELECT * FROM law_summary");
  require_one_statement(rest);

  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
    names.emplace_back(sqlite3_column_name(statement.get(), i));
  if (columns) columns(names);
  std::vector<Cell> cells(names.size());
  for (;;) {
    const int step = sqlite3_step(statement.get());
    if (step == SQLITE_DONE) return;
    if ((step & 0xff) == SQLITE_INTERRUPT)
      refuse("stopped after " + std::to_string(limits.time.count()) +
             " ms; ask for less, or copy the lab and use sqlite3");
    if (step != SQLITE_ROW) refuse(sqlite3_errmsg(db.handle()));
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = cell_of(statement.get(), static_cast<int>(i));
    if (!row(cells)) return;
  }
}

void confine_this_process(std::chrono::seconds cpu, std::size_t bytes) {
  const auto cap = [](auto what, rlim_t value) {
    const rlimit limit{value, value};
    setrlimit(what, &limit);
  };
  cap(RLIMIT_CPU, static_cast<rlim_t>(cpu.count()));
  cap(RLIMIT_CORE, 0);
  sqlite3_hard_heap_limit64(static_cast<sqlite3_int64>(bytes / 2));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  cap(RLIMIT_AS, bytes);
#endif
}

}  // namespace lmw::store
