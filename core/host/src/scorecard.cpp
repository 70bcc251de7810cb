#include "scorecard.h"

#include "formula_length.h"
#include "scorecard_card.h"
#include "scorecard_classes.h"
#include "scorecard_knobs.h"
#include "scorecard_useful.h"

#include <lmw/judge/scorecard.h>
#include <lmw/sdk/point.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace lmw::host {
namespace {

using store::Scorable;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double enough_power = 0.9;
constexpr const char* pillar_names[] = {"solvable", "limits", "scaling", "hyperparameters", "universality"};

/// A size along which laws may decay, and the parameters that say it: of a point, the first that it has.
struct ScaleAxis {
  const char* name;
  std::vector<const char*> parameters;
};
const std::vector<ScaleAxis>& scale_axes() {
  static const std::vector<ScaleAxis> axes = {
      {"width", {"width", "widest", "width_max", "hidden", "n_features"}},
      {"samples", {"n_samples", "n_train", "n_max", "samples", "n_points", "n_probes", "n", "per_class"}},
      {"dimension", {"dimension", "dim", "d", "inputs", "n_columns"}}};
  return axes;
}

std::optional<double> scale_of(const std::string& point, const ScaleAxis& axis) {
  const sdk::Point at = sdk::Point::from_json(point);
  for (const char* name : axis.parameters) {
    const auto found = at.values().find(name);
    if (found == at.values().end()) continue;
    if (const auto* integer = std::get_if<std::int64_t>(&found->second))
      if (*integer > 0) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&found->second))
      if (*real > 0 && std::isfinite(*real)) return *real;
  }
  return std::nullopt;
}

/// Of all comparisons, in the order of sealing, those that count. A constant that any earlier record of the law fitted
/// to an observable stays fitted: a later version knows its value. They come in an order of their own: which point of a
/// run is sealed first depends on the number of threads, and the last digit of a sum must not.
std::vector<Scorable> scored(const std::vector<Scorable>& comparisons) {
  using Place = std::tuple<std::string, std::int64_t, std::string>;
  std::map<Place, std::int64_t> first_seed;
  std::set<std::pair<Place, std::string>> seen;
  std::map<std::pair<std::string, std::string>, int> most_fitted;
  std::vector<Scorable> counting;
  for (Scorable c : comparisons) {
    int& fitted = most_fitted[{c.law, c.observable}];
    c.fitted_parameters = fitted = std::max(fitted, c.fitted_parameters);
    const Place place{c.law, c.law_version, c.canonical_point};
    if (c.observable.empty() && !c.abstained) continue;  // never sealed
    const std::int64_t seed = first_seed.emplace(place, c.run_seed).first->second;
    if (c.run_seed != seed || c.effort == "quick" || c.postdiction) continue;
    if (!c.abstained && c.verdict.empty()) continue;  // not judged yet
    if (seen.emplace(place, c.observable).second) counting.push_back(std::move(c));
  }
  std::sort(counting.begin(), counting.end(), [](const Scorable& a, const Scorable& b) {
    return std::tie(a.law, a.law_version, a.canonical_point, a.observable) <
           std::tie(b.law, b.law_version, b.canonical_point, b.observable);
  });
  return counting;
}

bool powerless(const Scorable& c) { return c.rivals == 0 || c.power < enough_power; }
bool went_wrong(const Scorable& c) {
  return c.verdict == "error" || c.verdict == "not_run" || c.verdict == "not_converged";
}

std::string of(std::int64_t k, std::int64_t n) { return std::to_string(k) + " of " + std::to_string(n); }

/// What the whole lab knows, beside the comparisons and cards of one subject.
struct Shared {
  ScalarSeries measured;
  std::vector<store::FailureRecord> failures;
  std::map<std::string, std::vector<ScoreDetail>> classes;  ///< by law
  std::map<std::string, std::set<std::string>> units;       ///< that an observable of this name has in any law
};

/// The scorecard of one subject, entry by entry.
class Subject {
 public:
  Subject(std::string name, std::vector<Scorable> counting, std::map<std::string, ScoredCard> cards,
          const Shared& shared, std::size_t quick_only)
      : name_(std::move(name)),
        counting_(std::move(counting)),
        cards_(std::move(cards)),
        shared_(shared),
        quick_only_(quick_only) {
    for (const Scorable& c : counting_)
      if (!c.abstained) predictions_.push_back(c);
  }

