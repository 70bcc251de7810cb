#include "verifier.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lmw::store {
namespace {

std::string at_text(double x) { return std::isnan(x) ? "" : " at x = " + number_text(x); }
std::string rival_text(const std::string& rival) { return rival.empty() ? "" : ", rival " + rival; }

}  // namespace

std::vector<NamedValue> cells_of(const StoredPoint& point) {
  std::vector<NamedValue> cells;
  for (const Grid& grid : point.memory.grids)
    for (std::size_t g = 0; g < grid.size(); ++g) cells.push_back({grid.observable, x_at(grid.x, g), 0});
  return cells;
}

std::string number_text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

Verifier::Verifier(Connection& connection, VerifyReport& report)
    : db_(connection),
      report_(report),
      points_(connection),
      trial_(connection,
             "SELECT seed, wall_us, after_ms, outcome, origin, message FROM trial JOIN outcome USING (outcome_id) "
             "JOIN origin USING (origin_id) WHERE point_id = ?1 AND replicate = ?2"),
      trial_values_(connection,
                    "SELECT slot, value FROM measured_value WHERE point_id = ?1 AND replicate = ?2 ORDER BY slot"),
      replicate_values_(connection,
                        "SELECT slot, predicted FROM replicate_value WHERE prediction_id = ?1 AND replicate = ?2 "
                        "ORDER BY slot"),
      verdicts_(connection,
                "SELECT verdict_id, prediction_id, observable, rival, kind, secondary, regime, outcome, decision, "
                "verdict, sub_verdict, confirm_ratio, falsify_ratio, rivals_tried, rivals_refuted, at_x, "
                "predicted, measured, measured_se, ci_low, ci_high, eps, b_th, statistic, p_confirm, p_falsify, "
                "n_replicates, look, deterministic, postdiction, expected, met_expectation, sentence, "
                "pilot_replicates, pilot_sd, needed_replicates, needed_draws, relative_l2, relative_l2_se, median, "
                "median_low, median_high "
                "FROM verdict JOIN observable USING (observable_id) JOIN rival USING (rival_id) "
                "WHERE point_id = ?1 ORDER BY verdict_id"),
      residuals_(connection,
                 "SELECT x, predicted, measured, measured_se, residual, z FROM residual WHERE verdict_id = ?1 "
                 "ORDER BY i") {}

const RunMemory* Verifier::run(Id run_id) {
  const auto known = known_runs_.find(run_id);
  if (known != known_runs_.end()) return &known->second;
  try {
    return &known_runs_.emplace(run_id, recall_run(db_, run_id)).first->second;
  } catch (const std::invalid_argument&) {
    return nullptr;
  }
}

