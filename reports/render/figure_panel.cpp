#include "figure_panel.h"

#include "number.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::reports {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The points and the gaps between them: no line is drawn across an x where the law declined to predict.
struct Track {
  std::vector<double> x;
  std::vector<const Sample*> sample;  ///< nullptr: a gap
};

Track track_of(const FigurePanel& panel) {
  Track track;
  std::size_t gap = 0;
  std::vector<double> gaps;
  for (const auto& abstention : panel.abstentions) gaps.push_back(abstention.first);
  std::sort(gaps.begin(), gaps.end());
  for (const Sample& sample : panel.samples) {
    for (; gap < gaps.size() && gaps[gap] < sample.x; ++gap) {
      track.x.push_back(gaps[gap]);
      track.sample.push_back(nullptr);
    }
    track.x.push_back(sample.x);
    track.sample.push_back(&sample);
  }
  return track;
}

template <class F>
std::vector<double> along(const Track& track, F value) {
  std::vector<double> out;
  for (const Sample* sample : track.sample) out.push_back(sample == nullptr ? nan : value(*sample));
  return out;
}

double rival_at(const Sample& sample, const std::string& name) {
  for (const auto& [rival, predicted] : sample.rivals)
    if (rival == name) return predicted;
  return nan;
}

/// The range of the main panel: everything of the law and its measurement, and rivals as far as they leave that
/// readable: one and a half spans on each side.
Scale main_scale(const FigurePanel& panel, bool log) {
  std::vector<double> own, rivals;
  for (const Sample& s : panel.samples) {
    for (const double v : {s.band.lower(), s.band.upper(), s.band.centre, s.measured}) own.push_back(v);
    for (const auto& rival : s.rivals) rivals.push_back(rival.second);
  }
  // Wide error bars are clipped before they squeeze the curve: they may take as much room again as the rest.
  const Scale tight = fit_scale(own, log, 0);
  const auto stretch = [&](double v, double spans) {
    const double lo = log ? tight.lo / std::pow(tight.hi / tight.lo, spans) : tight.lo - spans * (tight.hi - tight.lo);
    const double hi = log ? tight.hi * std::pow(tight.hi / tight.lo, spans) : tight.hi + spans * (tight.hi - tight.lo);
    return std::clamp(v, lo, hi);
  };
  for (const Sample& s : panel.samples)
    for (const double v : {s.ci_low, s.ci_high})
      if (std::isfinite(v)) own.push_back(stretch(v, 0.5));
  for (const double v : rivals)
    if (std::isfinite(v) && (!log || v > 0)) own.push_back(stretch(v, 1.5));
  return fit_scale(own, log, 0.06);
}

bool positive(const FigurePanel& panel) {
  return std::all_of(panel.samples.begin(), panel.samples.end(),
                     [](const Sample& s) { return s.band.centre > 0 && !(s.measured <= 0); });
}

std::vector<double> values_x(const FigurePanel& panel) {
  std::vector<double> out;
  for (const Sample& s : panel.samples) out.push_back(s.x);
  for (const auto& abstention : panel.abstentions) out.push_back(abstention.first);
  return out;
}

Axis x_axis(const FigurePanel& panel) {
  const std::vector<double> x = values_x(panel);
  std::vector<double> different = x;
  std::sort(different.begin(), different.end());
  different.erase(std::unique(different.begin(), different.end()), different.end());
  const bool log = wants_log(x, panel.log_x ? 1 : 30);
  Axis axis{.label = panel.x_name, .scale = fit_scale(x, log, 0.02), .ticks_at = {}};
  if (different.size() <= (log ? 10u : 7u)) axis.ticks_at = different;
  return axis;
}

Panel main_panel(const FigurePanel& panel, const Track& track, const std::vector<std::string>& rival_names,
                 bool labelled) {
  std::vector<double> sizes;
  for (const Sample& s : panel.samples) sizes.push_back(s.band.centre);
  const bool log = positive(panel) && (panel.log_y || wants_log(sizes, 30));
  Panel main{.y = {.label = panel.observable, .scale = main_scale(panel, log), .ticks_at = {}}};
  main.bands.push_back({track.x, along(track, [](const Sample& s) { return s.band.lower(); }),
                        along(track, [](const Sample& s) { return s.band.upper(); }), "band"});
  for (std::size_t i = 0; i < rival_names.size(); ++i)
    main.lines.push_back({track.x, along(track, [&](const Sample& s) { return rival_at(s, rival_names[i]); }),
                          rival_style(i), labelled ? rival_names[i] : ""});
  main.lines.push_back({track.x, along(track, [](const Sample& s) { return s.band.centre; }), "prediction",
                        labelled ? "prediction" : ""});
  for (const Sample& s : panel.samples)
    main.points.push_back(
        {.x = s.x, .y = s.measured, .low = s.ci_low, .high = s.ci_high, .mark = s.mark, .tooltip = s.tooltip()});
  return main;
}