  std::vector<store::ScoreEntry> entries() {
    fundamental();
    mathematical();
    predictive();
    comprehensive();
    intuitive();
    useful();
    humble();
    return std::move(entries_);
  }

 private:
  void add(const std::string& desideratum, const std::string& measure, const judge::Score& s, const std::string& how) {
    entries_.push_back({.subject = name_,
                        .desideratum = desideratum,
                        .measure = measure,
                        .value = s.value.value_or(nan),
                        .low = s.low.value_or(nan),
                        .high = s.high.value_or(nan),
                        .n = s.n,
                        .how = how});
  }
  void add(const std::string& desideratum, const std::vector<ScoreDetail>& details) {
    for (const auto& detail : details) add(desideratum, detail.measure, detail.score, detail.how);
  }
  void add_number(const std::string& desideratum, const std::string& measure, std::optional<double> value,
                  std::int64_t n, const std::string& how) {
    if (value) add(desideratum, measure, {.value = value, .low = {}, .high = {}, .n = n}, how);
  }
  /// @returns whether nothing counts yet, which is then what the entry says.
  bool nothing_counts(const std::string& desideratum, bool nothing) {
    if (!nothing) return false;
    add(desideratum, "", {},
        quick_only_ > 0 ? "quick effort is not scored: run at standard effort (" + std::to_string(quick_only_) +
                              " comparisons at quick effort)"
                        : "nothing was judged at standard effort yet");
    return true;
  }

  void fundamental() {
    if (nothing_counts("fundamental", predictions_.empty())) return;
    std::vector<judge::PredictionInputs> inputs;
    for (const Scorable& p : predictions_)
      inputs.push_back({p.fitted_parameters, static_cast<int>(cards_.at(p.law).measured_inputs)});
    const auto f = judge::fundamental(inputs);
    const auto n = f.parameter_free.n;
    add("fundamental", "", f.parameter_free, "share of scored predictions without a fitted constant");
    add_number("fundamental", "economy", f.economy, n, "mean of 1/(1 + fitted constants)");
    add_number("fundamental", "measured inputs", f.measured_inputs, n,
               "mean number of inputs that are measured instead of specified; a data set is one");
  }

  void mathematical() {
    if (nothing_counts("mathematical", predictions_.empty())) return;
    std::vector<judge::PredictionForm> forms;
    std::int64_t with_rival = 0;
    for (const Scorable& p : predictions_) {
      // Sharpness arrives as a ratio: the band is 1 in units of the rival's distance over it.
      judge::PredictionForm form{.kind = judge::kind_from_text(p.kind), .eps_eff = 0, .rival_gap = {}};
      if (p.sharpness > 0) {
        form.eps_eff = p.sharpness;
        form.rival_gap = 1.0;
        ++with_rival;
      }
      forms.push_back(form);
    }
    const auto m = judge::mathematical(forms);
    add("mathematical", "", m.numeric, "share of scored predictions that state a number (not an order or a label)");
    add_number("mathematical", "weight", m.weight, m.numeric.n,
               "mean of 1 for a number or curve, 1/2 for an interval, 1/4 for an order or label");
    add_number("mathematical", "sharpness", m.sharpness, with_rival,
               "median of band over distance to the nearest rival; smaller is sharper");
  }