const StoredPoint* Verifier::point(Id point_id) {
  const auto known = known_points_.find(point_id);
  if (known != known_points_.end()) return &known->second;
  try {
    StoredPoint stored = points_.read(point_id);
    const RunMemory* of = run(stored.run_id);
    if (of == nullptr) return nullptr;
    stored.memory.key = point_key(of->digest, stored.sealed);
    if (known_points_.size() > 10'000) known_points_.clear();
    return &known_points_.emplace(point_id, std::move(stored)).first->second;
  } catch (const StoreError&) {
    return nullptr;
  }
}

std::string Verifier::name(Id point_id) {
  const StoredPoint* of = point(point_id);
  return of == nullptr ? "point " + std::to_string(point_id) + ", whose own row is gone"
                       : of->sealed.law + " at " + of->sealed.point_json;
}

void Verifier::check_run(const LogRow& log) {
  Statement row(db_,
                "SELECT run_id, study, study_json, study_sha256, effort, run_seed, lmw_version, git_commit, host, cpu, "
                "compiler, flags, blas, jobs FROM run WHERE log_id = ?1");
  row.bind(log.log_id);
  if (!row.step()) return find("run", "the run of record " + std::to_string(log.log_id) + " is gone");
  records_with_rows_.insert(log.log_id);
  const std::string who = "run " + row.text(0) + " (" + row.text(1) + ")";
  const RunPlan plan{.study = row.text(1),
                     .study_json = row.text(2),
                     .study_sha256 = row.text(3),
                     .effort = row.text(4),
                     .run_seed = row.integer(5),
                     .provenance = {row.text(6), row.text(7), row.text(8), row.text(9), row.text(10), row.text(11),
                                    row.text(12), static_cast<int>(row.integer(13))},
                     .laws = {}};
  std::vector<Digest> laws;
  if (const RunMemory* of = run(row.integer(0)))
    for (const auto& [law, in_run] : of->laws) laws.push_back(law_digest(in_run.card));
  if (sha256(run_record(plan, laws)) != log.digest)
    find("run", who + ": its plan, its provenance or one of its laws was changed");
}

void Verifier::check_run_event(const LogRow& log, const LogDetail& detail) {
  Statement row(
      db_,
      "SELECT run_id, status, digest FROM run_event JOIN run USING (run_id) JOIN log ON log.log_id = run.log_id "
      "WHERE run_event.log_id = ?1");
  row.bind(log.log_id);
  const Id run_id = detail.ids.empty() ? 0 : detail.ids[0];
  if (!row.step()) return find("run", "run " + std::to_string(run_id) + ": an entry on its status is gone");
  records_with_rows_.insert(log.log_id);
  const RunMemory* of = run(run_id);
  if (of == nullptr || row.integer(0) != run_id || sha256(run_event_record(of->digest, row.text(1))) != log.digest)
    find("run", "run " + row.text(0) + ": its status was changed");
}

void Verifier::check_series(const LogRow& log, const LogDetail& detail) {
  if (detail.ids.size() != 3) throw std::invalid_argument("what it covers cannot be read");
  const StoredPoint* of = point(detail.ids[0]);
  const auto at = of == nullptr
                      ? std::size_t{0}
                      : static_cast<std::size_t>(std::find(of->log_ids.begin(), of->log_ids.end(), log.log_id) -
                                                 of->log_ids.begin());
  if (of == nullptr || of->sealed.abstained || at >= of->sealed.series.size()) {
    Statement names(db_,
                    "SELECT (SELECT observable FROM observable WHERE observable_id = ?1), (SELECT rival FROM rival "
                    "WHERE rival_id = ?2)");
    names.bind(detail.ids[1], detail.ids[2]);
    names.step();
    return find("prediction", name(detail.ids[0]) + ": the sealed prediction of " + names.text(0) +
                                  rival_text(names.text(1)) + " is gone");
  }
  records_with_rows_.insert(log.log_id);
  ++report_.predictions;
  const RunMemory* in_run = run(of->run_id);
  const SealedSeries& series = of->sealed.series[at];
  const auto law = in_run->laws.find(of->sealed.law);
  if (law != in_run->laws.end() && sha256(predict_record(law->second.card, of->sealed, series)) == log.digest) {
    if (series_checks(series) != detail.checks) throw std::invalid_argument("its detail was changed");
    return;
  }
  const std::string who =
      name(detail.ids[0]) + ": the sealed prediction of " + series.observable + rival_text(series.rival);
  const auto checks = series_checks(series);
  if (checks.size() != detail.checks.size())
    return find("prediction", who + " has " + std::to_string(checks.size() / 4) + " values, and was sealed with " +
                                  std::to_string(detail.checks.size() / 4));
  bool named = false;
  for (std::size_t g = 0; g < series.predicted.size(); ++g)
    if (!std::equal(checks.begin() + 4 * g, checks.begin() + 4 * g + 4, detail.checks.begin() + 4 * g)) {
      find("prediction", who + at_text(x_at(series.x, g)) + " was changed; it now reads " +
                             number_text(series.predicted[g]) + ", with a tolerance of " + number_text(series.eps[g]));
      named = true;
    }
  if (!named)
    find("prediction",
         who + " was changed: its kind, regime, stopping rule, point, law or another of its fields, not its values");
}

void Verifier::check_abstention(const LogRow& log, const LogDetail& detail) {
  if (detail.ids.size() != 1) throw std::invalid_argument("what it covers cannot be read");
  const StoredPoint* of = point(detail.ids[0]);
  if (of == nullptr || !of->sealed.abstained || of->log_ids != std::vector{log.log_id})
    return find("prediction", name(detail.ids[0]) + ": the sealed abstention is gone, or is not alone");
  records_with_rows_.insert(log.log_id);
  ++report_.predictions;
  const RunMemory* in_run = run(of->run_id);
  const auto law = in_run->laws.find(of->sealed.law);
  if (law == in_run->laws.end() || sha256(abstain_record(law->second.card, of->sealed)) != log.digest)
    find("prediction", name(detail.ids[0]) + ": the sealed abstention was changed");
}

bool Verifier::name_changed(const std::string& subject, const std::string& who, const CoveredRow& row,
                            const std::vector<NamedValue>& values, const std::vector<NamedValue>& all) {
  if (values.size() == row.checks.size()) {
    bool named = false;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (value_check(values[i].value) != row.checks[i]) {
        find(subject, who + ": " + std::string(values[i].observable) + at_text(values[i].x) +
                          " was changed; it now reads " + number_text(values[i].value));
        named = true;
      }
    return named;
  }
  find(subject, who + " has " + std::to_string(values.size()) + " values, and was recorded with " +
                    std::to_string(row.checks.size()));
  if (values.size() < row.checks.size() && row.checks.size() == all.size())
    for (const NamedValue& cell : all) {
      const bool there = std::any_of(values.begin(), values.end(), [&](const NamedValue& v) {
        return v.observable == cell.observable && Bytes::real_bits(v.x) == Bytes::real_bits(cell.x);
      });
      if (!there) find(subject, who + ": " + std::string(cell.observable) + at_text(cell.x) + " is gone");
    }
  return true;
}

void Verifier::check_replicates(const LogRow& log, const LogDetail& detail) {
  Sha256 digest;
  bool named = false;
  Statement owner(db_, "SELECT point_id FROM prediction WHERE prediction_id = ?1");
  for (const CoveredRow& row : detail.rows) {
    owner.bind(row.id);
    const Id point_id = owner.step() ? owner.integer(0) : 0;
    while (point_id != 0 && owner.step()) {
    }
    const StoredPoint* of = point_id == 0 ? nullptr : point(point_id);
    if (of == nullptr) {
      find("prediction", "the per-replicate predictions of a series are sealed, and the series is gone");
      named = true;
      continue;
    }
    const auto at = static_cast<std::size_t>(std::find(of->prediction_ids.begin(), of->prediction_ids.end(), row.id) -
                                             of->prediction_ids.begin());
    const SealedSeries& series = of->sealed.series[at];
    const auto& slots = of->memory.series[at].slots;
    std::vector<NamedValue> values, all;
    for (std::size_t g = 0; g < slots.size(); ++g) all.push_back({series.observable, x_at(series.x, g), 0});
    std::vector<double> predicted;
    replicate_values_.bind(row.id, row.replicate);
    while (replicate_values_.step()) {
      const auto g =
          static_cast<std::size_t>(std::find(slots.begin(), slots.end(), replicate_values_.integer(0)) - slots.begin());
      predicted.push_back(replicate_values_.real(1));
      values.push_back({series.observable, g < slots.size() ? x_at(series.x, g) : scalar_x, predicted.back()});
      ++replicate_values_seen_;
    }
    const Digest found = replicate_digest(of->memory.series[at].digest, row.replicate, predicted);
    digest.add(found);
    if (digest_head(found) == row.head && predicted.size() == row.checks.size()) continue;
    named = true;
    const std::string who = name(point_id) + ": the sealed prediction for replicate " + std::to_string(row.replicate) +
                            rival_text(series.rival);
    if (predicted.empty())
      find("prediction", who + " of " + series.observable + " is gone");
    else if (!name_changed("prediction", who, row, values, all))
      find("prediction", who + " of " + series.observable + " was changed, or the prediction it belongs to was");
  }
  if (digest.finish() != log.digest && !named)
    find("prediction", "record " + std::to_string(log.log_id) + ": one of " + std::to_string(detail.rows.size()) +
                           " per-replicate predictions was changed");
}

void Verifier::check_trials(const LogRow& log, const LogDetail& detail) {
  Sha256 digest;
  bool named = false;
  std::vector<NamedValue> values, all;
  Id all_of = 0;
  for (const CoveredRow& row : detail.rows) {
    const StoredPoint* of = point(row.id);
    const std::string replicate = ": replicate " + std::to_string(row.replicate);
    trial_.bind(row.id, row.replicate);
    if (!trial_.step()) {
      find("measurement", name(row.id) + replicate + " was measured, and its row is gone");
      named = true;
      continue;
    }
    ++report_.trials;
    const std::string outcome = trial_.text(3), origin = trial_.text(4), message = trial_.text(5);
    const TrialHead head{row.replicate, trial_.integer(0), trial_.integer(1), trial_.integer(2), outcome, origin,
                         message};
    while (trial_.step()) {
    }
    if (of == nullptr) {
      find("measurement", name(row.id) + replicate);
      named = true;
      continue;
    }
    if (all_of != row.id) {
      all = cells_of(*of);
      all_of = row.id;
    }
    values.clear();
    trial_values_.bind(row.id, row.replicate);
    while (trial_values_.step()) {
      const auto slot = static_cast<std::size_t>(trial_values_.integer(0));
      values.push_back(slot < all.size() ? all[slot] : NamedValue{"an observable that was never sealed", scalar_x, 0});
      values.back().value = trial_values_.real(1);
    }
    measured_values_ += static_cast<std::int64_t>(values.size());
    const Digest found = trial_digest(of->memory.key, head, values);
    digest.add(found);
    if (digest_head(found) == row.head && values.size() == row.checks.size()) continue;
    named = true;
    if (!name_changed("measurement", name(row.id) + replicate, row, values, all))
      find("measurement",
           name(row.id) + replicate + " was changed: its seed, outcome, message, origin or time, or the point itself");
  }
  report_.values = measured_values_;
  if (digest.finish() != log.digest && !named)
    find("measurement", "record " + std::to_string(log.log_id) + ": one of " + std::to_string(detail.rows.size()) +
                            " replicates was changed");
}

void Verifier::check_verdicts(const LogRow& log, const LogDetail& detail) {
  if (detail.ids.size() != 1) throw std::invalid_argument("what it covers cannot be read");
  const Id point_id = detail.ids[0];
  Statement judged(db_, "SELECT log_id FROM judgement WHERE point_id = ?1");
  judged.bind(point_id);
  if (!judged.step() || judged.integer(0) != log.log_id)
    return find("verdict", name(point_id) + ": it was judged, and the row that says so is gone");
  records_with_rows_.insert(log.log_id);
  std::vector<Verdict> verdicts;
  verdicts_.bind(point_id);
  while (verdicts_.step()) {
    Statement& r = verdicts_;
    Verdict v{.point_id = point_id,
              .prediction_id = r.integer(1),
              .observable = r.text(2),
              .rival = r.text(3),
              .kind = r.text(4),
              .secondary = r.integer(5) != 0,
              .regime = r.text(6),
              .outcome = r.text(7),
              .decision = r.text(8),
              .verdict = r.text(9),
              .sub_verdict = r.text(10),
              .confirm_ratio = r.real(11),
              .falsify_ratio = r.real(12),
              .rivals_tried = static_cast<int>(r.integer(13)),
              .rivals_refuted = static_cast<int>(r.integer(14)),
              .at_x = r.real(15),
              .predicted = r.real(16),
              .measured = r.real(17),
              .measured_se = r.real(18),
              .ci_low = r.real(19),
              .ci_high = r.real(20),
              .eps = r.real(21),
              .b_th = r.real(22),
              .statistic = r.real(23),
              .p_confirm = r.real(24),
              .p_falsify = r.real(25),
              .n_replicates = r.integer(26),
              .look = static_cast<int>(r.integer(27)),
              .deterministic = r.integer(28) != 0,
              .postdiction = r.integer(29) != 0,
              .expected = r.text(30),
              .met_expectation = r.is_null(31) ? -1 : static_cast<int>(r.integer(31)),
              .sentence = r.text(32),
              .pilot_replicates = r.integer(33),
              .pilot_sd = r.real(34),
              .needed_replicates = r.integer(35),
              .needed_draws = r.integer(36),
              .relative_l2 = r.real(37),
              .relative_l2_se = r.real(38),
              .median = r.real(39),
              .median_low = r.real(40),
              .median_high = r.real(41),
              .residuals = {}};
    residuals_.bind(r.integer(0));
    while (residuals_.step())
      v.residuals.push_back({residuals_.real(0), residuals_.real(1), residuals_.real(2), residuals_.real(3),
                             residuals_.real(4), residuals_.real(5)});
    residuals_seen_ += static_cast<std::int64_t>(v.residuals.size());
    verdicts.push_back(std::move(v));
  }
  report_.verdicts += static_cast<std::int64_t>(verdicts.size());
  const StoredPoint* of = point(point_id);
  if (of == nullptr) return find("verdict", name(point_id));
  if (verdicts_digest(of->memory.key, verdicts) == log.digest) return;
  const auto checks = verdict_checks(verdicts);
  if (checks.size() != detail.checks.size())
    return find("verdict", name(point_id) + " has " + std::to_string(verdicts.size()) +
                               " verdicts, and was judged with " + std::to_string(detail.checks.size() / 4));
  bool named = false;
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (!std::equal(checks.begin() + 4 * i, checks.begin() + 4 * i + 4, detail.checks.begin() + 4 * i)) {
      find("verdict", name(point_id) + ": the verdict on " + verdicts[i].observable + rival_text(verdicts[i].rival) +
                          ", or one of its residuals, was changed; it now reads " + verdicts[i].verdict);
      named = true;
    }
  if (!named) find("verdict", name(point_id) + ": the point that the verdicts are on was changed");
}

void Verifier::check_adjusted(const LogRow& log) {
  Statement rows(
      db_,
      "SELECT point_id, observable, rival, p_adjusted FROM adjustment JOIN verdict USING (verdict_id) "
      "JOIN observable USING (observable_id) JOIN rival USING (rival_id) WHERE log_id = ?1 ORDER BY verdict_id");
  rows.bind(log.log_id);
  std::vector<AdjustedValue> values;
  std::string law;
  while (rows.step()) {
    const StoredPoint* of = point(rows.integer(0));
    if (of == nullptr) return find("verdict", name(rows.integer(0)));
    law = of->sealed.law;
    values.push_back({of->memory.key, rows.text(1), rows.text(2), rows.real(3)});
    ++adjustments_;
  }
  if (adjusted_digest(values) != log.digest)
    find("verdict", (law.empty() ? "some law" : law) + ": one of the adjusted p-values of record " +
                        std::to_string(log.log_id) + " was changed or is gone");
}

}  // namespace lmw::store
