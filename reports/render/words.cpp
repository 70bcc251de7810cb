#include "words.h"

#include "number.h"

#include <algorithm>
#include <cmath>

namespace lmw::reports {
namespace {

std::string with_unit(const std::string& number, const std::string& unit) {
  return unit.empty() ? number : number + "\u00A0" + unit;
}

void icon(Html& out, std::string_view verdict) {
  out.open("svg",
           {{"class", "icon"}, {"viewBox", "0 0 16 16"}, {"width", "16"}, {"height", "16"}, {"aria-hidden", "true"}});
  out.empty("use", {{"href", "#icon-" + std::string(verdict)}});
  out.close();
}

bool decided(const Comparison& c) {
  return c.own() && !c.secondary && c.regime == "inside" && std::isfinite(c.confirm_ratio);
}

/// "7 of 9 comparisons"
std::string share(std::int64_t n, std::int64_t of) {
  return n == of ? (of == 1   ? "The one comparison"
                    : of == 2 ? "Both comparisons"
                              : "All " + count(of) + " comparisons")
                 : count(n) + " of " + plural(of, "comparison");
}

std::string controls(const Law& law) {
  std::string text;
  if (law.summary.rivals_tried > 0)
    text +=
        law.summary.rivals_refuted == law.summary.rivals_tried
            ? " The same data refute " +
                  (law.summary.rivals_tried == 1   ? std::string("the rival prediction")
                   : law.summary.rivals_tried == 2 ? std::string("both rival predictions")
                                                   : "all " + count(law.summary.rivals_tried) + " rival predictions") +
                  "."
            : " The same data refute " + count(law.summary.rivals_refuted) + " of " +
                  plural(law.summary.rivals_tried, "rival prediction") + ".";
  if (law.summary.must_break_tried > 0)
    text += " It breaks at " + count(law.summary.must_break_broken) + " of " +
            plural(law.summary.must_break_tried, "point") + " where it says that it must.";
  return text;
}

}  // namespace

std::string spoken(std::string_view verdict) {
  std::string out(verdict);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

Markup chip(std::string_view verdict, std::string_view sub_verdict) {
  Html out;
  out.open("span", {{"class", "chip v-" + std::string(verdict)}});
  icon(out, verdict);
  out.text(spoken(verdict) + (sub_verdict.empty() ? "" : " · " + std::string(sub_verdict))).close();
  return out.take();
}

Markup counted_chip(std::int64_t n, std::string_view verdict) {
  Html out;
  out.open("span", {{"class", "chip v-" + std::string(verdict)}});
  icon(out, verdict);
  out.element("b", count(n)).text(" " + (verdict == "surprise" && n != 1 ? "surprises" : spoken(verdict))).close();
  return out.take();
}

Mark mark_of(const Comparison& c) {
  if (c.regime == "outside") return c.must_break ? Mark::crossed_ring : Mark::ring;
  return c.decision == "falsified" ? Mark::cross : c.verdict == "confirmed" ? Mark::dot : Mark::half;
}

std::string meaning_of(Mark mark) {
  switch (mark) {
    case Mark::dot: return "measured, confirmed (mean, 95 % interval)";
    case Mark::cross: return "measured, falsified";
    case Mark::half: return "measured, inconclusive";
    case Mark::ring: return "measured, outside the regime";
    case Mark::crossed_ring: return "measured, where the law must break";
  }
  return "";
}

std::string sentence_of(const Law& law) {
  if (law.summary.verdict == "confirmed")
    return share(law.summary.confirmed, law.summary.inside) + " inside the regime lie" +
           (law.summary.inside == 1 ? "s" : "") + " within tolerance." + controls(law);
  if (law.summary.verdict == "falsified")
    return share(law.summary.falsified_holm, law.summary.inside) + " inside the regime lie" +
           (law.summary.falsified_holm == 1 ? "s" : "") + " beyond tolerance (least p " +
           (law.summary.least_p_adjusted < 1e-300 ? "" : "= ") + p_value(law.summary.least_p_adjusted) +
           " after Holm's correction)." + controls(law);
  if (law.summary.verdict == "inconclusive") {
    const std::int64_t powerless = std::count_if(
        law.comparisons.begin(), law.comparisons.end(),
        [](const Comparison& c) { return decided(c) && c.decision == "confirmed" && c.verdict == "inconclusive"; });
    return count(law.summary.confirmed) + " of " + plural(law.summary.inside, "comparison") + " inside the regime " +
           (law.summary.confirmed == 1 ? "is" : "are") + " confirmed and " + count(law.summary.falsified) +
           " falsified; the rest " + (powerless > 0 ? "cannot be told from a rival, or needs" : "needs") +
           " more replicates." + controls(law);
  }
  if (law.summary.verdict == "outside")
    return "Every point lies outside the regime that the law claims, so nothing here can confirm or refute it." +
           controls(law);
  if (law.summary.verdict == "error")
    return share(law.summary.error, law.summary.comparisons) + " ended in an error, so the law has no verdict.";
  return "Not measured in this run.";
}

const Comparison* decisive(const Law& law) {
  const Comparison* worst = nullptr;
  for (const Comparison& c : law.comparisons) {
    if (!decided(c)) continue;
    // A falsified law is decided by what lies farthest beyond the band for certain, any other by what may yet leave it.
    const auto height = [&](const Comparison& o) {
      return law.summary.verdict == "falsified" ? o.falsify_ratio : o.confirm_ratio;
    };
    if (worst == nullptr || height(c) > height(*worst)) worst = &c;
  }
  return worst;
}

const Comparison* first_without_outcome(const Law& law) {
  if (law.summary.verdict != "error" && law.summary.verdict != "not_run") return nullptr;
  for (const Comparison& c : law.comparisons)
    if (c.outcome != "ok") return &c;
  return nullptr;
}

int surprise_rank(const Law& law) {
  constexpr std::string_view order[] = {"falsified", "error",   "not_converged", "inconclusive",
                                        "not_run",   "outside", "confirmed"};
  const auto* found = std::find(std::begin(order), std::end(order), law.summary.verdict);
  return static_cast<int>(found - std::begin(order)) + (law.summary.surprises > 0 ? 0 : 100);
}

Band band_of(const Comparison& c) { return band_of(c.kind, c.predicted, c.upper, c.tolerance()); }

Markup strip_of(const Law& law) {
  std::vector<ForestRow> rows;
  for (const Comparison& c : law.comparisons) {
    if (!c.own() || c.secondary) continue;
    ForestRow& row = rows.emplace_back();
    row.band = band_of(c);
    row.at = c.measured;
    row.mark = mark_of(c);
    row.tooltip = (c.setting.empty() ? "" : c.setting + ": ") + c.observable + ", " + c.sentence;
  }
  return strip("Residuals of " + plural(static_cast<std::int64_t>(rows.size()), "comparison") +
                   " in units of the tolerance; the band is the tolerance",
               rows);
}

std::string measured_text(const Law& law, const Comparison& c) {
  return with_unit(with_uncertainty(c.measured, c.deterministic ? 0 : c.measured_se), law.unit_of(c.observable));
}

std::string predicted_text(const Law& law, const Comparison& c) {
  const std::string unit = law.unit_of(c.observable);
  if (c.kind == "K3" && std::isinf(c.predicted)) return "at most " + with_unit(number(c.upper, 4), unit);
  if (c.kind == "K3" && std::isinf(c.upper)) return "at least " + with_unit(number(c.predicted, 4), unit);
  if (c.kind == "K3" && std::isfinite(c.upper))
    return with_unit(number(c.predicted, 4) + " … " + number(c.upper, 4), unit);
  return with_unit(number(c.predicted, 4), unit);
}

}  // namespace lmw::reports
