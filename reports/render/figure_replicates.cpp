#include "figure_replicates.h"

#include "figure_data.h"
#include "figure_frame.h"
#include "number.h"
#include "svg_plot.h"
#include "words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

namespace lmw::reports {
namespace {

constexpr int curve_points = 64;
constexpr std::size_t least_replicates = 3;  // fewer are no picture

/// Values evenly spread over an axis, equal steps or equal ratios.
std::vector<double> along(const Scale& scale) {
  std::vector<double> out;
  for (int i = 0; i < curve_points; ++i) {
    const double t = static_cast<double>(i) / (curve_points - 1);
    out.push_back(scale.log ? scale.lo * std::pow(scale.hi / scale.lo, t) : scale.lo + t * (scale.hi - scale.lo));
  }
  return out;
}

/// The tolerance that all rows share, or NaN.
double shared_tolerance(const Rows& rows) {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows.real(i, "tolerance") != rows.real(0, "tolerance") || rows.text(i, "compare") != rows.text(0, "compare"))
      return nothing;
  return rows.real(0, "tolerance");
}

Mark mark_of_row(const Rows& rows, std::size_t i) {
  Comparison c;
  c.regime = rows.text(i, "regime");
  c.must_break = rows.integer(i, "must_break") != 0;
  c.decision = rows.text(i, "decision");
  c.verdict = rows.text(i, "verdict");
  return mark_of(c);
}

}  // namespace

std::optional<Figure> replicates_figure(const LabFile& lab, const Run& run, const Law& law,
                                        const std::string& observable, const std::string& id) {
  const std::string sql = replicates_figure_sql(run, law, observable);
  const Rows rows = lab.query(sql);
  if (rows.size() < least_replicates) return std::nullopt;
  std::vector<double> both;
  for (std::size_t i = 0; i < rows.size(); ++i)
    both.insert(both.end(), {rows.real(i, "predicted"), rows.real(i, "measured")});
  const Scale scale = fit_scale(both, wants_log(both, 30), 0.05);  // of both axes: agreement is the diagonal
  const std::string name = with_unit(observable, law.unit_of(observable));
  Plot plot{.id = id + "-1",
            .title = observable + ": each replicate against its own prediction",
            .description = plural(static_cast<std::int64_t>(rows.size()), "replicate") +
                           ". On the line, measurement and prediction agree. The data follow as a table.",
            .width = 520,
            .x = {.label = name + ", predicted", .scale = scale, .ticks_at = {}},
            .panels = {}};
  Panel panel{.y = {.label = name + ", measured", .scale = scale, .ticks_at = {}}, .height = 300};
  const std::vector<double> line = along(scale);
  const double tolerance = shared_tolerance(rows);
  const bool ratio = rows.text(0, "compare") == "ratio";
  if (!std::isnan(tolerance)) {
    PlotBand band{.x = line, .low = {}, .high = {}, .style = "band"};
    for (const double p : line) {
      band.low.push_back(p - tolerance * (ratio ? std::abs(p) : 1));
      band.high.push_back(p + tolerance * (ratio ? std::abs(p) : 1));
    }
    panel.bands.push_back(std::move(band));
  }
  panel.lines.push_back({line, line, "prediction", "agreement"});

  std::map<std::int64_t, std::string> settings;
  for (const Comparison& c : law.comparisons) settings[c.point_id] = c.setting;
  std::set<Mark> marks;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string& setting = settings[rows.integer(i, "point_id")];
    const Mark mark = mark_of_row(rows, i);
    marks.insert(mark);
    panel.points.push_back({.x = rows.real(i, "predicted"),
                            .y = rows.real(i, "measured"),
                            .mark = mark,
                            .tooltip = (setting.empty() ? "" : setting + ", ") + "replicate " +
                                       std::to_string(rows.integer(i, "replicate")) + ": measured " +
                                       number(rows.real(i, "measured")) + ", predicted " +
                                       number(rows.real(i, "predicted"))});
  }
  plot.panels.push_back(std::move(panel));

  std::vector<LegendEntry> entries;
  for (const Mark mark : marks) {
    const std::string meaning = mark == Mark::dot     ? "one replicate, at a confirmed setting"
                                : mark == Mark::cross ? "at a falsified setting"
                                : mark == Mark::half  ? "at an inconclusive setting"
                                : mark == Mark::ring  ? "outside the regime"
                                                      : "where the law must break";
    entries.push_back({LegendEntry::Swatch::mark, mark, "", meaning});
  }
  if (!std::isnan(tolerance)) entries.push_back({LegendEntry::Swatch::band, Mark::dot, "band", "tolerance, ε + b_th"});
  Html html;
  html.add(render(plot)).add(legend(entries));
  html.open("figcaption").element("b", observable);
  html.text(
      ": each replicate against its own prediction, which was sealed from its data or initial weights. The "
      "tolerance is judged on their mean.");
  html.close();
  return framed(id, law.file_stem(), html.take(), sql, rows);
}

}  // namespace lmw::reports
