#include "table.h"

#include "text.h"

#include <lmw/numerics/number_text.h>
#include <lmw/sdk/json.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <stdexcept>

namespace lmw::cli {
namespace {

constexpr std::size_t gap = 2;        // spaces between columns
constexpr std::size_t narrowest = 8;  // what a column that gives way keeps at least

bool is_number(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

std::string shown_text(const Cell& cell) {
  if (cell.shown) return printable(*cell.shown);
  if (const auto* integer = std::get_if<std::int64_t>(&cell.value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell.value)) return numerics::significant(*real, 5);
  if (const auto* text = std::get_if<std::string>(&cell.value)) return printable(*text);
  return "";
}

std::string title_of(const Column& column) {
  if (!column.title.empty()) return column.title;
  std::string title = column.name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

std::string json_value(const Cell& cell, bool embed) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell.value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell.value))
    return std::isfinite(*real) ? numerics::shortest(*real) : sdk::to_text(*real);
  if (const auto* text = std::get_if<std::string>(&cell.value))
    return embed && !text->empty() ? *text : sdk::json_text(*text);
  return "null";
}

std::string csv_value(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell.value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell.value)) return numerics::shortest(*real);
  const auto* text = std::get_if<std::string>(&cell.value);
  if (text == nullptr) return "";
  std::string out = "\"";
  if (!text->empty() && std::string_view("=+-@\t\r").find(text->front()) != std::string_view::npos) out += '\'';
  for (const char c : *text) {
    out += c;
    if (c == '"') out += c;
  }
  return out + '"';
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  if (row.size() != columns_.size())
    throw std::invalid_argument("row of " + std::to_string(row.size()) + " cells: expected " +
                                std::to_string(columns_.size()));
  rows_.push_back(std::move(row));
}

void Table::write(std::ostream& out, Format format, const Terminal& terminal) const {
  switch (format) {
    case Format::table: return write_table(out, terminal);
    case Format::json: return write_json(out);
    case Format::csv: return write_csv(out);
  }
}

void Table::write_table(std::ostream& out, const Terminal& terminal) const {
  std::vector<std::size_t> used;  // the columns that a table shows
  std::size_t heading = columns_.size();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].heading)
      heading = c;
    else if (!columns_[c].machine_only)
      used.push_back(c);
  }

  std::vector<std::vector<std::string>> text(rows_.size());
  std::vector<std::size_t> width;
  std::vector<bool> number(used.size(), true);
  for (const std::size_t c : used) width.push_back(display_width(title_of(columns_[c])));
  for (std::size_t r = 0; r < rows_.size(); ++r)
    for (std::size_t k = 0; k < used.size(); ++k) {
      const Cell& cell = rows_[r][used[k]];
      text[r].push_back(shown_text(cell));
      width[k] = std::max(width[k], display_width(text[r].back()));
      const bool missing = std::holds_alternative<std::monostate>(cell.value);
      number[k] = number[k] && (missing || is_number(cell.value));
    }

  // What is too much is taken from the widest of the columns that give way, until it fits.
  if (terminal.width > 0) {
    std::size_t total = used.empty() ? 0 : gap * (used.size() - 1);
    for (const std::size_t w : width) total += w;
    for (; total > terminal.width; --total) {
      std::size_t widest = used.size();
      for (std::size_t k = 0; k < used.size(); ++k)
        if (columns_[used[k]].fit != Fit::whole && width[k] > narrowest &&
            (widest == used.size() || width[k] > width[widest]))
          widest = k;
      if (widest == used.size()) return write_records(out, terminal);
      --width[widest];
    }
  }

  const auto write_line = [&](const std::vector<std::string>& cells, const std::vector<Tone>& tones) {
    std::size_t last = cells.size();
    while (last > 0 && cells[last - 1].empty()) --last;
    for (std::size_t k = 0; k < last; ++k) {
      const std::string spaces(width[k] - std::min(width[k], display_width(cells[k])), ' ');
      if (number[k]) out << spaces;
      out << terminal.paint(tones[k], cells[k]);
      if (k + 1 < last) out << (number[k] ? "" : spaces) << std::string(gap, ' ');
    }
    out << '\n';
  };

  std::vector<std::string> titles;
  for (std::size_t k = 0; k < used.size(); ++k) titles.push_back(cut(title_of(columns_[used[k]]), width[k]));
  write_line(titles, std::vector<Tone>(used.size(), Tone::faint));

  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (heading < columns_.size()) {
      const std::string title = shown_text(rows_[r][heading]);
      if (r == 0 || title != shown_text(rows_[r - 1][heading]))
        out << (r == 0 ? "" : "\n") << terminal.paint(Tone::strong, paragraph(title, terminal.width));
    }
    std::vector<std::vector<std::string>> lines(used.size());
    std::size_t height = 1;
    for (std::size_t k = 0; k < used.size(); ++k) {
      const bool wraps = columns_[used[k]].fit == Fit::wrap && display_width(text[r][k]) > width[k];
      lines[k] = wraps ? wrap(text[r][k], width[k]) : std::vector{cut(text[r][k], width[k])};
      height = std::max(height, lines[k].size());
    }
    for (std::size_t i = 0; i < height; ++i) {
      std::vector<std::string> cells;
      std::vector<Tone> tones;
      for (std::size_t k = 0; k < used.size(); ++k) {
        cells.push_back(i < lines[k].size() ? lines[k][i] : "");
        tones.push_back(rows_[r][used[k]].tone);
      }
      write_line(cells, tones);
    }
  }
}