  void predictive() {
    std::vector<judge::ScoredComparison> comparisons;
    std::vector<const std::string*> points;
    std::vector<judge::PredictedInterval> intervals;
    std::int64_t without_power = 0, wrong = 0;
    for (const Scorable& p : predictions_) {
      if (!p.inside) continue;
      if (went_wrong(p)) {
        ++wrong;
        continue;
      }
      if ((p.kind == "K1" || p.kind == "K2" || p.kind == "K5") && p.scalar && !p.deterministic && p.n_replicates >= 2)
        intervals.push_back(interval_of(p));
      if (powerless(p)) {
        ++without_power;
        continue;
      }
      comparisons.push_back({.decision = p.verdict == "confirmed"   ? judge::Decision::confirmed
                                         : p.verdict == "falsified" ? judge::Decision::falsified
                                                                    : judge::Decision::inconclusive,
                             .scale = {}});
      points.push_back(&p.point);
    }
    if (nothing_counts("predictive", predictions_.empty())) return;
    const auto result = judge::predictive(comparisons);
    std::string how = "confirmed of confirmed and falsified";
    how += "; " +
           of(static_cast<std::int64_t>(
                  std::llround(result.inconclusive.value.value_or(0) * static_cast<double>(result.inconclusive.n))),
              result.inconclusive.n) +
           " inconclusive";
    if (without_power > 0) how += "; " + std::to_string(without_power) + " not counted: no rival there had power 0.9";
    if (wrong > 0) how += "; " + std::to_string(wrong) + " without an outcome";
    add("predictive", "", result.pass_rate, how);
    if (result.inconclusive.n > 0)
      add("predictive", "inconclusive", result.inconclusive, "share of counted comparisons that are inconclusive");
    for (const ScaleAxis& axis : scale_axes()) {
      for (std::size_t i = 0; i < points.size(); ++i) comparisons[i].scale = scale_of(*points[i], axis);
      along_scale(axis.name, judge::predictive(comparisons));
    }
    if (!intervals.empty())
      add("predictive", "calibration", judge::calibration(intervals),
          "measurements inside the predicted 95 % interval, theory bias included");
  }

  void along_scale(const std::string& axis, const judge::Predictive& result) {
    for (const auto& decade : result.decades)
      add("predictive", axis + " 1e" + std::to_string(decade.exponent), decade.pass_rate,
          "pass rate at " + axis + " from 1e" + std::to_string(decade.exponent) + " to 1e" +
              std::to_string(decade.exponent + 1));
    if (!result.trend) return;
    const double half = 1.959964 * result.trend->se;
    add("predictive", axis + " trend",
        {.value = result.trend->slope,
         .low = result.trend->slope - half,
         .high = result.trend->slope + half,
         .n = result.pass_rate.n},
        "log odds of passing per e-fold of " + axis + (result.trend->decays ? ": the law decays" : ""));
  }

  static judge::PredictedInterval interval_of(const Scorable& p) {
    const double v = p.measured_se * p.measured_se, w = p.theory_sd * p.theory_sd;
    const double replicates = static_cast<double>(p.n_replicates - 1);
    const double theory = std::isfinite(p.theory_df) && w > 0 ? w * w / p.theory_df : 0;
    const double below = v * v / replicates + theory;
    return {.residual = p.measured - p.predicted,
            .se = std::sqrt(v + w),
            .df = below > 0 ? (v + w) * (v + w) / below : replicates,
            .b_th = std::isnan(p.b_th) ? 0 : p.b_th};
  }

  /// Laws of which every counted comparison inside the regime is confirmed, and at least one.
  std::set<std::string> confirmed_laws() const {
    std::set<std::string> confirmed, failed;
    for (const Scorable& p : predictions_) {
      if (!p.inside) continue;
      (p.verdict == "confirmed" ? confirmed : failed).insert(p.law);
    }
    for (const auto& law : failed) confirmed.erase(law);
    return confirmed;
  }

  void comprehensive() {
    if (nothing_counts("comprehensive", predictions_.empty())) return;
    joint_coverage();
    const bool in_columns = std::any_of(std::begin(pillar_names), std::end(pillar_names),
                                        [&](const char* p) { return cards_.begin()->second.pillar == p; });
    if (!in_columns)
      return add("comprehensive", "", {}, "laws that cut across the pillars belong to no cell of the coverage matrix");
    const auto confirmed = confirmed_laws();
    std::set<std::pair<judge::Subject, judge::Architecture>> cells;
    std::int64_t silent = 0;
    for (const auto& [law, card] : cards_) {
      if (card.subjects.empty() || card.architectures.empty()) ++silent;
      if (!confirmed.contains(law)) continue;
      for (const auto subject : card.subjects)
        for (const auto architecture : card.architectures) cells.emplace(subject, architecture);
    }
    std::string how = "cells of subject x architecture in this pillar, 16, that a confirmed law reaches";
    if (silent > 0) how += "; " + of(silent, static_cast<std::int64_t>(cards_.size())) + " cards do not name both";
    if (silent == static_cast<std::int64_t>(cards_.size()))
      return add("comprehensive", "", {}, "no card here names both a subject and an architecture that it reaches");
    add("comprehensive", "", {.value = static_cast<double>(cells.size()) / 16, .low = {}, .high = {}, .n = 16}, how);
    if (const auto of = shared_.classes.find(name_); of != shared_.classes.end()) add("comprehensive", of->second);
  }

