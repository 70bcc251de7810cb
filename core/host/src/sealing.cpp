#include "sealing.h"

#include <lmw/judge/design.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lmw::host {
namespace {

[[noreturn]] void refuse(const std::string& observable, const std::string& rival, const std::string& what) {
  throw std::runtime_error(observable + (rival.empty() ? "" : " (rival " + rival + ")") + ": " + what);
}

bool finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool any_nan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

const store::SealedSeries* own_of(const store::SealedPoint& point, const std::string& observable) {
  for (const auto& series : point.series)
    if (series.observable == observable && series.rival.empty()) return &series;
  return nullptr;
}

/// Whether a rival is farther than twice the band from the law somewhere on the grid: else the comparison has no power.
/// Orders, distributions and labels have no distance of this kind; an interval's is the judge's business.
bool separated(const store::SealedSeries& own, const store::SealedSeries& rival) {
  if (own.kind == "K3" || own.kind == "K6" || own.kind == "K8" || own.kind == "K10") return true;
  for (std::size_t g = 0; g < own.predicted.size(); ++g) {
    const double gap = std::abs(rival.predicted[g] - own.predicted[g]);
    if (gap > 2 * (own.eps[g] + own.b_th[g])) return true;
  }
  return false;
}

}  // namespace

judge::Prediction judged_as(const store::SealedSeries& s, bool deterministic) {
  return {.kind = judge::kind_from_text(s.kind),
          .predicted = s.predicted,
          .upper = s.upper,
          .eps = s.eps,
          .b_th = s.b_th,
          .theory_sd = s.theory_sd,
          .theory_df = s.theory_df,
          .deterministic = deterministic || s.deterministic,
          .draws = s.draws,
          .order = s.order,
          .span = s.span > 0 ? s.span : std::numeric_limits<double>::infinity()};
}

