#include "number.h"
#include "page.h"
#include "pages.h"
#include "words.h"

#include <algorithm>
#include <cmath>

namespace lmw::reports {
namespace {

const Law* law_named(const Model& model, const std::string& id) {
  const auto found = std::find_if(model.laws.begin(), model.laws.end(), [&](const Law& law) { return law.law == id; });
  return found == model.laws.end() ? nullptr : &*found;
}

void law_cell(Html& out, const Law* law, const std::string& id) {
  out.open("th", {{"scope", "row"}});
  if (law == nullptr)
    out.element("code", id);
  else
    out.element("a", law->heading(), {{"href", "law/" + law->file_stem() + ".html"}});
  out.close();
}

std::string class_words(const Rows& rows, std::size_t i) {
  const std::string consistent = rows.text(i, "consistent");
  return rows.text(i, "class") + (consistent.empty() ? "" : ", consistent with " + consistent);
}

void behind(Html& out, const std::string& sql) {
  out.open("details").element("summary", "The SQL behind this table").open("pre").element("code", sql).close().close();
}

void conditions_table(Html& out, const Model& model, const Rows& rows, const std::string& sql) {
  out.open("section", {{"aria-labelledby", "conditions"}}).element("h2", "Conditions", {{"id", "conditions"}});
  open_table(out, "Conditions whose runs can fail, unexpected structural failures first",
             {{"Law"},
              {"Setting"},
              {"Class"},
              {"Forecast"},
              {"Failed", true},
              {"95 % interval", true},
              {"Predicted", true},
              {"Runs", true},
              {"Restarts", true}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Law* law = law_named(model, rows.text(i, "law"));
    out.open("tr");
    law_cell(out, law, rows.text(i, "law"));
    out.element("td", law == nullptr ? rows.text(i, "point") : law->setting_of(parse_point(rows.text(i, "point"))));
    out.open("td");
    if (rows.integer(i, "unexpected") == 1) out.add(chip("surprise")).element("b", " unexpected ");
    out.text(class_words(rows, i)).close();
    const std::string forecast = rows.text(i, "forecast_class");
    const bool outside = rows.text(i, "regime") == "outside";
    out.element("td", (forecast.empty() ? "–" : forecast) + (outside ? " (outside its regime)" : ""));
    number_cell(out, number(rows.real(i, "rate"), 3), rows.real(i, "rate"));
    out.element("td", number(rows.real(i, "low"), 3) + "–" + number(rows.real(i, "high"), 3), {{"class", "n"}});
    number_cell(out, number(rows.real(i, "predicted_rate"), 3), rows.real(i, "predicted_rate"));
    number_cell(out, count(rows.integer(i, "n")), static_cast<double>(rows.integer(i, "n")));
    const bool remedied = !rows.is_null(i, "restarts");
    out.element("td", remedied ? count(rows.integer(i, "restarts")) : "–", {{"class", "n"}}).close();
  }
  close_table(out);
  out.element("p",
              "Structural: at least nine runs in ten fail, whatever the seed, and the whole interval says so. Safe: at "
              "most one in ten. Contingent: between, so that a new seed helps; restarts are how many runs give "
              "one success with 99 %. Undetermined: too few runs. A structural failure where the law forecast safety, "
              "inside its regime, is unexpected: it refutes the law and stands first. Where a law counts no failures "
              "itself, they are the replicates that diverged, got stuck or did not converge; inside its regime a law "
              "that predicts a value has forecast none.",
              {{"class", "note"}});
  behind(out, sql);
  out.close();
}

std::string held(const Rows& rows, std::size_t i, const char* held_column, const char* tried_column) {
  const std::int64_t tried = rows.integer(i, tried_column);
  return tried == 0 ? "not tried" : count(rows.integer(i, held_column)) + " of " + count(tried);
}

/// How sharp the boundary is, and how that answers the size of the system.
std::string width_of(const Rows& rows, std::size_t i) {
  if (rows.is_null(i, "boundary_width")) return "";
  std::string text = "; failures rise over " + number(rows.real(i, "boundary_width"), 2) + " e-folds";
  if (!rows.is_null(i, "size"))
    text += ", as the power " + number(rows.real(i, "width_trend"), 2) + " of " + rows.text(i, "size") + ": " +
            rows.text(i, "width_class");
  return text;
}

void structure_table(Html& out, const Model& model, const LabFile& lab) {
  const std::string sql =
      "SELECT law, conditions, within_variance, between_variance, structural_share, share_low, share_high, skill,\n"
      "       captured, persist_tried, persist_held, flips_tried, flips_seen, boundary, boundary_predicted,\n"
      "       boundary_low, boundary_high, boundary_decision, boundary_width, size, width_trend, width_class\n"
      "FROM failure_structure WHERE run_id = " +
      std::to_string(model.run.run_id) + " ORDER BY law";
  const Rows rows = lab.query(sql);
  out.open("section", {{"aria-labelledby", "structure"}}).element("h2", "Structure or accident", {{"id", "structure"}});
  open_table(out, "Where the variance of outcomes lies, and the signatures of structure",
             {{"Law"},
              {"Conditions", true},
              {"Within", true},
              {"Between", true},
              {"Structural share", true},
              {"Forecast captured", true},
              {"Persists"},
              {"Flips"},
              {"Boundary"}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.open("tr");
    law_cell(out, law_named(model, rows.text(i, "law")), rows.text(i, "law"));
    out.element("td", count(rows.integer(i, "conditions")), {{"class", "n"}});
    for (const char* column : {"within_variance", "between_variance"})
      number_cell(out, number(rows.real(i, column), 3), rows.real(i, column));
    std::string share = number(rows.real(i, "structural_share"), 3);
    if (!rows.is_null(i, "share_low"))
      share += " (" + number(rows.real(i, "share_low"), 3) + " to " + number(rows.real(i, "share_high"), 3) + ")";
    number_cell(out, share, rows.real(i, "structural_share"));
    number_cell(out, number(rows.real(i, "captured"), 3), rows.real(i, "captured"));
    out.element("td", held(rows, i, "persist_held", "persist_tried"));
    out.element("td", held(rows, i, "flips_seen", "flips_tried"));
    out.element("td", rows.is_null(i, "boundary")
                          ? "not scanned"
                          : rows.text(i, "boundary") + " = " + number(rows.real(i, "boundary_predicted")) +
                                " forecast, found in " + number(rows.real(i, "boundary_low")) + " to " +
                                number(rows.real(i, "boundary_high")) + ": " + rows.text(i, "boundary_decision") +
                                width_of(rows, i));
    out.close();
  }
  close_table(out);
  out.element("p",
              "Within is the variance of outcomes under one condition, accident; between is that of the conditions, "
              "structure. Captured is the share of what structure explains that the sealed rates do. A failure is "
              "structurally expected if it persists in every condition forecast so, if it flips between neighbours on "
              "either side of the forecast, and if the boundary lies where it was forecast.",
              {{"class", "note"}});
  behind(out, sql);
  out.close();
}

}  // namespace

Markup failures_page(const LabFile& lab, const Model& model) {
  const std::string sql =
      "SELECT law, point, regime, class, consistent, forecast_class, unexpected, rate, low, high, predicted_rate,\n"
      "       failures, n, restarts\nFROM failures WHERE run_id = " +
      std::to_string(model.run.run_id) + " ORDER BY unexpected DESC, law, point_id";
  const Rows rows = lab.query(sql);
  Html out;
  out.element("p", "Run " + std::to_string(model.run.run_id), {{"class", "eyebrow"}}).element("h1", "Failures");
  if (rows.size() == 0) {
    out.element("p",
                model.run.status == "finished"
                    ? "No law of this run predicts how often runs fail, and no run was lost. A law that does "
                      "has an observable named failure_probability; those of the plugin crosscutting are examples."
                    : "Failures are counted when a run has ended, and this one has not.",
                {{"class", "lede"}});
    return out.take();
  }
  std::int64_t unexpected = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) unexpected += rows.integer(i, "unexpected");
  out.element("p",
              plural(static_cast<std::int64_t>(rows.size()), "condition") + " whose runs can fail. " +
                  (unexpected == 0 ? "No failure is structural where its law forecast safety."
                                   : plural(unexpected, "condition") +
                                         " fail whatever the seed although the law forecast safety: listed first."),
              {{"class", "lede"}});
  conditions_table(out, model, rows, sql);
  structure_table(out, model, lab);
  return out.take();
}

}  // namespace lmw::reports
