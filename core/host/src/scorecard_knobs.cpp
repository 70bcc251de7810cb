#include "scorecard_knobs.h"

#include "lines.h"

#include <lmw/judge/elasticity.h>
#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace lmw::host {
namespace {

using store::Scorable;

/// Settings of one knob, all else equal, at which an observable was measured.
struct KnobLine {
  std::vector<judge::ElasticityCell> cells;
  bool deterministic = true;
};

std::vector<KnobLine> knob_lines(const std::string& law, const ScoredCard::Elasticity& asked,
                                 const std::vector<Scorable>& counting, const ScalarSeries& measured) {
  std::vector<const Scorable*> at;
  std::vector<sdk::Point> points;
  for (const Scorable& c : counting) {
    if (c.law != law || !c.inside || c.observable != asked.observable) continue;
    if (!measured.contains({c.point_id, c.observable})) continue;
    at.push_back(&c);
    points.push_back(sdk::Point::from_json(c.point));
  }
  std::vector<KnobLine> lines;
  for (const Line& line : lines_in(points, asked.parameter)) {
    if (!line.numeric || line.values.front() <= 0) continue;
    KnobLine of;
    for (std::size_t i = 0; i < line.points.size(); ++i) {
      const Scorable& c = *at[line.points[i]];
      of.cells.push_back({line.values[i], measured.at({c.point_id, c.observable})});
      of.deterministic = of.deterministic && c.deterministic;
    }
    lines.push_back(std::move(of));
  }
  return lines;
}

const char* direction(int sign) { return sign > 0 ? "rises with" : sign < 0 ? "falls with" : "does not depend on"; }

/// What lines say together: any that contradicts, else any that is open, else agreement.
judge::Decision together(const std::vector<judge::Decision>& lines) {
  const auto any = [&](judge::Decision d) { return std::find(lines.begin(), lines.end(), d) != lines.end(); };
  return any(judge::Decision::falsified)      ? judge::Decision::falsified
         : any(judge::Decision::inconclusive) ? judge::Decision::inconclusive
                                              : judge::Decision::confirmed;
}

}  // namespace

KnobSheet knob_sheet(const std::string& law, const ScoredCard& card, const std::vector<Scorable>& counting,
                     const ScalarSeries& measured) {
  KnobSheet sheet;
  for (const auto& asked : card.elasticities) {
    sheet.declared += asked.sign != 0;
    const auto lines = knob_lines(law, asked, counting, measured);
    if (lines.empty()) continue;
    // Each line may contradict: the level of that is shared out.
    const judge::Levels levels{.falsify = 0.05 / static_cast<double>(lines.size())};
    std::vector<judge::Decision> signs, values;
    double sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
    std::int64_t settings = 0;
    for (const KnobLine& line : lines) {
      const auto answer = judge::decide_elasticity(line.cells, asked.sign, levels, line.deterministic);
      signs.push_back(answer.sign);
      sum += answer.value / static_cast<double>(lines.size());
      low = std::min(low, answer.low);
      high = std::max(high, answer.high);
      settings += answer.cells;
      if (asked.eps > 0)
        values.push_back(
            judge::decide_elasticity_value(line.cells, asked.value, asked.eps, levels, line.deterministic).decision);
    }
    if (std::isnan(sum)) continue;  // values without a logarithm have no elasticity
    std::string how = asked.observable + " " + direction(asked.sign) + " " + asked.parameter + ": ";
    if (asked.sign != 0) {
      ++sheet.signs_asked;
      const judge::Decision all = together(signs);
      sheet.signs_confirmed += all == judge::Decision::confirmed;
      how += judge::to_text(all);
    }
    if (asked.eps > 0) {
      ++sheet.values_asked;
      const judge::Decision all = together(values);
      sheet.values_confirmed += all == judge::Decision::confirmed;
      how += std::string(asked.sign != 0 ? "; " : "") + "as the power " + numerics::significant(asked.value, 3) +
             " within " + numerics::significant(asked.eps, 2) + ": " + judge::to_text(all);
    }
    if (lines.size() > 1) how += "; mean of " + std::to_string(lines.size()) + " lines, the interval spans theirs";
    judge::Score score{.value = sum, .low = {}, .high = {}, .n = settings};
    if (std::isfinite(low) && std::isfinite(high)) {
      score.low = low;
      score.high = high;
    }
    sheet.details.push_back({asked.observable + " in " + asked.parameter, score, how});
  }
  return sheet;
}

}  // namespace lmw::host
