#include <lmw/learn/csv.h>

#include <lmw/learn/data_error.h>

#include "gz_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace lmw::learn {
namespace {

/// Takes one line off the front of `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view cell) {
  while (cell.starts_with(' ') || cell.starts_with('\t')) cell.remove_prefix(1);
  while (cell.ends_with(' ') || cell.ends_with('\t')) cell.remove_suffix(1);
  return cell;
}

class Reader {
 public:
  Reader(std::string name, std::string_view text) : name_(std::move(name)), rest_(text) {}

  Table read() {
    Table table;
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    table.names = names(next_line());
    if (table.names.empty()) fail("expected a first line of column names");
    const auto columns = table.names.size();
    std::vector<double> values;
    while (!rest_.empty()) {
      const std::string_view line = next_line();
      if (line.empty() && rest_.empty()) break;
      add_row(line, columns, values);
    }
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    table.values = Eigen::Map<const RowMajor>(values.data(), static_cast<Eigen::Index>(values.size() / columns),
                                              static_cast<Eigen::Index>(columns));
    return table;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw DataError(name_ + ": " + what); }
  [[noreturn]] void fail_at(std::size_t column, const std::string& what) const {
    fail("line " + std::to_string(line_) + ", column " + std::to_string(column) + ": " + what);
  }

  std::string_view next_line() {
    ++line_;
    return take_line(rest_);
  }

  std::vector<std::string> names(std::string_view line) const {
    std::vector<std::string> found;
    while (!line.empty()) {
      std::string name;
      if (line.starts_with('"')) {
        std::size_t at = 1;
        for (;; ++at) {
          if (at >= line.size()) fail_at(found.size() + 1, "a quoted name that does not end");
          if (line[at] != '"')
            name += line[at];
          else if (line.substr(at).starts_with("\"\""))
            name += line[at++];
          else
            break;
        }
        line.remove_prefix(at + 1);
        if (!line.empty() && line.front() != ',') fail_at(found.size() + 1, "text after the closing quote");
      } else {
        const std::size_t end = std::min(line.find(','), line.size());
        name = trimmed(line.substr(0, end));
        line.remove_prefix(end);
      }
      if (name.empty()) fail_at(found.size() + 1, "a column without a name");
      if (std::find(found.begin(), found.end(), name) != found.end())
        fail_at(found.size() + 1, "the name \"" + name + "\" a second time");
      found.push_back(name);
      if (line.empty()) break;
      line.remove_prefix(1);
      if (line.empty()) fail_at(found.size() + 1, "a column without a name");
    }
    return found;
  }

  void add_row(std::string_view line, std::size_t columns, std::vector<double>& values) const {
    for (std::size_t column = 1; column <= columns; ++column) {
      const std::size_t end = line.find(',');
      if (column < columns && end == std::string_view::npos)
        fail_at(column + 1, "missing: expected " + std::to_string(columns) + " numbers");
      if (column == columns && end != std::string_view::npos)
        fail_at(column + 1, "one number too many: expected " + std::to_string(columns));
      const std::string_view cell = trimmed(line.substr(0, end));
      double value = 0;
      const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (error != std::errc() || stop != cell.data() + cell.size() || !std::isfinite(value))
        fail_at(column, "expected a finite number, found \"" + std::string(cell.substr(0, 40)) + "\"");
      values.push_back(value);
      if (column < columns) line.remove_prefix(end + 1);
    }
  }

  std::string name_;
  std::string_view rest_;
  std::size_t line_ = 0;
};

}  // namespace

Eigen::VectorXd Table::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return values.col(found - names.begin());
  std::string known;
  for (const auto& other : names) known += (known.empty() ? "" : ", ") + other;
  throw std::invalid_argument("no column \"" + name + "\": the table has " + known);
}

Table read_csv(const std::filesystem::path& file, std::size_t max_bytes) {
  const std::string text = GzFile(file).read_all(max_bytes);
  return Reader(file.string(), text).read();
}

}  // namespace lmw::learn
