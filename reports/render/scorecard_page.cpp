#include "number.h"
#include "page.h"
#include "pages.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace lmw::reports {
namespace {

struct Desideratum {
  const char *id, *title, *asks;
};

constexpr std::array<Desideratum, 7> desiderata = {{
    {"fundamental", "Fundamental", "share of predictions without a fitted constant"},
    {"mathematical", "Mathematical", "share of predictions that state a number"},
    {"predictive", "Predictive", "confirmed of confirmed and falsified, in regime, first attempts"},
    {"comprehensive", "Comprehensive", "share of subject and architecture cells that a confirmed law reaches"},
    {"intuitive", "Intuitive", "symbols of the formula; shorter is plainer"},
    {"useful", "Useful", "regret of a recommended choice; smaller is better"},
    {"humble", "Humble", "Brier score of the forecast that the law holds; smaller is better"},
}};

std::string interval(const Rows& rows, std::size_t i) {
  if (rows.is_null(i, "low") || rows.is_null(i, "high")) return "";
  return number(rows.real(i, "low"), 2) + "–" + number(rows.real(i, "high"), 2);
}

void subject_cell(Html& out, const Model& model, const std::string& subject) {
  out.open("th", {{"scope", "row"}});
  const auto law = std::find_if(model.laws.begin(), model.laws.end(), [&](const Law& l) { return l.law == subject; });
  if (law != model.laws.end())
    out.element("a", law->heading(), {{"href", "law/" + law->file_stem() + ".html"}});
  else
    out.text(subject.find('/') == std::string::npos ? pillar_name(subject) : subject);
  out.close();
}

void behind(Html& out, const std::string& sql) {
  out.open("details").element("summary", "The SQL behind this table").open("pre").element("code", sql).close().close();
}

void overview(Html& out, const Model& model, const Rows& rows, bool pillars_only, const std::string& caption) {
  std::vector<Column> columns = {{pillars_only ? "Pillar" : "Law"}};
  for (const Desideratum& d : desiderata) columns.push_back({d.title, true});
  open_table(out, caption, columns);
  std::map<std::string, std::map<std::string, std::size_t>> by_subject;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string subject = rows.text(i, "subject");
    if ((subject.find('/') == std::string::npos) == pillars_only) by_subject[subject][rows.text(i, "desideratum")] = i;
  }
  for (const auto& [subject, row_of] : by_subject) {
    out.open("tr");
    subject_cell(out, model, subject);
    for (const Desideratum& d : desiderata) {
      const auto found = row_of.find(d.id);
      if (found == row_of.end()) {
        out.element("td", "–", {{"class", "n"}});
        continue;
      }
      const std::size_t i = found->second;
      const double value = rows.real(i, "value");
      out.open("td", {{"class", "n"},
                      {"data-value", std::isnan(value) ? "" : numerics::shortest(value)},
                      {"title", rows.text(i, "how")}});
      out.text(number(value, 2));
      const std::string range = interval(rows, i);
      if (!range.empty()) out.empty("br").element("span", range, {{"class", "note"}});
      if (!std::isnan(value))
        out.empty("br").element("span", "n = " + count(rows.integer(i, "n")), {{"class", "note"}});
      out.close();
    }
    out.close();
  }
  close_table(out);
}

void details(Html& out, const Model& model, const LabFile& lab) {
  const std::string sql =
      "SELECT subject, desideratum, '' AS measure, value, low, high, n, how FROM scorecard\nUNION ALL\n"
      "SELECT subject, desideratum, measure, value, low, high, n, how FROM scorecard_details\n"
      "ORDER BY subject, desideratum, measure";
  const Rows rows = lab.query(sql);
  out.open("section", {{"aria-labelledby", "counted"}})
      .element("h2", "How each number was counted", {{"id", "counted"}});
  open_table(out, "Every number of the scorecard",
             {{"Subject"}, {"Desideratum"}, {"Number"}, {"Value", true}, {"95 % interval"}, {"n", true}, {"How"}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.open("tr");
    subject_cell(out, model, rows.text(i, "subject"));
    out.element("td", rows.text(i, "desideratum")).element("td", rows.text(i, "measure"));
    number_cell(out, number(rows.real(i, "value"), 3), rows.real(i, "value"));
    out.element("td", interval(rows, i), {{"class", "n"}});
    number_cell(out, count(rows.integer(i, "n")), static_cast<double>(rows.integer(i, "n")));
    out.element("td", rows.text(i, "how")).close();
  }
  close_table(out);
  behind(out, sql);
  out.close();
}

}  // namespace

Markup scorecard_page(const LabFile& lab, const Model& model) {
  const std::string sql = "SELECT subject, desideratum, value, low, high, n, how FROM scorecard ORDER BY subject";
  const Rows rows = lab.query(sql);
  Html out;
  out.element("p", "The whole lab", {{"class", "eyebrow"}}).element("h1", "Scorecard");
  if (rows.size() == 0) {
    out.element("p", "The scorecard is counted when a run ends, and no run of this lab has ended with one yet.",
                {{"class", "lede"}});
    return out.take();
  }
  out.element("p",
              "Seven questions to a theory, answered by counting. Nothing is averaged across them, and a number "
              "without an interval is a census or a description. Predictions of standard and thorough effort count, "
              "under the run seed that was sealed first; pass rates leave out comparisons that could not have failed.",
              {{"class", "lede"}});
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    counted += rows.text(i, "desideratum") == "fundamental" && rows.text(i, "subject").find('/') != std::string::npos
                   ? rows.integer(i, "n")
                   : 0;
  if (counted == 0)
    out.element("p",
                "Nothing here was run at standard effort yet, so nothing is scored. Try: lmw run LAW --effort standard",
                {{"class", "notice"}});
  out.open("dl", {{"class", "facts"}});
  for (const Desideratum& d : desiderata) out.element("dt", d.title).element("dd", d.asks);
  out.close();
  out.open("section", {{"aria-labelledby", "by-pillar"}}).element("h2", "By pillar", {{"id", "by-pillar"}});
  overview(out, model, rows, true, "The seven numbers of each pillar");
  out.close();
  out.open("section", {{"aria-labelledby", "by-law"}}).element("h2", "By law", {{"id", "by-law"}});
  overview(out, model, rows, false, "The seven numbers of each law");
  behind(out, sql);
  out.close();
  details(out, model, lab);
  return out.take();
}

}  // namespace lmw::reports
