#include "mathml.h"
#include "number.h"
#include "page.h"
#include "pages.h"
#include "words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

namespace lmw::reports {
namespace {

void open_section(Html& out, const std::string& id, const std::string& title) {
  out.open("section", {{"aria-labelledby", id}}).element("h2", title, {{"id", id}});
}

/// Whether the law is about one observable, so that tables need not name it in each row.
bool one_observable(const Law& law) {
  return std::all_of(law.comparisons.begin(), law.comparisons.end(),
                     [&](const Comparison& c) { return c.observable == law.comparisons.front().observable; });
}

std::string place_of(const Comparison& c) { return std::isnan(c.at_x) ? "" : " at x = " + number(c.at_x); }

/// The columns and cells that say what a row is about: the setting, and the observable where there are several.
std::vector<Column> subject_columns(const Law& law, std::vector<Column> others) {
  if (!one_observable(law)) others.insert(others.begin(), {"Observable"});
  return after_setting(law, std::move(others));
}

void subject_cells(Html& out, const Law& law, const Comparison& c) {
  setting_cells(out, law, c.parameters);
  if (!one_observable(law)) out.element("td", c.observable + (c.secondary ? " (secondary)" : ""));
}

std::string about(const Law& law) {
  if (law.comparisons.empty() || law.comparisons.front().observable.empty() || !one_observable(law)) return "";
  return law.comparisons.front().observable + ": ";
}

void sql_behind(Html& out, const std::string& sql) {
  out.open("details").element("summary", "The SQL behind this table").open("pre").element("code", sql).close().close();
}

void heading(Html& out, const Law& law) {
  out.open("p", {{"class", "eyebrow"}}).text(pillar_name(law.pillar) + " · ");
  out.element("code", law.law).text(" · version " + std::to_string(law.law_version)).close();
  out.element("h1", law.heading());
  out.element("p", law.claim, {{"class", "claim lede"}});
  if (!law.formula.empty()) {
    out.open("div", {{"class", "formula"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", "Formula"}});
    if (to_mathml(law.formula, true))
      for (const std::string& statement : statements(law.formula)) out.add(formula(statement, true));
    else
      out.add(formula(law.formula, true));
    out.close();
  }
  if (!law.source.empty()) out.element("p", law.source, {{"class", "source"}});
}

void verdict_box(Html& out, const Law& law) {
  out.open("div", {{"class", "verdict v-" + law.summary.verdict}}).open("p", {{"class", "verdict-line"}});
  out.add(chip(law.summary.verdict)).text(" " + sentence_of(law)).close();
  if (const Comparison* c = decisive(law)) {
    const std::string lead = law.summary.verdict == "falsified" ? "Farthest off" : "Closest call";
    out.open("p").element("b", lead + (c->setting.empty() ? "" : " at " + c->setting) + ". ");
    out.text(c->observable + ": " + c->sentence + ".").close();
  }
  if (const Comparison* c = first_without_outcome(law))
    out.element("p", (c->setting.empty() ? "" : "At " + c->setting + ": ") + c->sentence + ".");
  if (law.summary.surprises > 0) {
    out.open("p").add(counted_chip(law.summary.surprises, "surprise"));
    out.text(" " + plural(law.summary.surprises, "comparison") +
             " did not come out as expected; the table below marks them.")
        .close();
  }
  out.close();
}

void what_is_claimed(Html& out, const Law& law) {
  open_section(out, "claim", "What is claimed");
  out.open("dl", {{"class", "facts"}});
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.element("dt", name).element("dd", value);
  };
  fact("Holds where", law.regime);
  fact("Refuted if", law.refuted_if);
  fact("In physics", law.analogue);
  fact("Symmetry", law.symmetry);
  fact("Conserved, or order parameter", law.conserved_or_order_parameter);
  fact("Control parameter", law.control_parameter);
  fact("Large parameter", law.large_parameter);
  fact("Leading correction", law.leading_correction);
  std::string axioms;
  for (const std::string& axiom : law.axiom_list) axioms += (axioms.empty() ? "" : ", ") + axiom;
  fact("Rests on", axioms);
  fact("Fitted parameters", law.fitted_parameters == 0
                                ? "none: nothing was taken from measurements of the same observable"
                                : count(law.fitted_parameters));
  fact("Predicted", law.predicts == "per_replicate"
                        ? "for each replicate, from its data or initial weights, before anything is trained"
                        : "once per point, before anything is measured");
  for (const RivalCard& rival : law.rivals)
    fact("Rival", rival.name + (rival.meaning.empty() ? "" : ": " + rival.meaning));
  const auto listed = [](const Point& point) {
    std::string text;
    for (const Parameter& p : point) text += (text.empty() ? "" : ", ") + p.name + " = " + p.shown();
    return text;
  };
  fact("Fixed", listed(law.fixed));
  fact("Unless said otherwise", listed(law.usual));
  out.close();
  std::vector<const ParameterCard*> explained;
  for (const ParameterCard& p : law.parameters)
    if (!p.meaning.empty()) explained.push_back(&p);
  if (!explained.empty()) {
    out.open("details").element("summary", "Parameters").open("dl", {{"class", "facts"}});
    for (const ParameterCard* p : explained)
      out.element("dt", p->name)
          .element("dd", p->meaning + (p->unit.empty() || p->unit == "1" ? "" : " (" + p->unit + ")"));
    out.close().close();
  }
  out.close();
}

std::string answer_of(const ElasticityCard& e) {
  const std::string within = e.eps > 0 ? " within " + number(e.eps, 2) : "";
  if (e.sign == 0) return "does not depend on it," + within;
  return std::string(e.sign > 0 ? "rises" : "falls") +
         (e.eps > 0 ? " as the power " + number(e.value, 3) + within : "");
}

/// Which way observables go with each knob, as the card says, and as the scorecard counted last.
void knobs(Html& out, const LabFile& lab, const Law& law) {
  if (law.elasticities.empty()) return;
  const std::string sql =
      "SELECT measure, value, low, high, how FROM scorecard_details\nWHERE subject = " + sql_text(law.law) +
      " AND desideratum = 'intuitive' ORDER BY measure;";
  const Rows rows = lab.query(sql);
  open_section(out, "knobs", "Knobs");
  open_table(out, "How observables answer parameters, all else equal: d log observable / d log parameter",
             {{"Observable"}, {"Knob"}, {"The law says"}, {"Measured", true}, {"95 % interval", true}, {"Came out"}});
  for (const ElasticityCard& e : law.elasticities) {
    out.open("tr").element("td", e.observable).element("td", e.parameter).element("td", answer_of(e));
    std::size_t i = 0;
    while (i < rows.size() && rows.text(i, "measure") != e.observable + " in " + e.parameter) ++i;
    if (i == rows.size()) {
      number_cell(out, "–", nothing);
      out.element("td", "–", {{"class", "n"}}).element("td", "not counted: see the scorecard").close();
      continue;
    }
    number_cell(out, number(rows.real(i, "value"), 3), rows.real(i, "value"));
    const double low = rows.real(i, "low"), high = rows.real(i, "high");
    out.element("td", std::isnan(low) ? "–" : number(low, 3) + " to " + number(high, 3), {{"class", "n"}});
    out.element("td", rows.text(i, "how")).close();
  }
  close_table(out);
  sql_behind(out, sql);
  out.close();
}

/// What stands up to the number of comparisons, beside the chip that has the word.
void badge(Html& out, const Comparison& c) {
  const auto what = c.badge.find('(');
  if (what != std::string::npos)
    out.text(" ").element("span", c.badge.substr(what), {{"class", "note"}, {"title", c.badge}});
}

void differences_note(Html& out, const Law& law) {
  if (std::all_of(law.comparisons.begin(), law.comparisons.end(),
                  [](const Comparison& c) { return c.compare.empty() || c.compare == "value"; }))
    return;
  out.element("p",
              "Predictions are made per replicate: the numbers here are mean differences from each replicate’s own "
              "prediction, or mean ratios to it minus 1, and a prediction of 0 means that it is exact.",
              {{"class", "note"}});
}

void expectation_cell(Html& out, const Comparison& c) {
  const std::string text = c.expected.empty() ? "–"
                           : c.surprising()   ? "no: should be " + (c.expected == "breaks" ? "broken" : c.expected)
                           : c.met_expectation == 1 ? "yes"
                                                    : "undecided";
  out.element("td", text, {{"class", c.surprising() ? "surprise" : ""}});
}

std::string prediction_with_tolerance(const Law& law, const Comparison& c) {
  return predicted_text(law, c) + (std::isnan(c.tolerance()) ? "" : " ± " + number(c.tolerance(), 2)) + place_of(c);
}

void comparisons(Html& out, const Law& law) {
  open_section(out, "comparisons", "Comparisons");
  open_table(out, about(law) + "every comparison of the law with measurement",
             subject_columns(law, {{"Verdict"},
                                   {"Predicted", true},
                                   {"Measured", true},
                                   {"Confirm", true},
                                   {"Falsify", true},
                                   {"p adj.", true},
                                   {"n", true},
                                   {"As expected"}}));
  for (const Comparison& c : law.comparisons) {
    if (!c.own()) continue;
    out.open("tr", {{"id", "verdict-" + std::to_string(c.verdict_id)}});
    subject_cells(out, law, c);
    out.open("td").add(chip(c.verdict, c.sub_verdict));
    badge(out, c);
    out.close();
    number_cell(out, prediction_with_tolerance(law, c), c.predicted);
    number_cell(out, measured_text(law, c), c.measured);
    number_cell(out, number(c.confirm_ratio, 3), c.confirm_ratio);
    number_cell(out, number(c.falsify_ratio, 3), c.falsify_ratio);
    number_cell(out, p_value(c.p_adjusted), c.p_adjusted);
    number_cell(out, count(c.n_replicates), static_cast<double>(c.n_replicates));
    expectation_cell(out, c);
    out.close();
  }
  close_table(out);
  out.element(
      "p",
      "Confirmed if the confirm ratio is at most 1: the interval lies inside the tolerance. Falsified if the falsify "
      "ratio "
      "exceeds 1: the interval lies outside. A curve is judged as a whole; its row shows the grid point farthest off.",
      {{"class", "note"}});
  differences_note(out, law);
  out.open("details").element("summary", "Each verdict in a sentence").open("ul", {{"class", "sentences"}});
  for (const Comparison& c : law.comparisons) {
    const std::string subject =
        (c.setting.empty() ? "" : c.setting + ", ") + c.observable + (c.own() ? "" : ", rival " + c.rival);
    out.open("li").element("b", subject + ": ").text(c.sentence + ".").close();
  }
  out.close().close().close();
}

void rivals(Html& out, const Law& law) {
  if (std::all_of(law.comparisons.begin(), law.comparisons.end(), [](const Comparison& c) { return c.own(); })) return;
  open_section(out, "rivals", "Rivals");
  open_table(
      out, about(law) + "what else could have been true, on the same data",
      subject_columns(
          law, {{"Rival"}, {"Outcome"}, {"It predicts", true}, {"Measured", true}, {"Falsify", true}, {"p", true}}));
  for (const Comparison& c : law.comparisons) {
    if (c.own()) continue;
    const bool refuted = c.decision == "falsified";
    const std::string came_to = refuted                     ? "refuted"
                                : c.outcome != "ok"         ? spoken(c.outcome)
                                : c.decision == "confirmed" ? "agrees with the data"
                                                            : "not refuted";
    out.open("tr");
    subject_cells(out, law, c);
    out.element("td", c.rival).element("td", came_to, {{"class", refuted || c.regime == "outside" ? "" : "surprise"}});
    number_cell(out, predicted_text(law, c) + place_of(c), c.predicted);
    number_cell(out, measured_text(law, c), c.measured);
    number_cell(out, number(c.falsify_ratio, 3), c.falsify_ratio);
    number_cell(out, p_value(c.p_falsify), c.p_falsify);
    out.close();
  }
  close_table(out);
  differences_note(out, law);
  out.element(
      "p",
      "A confirmed comparison counts only where every rival is refuted: otherwise the measurement could not have told "
      "the law from something else.",
      {{"class", "note"}});
  out.close();
}

/// Replicates of scalars, and of curves at the grid point that decided.
std::string replicates_sql(const Run& run, const Law& law) {
  return "WITH ranked AS (\n"
         "  SELECT v.verdict_id, m.value,\n"
         "         row_number() OVER (PARTITION BY v.verdict_id ORDER BY m.value) AS i,\n"
         "         count(*) OVER (PARTITION BY v.verdict_id) AS n\n"
         "  FROM verdicts AS v\n"
         "  JOIN measurements AS m ON m.point_id = v.point_id AND m.observable = v.observable AND m.x IS v.at_x\n"
         "  WHERE v.run_id = " +
         std::to_string(run.run_id) + " AND v.law = " + sql_text(law.law) +
         "\n"
         "        AND v.rival IS NULL AND m.value IS NOT NULL)\n"
         "SELECT verdict_id, n, min(value) AS least,\n"
         "       avg(CASE WHEN i IN ((n + 1) / 2, (n + 2) / 2) THEN value END) AS median, max(value) AS greatest,\n"
         "       group_concat(value, ' ') AS all_values\n"
         "FROM ranked GROUP BY verdict_id ORDER BY verdict_id;";
}

/// Numbers between spaces.
std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> values;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    double value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc()) break;
    values.push_back(value);
    at = next + 1;
  }
  return values;
}

const Comparison* with_id(const Law& law, std::int64_t verdict_id) {
  const auto found = std::find_if(law.comparisons.begin(), law.comparisons.end(),
                                  [&](const Comparison& c) { return c.verdict_id == verdict_id; });
  return found == law.comparisons.end() ? nullptr : &*found;
}

void replicates(Html& out, const LabFile& lab, const Run& run, const Law& law) {
  const std::string sql = replicates_sql(run, law);
  const Rows rows = lab.query(sql);
  if (rows.size() == 0) return;
  open_section(out, "replicates", "Replicates");
  open_table(out, about(law) + "spread over independent seeds; the band is the tolerance",
             subject_columns(law, {{"Seeds"}, {"n", true}, {"Least", true}, {"Median", true}, {"Greatest", true}}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Comparison* c = with_id(law, rows.integer(i, "verdict_id"));
    if (c == nullptr) continue;
    out.open("tr");
    subject_cells(out, law, *c);
    out.open("td");
    if (c->compare == "value")  // a difference from each replicate's own prediction has another zero
      out.add(spread("Each of " + plural(rows.integer(i, "n"), "replicate") + " as a line", band_of(*c),
                     numbers_in(rows.text(i, "all_values"))));
    out.close();
    number_cell(out, count(rows.integer(i, "n")), rows.real(i, "n"));
    for (const char* column : {"least", "median", "greatest"})
      number_cell(out, number(rows.real(i, column), 5) + (column[0] == 'l' ? place_of(*c) : ""), rows.real(i, column));
    out.close();
  }
  close_table(out);
  sql_behind(out, sql);
  out.close();
}

void regime(Html& out, const Law& law) {
  open_section(out, "regime", "Regime");
  open_table(out, "Where the law said that it holds, before the run",
             after_setting(law, {{"Regime"}, {"Forecast to hold", true}, {"Came out"}, {"Reason"}}));
  std::set<std::int64_t> seen;
  for (const Comparison& c : law.comparisons) {
    if (!c.own() || !seen.insert(c.point_id).second) continue;
    out.open("tr");
    setting_cells(out, law, c.parameters);
    out.element("td", c.regime + (c.must_break ? ", must break" : ""));
    number_cell(out, number(c.rho, 2), c.rho);
    out.open("td").add(chip(c.verdict, c.sub_verdict));
    badge(out, c);
    out.close();
    out.element("td", c.regime_reason.empty() ? "–" : c.regime_reason).close();
  }
  for (const Sealed& s : law.sealed) {
    if (!s.abstained) continue;
    out.open("tr");
    setting_cells(out, law, s.parameters);
    out.element("td", s.regime);
    number_cell(out, "–", nothing);
    out.element("td", "abstained").element("td", s.abstain_reason).close();
  }
  close_table(out);
  out.close();
}

void failures(Html& out, const LabFile& lab, const Run& run, const Law& law) {
  const std::string sql =
      "SELECT point_id, point, outcome, count(DISTINCT replicate) AS replicates, min(message) AS message\n"
      "FROM measurements\n"
      "WHERE run_id = " +
      std::to_string(run.run_id) + " AND law = " + sql_text(law.law) +
      " AND outcome <> 'ok'\n"
      "GROUP BY point_id, outcome ORDER BY point_id, outcome;";
  const Rows rows = lab.query(sql);
  open_section(out, "failures", "Failures");
  if (rows.size() == 0) {
    const bool measured =
        std::any_of(law.sealed.begin(), law.sealed.end(), [](const Sealed& s) { return !s.first_measured_at.empty(); });
    out.element("p", measured ? "Every replicate ended in a value." : "Nothing was measured.").close();
    return;
  }
  open_table(out, "Replicates that ended in no value",
             after_setting(law, {{"Outcome"}, {"Replicates", true}, {"Message"}}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.open("tr");
    setting_cells(out, law, parse_point(rows.text(i, "point")));
    out.element("td", spoken(rows.text(i, "outcome")));
    number_cell(out, count(rows.integer(i, "replicates")), rows.real(i, "replicates"));
    out.element("td", rows.text(i, "message")).close();
  }
  close_table(out);
  sql_behind(out, sql);
  out.close();
}

void provenance(Html& out, const Run& run, const Law& law) {
  open_section(out, "provenance", "Provenance");
  out.open("dl", {{"class", "facts"}});
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.element("dt", name).element("dd", value);
  };
  const auto hash = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.element("dt", name).open("dd").element("code", value, {{"class", "hash"}}).close();
  };
  fact("Plugin", law.plugin + " " + law.plugin_version);
  hash("Build-id", law.build_id);
  hash("Source, SHA-256", law.source_sha256);
  if (!law.sealed.empty()) {
    fact("Sealed", law.sealed.front().sealed_at + (law.sealed.size() > 1 ? " to " + law.sealed.back().sealed_at : ""));
    hash("First digest", law.sealed.front().digest);
    hash("Chain after it", law.sealed.back().chain);
  }
  fact("Core time", duration(law.summary.core_seconds));
  out.close();
  out.open("p")
      .text("All seals of this law are in the ")
      .element("a", "ledger", {{"href", "../ledger.html#" + law.file_stem()}})
      .text(".")
      .close();
  out.close();

  open_section(out, "again", "Run it again");
  out.open("pre")
      .element("code", "lmw run " + law.law + " --effort " + run.effort + " --seed " + std::to_string(run.run_seed) +
                           " --again")
      .close();
  out.element("h3", "Cite");
  if (!law.source.empty()) out.open("p").text("The claim: " + law.source + ".").close();
  out.open("p")
      .text("This test: law ")
      .element("code", law.law)
      .text(", version " + std::to_string(law.law_version) + ", Learning Mechanics Workbench " + run.lmw_version +
            ", run seed " + std::to_string(run.run_seed) + ", " + run.effort + " effort, " +
            run.started_at.substr(0, 10) + ", chain head ");
  out.element("code", run.chain_head, {{"class", "hash"}}).text(".").close();
  out.close();
}

}  // namespace

Markup law_page(const LabFile& lab, const Run& run, const Law& law, const std::vector<Figure>& figures) {
  Html out;
  heading(out, law);
  if (run.status != "finished")
    out.element("p", "The run is not finished (" + run.status + "): the verdict is of what was judged so far.",
                {{"class", "notice"}});
  verdict_box(out, law);
  if (!figures.empty()) {
    open_section(out, "figures", "Prediction and measurement");
    for (const Figure& figure : figures) out.add(figure.html);
    out.close();
  }
  what_is_claimed(out, law);
  comparisons(out, law);
  rivals(out, law);
  replicates(out, lab, run, law);
  knobs(out, lab, law);
  regime(out, law);
  failures(out, lab, run, law);
  provenance(out, run, law);
  return out.take();
}

}  // namespace lmw::reports
