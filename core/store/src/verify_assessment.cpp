#include "verifier.h"

namespace lmw::store {

void Verifier::check_failures(const LogRow& log, const LogDetail& detail) {
  Statement rows(db_,
                 "SELECT point_id, observable, class, consistent, forecast_class, unexpected, rate, low, high, "
                 "predicted_rate, failures, n FROM failure JOIN observable USING (observable_id) "
                 "WHERE log_id = ?1 ORDER BY point_id");
  rows.bind(log.log_id);
  std::vector<KeyedFailure> failures;
  while (rows.step()) {
    const StoredPoint* of = point(rows.integer(0));
    if (of == nullptr) return find("verdict", name(rows.integer(0)));
    failures.push_back({of->memory.key,
                        {.point_id = rows.integer(0),
                         .observable = rows.text(1),
                         .failure_class = rows.text(2),
                         .consistent = rows.text(3),
                         .forecast_class = rows.text(4),
                         .unexpected = rows.integer(5) != 0,
                         .rate = rows.real(6),
                         .low = rows.real(7),
                         .high = rows.real(8),
                         .predicted_rate = rows.real(9),
                         .failures = rows.integer(10),
                         .n = rows.integer(11)}});
    ++failures_;
  }
  Statement laws(
      db_,
      "SELECT law, conditions, within_variance, between_variance, structural_share, share_low, share_high, brier, "
      "reliability, skill, captured, persist_tried, persist_held, flips_tried, flips_seen, boundary, "
      "boundary_predicted, boundary_low, boundary_high, boundary_decision, boundary_width, size, width_trend, "
      "width_trend_se, width_class FROM failure_law "
      "JOIN law USING (law_id) WHERE log_id = ?1 ORDER BY law_id");
  laws.bind(log.log_id);
  std::vector<FailureStructure> structures;
  while (laws.step()) {
    structures.push_back({.law = laws.text(0),
                          .conditions = laws.integer(1),
                          .within = laws.real(2),
                          .between = laws.real(3),
                          .structural_share = laws.real(4),
                          .share_low = laws.real(5),
                          .share_high = laws.real(6),
                          .brier = laws.real(7),
                          .reliability = laws.real(8),
                          .skill = laws.real(9),
                          .captured = laws.real(10),
                          .persist_tried = laws.integer(11),
                          .persist_held = laws.integer(12),
                          .flips_tried = laws.integer(13),
                          .flips_seen = laws.integer(14),
                          .boundary = laws.text(15),
                          .boundary_predicted = laws.real(16),
                          .boundary_low = laws.real(17),
                          .boundary_high = laws.real(18),
                          .boundary_decision = laws.text(19),
                          .boundary_width = laws.real(20),
                          .size = laws.text(21),
                          .width_trend = laws.real(22),
                          .width_trend_se = laws.real(23),
                          .width_class = laws.text(24)});
    ++failure_laws_;
  }
  if (failures_digest(failures, structures) != log.digest)
    find("verdict", "run " + (detail.ids.empty() ? std::string("?") : std::to_string(detail.ids[0])) +
                        ": one of the failures that record " + std::to_string(log.log_id) +
                        " counted was changed or is gone");
}

void Verifier::check_pilots(const LogRow& log, const LogDetail& detail) {
  if (detail.ids.size() != 1) throw std::invalid_argument("what it covers cannot be read");
  const StoredPoint* of = point(detail.ids[0]);
  if (of == nullptr) return find("measurement", name(detail.ids[0]));
  const std::vector<NamedValue> all = cells_of(*of);
  Statement rows(
      db_,
      "SELECT replicate, seed, outcome, wall_us, after_ms, message FROM pilot JOIN outcome USING (outcome_id) "
      "WHERE log_id = ?1 ORDER BY replicate");
  Statement values(db_, "SELECT slot, value FROM pilot_value WHERE point_id = ?1 AND replicate = ?2 ORDER BY slot");
  rows.bind(log.log_id);
  std::vector<Digest> digests;
  while (rows.step()) {
    std::vector<NamedValue> named;
    values.bind(detail.ids[0], rows.integer(0));
    while (values.step()) {
      const auto slot = static_cast<std::size_t>(values.integer(0));
      named.push_back(slot < all.size() ? all[slot] : NamedValue{"an observable that was never sealed", scalar_x, 0});
      named.back().value = values.real(1);
    }
    pilot_values_ += static_cast<std::int64_t>(named.size());
    const std::string outcome = rows.text(2), message = rows.text(5);
    digests.push_back(trial_digest(
        of->memory.key,
        {rows.integer(0), rows.integer(1), rows.integer(3), rows.integer(4), outcome, "trained", message}, named));
    ++pilots_;
  }
  if (pilots_digest(digests) != log.digest)
    find("measurement", name(detail.ids[0]) + ": one of its pilots was changed or is gone");
}

void Verifier::check_badges(const LogRow& log) {
  Statement rows(db_,
                 "SELECT point_id, observable, q_confirm, q_falsify, e_value, e_refuted FROM badge "
                 "JOIN verdict USING (verdict_id) JOIN observable USING (observable_id) WHERE log_id = ?1 "
                 "ORDER BY verdict_id");
  rows.bind(log.log_id);
  std::vector<KeyedBadge> badges;
  while (rows.step()) {
    const StoredPoint* of = point(rows.integer(0));
    if (of == nullptr) return find("verdict", name(rows.integer(0)));
    badges.push_back({of->memory.key,
                      rows.text(1),
                      {.q_confirm = rows.real(2),
                       .q_falsify = rows.real(3),
                       .e_value = rows.real(4),
                       .e_refuted = rows.integer(5) != 0}});
    ++badges_;
  }
  if (badges_digest(badges) != log.digest)
    find("verdict", "one of the badges of record " + std::to_string(log.log_id) + " was changed or is gone");
}

void Verifier::check_scores(const LogRow& log) {
  Statement rows(db_,
                 "SELECT subject, desideratum, measure, value, low, high, n, how FROM score WHERE log_id = ?1 "
                 "ORDER BY subject, desideratum, measure");
  rows.bind(log.log_id);
  std::vector<ScoreEntry> scores;
  while (rows.step()) {
    scores.push_back({.subject = rows.text(0),
                      .desideratum = rows.text(1),
                      .measure = rows.text(2),
                      .value = rows.real(3),
                      .low = rows.real(4),
                      .high = rows.real(5),
                      .n = rows.integer(6),
                      .how = rows.text(7)});
    ++scores_;
  }
  if (scores_digest(scores) != log.digest)
    find("verdict",
         "one of the scorecard's numbers of record " + std::to_string(log.log_id) + " was changed or is gone");
}

}  // namespace lmw::store
