#include "../failure.h"
#include "../lab_view.h"
#include "../text.h"
#include "commands.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>

namespace lmw::cli {
namespace {

using numerics::significant;
using numerics::value_with_uncertainty;
using store::VerdictRow;

struct Rule {
  const char *kind, *name, *confirms, *falsifies;
};

/// The rules of docs/statistics.md, in a line each.
constexpr Rule rules[] = {
    {"K1", "a number", "|D| + t se <= band", "|D| - t' se > band"},
    {"K2", "a number with its own uncertainty", "|D| + t se <= band", "|D| - t' se > band"},
    {"K3", "an interval", "the mean and its error lie inside the interval and its band", "they lie outside of it"},
    {"K4", "a curve", "|D| + t se <= band at every grid point", "|D| - c se > band at some grid point"},
    {"K5", "an exponent, by the estimator of the theory's own curve", "|D| + t se <= band", "|D| - t' se > band"},
    {"K6", "an ordering", "the paired difference is above its margin by t se", "it is below zero by t' se"},
    {"K7", "a conserved quantity", "the drift, extrapolated to step size 0, is inside the band, and of the right order",
     "the extrapolated drift is outside the band"},
    {"K8", "a distribution", "the largest distance of the distribution functions plus its radius <= band",
     "that distance minus its radius > band"},
    {"K9", "a probability", "the exact (Clopper-Pearson) interval lies inside the band", "it lies outside the band"},
    {"K10", "a label per cell", "the accuracy's lower bound is at least the claimed one",
     "its upper bound is below it"}};

const Rule& rule_of(const std::string& kind) {
  const auto found =
      std::find_if(std::begin(rules), std::end(rules), [&](const Rule& rule) { return kind == rule.kind; });
  return found == std::end(rules) ? rules[0] : *found;
}

VerdictRow find_verdict(store::Reader& reader, store::Id id, std::vector<VerdictRow>& all) {
  all = reader.verdicts();
  for (const VerdictRow& v : all)
    if (v.verdict_id == id) return v;
  refuse("no such verdict", all.empty() ? "a lab with verdicts" : "an id as in lmw verdicts", std::to_string(id),
         all.empty() ? "lmw run --demo" : "lmw verdicts");
}

class Explanation {
 public:
  Explanation(Session& session, const VerdictRow& verdict)
      : out_(session.out()), terminal_(session.out_terminal()), v_(verdict) {
    width_ = terminal_.width == 0 ? 0 : std::min<std::size_t>(terminal_.width, 100);
  }

  void write(store::Reader& reader, const std::vector<VerdictRow>& all) {
    heading();
    for (const auto& p : reader.predictions({.run_id = v_.run_id, .law = v_.law}))
      if (p.prediction_id == v_.prediction_id && p.replicate < 0 && (std::isnan(v_.at_x) || p.x == v_.at_x)) {
        prediction(p);
        break;
      }
    if (std::isnan(v_.measured)) return line("Why", v_.sentence);
    measurement();
    decision();
    beside();
    if (!std::isnan(v_.at_x)) grid(reader);
    rivals(all);
    line("In a sentence", v_.sentence);
  }

 private:
  void line(const std::string& label, const std::string& text) {
    out_ << terminal_.paint(Tone::strong, label) << '\n';
    if (!text.empty()) out_ << paragraph(printable(text), width_, 2);
  }

  void heading() {
    const Cell verdict = verdict_cell(v_);
    out_ << "Verdict " << v_.verdict_id << ": " << terminal_.paint(verdict.tone, verdict.shown.value_or(v_.verdict))
         << '\n'
         << paragraph(printable(v_.law + ", version " + std::to_string(v_.law_version)), width_, 2)
         << paragraph(printable("at " + point_text(v_.point)), width_, 2);
    if (!v_.observable.empty())
      out_ << paragraph(printable("observable " + v_.observable +
                                  (v_.rival.empty() ? "" : ", as the rival \"" + v_.rival + "\" predicts it") +
                                  (v_.secondary ? ", secondary" : "")),
                        width_, 2);
  }

  /// A number, or an interval: both ends, or the one that it has.
  std::string predicted_text(const store::PredictionRow& p) const {
    if (std::isnan(p.upper)) return significant(v_.predicted, 6);
    if (std::isinf(p.predicted)) return "at most " + significant(p.upper, 6);
    if (std::isinf(p.upper)) return "at least " + significant(p.predicted, 6);
    return significant(p.predicted, 6) + " to " + significant(p.upper, 6);
  }