  /// Points, each one parameter set, at which three subjects or all four were predicted and all of it confirmed.
  void joint_coverage() {
    struct Reached {
      std::set<judge::Subject> predicted, failed;
    };
    std::map<store::Id, Reached> by_point;
    for (const Scorable& p : predictions_) {
      if (!p.inside) continue;
      Reached& at = by_point[p.point_id];
      const auto& subjects = cards_.at(p.law).subject_of;
      const auto subject = subjects.find(p.observable);
      if (subject == subjects.end()) continue;
      at.predicted.insert(subject->second);
      if (p.verdict != "confirmed") at.failed.insert(subject->second);
    }
    std::vector<judge::JointRun> runs;
    std::int64_t asked = 0;
    for (const auto& [point, at] : by_point) {
      const auto predicted = static_cast<int>(at.predicted.size());
      runs.push_back({.predicted = predicted, .confirmed = predicted - static_cast<int>(at.failed.size())});
      asked += predicted >= 3;
    }
    if (!runs.empty())
      add("comprehensive", "joint coverage", judge::joint_coverage(runs),
          "points at which three of the four subjects were predicted from one parameter set and all confirmed; " +
              of(asked, static_cast<std::int64_t>(runs.size())) + " predict three");
  }

  void intuitive() {
    double total = 0;
    std::int64_t formulas = 0, fixed_points = 0, units = 0, consistent = 0;
    KnobSheet sheet;
    for (const auto& [law, card] : cards_) {
      if (!card.formula.empty()) {
        total += static_cast<double>(judge::description_length(formula_length(card.formula), card.fixed_points));
        ++formulas;
        fixed_points += card.fixed_points;
      }
      for (const auto& [observable, unit] : card.unit_of) {
        ++units;
        consistent += !unit.empty() && shared_.units.at(observable).size() == 1;
      }
      KnobSheet of_law = knob_sheet(law, card, predictions_, shared_.measured);
      sheet.declared += of_law.declared;
      sheet.signs_asked += of_law.signs_asked;
      sheet.signs_confirmed += of_law.signs_confirmed;
      sheet.values_asked += of_law.values_asked;
      sheet.values_confirmed += of_law.values_confirmed;
      if (law == name_) sheet.details = std::move(of_law.details);
    }
    judge::Score score{.value = {}, .low = {}, .high = {}, .n = formulas};
    if (formulas > 0) score.value = total / static_cast<double>(formulas);
    add("intuitive", "", score,
        formulas > 0 ? "symbols of the formula on the card, 20 for each equation that is solved numerically (" +
                           std::to_string(fixed_points) + "), mean over laws; shorter is plainer"
                     : "no card here states a formula");
    if (sheet.signs_asked > 0)
      add("intuitive", "signs", judge::share(sheet.signs_confirmed, sheet.signs_asked),
          "declared signs of d log observable / d log knob that the measurements show; " +
              of(sheet.signs_asked, sheet.declared) + " could be asked");
    if (sheet.values_asked > 0)
      add("intuitive", "elasticities", judge::share(sheet.values_confirmed, sheet.values_asked),
          "declared values of d log observable / d log knob that the measurements confirm");
    if (units > 0)
      add("intuitive", "units", judge::share(consistent, units),
          "observables with a unit that is the same in every law that has an observable of this name");
    add("intuitive", sheet.details);
  }

  void useful() {
    if (nothing_counts("useful", predictions_.empty())) return;
    const Usefulness found = usefulness(counting_, shared_.measured);
    if (found.points == 0)
      add("useful", "", {}, "no law here measures the regret of a choice that it recommends");
    else
      add("useful", "", found.regret,
          "regret of the recommended choice, 0 as good as the best of a search and 1 no better than the default, the "
          "worst of " +
              std::to_string(found.points) + " points; 0.1 or less is a success");
    add("useful", found.details);
    add("useful", foretold_failures(counting_, shared_.failures));
  }

