#include "figure.h"

#include "figure_panel.h"
#include "layout.h"
#include "number.h"
#include "words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace lmw::reports {
namespace {

constexpr std::size_t rows_in_page = 200;

/// Names that a column of a figure's query has already.
bool reserved(const std::string& name) {
  constexpr std::array<std::string_view, 18> names = {
      "point_id", "point",   "rival", "x",       "predicted",  "upper",    "tolerance", "measured", "measured_se",
      "ci_low",   "ci_high", "kind",  "compare", "must_break", "decision", "verdict",   "regime",   "sub_verdict"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool identifier(const std::string& name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
}

/// All observables with a verdict: in the card's order, then others; primary ones first.
std::vector<std::string> judged_observables(const Law& law) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& name, bool secondary) {
    const bool judged = std::any_of(law.comparisons.begin(), law.comparisons.end(), [&](const Comparison& c) {
      return c.observable == name && c.secondary == secondary && std::isfinite(c.measured);
    });
    if (judged && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (const bool secondary : {false, true}) {
    for (const ObservableCard& card : law.observables) add(card.name, secondary);
    for (const Comparison& c : law.comparisons) add(c.observable, secondary);
  }
  return out;
}

const ObservableCard* card_of(const Law& law, const std::string& observable) {
  const auto found = std::find_if(law.observables.begin(), law.observables.end(),
                                  [&](const ObservableCard& card) { return card.name == observable; });
  return found == law.observables.end() ? nullptr : &*found;
}

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() || unit == "1" ? name : name + " (" + unit + ")";
}

std::string parameter_label(const Law& law, const std::string& name) {
  for (const ParameterCard& card : law.parameters)
    if (card.name == name) return with_unit(name, card.unit);
  return name;
}

Mark mark_in_curve(const Sample& s, const Mark whole) {
  if (whole == Mark::ring || whole == Mark::crossed_ring || whole == Mark::dot) return whole;
  if (s.ci_low > s.band.upper() || s.ci_high < s.band.lower() || (std::isnan(s.ci_low) && !s.band.holds(s.measured)))
    return Mark::cross;
  return s.band.holds(s.ci_low) && s.band.holds(s.ci_high) ? Mark::dot : Mark::half;
}

/// The rows of a figure's query as samples: one for each of the law's own rows, with its rivals' predictions.
std::vector<Sample> samples_of(const Rows& rows, const Law& law) {
  std::map<std::int64_t, Mark> marks;
  std::map<std::int64_t, std::string> settings;
  for (const Comparison& c : law.comparisons) settings[c.point_id] = c.setting;
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows.is_null(i, "rival")) continue;
    Sample& s = samples.emplace_back();
    s.point_id = rows.integer(i, "point_id");
    s.x = rows.real(i, "x");
    s.band = band_of(rows.text(i, "kind"), rows.real(i, "predicted"), rows.real(i, "upper"), rows.real(i, "tolerance"));
    s.measured = rows.real(i, "measured");
    s.ci_low = rows.real(i, "ci_low");
    s.ci_high = rows.real(i, "ci_high");
    Comparison c;
    c.regime = rows.text(i, "regime");
    c.verdict = rows.text(i, "verdict");
    c.decision = rows.text(i, "decision");
    c.sub_verdict = rows.text(i, "sub_verdict");
    c.must_break = rows.integer(i, "must_break") != 0;
    const Mark whole = mark_of(c);
    s.mark = std::isnan(s.x) ? whole : mark_in_curve(s, whole);
    s.label = settings[s.point_id];
    s.verdict = spoken(c.verdict) + (c.sub_verdict.empty() ? "" : ", " + c.sub_verdict);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.is_null(i, "rival")) continue;
    const std::int64_t point_id = rows.integer(i, "point_id");
    const double x = rows.real(i, "x");
    for (Sample& s : samples)
      if (s.point_id == point_id && (s.x == x || (std::isnan(s.x) && std::isnan(x))))
        s.rivals.emplace_back(rows.text(i, "rival"), rows.real(i, "predicted"));
  }
  return samples;
}

