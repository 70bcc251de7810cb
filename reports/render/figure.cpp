#include "figure.h"

#include "figure_data.h"
#include "figure_frame.h"
#include "figure_panel.h"
#include "figure_replicates.h"
#include "layout.h"
#include "number.h"
#include "words.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace lmw::reports {
namespace {

constexpr std::size_t most_panels = 24;

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

/// What the value axis shows: the observable, or how far it lies from each replicate's own prediction.
std::string axis_label(const Law& law, const std::string& observable, const std::string& compare) {
  if (compare == "ratio") return observable + ": measured / predicted − 1";
  const std::string label = with_unit(observable, law.unit_of(observable));
  return compare == "difference" ? label + ": measured − predicted" : label;
}

std::string parameter_label(const Law& law, const std::string& name) {
  for (const ParameterCard& card : law.parameters)
    if (card.name == name) return with_unit(name, card.unit);
  return name;
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
    row.value = (s.compare == "value" ? "" : s.compare + " ") + number(s.measured) + " / " + number(s.band.centre);
    row.tooltip = s.tooltip();
    for (const auto& rival : s.rivals) row.rivals.push_back(rival.second);
  }
  for (const std::string& name : layout.along)
    drawing.note += (drawing.note.empty() ? "Along the axis, " : ", ") + name;
  if (!drawing.note.empty()) drawing.note += layout.along.size() == 1 ? " changes too." : " change too.";
}

/// How far off the worst of a panel's means lies, in units of its band.
double worst_of(const FigurePanel& panel) {
  double worst = 0;
  for (const Sample& s : panel.samples) {
    const double off = s.band.holds(s.measured) ? 0 : 1;  // a band with one edge has an inside without limit
    if (const double x = std::abs(s.band.scaled(s.measured)); std::isfinite(x)) worst = std::max(worst, off * 1e6 + x);
  }
  return worst;
}

/// Keeps the panels that lie farthest off, in their order, where there are more than a page can hold.
void limit_panels(Drawing& drawing) {
  if (drawing.panels.size() <= most_panels) return;
  std::vector<double> worst;
  for (const FigurePanel& panel : drawing.panels) worst.push_back(worst_of(panel));
  std::vector<double> sorted = worst;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const double least = sorted[most_panels - 1];
  std::vector<FigurePanel> kept;
  for (std::size_t i = 0; i < worst.size() && kept.size() < most_panels; ++i)
    if (worst[i] >= least) kept.push_back(std::move(drawing.panels[i]));
  drawing.note += (drawing.note.empty() ? "" : " ") + std::string("Shown are the ") + count(most_panels) + " of " +
                  count(static_cast<std::int64_t>(worst.size())) +
                  " settings that lie farthest off; the data have all.";
  drawing.panels = std::move(kept);
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
  const auto in_panels = [&](const std::string& rival) {
    for (const FigurePanel& panel : drawing.panels)
      for (const Sample& s : panel.samples)
        for (const auto& [name, predicted] : s.rivals)
          if (name == rival) return true;
    return false;
  };
  for (std::size_t i = 0; i < drawing.rivals.size(); ++i)
    if (in_panels(drawing.rivals[i]))
      entries.push_back({Swatch::line, Mark::dot, rival_style(i), "rival: " + drawing.rivals[i]});
  if (!drawing.alone.empty() && !drawing.rivals.empty())
    entries.push_back(
        {Swatch::rival_mark, Mark::dot, "", drawing.panels.empty() ? "rival prediction" : "rival, in the list"});
  return legend(entries);
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
    limit_panels(drawing);
    for (FigurePanel& panel : drawing.panels) {
      panel.observable = axis_label(law, observable, panel.samples.front().compare);
      panel.log_x = card != nullptr && card->log_axis;
      panel.log_y = card != nullptr && card->log_value;
    }

    Html html;
    draw_panels(html, drawing);
    html.add(figure_legend(drawing)).add(caption_of(drawing, card));
    out.push_back(framed(drawing.id, law.file_stem(), html.take(), sql, rows));
    if (std::any_of(drawing.samples.begin(), drawing.samples.end(),
                    [](const Sample& s) { return s.compare != "value"; }))
      if (auto figure = replicates_figure(lab, run, law, observable, "figure-" + std::to_string(out.size() + 1)))
        out.push_back(std::move(*figure));
  }
  return out;
}

}  // namespace lmw::reports
