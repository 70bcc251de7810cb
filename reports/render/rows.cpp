#include "rows.h"

#include "number.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <stdexcept>

namespace lmw::reports {

namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string csv_cell(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return numerics::shortest(*real);
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return "";
  const bool runs = !text->empty() && std::string_view("=+-@\t\r").find(text->front()) != std::string_view::npos;
  return doubled((runs ? "'" : "") + *text, '"');
}

}  // namespace

std::size_t Rows::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) throw std::logic_error("no column " + std::string(name));
  return static_cast<std::size_t>(found - columns.begin());
}

double Rows::real(std::size_t row, std::string_view name) const {
  const Cell& cell = cells[row][column(name)];
  if (const auto* value = std::get_if<double>(&cell)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*value);
  return std::numeric_limits<double>::quiet_NaN();
}

std::int64_t Rows::integer(std::size_t row, std::string_view name) const {
  const auto* value = std::get_if<std::int64_t>(&cells[row][column(name)]);
  return value == nullptr ? 0 : *value;
}

std::string Rows::text(std::size_t row, std::string_view name) const {
  const auto* value = std::get_if<std::string>(&cells[row][column(name)]);
  return value == nullptr ? "" : *value;
}

bool Rows::is_null(std::size_t row, std::string_view name) const {
  return std::holds_alternative<std::monostate>(cells[row][column(name)]);
}

Rows LabFile::query(const std::string& sql) const {
  Rows rows;
  store::query(
      file_, sql, [&](const std::vector<std::string>& names) { rows.columns = names; },
      [&](std::span<const Cell> cells) {
        rows.cells.emplace_back(cells.begin(), cells.end());
        return true;
      },
      {.time = std::chrono::minutes(10)});
  return rows;
}

std::string sql_text(std::string_view text) { return doubled(text, '\''); }
std::string sql_name(std::string_view name) { return doubled(name, '"'); }

std::string to_csv(const Rows& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) out += (i > 0 ? "," : "") + rows.columns[i];
  out += '\n';
  for (const auto& row : rows.cells) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + csv_cell(row[i]);
    out += '\n';
  }
  return out;
}

}  // namespace lmw::reports