  void prediction(const store::PredictionRow& p) {
    theory_sd_ = std::isnan(p.theory_sd) ? 0 : p.theory_sd;
    any_time_ = p.method == "B";
    std::string text = "predicted " + predicted_text(p);
    if (!std::isnan(v_.at_x)) text += " at x = " + significant(v_.at_x, 4) + " (the grid point furthest out)";
    if (p.compare != "value")
      text += ", of the measured " + std::string(p.compare == "ratio" ? "ratio to" : "difference from") +
              " each seed's own prediction";
    text += "; tolerance eps " + significant(v_.eps, 4) + ", theory bias at most " + significant(v_.b_th, 4) +
            ": band " + significant(band(), 4);
    if (theory_sd_ > 0) text += "; the prediction's own standard error " + significant(theory_sd_, 3);
    if (std::isfinite(p.drift_order))
      text += "; the drift vanishes as the step to the power " + significant(p.drift_order, 3);
    line("Sealed " + p.sealed_at + ", before measuring", text);
    if (!p.eps_reason.empty()) out_ << paragraph(printable("This tolerance: " + p.eps_reason), width_, 2);
    const bool inside = v_.regime == "inside";
    out_ << paragraph(printable(std::string(inside ? "Inside" : "Outside") + " the law's regime" +
                                (p.regime_reason.empty() ? "" : ": " + p.regime_reason) +
                                " (forecast probability that it holds: " + significant(v_.rho, 3) + ")" +
                                (v_.must_break ? "; here it must break" : "")),
                      width_, 2);
  }

  void measurement() {
    if (v_.deterministic)
      return line("Measured", significant(v_.measured, 10) + " (deterministic: one replicate decides)");
    line("Measured", value_with_uncertainty(v_.measured, v_.measured_se) + " over " +
                         plural(static_cast<std::size_t>(v_.n_replicates), "seed") + ", decided at look " +
                         std::to_string(v_.look) + "; 95 % interval " + significant(v_.ci_low, 5) + " to " +
                         significant(v_.ci_high, 5));
  }

  /// |D| and what the rule adds to it or takes from it, in standard errors, against the band.
  std::string arithmetic(bool confirming, double ratio) const {
    const double d = std::abs(v_.measured - v_.predicted);
    const double se = std::hypot(v_.measured_se, theory_sd_);
    const double margin = confirming ? ratio * band() - d : d - ratio * band();
    const std::string sum = significant(d, 4) + (confirming ? " + " : " - ");
    if (v_.deterministic || !(se > 0)) return significant(d, 4);
    return sum + significant(margin / se, 4) + " x " + significant(se, 3) + " = " + significant(ratio * band(), 4);
  }

  void decision() {
    const Rule& rule = rule_of(v_.kind);
    const bool scalar = (v_.kind == "K1" || v_.kind == "K2" || v_.kind == "K5") && std::isnan(v_.at_x) &&
                        std::isfinite(v_.confirm_ratio);
    line("The rule " + v_.kind + ", " + rule.name,
         scalar ? "D = measured - predicted = " + significant(v_.measured - v_.predicted, 5) : "");
    const auto step = [&](const char* word, const char* condition, bool confirming, double ratio, bool holds) {
      std::string text = std::string(word) + " if " + condition + ": ";
      if (scalar)
        text += arithmetic(confirming, ratio) + (holds == confirming ? " <= " : " > ") + significant(band(), 4) + ", ";
      text += "ratio " + significant(ratio, 4) + (holds == confirming ? " <= 1" : " > 1") + (holds ? ": yes" : ": no");
      out_ << paragraph(text, width_, 2);
    };
    if (v_.deterministic) {
      step("confirmed", "|D| <= band everywhere", true, v_.confirm_ratio, v_.confirm_ratio <= 1);
      step("falsified", "|D| > band somewhere", false, v_.falsify_ratio, v_.falsify_ratio > 1);
      return;  // no errors, so no p-values
    }
    if (any_time_)
      out_ << paragraph("h is the half-width of a confidence sequence, which holds at all numbers of seeds together",
                        width_, 2);
    step("confirmed", any_time_ ? "|D| + h <= band" : rule.confirms, true, v_.confirm_ratio, v_.confirm_ratio <= 1);
    step("falsified", any_time_ ? "|D| - h > band" : rule.falsifies, false, v_.falsify_ratio, v_.falsify_ratio > 1);
    std::string p = "p against being outside the band " + significant(v_.p_confirm, 3) + ", against being inside it " +
                    significant(v_.p_falsify, 3);
    if (!std::isnan(v_.p_adjusted))
      p += " (" + significant(v_.p_adjusted, 3) + " after correction for the law's other comparisons)";
    out_ << paragraph(p, width_, 2);
  }