namespace {

/// How many times the seeds of rule A's last look rule B may take.
constexpr int beyond_the_looks = 16;

/// Of refuting the rival if the law is exact, by the last look that was planned. NaN where it is not known beforehand:
/// of an order, and of a rival that is predicted per replicate until its distance is known.
double power_of(const store::SealedSeries& rival, const store::SealedSeries& own, const store::StoppingRule& stopping) {
  const bool deterministic = stopping.method == "deterministic";
  const judge::Prediction against = judged_as(rival, deterministic), law = judged_as(own, deterministic);
  const judge::Look last{stopping.looks.back(), stopping.weights.back()};
  if (stopping.method == "B" && !law.deterministic) return judge::power_against_any_time(against, law, last.replicates);
  return judge::power_against(against, law, last.replicates,
                              judge::levels_at(last, stopping.alpha_confirm, stopping.alpha_falsify))
      .value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string size_text(const std::vector<double>& x) {
  return x.empty() ? "a scalar" : std::to_string(x.size()) + " grid points";
}

/// Rule A, or as many looks under rule B, which has no weights to share out: it holds at all numbers of seeds together.
store::StoppingRule sequential_rule(const std::string& method, int max_replicates) {
  store::StoppingRule rule{.method = method};
  if (method == "B") {
    // At fewer than eight seeds its confidence sequence is wide, and up to four infinite.
    for (int look = 8; look < 2 * max_replicates; look *= 2) rule.looks.push_back(std::min(look, max_replicates));
    rule.weights.assign(rule.looks.size(), 1.0);
    return rule;
  }
  for (const auto& look : judge::looks_method_a(max_replicates)) {
    rule.looks.push_back(look.replicates);
    rule.weights.push_back(look.weight);
  }
  return rule;
}

/// Numbers alone have a rule for any time.
bool has_rule_for_any_time(const store::SealedSeries& s) {
  return (s.kind == "K1" || s.kind == "K2" || s.kind == "K5") && s.x.size() <= 1;
}

}  // namespace

store::StoppingRule stopping_rule(const PlannedPoint& planned, const std::string& effort) {
  const LawCard& law = *planned.law;
  if (law.deterministic) return {.method = "deterministic", .looks = {1}, .weights = {1.0}};
  if (planned.replicates) return {.method = "fixed", .looks = {*planned.replicates}, .weights = {1.0}};
  const int planned_for = effort == "quick" ? law.max_replicates_quick : law.max_replicates;
  return planned.until_decided ? sequential_rule("B", beyond_the_looks * planned_for)
                               : sequential_rule("A", planned_for);
}

std::vector<judge::Look> looks_of(const store::StoppingRule& rule) {
  std::vector<judge::Look> looks;
  for (std::size_t k = 0; k < rule.looks.size(); ++k) looks.push_back({rule.looks[k], rule.weights[k]});
  return looks;
}

store::SealedPoint identity_of(const PlannedPoint& planned, const std::string& effort) {
  store::SealedPoint point;
  point.law = planned.law->id;
  point.law_version = planned.law->version;
  point.point_json = planned.json;
  point.canonical_point = planned.canonical;
  point.per_replicate = planned.law->per_replicate;
  point.fitted_parameters = planned.law->fitted_parameters;
  point.stopping = stopping_rule(planned, effort);
  return point;
}

std::vector<std::string> diagnostics_of(const LawCard& law) {
  std::vector<std::string> names;
  for (const ObservableCard& observable : law.observables)
    if (observable.diagnostic) names.push_back(observable.name);
  return names;
}

void add_predictions(store::SealedPoint& point, const LawCard& law, const PredictAnswer& answer) {
  if (answer.abstained) {
    if (!answer.predictions.empty()) throw std::runtime_error("the law both predicts and abstains");
    point.abstained = true;
    point.abstain_reason = answer.abstain_reason;
    return;
  }
  if (answer.predictions.empty()) throw std::runtime_error("the law neither predicts nor abstains");
  std::vector<std::size_t> apart;  // rivals whose distance from the law is known for all replicates alike
  for (const auto& p : answer.predictions) {
    const ObservableCard* observable = law.observable(p.observable);
    if (observable == nullptr) refuse(p.observable, p.rival, "not an observable of the card");
    if (observable->diagnostic) refuse(p.observable, p.rival, "a diagnostic of the card: it has no prediction");
    const bool is_rival = !p.rival.empty();
    if (is_rival &&
        std::none_of(law.rivals.begin(), law.rivals.end(), [&](const auto& r) { return r.name == p.rival; }))
      refuse(p.observable, p.rival, "not a rival of the card");
    for (const auto& other : point.series)
      if (other.observable == p.observable && other.rival == p.rival) refuse(p.observable, p.rival, "predicted twice");
    const store::SealedSeries* own = is_rival ? own_of(point, p.observable) : nullptr;
    if (is_rival && own == nullptr)
      refuse(p.observable, p.rival, "expected the law's own prediction before its rival's");

    store::SealedSeries s;
    s.observable = p.observable;
    s.rival = p.rival;
    s.kind = observable->kind;
    s.secondary = observable->secondary;
    s.compare = is_rival ? own->compare : p.compare;
    s.draws = is_rival ? own->draws : p.draws;
    s.order = is_rival ? own->order : p.order;
    s.deterministic = is_rival ? own->deterministic : p.deterministic;
    s.span = is_rival ? own->span : p.span;
    if (s.kind == "K5" ? !(s.span >= 1 && std::isfinite(s.span)) : s.span != 0)
      refuse(p.observable, p.rival,
             s.kind == "K5"
                 ? "an exponent needs .span, the largest over the smallest x of its fit; found " + sdk::to_text(s.span)
                 : ".span belongs to exponents (K5) alone");
    s.theory_df = p.theory_df;
    s.eps_reason = p.eps_reason;
    // A rival that is predicted per replicate brings no array here, and so no grid: it is the law's.
    s.x = is_rival && p.value.empty() ? own->x : p.x;
    const std::size_t n = std::max<std::size_t>(1, s.x.size());
    if (s.order != 1 && (s.kind != "K7" || n != 3))
      refuse(p.observable, p.rival, "order = " + sdk::to_text(s.order) + ": expected for K7 at three steps alone");
    if (!std::is_sorted(s.x.begin(), s.x.end(), std::less_equal<>()) || !finite(s.x))
      refuse(p.observable, p.rival, "expected an increasing grid x");
    if (is_rival && s.x != own->x) refuse(p.observable, p.rival, "expected the grid of the law's own prediction");
    if (s.compare != "value" && !point.per_replicate)
      refuse(p.observable, p.rival, "compares per replicate, but the card says that predictions are made per point");
    // Per replicate, what is sealed per point is the value that the difference or ratio should have.
    s.predicted = p.value.empty() && s.compare != "value" ? std::vector<double>(n, 0.0) : p.value;
    s.upper = p.upper;
    const bool interval = s.kind == "K3";
    if (interval && s.upper.size() != n) refuse(p.observable, p.rival, "an interval needs .upper");
    // One end of an interval may be infinite: "at least", "at most".
    if (interval && (any_nan(s.predicted) || any_nan(s.upper)))
      refuse(p.observable, p.rival, "an end of the interval is not a number");
    if (s.predicted.size() != n || (!interval && !finite(s.predicted)))
      refuse(p.observable, p.rival, "the prediction is not a finite number");
    s.eps = is_rival ? own->eps : p.eps;
    s.b_th = is_rival ? own->b_th : p.b_th;
    s.theory_sd = p.theory_sd;
    if (s.b_th.empty()) s.b_th.assign(n, 0.0);
    if (s.theory_sd.empty()) s.theory_sd.assign(n, 0.0);
    if (s.eps.size() != n) refuse(p.observable, p.rival, "no tolerance: expected .eps");
    const bool may_be_zero = law.deterministic || s.deterministic;
    for (const double eps : s.eps)
      if (!std::isfinite(eps) || eps < 0 || (eps == 0 && !may_be_zero))
        refuse(p.observable, p.rival, "eps = " + sdk::to_text(eps) + ": expected > 0");
    judge::validate(judged_as(s, law.deterministic));
    if (is_rival && !p.value.empty() && !separated(*own, s))
      refuse(p.observable, p.rival,
             "lies within twice the band eps + b_th of the law itself: no data could tell them apart; "
             "lower eps, or leave the rival out at this point");
    if (is_rival && !p.value.empty()) apart.push_back(point.series.size());
    point.series.push_back(std::move(s));
  }
  point.diagnostics = diagnostics_of(law);
  // Where one comparison of a point has no rule for any time, all its seeds follow rule A.
  if (point.stopping.method == "B" && !std::all_of(point.series.begin(), point.series.end(), has_rule_for_any_time))
    point.stopping = sequential_rule("A", point.stopping.looks.back() / beyond_the_looks);
  for (const std::size_t rival : apart)
    point.series[rival].power =
        power_of(point.series[rival], *own_of(point, point.series[rival].observable), point.stopping);
}

void add_power_of_replicates(store::SealedPoint& point, const std::vector<std::vector<std::vector<double>>>& predicted,
                             std::size_t replicates) {
  for (std::size_t r = 0; r < point.series.size(); ++r) {
    store::SealedSeries& rival = point.series[r];
    if (rival.rival.empty() || rival.compare == "value" || predicted[r].empty() || predicted[r][0].empty()) continue;
    const store::SealedSeries* own = own_of(point, rival.observable);
    const auto& of_law = predicted[static_cast<std::size_t>(own - point.series.data())];
    // The scatter of the distance counts against refuting the rival: it is the rival's own error.
    store::SealedSeries apart = rival;
    const auto n = static_cast<double>(replicates);
    for (std::size_t g = 0; g < apart.predicted.size(); ++g) {
      double sum = 0, squares = 0;
      for (std::size_t j = 0; j < replicates; ++j) {
        double gap = predicted[r][j][g] - of_law[j][g];
        if (rival.compare == "ratio") gap /= of_law[j][g];
        sum += gap;
        squares += gap * gap;
      }
      const double mean = sum / n;
      apart.predicted[g] = own->predicted[g] + mean;
      if (replicates > 1) apart.theory_sd[g] = std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1));
    }
    rival.power = power_of(apart, *own, point.stopping);
  }
}

