#include "figure_frame.h"

#include "number.h"

#include <algorithm>
#include <cstdint>

namespace lmw::reports {
namespace {

constexpr std::size_t rows_in_page = 200;

Markup data_table(const Rows& rows, const std::string& caption) {
  Html out;
  out.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}});
  out.open("table", {{"class", "data"}}).element("caption", caption).open("thead").open("tr");
  for (const std::string& column : rows.columns) out.element("th", column, {{"scope", "col"}});
  out.close().close().open("tbody");
  for (std::size_t i = 0; i < std::min(rows.size(), rows_in_page); ++i) {
    out.open("tr");
    for (const Cell& cell : rows.cells[i]) {
      if (const auto* real = std::get_if<double>(&cell))
        out.element("td", number(*real, 6), {{"class", "n"}});
      else if (const auto* integer = std::get_if<std::int64_t>(&cell))
        out.element("td", std::to_string(*integer), {{"class", "n"}});
      else if (const auto* text = std::get_if<std::string>(&cell))
        out.element("td", *text);
      else
        out.open("td").close();
    }
    out.close();
  }
  out.close().close().close();
  if (rows.size() > rows_in_page)
    out.element("p", "The first " + count(rows_in_page) + " of " +
                         plural(static_cast<std::int64_t>(rows.size()), "row") + "; the CSV file has all of them.");
  return out.take();
}

}  // namespace

Figure framed(const std::string& id, const std::string& stem, const Markup& drawing, const std::string& sql,
              const Rows& rows) {
  Figure figure{.html = {}, .csv_name = stem + "--" + id + ".csv", .csv = to_csv(rows)};
  Html html;
  html.open("figure", {{"id", id}, {"class", "result"}}).add(drawing);
  html.open("details").element("summary", "Data and the SQL behind this figure");
  html.open("pre").element("code", sql).close();
  html.add(data_table(rows, "Data of this figure")).close();
  html.open("p", {{"class", "downloads"}})
      .element("a", "CSV", {{"href", figure.csv_name}, {"download", figure.csv_name}})
      .close();
  html.close();
  figure.html = html.take();
  return figure;
}

}  // namespace lmw::reports