  void humble() {
    if (nothing_counts("humble", counting_.empty())) return;
    std::vector<judge::RegimeCase> cases;
    std::array<std::int64_t, 3> outcomes{};  // of the last case: holds, breaks, unclear
    store::Id last = 0;
    for (const Scorable& c : counting_) {  // comparisons of one point follow one another
      if (c.point_id != last) {
        last = c.point_id;
        outcomes = {};
        cases.push_back(
            {.rho = c.rho, .inside = c.inside, .must_break = c.must_break, .abstained = c.abstained, .holds = {}});
      }
      const std::string& came_to = c.inside ? c.verdict : c.sub_verdict;
      const bool holds = came_to == "confirmed" || came_to == "holds";
      const bool breaks = came_to == "falsified" || came_to == "breaks";
      ++outcomes[holds ? 0 : breaks ? 1 : 2];
      if (outcomes[1] > 0)
        cases.back().holds = false;
      else if (outcomes[0] > 0 && outcomes[2] == 0)
        cases.back().holds = true;
      else
        cases.back().holds = std::nullopt;
    }
    const auto h = judge::humble(cases);
    if (!h)
      return add("humble", "", {.value = {}, .low = {}, .high = {}, .n = static_cast<std::int64_t>(cases.size())},
                 "tested only inside its regime: it never said where it fails");
    add("humble", "", h->brier,
        "Brier score of the sealed forecast that the law holds; smaller is better" +
            (h->unclear > 0 ? "; " + std::to_string(h->unclear) + " points unclear" : std::string()));
    if (h->auroc.value)
      add("humble", "area under the curve", h->auroc, "chance that a point that held had the higher forecast");
    add("humble", "must break", h->must_break, "points where it had to break, and did");
    add("humble", "abstained", h->abstained, "points where the law declined to predict");
    for (const auto& risk : h->risk)
      if (risk.falsified.n > 0) {
        const std::string at = risk.rho == 0.5 ? "0.5" : risk.rho == 0.7 ? "0.7" : "0.9";
        add("humble", "risk at " + at, risk.falsified, "broken points among those with a forecast of at least " + at);
      }
  }

  std::string name_;
  std::vector<Scorable> counting_, predictions_;
  std::map<std::string, ScoredCard> cards_;  ///< by law
  const Shared& shared_;
  std::size_t quick_only_;
  std::vector<store::ScoreEntry> entries_;
};

}  // namespace

std::vector<store::ScoreEntry> scorecard(const store::Evidence& evidence) {
  const auto counting = scored(evidence.comparisons);
  std::map<std::string, ScoredCard> cards;
  std::set<std::string> pillars;
  for (const auto& law : evidence.laws) {
    cards[law.law] = scored_card(law);
    pillars.insert(cards[law.law].pillar);
  }
  Shared shared{.measured = scalar_series(evidence.scalars),
                .failures = evidence.failures,
                .classes = universality(counting, cards),
                .units = {}};
  for (const auto& [law, card] : cards)
    for (const auto& [observable, unit] : card.unit_of) shared.units[observable].insert(unit);
  std::vector<store::ScoreEntry> all;
  const auto add_subject = [&](const std::string& name, const std::function<bool(const std::string& law)>& belongs) {
    std::vector<Scorable> own;
    std::size_t quick = 0;
    for (const Scorable& c : counting)
      if (belongs(c.law)) own.push_back(c);
    for (const Scorable& c : evidence.comparisons) quick += c.effort == "quick" && belongs(c.law) && !c.verdict.empty();
    std::map<std::string, ScoredCard> of_subject;
    for (const auto& [law, card] : cards)
      if (belongs(law)) of_subject[law] = card;
    auto entries = Subject(name, std::move(own), std::move(of_subject), shared, quick).entries();
    all.insert(all.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
  };
  for (const auto& law : evidence.laws)
    add_subject(law.law, [&](const std::string& other) { return other == law.law; });
  for (const auto& pillar : pillars)
    if (!pillar.empty()) add_subject(pillar, [&](const std::string& law) { return cards[law].pillar == pillar; });
  return all;
}

}  // namespace lmw::host