  /// What the numbers say beside the decision, which rests on none of it.
  void beside() {
    std::string text;
    const auto add = [&](const std::string& sentence) { text += (text.empty() ? "" : "; ") + sentence; };
    if (!v_.badge.empty()) add("badge: " + v_.badge);
    if (!std::isnan(v_.q_confirm))
      add("among all comparisons of the run (Benjamini-Hochberg) q = " + significant(v_.q_confirm, 3) +
          " for confirming, " + significant(v_.q_falsify, 3) + " for falsifying");
    if (!std::isnan(v_.e_value)) add("e-value against the band " + significant(v_.e_value, 3));
    if (!std::isnan(v_.power))
      add((v_.rival.empty() ? "power against the best rival " : "power against this rival ") +
          significant(v_.power, 3) + ", sealed");
    if (!std::isnan(v_.median) && !std::isnan(v_.median_low))
      add("median of the seeds " + significant(v_.median, 5) + ", 95 % interval " + significant(v_.median_low, 5) +
          " to " + significant(v_.median_high, 5));
    if (!std::isnan(v_.relative_l2))
      add("relative L2 error of the curve " + value_with_uncertainty(v_.relative_l2, v_.relative_l2_se));
    if (v_.pilot_replicates > 0)
      add("a pilot of " + plural(static_cast<std::size_t>(v_.pilot_replicates), "other seed") + " has a spread of " +
          significant(v_.pilot_sd, 3));
    if (v_.needed_replicates > 0)
      add("about " + plural(static_cast<std::size_t>(v_.needed_replicates), "seed") +
          " in all would decide, were the " + "prediction exact");
    if (!text.empty()) line("Beside the decision", text);
  }

  void grid(store::Reader& reader) {
    Table table({{.name = "x"}, {.name = "predicted"}, {.name = "measured"}, {.name = "residual"}, {.name = "z"}});
    for (const auto& r : reader.residuals({.run_id = v_.run_id, .law = v_.law}))
      if (r.verdict_id == v_.verdict_id)
        table.add({number_cell(r.x), number_cell(r.predicted),
                   Cell(r.measured).as(value_with_uncertainty(r.measured, r.measured_se)), number_cell(r.residual),
                   number_cell(r.z)});
    out_ << terminal_.paint(Tone::strong, "The grid") << '\n';
    table.write(out_, Format::table, terminal_);
  }

  void rivals(const std::vector<VerdictRow>& all) {
    if (!v_.rival.empty()) return;
    Table table({{.name = "rival"},
                 {.name = "predicted"},
                 {.name = "falsify_ratio", .title = "ratio"},
                 {.name = "refuted"},
                 {.name = "power"},
                 {.name = "verdict_id", .title = "id"}});
    for (const VerdictRow& r : all)
      if (r.point_id == v_.point_id && r.observable == v_.observable && !r.rival.empty())
        table.add({r.rival, number_cell(r.predicted), number_cell(r.falsify_ratio),
                   r.decision == "falsified" ? Cell("yes", Tone::good) : Cell("no", Tone::doubtful),
                   number_cell(r.power), r.verdict_id});
    if (table.rows() == 0) return;
    out_ << terminal_.paint(Tone::strong, "Rivals, on the same data with the same band (refuted: ratio > 1)") << '\n';
    table.write(out_, Format::table, terminal_);
  }

  double band() const { return v_.eps + v_.b_th; }

  std::ostream& out_;
  Terminal terminal_;
  const VerdictRow& v_;
  std::size_t width_;
  double theory_sd_ = 0;
  bool any_time_ = false;
};

}  // namespace

int execute(const ExplainArguments& arguments, Session& session) {
  const auto lab = session.existing_lab();
  store::Reader reader(lab);
  std::vector<VerdictRow> all;
  const VerdictRow verdict = find_verdict(reader, arguments.verdict, all);
  if (session.globals().format != Format::table) {
    session.write(
        table_of_query(lab, "SELECT * FROM verdicts WHERE verdict_id = " + std::to_string(verdict.verdict_id)));
    return done;
  }
  Explanation(session, verdict).write(reader, all);
  return done;
}

}  // namespace lmw::cli