std::vector<store::Trial::Series> checked_measurement(const store::SealedPoint& point, const MeasureAnswer& answer) {
  std::vector<store::Trial::Series> values;
  const auto find = [&](const std::string& observable) -> const SeriesAnswer& {
    const SeriesAnswer* found = nullptr;
    for (const auto& series : answer.series) {
      if (series.observable != observable) continue;
      if (found != nullptr) refuse(observable, "", "measured twice");
      found = &series;
    }
    if (found == nullptr) refuse(observable, "", "predicted, but not measured");
    return *found;
  };
  if (point.abstained) {  // nothing was predicted: whatever was measured is kept
    for (const auto& series : answer.series)
      values.push_back({series.observable, series.x, find(series.observable).value});
    return values;
  }
  for (const auto& sealed : point.series) {
    if (!sealed.rival.empty()) continue;
    const SeriesAnswer& series = find(sealed.observable);
    if (series.x != sealed.x)
      refuse(sealed.observable, "",
             "measured on " + size_text(series.x) + ", predicted on another grid of " + size_text(sealed.x));
    values.push_back({series.observable, series.x, series.value});
  }
  for (const auto& diagnostic : point.diagnostics) {
    const auto measured = std::find_if(answer.series.begin(), answer.series.end(),
                                       [&](const auto& series) { return series.observable == diagnostic; });
    if (measured == answer.series.end()) refuse(diagnostic, "", "a diagnostic of the card, but not measured");
    if (!measured->x.empty()) refuse(diagnostic, "", "a diagnostic is a scalar, found " + size_text(measured->x));
    values.push_back({diagnostic, {}, find(diagnostic).value});
  }
  for (const auto& series : answer.series)
    if (own_of(point, series.observable) == nullptr &&
        std::find(point.diagnostics.begin(), point.diagnostics.end(), series.observable) == point.diagnostics.end())
      refuse(series.observable, "", "measured, but not predicted");
  return values;
}

bool predicts_replicates(const store::SealedPoint& point) {
  return std::any_of(point.series.begin(), point.series.end(), [](const auto& s) { return s.compare != "value"; });
}

std::vector<std::vector<double>> checked_replicate(const store::SealedPoint& point,
                                                   const std::vector<SeriesAnswer>& answer) {
  std::vector<std::vector<double>> values(point.series.size());
  for (const auto& series : answer) {
    const auto sealed = std::find_if(point.series.begin(), point.series.end(), [&](const auto& s) {
      return s.observable == series.observable && s.rival == series.rival;
    });
    if (sealed == point.series.end())
      refuse(series.observable, series.rival, "predicted for a replicate, but not sealed");
    if (series.x != sealed->x) refuse(series.observable, series.rival, "predicted on another grid than was sealed");
    if (!finite(series.value)) refuse(series.observable, series.rival, "the prediction is not a finite number");
    values[static_cast<std::size_t>(sealed - point.series.begin())] = series.value;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (point.series[i].rival.empty() && point.series[i].compare != "value" && values[i].empty())
      refuse(point.series[i].observable, "", "not predicted for this replicate");
  return values;
}

}  // namespace lmw::host
