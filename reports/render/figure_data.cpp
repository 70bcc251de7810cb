#include "figure_data.h"

#include "words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace lmw::reports {
namespace {

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

Mark mark_in_curve(const Sample& s, const Mark whole) {
  if (whole == Mark::ring || whole == Mark::crossed_ring || whole == Mark::dot) return whole;
  if (s.ci_low > s.band.upper() || s.ci_high < s.band.lower() || (std::isnan(s.ci_low) && !s.band.holds(s.measured)))
    return Mark::cross;
  return s.band.holds(s.ci_low) && s.band.holds(s.ci_high) ? Mark::dot : Mark::half;
}

bool same_grid_point(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

const ObservableCard* card_of(const Law& law, const std::string& observable) {
  const auto found = std::find_if(law.observables.begin(), law.observables.end(),
                                  [&](const ObservableCard& card) { return card.name == observable; });
  return found == law.observables.end() ? nullptr : &*found;
}

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() || unit == "1" ? name : name + " (" + unit + ")";
}

std::string parameter_columns(const Law& law) {
  std::string columns;
  for (const std::string& name : law.varying)
    if (identifier(name))
      columns +=
          "json_extract(v.point, '$." + name + "') AS " + sql_name(reserved(name) ? name + "_parameter" : name) + ", ";
  return columns;
}

std::string figure_sql(const Run& run, const Law& law, const std::string& observable) {
  const std::string run_id = std::to_string(run.run_id), id = sql_text(law.law), name = sql_text(observable);
  return "WITH drawn AS (\n"
         "  -- The 95 % interval of a curve is stored at its deciding grid point; it scales with the standard error.\n"
         "  SELECT r.*, (v.ci_high - v.ci_low) / 2 * CASE WHEN v.kind = 'K8' THEN 1\n"
         "              ELSE r.measured_se / v.measured_se END AS half_interval\n"
         "  FROM verdicts AS v JOIN residuals AS r ON r.verdict_id = v.verdict_id\n"
         "  WHERE v.run_id = " +
         run_id + " AND v.law = " + id + " AND v.observable = " + name +
         ")\n"
         "SELECT v.point_id, " +
         parameter_columns(law) +
         "v.kind, p.compare, v.rival, d.x, CASE v.kind WHEN 'K3' THEN p.predicted ELSE d.predicted END AS predicted,\n"
         "       p.upper,\n"
         "       p.eps + p.b_th AS tolerance, d.measured, d.measured_se,\n"
         "       CASE WHEN d.x IS NULL THEN v.ci_low ELSE d.measured - d.half_interval END AS ci_low,\n"
         "       CASE WHEN d.x IS NULL THEN v.ci_high ELSE d.measured + d.half_interval END AS ci_high,\n"
         "       v.regime, v.must_break, v.decision, v.verdict, v.sub_verdict\n"
         "FROM drawn AS d\n"
         "JOIN verdicts AS v ON v.verdict_id = d.verdict_id\n"
         "JOIN predictions AS p ON p.prediction_id = v.prediction_id AND p.x IS d.x\n"
         "WHERE p.run_id = " +
         run_id + " AND p.law = " + id + " AND p.observable = " + name +
         " AND p.replicate IS NULL\n"
         "ORDER BY v.point_id, v.rival, d.x;";
}

std::string replicates_figure_sql(const Run& run, const Law& law, const std::string& observable) {
  const std::string run_id = std::to_string(run.run_id), id = sql_text(law.law), name = sql_text(observable);
  return "SELECT v.point_id, " + parameter_columns(law) +
         "m.replicate, m.seed, p.x, p.predicted, m.value AS measured,\n"
         "       p.eps + p.b_th AS tolerance, p.compare, v.kind, v.regime, v.must_break, v.decision, v.verdict, "
         "v.sub_verdict\n"
         "FROM verdicts AS v\n"
         "JOIN predictions AS p ON p.prediction_id = v.prediction_id AND p.x IS v.at_x\n"
         "JOIN measurements AS m ON m.point_id = v.point_id AND m.observable = v.observable AND m.x IS p.x\n"
         "                      AND m.replicate = p.replicate\n"
         "WHERE v.run_id = " +
         run_id + " AND v.law = " + id + " AND v.observable = " + name +
         " AND v.rival IS NULL\n"
         "      AND p.run_id = " +
         run_id + " AND p.law = " + id +
         " AND p.replicate IS NOT NULL\n"
         "      AND m.run_id = " +
         run_id + " AND m.law = " + id +
         " AND m.value IS NOT NULL\n"
         "ORDER BY v.point_id, m.replicate;";
}

std::vector<Sample> samples_of(const Rows& rows, const Law& law) {
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
    s.compare = rows.text(i, "compare");
    s.verdict = spoken(c.verdict) + (c.sub_verdict.empty() ? "" : ", " + c.sub_verdict);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.is_null(i, "rival")) continue;
    for (Sample& s : samples) {
      if (s.point_id != rows.integer(i, "point_id") || !same_grid_point(s.x, rows.real(i, "x"))) continue;
      const double predicted = rows.real(i, "predicted");
      // The law's mean is of m - p, the rival's of m - p': where p' lies from p is what sets the two means apart.
      const bool per_replicate = rows.text(i, "compare") != "value";
      s.rivals.emplace_back(rows.text(i, "rival"),
                            per_replicate ? s.measured - (rows.real(i, "measured") - predicted) : predicted);
    }
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

}  // namespace lmw::reports