std::vector<std::string> rival_names(const Law& law, const std::vector<Sample>& samples) {
  std::set<std::string> found;
  for (const Sample& s : samples)
    for (const auto& rival : s.rivals) found.insert(rival.first);
  std::vector<std::string> out;
  for (const RivalCard& card : law.rivals)
    if (found.erase(card.name) > 0) out.push_back(card.name);
  out.insert(out.end(), found.begin(), found.end());
  return out;
}

/// Everything that is needed to draw one observable.
struct Drawing {
  std::string id, observable;
  const Law* law = nullptr;
  std::vector<Sample> samples;
  std::vector<std::string> rivals;
  std::vector<FigurePanel> panels;
  std::vector<ForestRow> alone;
  std::string note;
};

void place_curves(Drawing& drawing, const ObservableCard* card) {
  std::vector<std::int64_t> points;
  for (const Sample& s : drawing.samples)
    if (std::find(points.begin(), points.end(), s.point_id) == points.end()) points.push_back(s.point_id);
  for (const std::int64_t id : points) {
    FigurePanel& panel = drawing.panels.emplace_back();
    panel.curve = true;
    for (const Sample& s : drawing.samples)
      if (s.point_id == id) panel.samples.push_back(s);
    std::stable_sort(panel.samples.begin(), panel.samples.end(),
                     [](const Sample& a, const Sample& b) { return a.x < b.x; });
    panel.setting = points.size() > 1 ? panel.samples.front().label : "";
    panel.x_name = card == nullptr || card->axis.empty() ? "x" : card->axis;
    for (Sample& s : panel.samples) s.label = panel.x_name + " = " + number(s.x);
  }
}

void place_scalars(Drawing& drawing, const ObservableCard* card) {
  const Law& law = *drawing.law;
  std::map<std::int64_t, Point> points;
  for (const Comparison& c : law.comparisons) points[c.point_id] = c.parameters;
  std::vector<Placed> placed;
  for (const Sample& s : drawing.samples) placed.push_back({s.point_id, points[s.point_id]});
  const Layout layout = lay_out(placed, card == nullptr ? "" : card->axis);
  const auto sample = [&](std::int64_t id) {
    return *std::find_if(drawing.samples.begin(), drawing.samples.end(),
                         [&](const Sample& s) { return s.point_id == id; });
  };
  for (const Layout::Panel& from : layout.panels) {
    FigurePanel& panel = drawing.panels.emplace_back();
    Point aside;  // what distinguishes this panel from the others: its setting without what the axis shows
    for (const Parameter& p : points[from.points.front()])
      if (p.name != layout.axis && std::find(layout.along.begin(), layout.along.end(), p.name) == layout.along.end())
        aside.push_back(p);
    panel.setting = layout.panels.size() > 1 ? law.setting_of(aside) : "";
    panel.x_name = parameter_label(law, layout.axis);
    for (const std::int64_t id : from.points) {
      panel.samples.push_back(sample(id));
      panel.samples.back().x = find(points[id], layout.axis)->value;
    }
    const Point& first = points[from.points.front()];
    for (const Sealed& s : law.sealed) {  // where this panel's law declined to predict
      const Parameter* at = s.abstained ? find(s.parameters, layout.axis) : nullptr;
      if (at == nullptr || !std::isfinite(at->value)) continue;
      const bool here = std::all_of(first.begin(), first.end(), [&](const Parameter& p) {
        const Parameter* same = find(s.parameters, p.name);
        return p.name == layout.axis ||
               std::find(layout.along.begin(), layout.along.end(), p.name) != layout.along.end() ||
               (same != nullptr && same->text == p.text);
      });
      if (here) panel.abstentions.emplace_back(at->value, "no prediction at " + at->text + ": " + s.abstain_reason);
    }
  }
  for (const std::int64_t id : layout.alone) {
    const Sample s = sample(id);
    ForestRow& row = drawing.alone.emplace_back();
    row.label = s.label.empty() ? drawing.observable : s.label;
    row.band = s.band;
    row.at = s.measured;
    row.low = s.ci_low;
    row.high = s.ci_high;
    row.mark = s.mark;
    row.value = number(s.measured) + " / " + number(s.band.centre);
    row.tooltip = s.tooltip();
    for (const auto& rival : s.rivals) row.rivals.push_back(rival.second);
  }
  for (const std::string& name : layout.along)
    drawing.note += (drawing.note.empty() ? "Along the axis, " : ", ") + name;
  if (!drawing.note.empty()) drawing.note += layout.along.size() == 1 ? " changes too." : " change too.";
}

