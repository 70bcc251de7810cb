#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>

#include "scribe.h"

namespace lmw::store {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void Scribe::add_failures(const RunMemory& run, std::vector<FailureRecord> failures,
                          std::vector<FailureStructure> laws) {
  // In the order of their keys, which is the order in which `verify` reads them back.
  std::sort(failures.begin(), failures.end(), [](const auto& a, const auto& b) { return a.point_id < b.point_id; });
  const auto law_id = [&](const FailureStructure& s) {
    const auto law = run.laws.find(s.law);
    if (law == run.laws.end()) throw std::invalid_argument(s.law + ": not one of the laws of the run");
    return law->second.law_id;
  };
  std::sort(laws.begin(), laws.end(), [&](const auto& a, const auto& b) { return law_id(a) < law_id(b); });
  Statement find(db_,
                 "SELECT run_id, law, law_version, canonical FROM point JOIN law USING (law_id) WHERE point_id = ?1");
  std::vector<KeyedFailure> keyed;
  for (const FailureRecord& failure : failures) {
    find.bind(failure.point_id);
    if (!find.step() || find.integer(0) != run.run_id)
      throw std::invalid_argument("point " + std::to_string(failure.point_id) + ": not one of run " +
                                  std::to_string(run.run_id));
    SealedPoint point;
    point.law = find.text(1);
    point.law_version = static_cast<int>(find.integer(2));
    point.canonical_point = find.text(3);
    keyed.push_back({point_key(run.digest, point), failure});
    while (find.step()) {
    }
  }
  const Id log = append("VERDICT", failures_digest(keyed, laws),
                        LogDetail{.kind = LogDetail::Kind::failures, .ids = {run.run_id}});
  Statement row(db_,
                "INSERT INTO failure (point_id, log_id, observable_id, class, consistent, forecast_class, unexpected, "
                "rate, low, high, predicted_rate, failures, n) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const auto& [key, f] : keyed)
    row.bind(f.point_id, log, name_id(observables_, insert_observable_, f.observable), f.failure_class,
             unless_empty(f.consistent), unless_empty(f.forecast_class), f.unexpected, f.rate, f.low, f.high,
             f.predicted_rate, f.failures, f.n)
        .run();
  Statement law(db_,
                "INSERT INTO failure_law (run_id, law_id, log_id, conditions, within_variance, between_variance, "
                "structural_share, "
                "share_low, share_high, brier, reliability, skill, captured, persist_tried, persist_held, flips_tried, "
                "flips_seen, boundary, boundary_predicted, boundary_low, boundary_high, boundary_decision, "
                "boundary_width, size, width_trend, width_trend_se, width_class) "
                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const FailureStructure& s : laws)
    law.bind(run.run_id, law_id(s), log, s.conditions, s.within, s.between, s.structural_share, s.share_low,
             s.share_high, s.brier, s.reliability, s.skill, s.captured, s.persist_tried, s.persist_held, s.flips_tried,
             s.flips_seen, unless_empty(s.boundary), s.boundary_predicted, s.boundary_low, s.boundary_high,
             unless_empty(s.boundary_decision), s.boundary_width, unless_empty(s.size), s.width_trend, s.width_trend_se,
             unless_empty(s.width_class))
        .run();
}

void Scribe::add_badges(const RunMemory& run, const std::vector<Badge>& badges) {
  Statement find(db_,
                 "SELECT verdict_id, observable, law, law_version, canonical, run_id FROM verdict "
                 "JOIN observable USING (observable_id) JOIN point USING (point_id) JOIN law USING (law_id) "
                 "WHERE point_id = (SELECT point_id FROM prediction WHERE prediction_id = ?1) AND prediction_id = ?1");
  std::map<Id, KeyedBadge> by_verdict;
  for (const Badge& badge : badges) {
    find.bind(badge.prediction_id);
    if (!find.step() || find.integer(5) != run.run_id)
      throw std::invalid_argument("prediction " + std::to_string(badge.prediction_id) + ": no verdict in run " +
                                  std::to_string(run.run_id));
    SealedPoint point;
    point.law = find.text(2);
    point.law_version = static_cast<int>(find.integer(3));
    point.canonical_point = find.text(4);
    by_verdict.emplace(find.integer(0), KeyedBadge{point_key(run.digest, point), find.text(1), badge});
    while (find.step()) {
    }
  }
  std::vector<KeyedBadge> keyed;
  for (const auto& [verdict, badge] : by_verdict) keyed.push_back(badge);
  const Id log =
      append("VERDICT", badges_digest(keyed), LogDetail{.kind = LogDetail::Kind::badges, .ids = {run.run_id}});
  Statement row(
      db_, "INSERT INTO badge (verdict_id, log_id, q_confirm, q_falsify, e_value, e_refuted) VALUES (?,?,?,?,?,?)");
  for (const auto& [verdict, one] : by_verdict)
    row.bind(verdict, log, one.badge.q_confirm, one.badge.q_falsify, one.badge.e_value,
             std::isnan(one.badge.e_value) ? std::nullopt : std::optional(one.badge.e_refuted))
        .run();
}

void Scribe::add_scores(Id run_id, std::vector<ScoreEntry> scores) {
  const auto key = [](const ScoreEntry& s) { return std::tie(s.subject, s.desideratum, s.measure); };
  std::sort(scores.begin(), scores.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const Id log = append("VERDICT", scores_digest(scores), LogDetail{.kind = LogDetail::Kind::scores, .ids = {run_id}});
  Statement row(db_,
                "INSERT INTO score (log_id, run_id, subject, desideratum, measure, value, low, high, n, how) "
                "VALUES (?,?,?,?,?,?,?,?,?,?)");
  for (const ScoreEntry& s : scores)
    row.bind(log, run_id, s.subject, s.desideratum, s.measure, s.value, s.low, s.high, s.n, s.how).run();
}

}  // namespace lmw::store
