#include "scorecard_classes.h"

#include <lmw/judge/universality.h>
#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace lmw::host {
namespace {

using store::Scorable;

/// One exponent of a law: points at which it predicts the same value, within their bands, are taken together.
struct Exponent {
  std::string law, observable;
  double predicted = 0, band = 0;
  std::vector<const Scorable*> points;
};

judge::Estimate pooled(const Exponent& exponent) {
  judge::Estimate all{.value = 0, .se = 0, .df = 0, .n = 0};
  const auto n = static_cast<double>(exponent.points.size());
  double variance = 0;
  for (const Scorable* p : exponent.points) {
    all.value += p->measured / n;
    variance += p->measured_se * p->measured_se / (n * n);
    all.df += static_cast<double>(p->n_replicates - 1);
    all.n += p->n_replicates;
  }
  all.se = std::sqrt(variance);
  return all;
}

std::map<std::string, std::vector<Exponent>> by_control(const std::vector<Scorable>& counting,
                                                        const std::map<std::string, ScoredCard>& cards) {
  std::map<std::string, std::vector<Exponent>> groups;
  for (const Scorable& c : counting) {
    const auto card = cards.find(c.law);
    if (card == cards.end() || card->second.control_parameter.empty()) continue;
    if (c.kind != "K5" || !c.inside || c.verdict != "confirmed" || c.deterministic || c.n_replicates < 2) continue;
    const double band = c.eps + (std::isnan(c.b_th) ? 0 : c.b_th);
    if (!(band > 0)) continue;
    auto& group = groups[card->second.control_parameter];
    const auto same = std::find_if(group.begin(), group.end(), [&](const Exponent& e) {
      return e.law == c.law && e.observable == c.observable &&
             std::abs(e.predicted - c.predicted) <= std::min(e.band, band);
    });
    if (same == group.end()) {
      group.push_back({c.law, c.observable, c.predicted, band, {&c}});
    } else {
      same->band = std::min(same->band, band);
      same->points.push_back(&c);
    }
  }
  return groups;
}

}  // namespace

std::map<std::string, std::vector<ScoreDetail>> universality(const std::vector<Scorable>& counting,
                                                             const std::map<std::string, ScoredCard>& cards) {
  std::map<std::string, std::vector<ScoreDetail>> details;
  for (const auto& [control, exponents] : by_control(counting, cards)) {
    if (exponents.size() < 2) continue;
    std::vector<judge::Estimate> estimates;
    double tolerance = exponents[0].band;
    for (const Exponent& e : exponents) {
      estimates.push_back(pooled(e));
      tolerance = std::min(tolerance, e.band);
    }
    for (const auto& members : judge::universality_classes(estimates, tolerance).classes) {
      std::set<std::string> laws;
      std::set<judge::Architecture> architectures;
      double mean = 0;
      for (const std::size_t i : members) {
        laws.insert(exponents[i].law);
        const auto& of = cards.at(exponents[i].law).architectures;
        architectures.insert(of.begin(), of.end());
        mean += estimates[i].value / static_cast<double>(members.size());
      }
      if (laws.size() < 2 || architectures.size() < 2) continue;
      const std::string name = control + "^" + numerics::significant(mean, 2);
      for (const std::size_t i : members) {
        std::string others;
        for (const std::string& law : laws)
          if (law != exponents[i].law) others += (others.empty() ? "" : ", ") + law;
        auto& of_law = details[exponents[i].law];
        const std::string measure =
            "class of " + exponents[i].observable + " (" + numerics::significant(exponents[i].predicted, 3) + ")";
        // Exponents of one observable that differ in later digits alone would be one row.
        if (std::any_of(of_law.begin(), of_law.end(), [&](const auto& detail) { return detail.measure == measure; }))
          continue;
        of_law.push_back(
            {.measure = measure,
             .score = {.value = estimates[i].value, .low = {}, .high = {}, .n = static_cast<std::int64_t>(laws.size())},
             .how = name + ", with " + others + ": every two exponents are shown to agree within " +
                    numerics::significant(tolerance, 2) + ", on " + std::to_string(architectures.size()) +
                    " architectures"});
      }
    }
  }
  return details;
}

}  // namespace lmw::host
