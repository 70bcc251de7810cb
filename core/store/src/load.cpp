#include "load.h"

#include <algorithm>
#include <cmath>

namespace lmw::store {

PointReader::PointReader(Connection& connection)
    : point_(connection,
             "SELECT run_id, law_id, law, law_version, point.regime, rho, must_break, per_replicate, "
             "point.fitted_parameters, stopping_id, regime_reason, point, canonical, method, alpha_confirm, "
             "alpha_falsify FROM point JOIN law USING (law_id) JOIN stopping USING (stopping_id) "
             "WHERE point_id = ?1"),
      looks_(connection, "SELECT replicates, weight FROM look WHERE stopping_id = ?1 ORDER BY look"),
      cells_(connection,
             "SELECT slot, observable_id, observable, x FROM cell JOIN observable USING (observable_id) "
             "WHERE point_id = ?1 ORDER BY slot"),
      predictions_(
          connection,
          "SELECT prediction_id, log_id, observable, rival, secondary, kind, compare, draws, theory_df, "
          "power, eps_reason, abstained, abstain_reason, log.digest, drift_order, prediction.deterministic, fit_span "
          "FROM prediction "
          "JOIN observable USING (observable_id) JOIN rival USING (rival_id) JOIN log USING (log_id) "
          "WHERE point_id = ?1 ORDER BY prediction_id"),
      values_(connection,
              "SELECT prediction_value.slot, x, predicted, upper, eps, b_th, theory_sd FROM prediction_value "
              "LEFT JOIN cell ON cell.point_id = ?1 AND cell.slot = prediction_value.slot "
              "WHERE prediction_id = ?2 ORDER BY prediction_value.slot") {}

StoredPoint PointReader::read(Id point_id) {
  StoredPoint stored;
  SealedPoint& point = stored.sealed;
  PointMemory& memory = stored.memory;
  point_.bind(point_id);
  if (!point_.step())
    throw StoreError(StoreError::Reason::corrupt,
                     "point " + std::to_string(point_id) + " is gone, or its law or stopping rule is");
  stored.run_id = point_.integer(0);
  stored.law_id = point_.integer(1);
  point.law = point_.text(2);
  point.law_version = static_cast<int>(point_.integer(3));
  point.inside = point_.text(4) == "inside";
  point.rho = point_.real(5);
  point.must_break = point_.integer(6) != 0;
  point.per_replicate = point_.integer(7) != 0;
  point.fitted_parameters = static_cast<int>(point_.integer(8));
  looks_.bind(point_.integer(9));
  point.regime_reason = point_.text(10);
  point.point_json = point_.text(11);
  point.canonical_point = point_.text(12);
  point.stopping = {.method = point_.text(13),
                    .looks = {},
                    .weights = {},
                    .alpha_confirm = point_.real(14),
                    .alpha_falsify = point_.real(15)};
  while (point_.step()) {
  }
  while (looks_.step()) {
    point.stopping.looks.push_back(static_cast<int>(looks_.integer(0)));
    point.stopping.weights.push_back(looks_.real(1));
  }

  memory.point_id = point_id;
  memory.inside = point.inside;
  cells_.bind(point_id);
  while (cells_.step()) {
    if (memory.grids.empty() || memory.grids.back().observable_id != cells_.integer(1))
      memory.grids.push_back(
          {.observable_id = cells_.integer(1), .observable = cells_.text(2), .first_slot = cells_.integer(0)});
    if (!cells_.is_null(3)) memory.grids.back().x.push_back(cells_.real(3));
  }

  predictions_.bind(point_id);
  while (predictions_.step()) {
    stored.was_sealed = true;
    stored.log_ids.push_back(predictions_.integer(1));
    if (predictions_.integer(11) != 0) {
      point.abstained = true;
      point.abstain_reason = predictions_.text(12);
      continue;
    }
    SealedSeries series{.observable = predictions_.text(2),
                        .rival = predictions_.text(3),
                        .kind = predictions_.text(5),
                        .compare = predictions_.text(6),
                        .secondary = predictions_.integer(4) != 0,
                        .draws = predictions_.integer(7),
                        .order = predictions_.is_null(14) ? 1 : predictions_.real(14),
                        .span = predictions_.is_null(16) ? 0 : predictions_.real(16),
                        .deterministic = predictions_.integer(15) != 0,
                        .theory_df = predictions_.real(8),
                        .eps_reason = predictions_.text(10),
                        .power = predictions_.real(9)};
    PointMemory::Series sealed{predictions_.integer(0), as_digest(predictions_.blob(13)), {}};
    values_.bind(point_id, sealed.prediction_id);
    while (values_.step()) {
      sealed.slots.push_back(values_.integer(0));
      if (!values_.is_null(1)) series.x.push_back(values_.real(1));
      series.predicted.push_back(values_.real(2));
      if (!values_.is_null(3)) series.upper.push_back(values_.real(3));
      series.eps.push_back(values_.real(4));
      series.b_th.push_back(values_.real(5));
      series.theory_sd.push_back(values_.real(6));
    }
    stored.prediction_ids.push_back(sealed.prediction_id);
    memory.series.push_back(std::move(sealed));
    point.series.push_back(std::move(series));
  }
  memory.sealed = stored.was_sealed;
  memory.abstained = point.abstained;
  return stored;
}

TrialReader::TrialReader(Connection& connection)
    : trials_(connection,
              "SELECT replicate, seed, outcome, origin, wall_us, after_ms, message FROM trial "
              "JOIN outcome USING (outcome_id) JOIN origin USING (origin_id) "
              "WHERE point_id = ?1 ORDER BY replicate"),
      values_(connection,
              "SELECT replicate, slot, value FROM measured_value WHERE point_id = ?1 ORDER BY replicate, slot") {}

std::vector<Trial> TrialReader::read(const StoredPoint& point) {
  std::vector<Trial> trials;
  trials_.bind(point.memory.point_id);
  while (trials_.step())
    trials.push_back({.point_id = point.memory.point_id,
                      .replicate = trials_.integer(0),
                      .seed = trials_.integer(1),
                      .outcome = trials_.text(2),
                      .message = trials_.text(6),
                      .origin = trials_.text(3),
                      .wall_seconds = trials_.real(4) / 1e6,
                      .measured_at_us = 1000 * (point.memory.run_started_us / 1000 + trials_.integer(5))});
  values_.bind(point.memory.point_id);
  std::size_t t = 0, at = 0;
  const auto& grids = point.memory.grids;
  while (values_.step()) {
    while (t < trials.size() && trials[t].replicate < values_.integer(0)) ++t, at = 0;
    if (t == trials.size() || trials[t].replicate != values_.integer(0))
      continue;  // `verify` names a value without a trial
    const std::int64_t slot = values_.integer(1);
    while (at < grids.size() && slot >= grids[at].first_slot + static_cast<std::int64_t>(grids[at].size())) ++at;
    if (at == grids.size()) continue;
    auto& series = trials[t].series;
    if (series.empty() || series.back().observable != grids[at].observable)
      series.push_back({.observable = grids[at].observable, .x = {}, .value = {}});
    if (!grids[at].x.empty())
      series.back().x.push_back(grids[at].x[static_cast<std::size_t>(slot - grids[at].first_slot)]);
    series.back().value.push_back(values_.real(2));
  }
  return trials;
}

RunMemory recall_run(Connection& db, Id run_id) {
  RunMemory run;
  Statement head(db, "SELECT at_us, digest FROM run JOIN log USING (log_id) WHERE run_id = ?1");
  head.bind(run_id);
  if (!head.step())
    throw std::invalid_argument("run " + std::to_string(run_id) + ": no such run in " + db.file().string());
  run.run_id = run_id;
  run.started_us = head.integer(0);
  run.digest = as_digest(head.blob(1));
  Statement laws(db,
                 "SELECT law_id, law, law_version, plugin, plugin_version, build_id, source_sha256, card "
                 "FROM run_law JOIN law USING (law_id) WHERE run_id = ?1");
  laws.bind(run_id);
  while (laws.step())
    run.laws.emplace(laws.text(1), RunLaw{laws.integer(0),
                                          {.law = laws.text(1),
                                           .law_version = static_cast<int>(laws.integer(2)),
                                           .plugin = laws.text(3),
                                           .plugin_version = laws.text(4),
                                           .build_id = laws.text(5),
                                           .source_sha256 = laws.text(6),
                                           .card_json = laws.text(7)}});
  return run;
}

std::optional<RunState> find_run(Connection& connection, const std::string& study_sha256) {
  Statement run(connection,
                "SELECT run_id, study, study_sha256, status, effort, run_seed FROM runs WHERE study_sha256 = ?1 "
                "ORDER BY run_id DESC LIMIT 1");
  run.bind(study_sha256);
  if (!run.step()) return std::nullopt;
  return RunState{run.integer(0), run.text(1), run.text(2), run.text(3), run.text(4), run.integer(5)};
}

std::vector<PrimaryP> primary_p_falsify(Connection& connection, Id run_id) {
  Statement rows(
      connection,
      "SELECT law, prediction_id, p_falsify, p_confirm, verdict.kind, at_x IS NULL, verdict.deterministic, predicted, "
      "measured, measured_se, eps + b_th, (SELECT max(theory_sd) FROM prediction_value WHERE prediction_id = "
      "verdict.prediction_id), n_replicates, draws FROM verdict JOIN prediction USING (prediction_id) "
      "JOIN point ON point.point_id = verdict.point_id JOIN law USING (law_id) "
      "WHERE run_id = ?1 AND verdict.regime = 'inside' AND verdict.secondary = 0 AND verdict.rival_id = 0 AND "
      "p_falsify IS NOT NULL ORDER BY prediction_id");
  std::vector<PrimaryP> primary;
  rows.bind(run_id);
  while (rows.step()) {
    primary.push_back({.law = rows.text(0),
                       .prediction_id = rows.integer(1),
                       .p_falsify = rows.real(2),
                       .p_confirm = rows.is_null(3) ? 1 : rows.real(3),
                       .kind = rows.text(4),
                       .scalar = rows.integer(5) != 0,
                       .deterministic = rows.integer(6) != 0,
                       .predicted = rows.real(7),
                       .measured = rows.real(8),
                       .measured_se = rows.real(9),
                       .band = rows.real(10),
                       .theory_sd = rows.real(11),
                       .n_replicates = rows.integer(12),
                       .draws = rows.integer(13)});
  }
  return primary;
}

std::vector<PointState> load_points(Connection& connection, const RunMemory& run, std::vector<PointMemory>& memories) {
  PointReader points(connection);
  TrialReader trials(connection);
  Statement ids(connection,
                "SELECT point_id, EXISTS (SELECT 1 FROM judgement WHERE judgement.point_id = point.point_id) "
                "FROM point WHERE run_id = ?1 ORDER BY point_id");
  Statement replicates(
      connection, "SELECT replicate, predicted FROM replicate_value WHERE prediction_id = ?1 ORDER BY replicate, slot");
  std::vector<PointState> states;
  ids.bind(run.run_id);
  while (ids.step()) {
    StoredPoint stored = points.read(ids.integer(0));
    stored.memory.run_started_us = run.started_us;
    stored.memory.key = point_key(run.digest, stored.sealed);
    PointState state{.point_id = ids.integer(0),
                     .sealed = stored.sealed,
                     .receipt = {ids.integer(0), stored.prediction_ids},
                     .replicate_predictions = {},
                     .trials = trials.read(stored),
                     .judged = ids.integer(1) != 0,
                     .was_sealed = stored.was_sealed};
    for (const Id prediction : stored.prediction_ids) {
      replicates.bind(prediction);
      while (replicates.step()) {
        auto& all = state.replicate_predictions;
        if (all.empty() || all.back().prediction_id != prediction || all.back().replicate != replicates.integer(0))
          all.push_back({prediction, replicates.integer(0), {}});
        all.back().predicted.push_back(replicates.real(1));
      }
    }
    for (const Trial& trial : state.trials) {
      ++stored.memory.trials;
      stored.memory.core_us += std::llround(trial.wall_seconds * 1e6);
    }
    memories.push_back(std::move(stored.memory));
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace lmw::store