void Table::write_records(std::ostream& out, const Terminal& terminal) const {
  std::size_t label = 0;
  for (const Column& column : columns_)
    if (!column.machine_only) label = std::max(label, display_width(title_of(column)));
  label = std::min(label, terminal.width / 3);
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    if (r > 0) out << '\n';
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].machine_only) continue;
      const std::size_t rest = terminal.width > label + gap + narrowest ? terminal.width - label - gap : narrowest;
      std::string before = terminal.paint(Tone::faint, pad(cut(title_of(columns_[c]), label), label, false));
      for (const std::string& line : wrap(shown_text(rows_[r][c]), rest)) {
        out << before << std::string(gap, ' ') << terminal.paint(rows_[r][c].tone, line) << '\n';
        before = std::string(label, ' ');
      }
    }
  }
}

void Table::write_json(std::ostream& out) const {
  out << '[';
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    out << (r == 0 ? "\n" : ",\n");
    for (std::size_t c = 0; c < columns_.size(); ++c)
      out << (c == 0 ? "  {" : ", ") << sdk::json_text(columns_[c].name) << ": "
          << json_value(rows_[r][c], columns_[c].json);
    out << '}';
  }
  out << (rows_.empty() ? "]\n" : "\n]\n");
}

void Table::write_csv(std::ostream& out) const {
  for (std::size_t c = 0; c < columns_.size(); ++c) out << (c == 0 ? "" : ",") << csv_value(columns_[c].name);
  out << "\r\n";
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) out << (c == 0 ? "" : ",") << csv_value(row[c]);
    out << "\r\n";
  }
}

std::string point_text(const std::string& json) {
  return point_text(json, [](const std::string&) { return true; });
}

std::string point_text(const std::string& json, const std::function<bool(const std::string&)>& wanted) {
  std::string out;
  for (const auto& [name, value] : sdk::FlatJsonReader::read(json)) {
    if (!wanted(name)) continue;
    out += (out.empty() ? "" : " ") + name + '=';
    if (const auto* text = std::get_if<std::string>(&value))
      out += *text;
    else if (const auto* real = std::get_if<double>(&value))
      out += numerics::significant(*real, 6);
    else if (const auto* integer = std::get_if<std::int64_t>(&value))
      out += std::to_string(*integer);
    else
      out += std::get<bool>(value) ? "true" : "false";
  }
  return out;
}

}  // namespace lmw::cli
