#pragma once

#include <lmw/store/query.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmw::reports {

using store::Cell;

/// What a query returned: named columns, rows in order.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> cells;

  std::size_t size() const { return cells.size(); }
  /// @throws std::logic_error  no such column: our own mistake.
  std::size_t column(std::string_view name) const;
  /// NULL is NaN; an integer is converted.
  double real(std::size_t row, std::string_view name) const;
  /// NULL is 0.
  std::int64_t integer(std::size_t row, std::string_view name) const;
  /// NULL is empty.
  std::string text(std::size_t row, std::string_view name) const;
  bool is_null(std::size_t row, std::string_view name) const;
};

/// A lab that queries are put to.
class LabFile {
 public:
  explicit LabFile(std::filesystem::path file) : file_(std::move(file)) {}
  /// One SELECT over the public views. Its text is complete, without parameters, so that a page can print what it ran.
  /// @throws store::StoreError  the lab cannot be read, or refused the query.
  Rows query(const std::string& sql) const;

 private:
  std::filesystem::path file_;
};

/// A text as an SQL literal, a name as an SQL identifier: quotes doubled.
std::string sql_text(std::string_view text);
std::string sql_name(std::string_view name);

/// The rows as CSV (RFC 4180, \n line ends): numbers in their exact decimal form, text quoted, and a text that a
/// spreadsheet would run as a formula (leading = + - @ tab or return) with an apostrophe before it.
std::string to_csv(const Rows& rows);

}  // namespace lmw::reports