Markup figure_legend(const Drawing& drawing) {
  using Swatch = LegendEntry::Swatch;
  std::set<Mark> marks;
  for (const Sample& s : drawing.samples) marks.insert(s.mark);
  std::vector<LegendEntry> entries;
  const bool curve = !drawing.panels.empty() && drawing.panels.front().curve;
  for (const Mark mark : marks) {
    std::string text = meaning_of(mark);
    if (curve && mark == Mark::dot) text = "measured (mean, 95 % interval)";
    if (curve && mark == Mark::cross) text = "measured, interval beyond the band";
    if (curve && mark == Mark::half) text = "measured, interval across the edge of the band";
    entries.push_back({Swatch::mark, mark, "", text});
  }
  entries.push_back({Swatch::line, Mark::dot, "prediction", "prediction, sealed before the measurement"});
  entries.push_back({Swatch::band, Mark::dot, "band", "tolerance, ε + b_th"});
  if (!drawing.panels.empty())
    for (std::size_t i = 0; i < drawing.rivals.size(); ++i)
      entries.push_back({Swatch::line, Mark::dot, rival_style(i), "rival: " + drawing.rivals[i]});
  if (!drawing.alone.empty() && !drawing.rivals.empty())
    entries.push_back(
        {Swatch::rival_mark, Mark::dot, "", drawing.panels.empty() ? "rival prediction" : "rival, in the list"});
  return legend(entries);
}

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

void draw_panels(Html& out, Drawing& drawing) {
  const bool small = drawing.panels.size() > 1;
  if (small) out.open("div", {{"class", "multiples"}});
  for (std::size_t i = 0; i < drawing.panels.size(); ++i) {
    FigurePanel& panel = drawing.panels[i];
    panel.id = drawing.id + "-" + std::to_string(i + 1);
    if (small) out.open("div").element("p", panel.setting, {{"class", "panel-label"}});
    out.add(render(figure_plot(panel, drawing.rivals, small)));
    if (small) out.close();
  }
  if (small) out.close();
  if (drawing.alone.empty()) return;
  if (!drawing.panels.empty()) out.element("p", "Other settings", {{"class", "panel-label"}});
  out.add(forest(drawing.id + "-list", drawing.observable + " at single settings",
                 plural(static_cast<std::int64_t>(drawing.alone.size()), "setting") +
                     ": deviations from the prediction in units of the tolerance. The data follow as a table.",
                 drawing.alone));
}

Markup caption_of(const Drawing& drawing, const ObservableCard* card) {
  Html out;
  out.open("figcaption")
      .element("b", drawing.observable)
      .text(card == nullptr || card->meaning.empty() ? ". " : ": " + card->meaning + ". ");
  if (card != nullptr && card->secondary) out.text("Secondary: the law’s verdict does not rest on it. ");
  if (!drawing.panels.empty() && !drawing.panels.front().curve)
    out.text("Lines join predicted values; nothing is predicted between them. ");
  if (!drawing.note.empty()) out.text(drawing.note + " ");
  out.close();
  return out.take();
}

}  // namespace

