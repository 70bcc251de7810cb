#pragma once

#include "terminal.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lmw::cli {

enum class Format { table, json, csv };

/// What happens to a column that is too wide for the terminal.
enum class Fit {
  whole,  ///< never touched
  wrap,   ///< goes on in the next line
  cut     ///< ends in "…"
};

struct Column {
  std::string name;        ///< the key in JSON and CSV
  std::string title = {};  ///< over the column of a table; empty: the name with spaces
  Fit fit = Fit::whole;
  bool heading = false;       ///< in a table no column: a line of its own wherever what is shown changes
  bool machine_only = false;  ///< in JSON and CSV only
  bool json = false;          ///< the text is JSON: embedded as it is in --format json
};

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Cell {
  Value value;                            ///< what machines get
  std::optional<std::string> shown = {};  ///< what people get, where it differs
  Tone tone = Tone::plain;

  Cell() = default;
  Cell(Value v) : value(std::move(v)) {}                                             // NOLINT: implicit
  Cell(const char* text) : value(std::string(text)) {}                               // NOLINT
  Cell(std::string text, Tone t = Tone::plain) : value(std::move(text)), tone(t) {}  // NOLINT
  Cell(double number) : value(number) {}                                             // NOLINT
  Cell(std::int64_t number) : value(number) {}                                       // NOLINT
  Cell(int number) : value(std::int64_t{number}) {}                                  // NOLINT
  Cell(std::size_t number) : value(static_cast<std::int64_t>(number)) {}             // NOLINT
  Cell as(std::string text) && {
    shown = std::move(text);
    return std::move(*this);
  }
};

/// Rows that people read as a table fitted to their terminal, and programs as JSON or CSV.
///
/// Table: columns of text to the left, of numbers to the right; columns marked wrap or cut share what width is left. If
/// even that is too little, each row becomes a list of "name  value" lines. Doubles have 5 significant digits.
/// JSON: one array of objects. Missing is null; inf, -inf and nan are text, since JSON has no such numbers.
/// CSV (RFC 4180): text quoted, numbers bare, missing empty. A text that a spreadsheet would run as a formula (it
/// starts with = + - @, tab or carriage return) gets a ' before it. In both, doubles read back exactly.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// @throws std::invalid_argument  not one cell per column.
  void add(std::vector<Cell> row);
  std::size_t rows() const { return rows_.size(); }

  void write(std::ostream& out, Format format, const Terminal& terminal) const;

 private:
  void write_table(std::ostream& out, const Terminal& terminal) const;
  void write_records(std::ostream& out, const Terminal& terminal) const;
  void write_json(std::ostream& out) const;
  void write_csv(std::ostream& out) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// {"n_features":50,"lr":0.1} as people read it: n_features=50 lr=0.1.
std::string point_text(const std::string& json);
/// Of those parameters alone that `wanted` holds of.
std::string point_text(const std::string& json, const std::function<bool(const std::string&)>& wanted);

}  // namespace lmw::cli