Panel residual_panel(const FigurePanel& panel, const Track& track, const std::vector<std::string>& rival_names) {
  double reach = 1.6;
  for (const Sample& s : panel.samples)
    for (const double v : {s.measured, s.ci_low, s.ci_high})
      if (std::isfinite(s.band.scaled(v))) reach = std::max(reach, 1.1 * std::abs(s.band.scaled(v)));
  reach = std::min(reach, 4.0);
  Panel out{.y = {.label = "residual / tolerance", .scale = {.lo = -reach, .hi = reach}, .ticks_at = {}}};
  if (reach < 2)
    out.y.ticks_at = {-1, 0, 1};
  else
    out.y.ticks_at = {-4, -2, 0, 2, 4};
  out.bands.push_back({track.x, along(track, [](const Sample& s) { return s.band.low; }),
                       along(track, [](const Sample& s) { return s.band.high; }), "band"});
  for (std::size_t i = 0; i < rival_names.size(); ++i)
    out.lines.push_back({track.x,
                         along(track, [&](const Sample& s) { return s.band.scaled(rival_at(s, rival_names[i])); }),
                         rival_style(i), ""});
  out.lines.push_back({track.x, along(track, [](const Sample&) { return 0.0; }), "prediction", ""});
  for (const Sample& s : panel.samples)
    out.points.push_back({.x = s.x,
                          .y = s.band.scaled(s.measured),
                          .low = s.band.scaled(s.ci_low),
                          .high = s.band.scaled(s.ci_high),
                          .mark = s.mark,
                          .tooltip = s.label + (s.label.empty() ? "" : ": ") + number(s.band.scaled(s.measured), 2) +
                                     " tolerances from the prediction"});
  return out;
}

std::string description(const FigurePanel& panel, const std::vector<std::string>& rival_names) {
  const auto within = std::count_if(panel.samples.begin(), panel.samples.end(),
                                    [](const Sample& s) { return s.band.holds(s.measured); });
  const auto n = static_cast<std::int64_t>(panel.samples.size());
  std::string text = plural(n, "point") +
                     ": prediction with its tolerance band, and measured means with 95 % intervals. " + count(within) +
                     " of " + count(n) + " means lie within tolerance.";
  for (const std::string& name : rival_names) text += " Dashed: the rival " + name + ".";
  return text + " Below, the residuals in units of the tolerance. The data follow as a table.";
}

}  // namespace

std::string Sample::tooltip() const {
  const bool below = std::isfinite(band.lower()), above = std::isfinite(band.upper());
  const std::string expected = below && above ? number(band.centre) + " ± " + number(band.unit, 2)
                               : below        ? "at least " + number(band.lower())
                                              : "at most " + number(band.upper());
  return label + (label.empty() ? "" : ": ") + "measured " + number(measured) + ", predicted " + expected + "; " +
         verdict;
}

std::string rival_style(std::size_t i) { return "rival rival-" + std::to_string(i % 6 + 1); }

Plot figure_plot(const FigurePanel& panel, const std::vector<std::string>& rival_names, bool small) {
  const Track track = track_of(panel);
  Plot plot{
      .id = panel.id,
      .title = panel.observable + " against " + panel.x_name + (panel.setting.empty() ? "" : ", " + panel.setting),
      .description = description(panel, rival_names),
      .width = small ? 352.0 : 720.0,
      .x = x_axis(panel),
      .panels = {main_panel(panel, track, rival_names, !small), residual_panel(panel, track, rival_names)},
      .gaps = panel.abstentions};
  plot.panels[0].height = small ? 190 : 280;
  plot.panels[1].height = small ? 72 : 92;
  return plot;
}

}  // namespace lmw::reports