std::string figure_sql(const Run& run, const Law& law, const std::string& observable) {
  std::string parameters;
  for (const std::string& name : law.varying)
    if (identifier(name))
      parameters +=
          "json_extract(v.point, '$." + name + "') AS " + sql_name(reserved(name) ? name + "_parameter" : name) + ", ";
  const std::string which = "v.run_id = " + std::to_string(run.run_id) + " AND v.law = " + sql_text(law.law) +
                            " AND v.observable = " + sql_text(observable);
  return "WITH drawn AS (\n"
         "  -- The 95 % interval of a curve is stored at its deciding grid point; it scales with the standard error.\n"
         "  SELECT r.*, (v.ci_high - v.ci_low) / 2 * CASE WHEN v.kind = 'K8' THEN 1\n"
         "              ELSE r.measured_se / v.measured_se END AS half_interval\n"
         "  FROM verdicts AS v JOIN residuals AS r ON r.verdict_id = v.verdict_id\n"
         "  WHERE " +
         which +
         ")\n"
         "SELECT v.point_id, " +
         parameters +
         "v.kind, v.rival, d.x, d.predicted, p.upper,\n"
         "       p.eps + p.b_th AS tolerance, d.measured, d.measured_se,\n"
         "       CASE WHEN d.x IS NULL THEN v.ci_low ELSE d.measured - d.half_interval END AS ci_low,\n"
         "       CASE WHEN d.x IS NULL THEN v.ci_high ELSE d.measured + d.half_interval END AS ci_high,\n"
         "       v.regime, v.must_break, v.decision, v.verdict, v.sub_verdict\n"
         "FROM drawn AS d\n"
         "JOIN verdicts AS v ON v.verdict_id = d.verdict_id\n"
         "JOIN predictions AS p ON p.prediction_id = v.prediction_id AND p.replicate IS NULL AND p.x IS d.x\n"
         "ORDER BY v.point_id, v.rival, d.x;";
}

std::vector<Figure> figures(const LabFile& lab, const Run& run, const Law& law) {
  std::vector<Figure> out;
  for (const std::string& observable : judged_observables(law)) {
    const std::string sql = figure_sql(run, law, observable);
    const Rows rows = lab.query(sql);
    Drawing drawing{.id = "figure-" + std::to_string(out.size() + 1),
                    .observable = observable,
                    .law = &law,
                    .samples = samples_of(rows, law),
                    .rivals = {},
                    .panels = {},
                    .alone = {},
                    .note = ""};
    if (drawing.samples.empty()) continue;
    drawing.rivals = rival_names(law, drawing.samples);
    const ObservableCard* card = card_of(law, observable);
    const bool curve =
        std::any_of(drawing.samples.begin(), drawing.samples.end(), [](const Sample& s) { return !std::isnan(s.x); });
    if (curve)
      place_curves(drawing, card);
    else
      place_scalars(drawing, card);
    for (FigurePanel& panel : drawing.panels) {
      panel.observable = with_unit(observable, law.unit_of(observable));
      panel.log_x = card != nullptr && card->log_axis;
      panel.log_y = card != nullptr && card->log_value;
    }

    Figure& figure = out.emplace_back();
    figure.csv_name = law.file_stem() + "--" + drawing.id + ".csv";
    figure.csv = to_csv(rows);
    Html html;
    html.open("figure", {{"id", drawing.id}, {"class", "result"}});
    draw_panels(html, drawing);
    html.add(figure_legend(drawing)).add(caption_of(drawing, card));
    html.open("details").element("summary", "Data and the SQL behind this figure");
    html.open("pre").element("code", sql).close();
    html.add(data_table(rows, "Data of this figure")).close();
    html.open("p", {{"class", "downloads"}})
        .element("a", "CSV", {{"href", figure.csv_name}, {"download", figure.csv_name}})
        .close();
    html.close();
    figure.html = html.take();
  }
  return out;
}

}  // namespace lmw::reports
