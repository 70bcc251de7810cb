#include "load.h"

namespace lmw::store {

std::vector<FailureCounts> failure_counts(Connection& connection, Id run_id) {
  // A replicate reports a fraction of its draws: the product is a count, up to rounding. Of other points those count
  // that lost a replicate; a law that predicts a value inside its regime forecasts that none is lost there.
  Statement rows(connection,
                 "SELECT point_id, law, point, observable, point.regime = 'inside', prediction_value.predicted, "
                 "CAST(total(round(value * draws)) AS INTEGER), draws * count(value) "
                 "FROM judgement JOIN point USING (point_id) JOIN law USING (law_id) "
                 "JOIN prediction USING (point_id) JOIN observable USING (observable_id) "
                 "JOIN prediction_value USING (prediction_id) "
                 "JOIN measured_value USING (point_id, slot) "
                 "WHERE run_id = ?1 AND observable = 'failure_probability' AND kind = 'K9' AND rival_id = 0 "
                 "GROUP BY point_id "
                 "UNION ALL "
                 "SELECT point_id, law, point, '', point.regime = 'inside', "
                 "CASE WHEN point.regime = 'inside' AND NOT EXISTS (SELECT 1 FROM prediction "
                 "WHERE prediction.point_id = trial.point_id AND abstained) THEN 0 END, "
                 "sum(outcome IN ('diverged', 'stuck', 'not_converged')) AS lost, count(*) "
                 "FROM judgement JOIN point USING (point_id) JOIN law USING (law_id) "
                 "JOIN trial USING (point_id) JOIN outcome USING (outcome_id) "
                 "WHERE run_id = ?1 AND outcome <> 'failed' AND NOT EXISTS (SELECT 1 FROM prediction "
                 "JOIN observable USING (observable_id) WHERE prediction.point_id = trial.point_id AND "
                 "observable = 'failure_probability' AND kind = 'K9') "
                 "GROUP BY point_id HAVING lost > 0 ORDER BY 1");
  std::vector<FailureCounts> counts;
  rows.bind(run_id);
  while (rows.step())
    counts.push_back({.point_id = rows.integer(0),
                      .law = rows.text(1),
                      .point = rows.text(2),
                      .observable = rows.text(3),
                      .inside = rows.integer(4) != 0,
                      .predicted = rows.real(5),
                      .failures = rows.integer(6),
                      .runs = rows.integer(7)});
  return counts;
}

namespace {

/// Of every point of a law whose card declares elasticities or diagnostics: what its replicates measured of scalars.
std::vector<ScalarValue> scalars(Connection& connection) {
  Statement rows(connection,
                 "SELECT point_id, observable, replicate, value FROM law JOIN point USING (law_id) "
                 "JOIN cell USING (point_id) JOIN observable USING (observable_id) "
                 "JOIN measured_value USING (point_id, slot) WHERE x IS NULL AND "
                 "(json_array_length(card, '$.elasticities') > 0 OR EXISTS (SELECT 1 FROM "
                 "json_each(card, '$.observables') WHERE json_extract(json_each.value, '$.diagnostic'))) "
                 "ORDER BY point_id, observable, replicate");
  std::vector<ScalarValue> values;
  while (rows.step())
    values.push_back(
        {.point_id = rows.integer(0), .observable = rows.text(1), .replicate = rows.integer(2), .value = rows.real(3)});
  return values;
}

std::vector<FailureRecord> last_failures(Connection& connection) {
  Statement rows(connection,
                 "SELECT point_id, observable, class, forecast_class, unexpected, failures, n FROM failures");
  std::vector<FailureRecord> failures;
  while (rows.step())
    failures.push_back({.point_id = rows.integer(0),
                        .observable = rows.text(1),
                        .failure_class = rows.text(2),
                        .forecast_class = rows.text(3),
                        .unexpected = rows.integer(4) != 0,
                        .failures = rows.integer(5),
                        .n = rows.integer(6)});
  return failures;
}

}  // namespace

Evidence evidence(Connection& connection) {
  Evidence all;
  Statement rows(
      connection,
      "WITH series AS ("
      "  SELECT prediction.*, (SELECT count(*) FROM prediction_value WHERE prediction_id = prediction.prediction_id) "
      "AS size,"
      "    (SELECT max(theory_sd) FROM prediction_value WHERE prediction_id = prediction.prediction_id) AS theory_sd,"
      "    (SELECT count(*) FROM prediction AS r WHERE r.point_id = prediction.point_id AND r.observable_id = "
      "prediction.observable_id AND r.rival_id <> 0) AS rivals,"
      "    (SELECT max(power) FROM prediction AS r WHERE r.point_id = prediction.point_id AND r.observable_id = "
      "prediction.observable_id AND r.rival_id <> 0) AS best_power,"
      // Of each rival the grid point that sets it apart best; of the rivals the nearest.
      "    (SELECT max(best) FROM (SELECT min((own.eps + own.b_th) / abs(there.predicted - own.predicted)) AS best "
      "FROM prediction AS r JOIN prediction_value AS there ON there.prediction_id = r.prediction_id "
      "JOIN prediction_value AS own ON own.prediction_id = prediction.prediction_id AND own.slot = there.slot "
      "WHERE r.point_id = prediction.point_id AND r.observable_id = prediction.observable_id AND r.rival_id <> 0 AND "
      "there.predicted <> own.predicted AND r.kind NOT IN ('K3', 'K6', 'K10') GROUP BY r.prediction_id)) AS sharpness "
      "  FROM prediction WHERE rival_id = 0 AND secondary = 0) "
      "SELECT point.run_id, point.point_id, effort, run_seed, law, pillar, point, canonical, law_version, "
      "point.regime = 'inside', must_break, coalesce(abstained, 0), rho, point.fitted_parameters, observable, "
      "series.kind, verdict.verdict, sub_verdict, verdict.deterministic, postdiction, predicted, measured, "
      "measured_se, ci_low, ci_high, b_th, theory_sd, theory_df, n_replicates, size, rivals, sharpness, best_power, "
      "eps "
      "FROM point JOIN run USING (run_id) JOIN law USING (law_id) LEFT JOIN series USING (point_id) "
      "LEFT JOIN verdict ON verdict.prediction_id = series.prediction_id "
      "LEFT JOIN observable ON observable.observable_id = series.observable_id "
      "ORDER BY point.point_id, series.prediction_id");
  while (rows.step())
    all.comparisons.push_back({.run_id = rows.integer(0),
                               .point_id = rows.integer(1),
                               .effort = rows.text(2),
                               .run_seed = rows.integer(3),
                               .law = rows.text(4),
                               .pillar = rows.text(5),
                               .point = rows.text(6),
                               .canonical_point = rows.text(7),
                               .law_version = rows.integer(8),
                               .inside = rows.integer(9) != 0,
                               .must_break = rows.integer(10) != 0,
                               .abstained = rows.integer(11) != 0,
                               .rho = rows.real(12),
                               .fitted_parameters = static_cast<int>(rows.integer(13)),
                               .observable = rows.text(14),
                               .kind = rows.text(15),
                               .verdict = rows.text(16),
                               .sub_verdict = rows.text(17),
                               .deterministic = rows.integer(18) != 0,
                               .postdiction = rows.integer(19) != 0,
                               .predicted = rows.real(20),
                               .measured = rows.real(21),
                               .measured_se = rows.real(22),
                               .ci_low = rows.real(23),
                               .ci_high = rows.real(24),
                               .eps = rows.real(33),
                               .b_th = rows.real(25),
                               .theory_sd = rows.real(26),
                               .theory_df = rows.real(27),
                               .n_replicates = rows.integer(28),
                               .scalar = rows.integer(29) <= 1,
                               .rivals = rows.integer(30),
                               .sharpness = rows.real(31),
                               .power = rows.real(32)});
  Statement laws(connection,
                 "SELECT law, law_version, plugin, plugin_version, build_id, source_sha256, card FROM law AS newest "
                 "WHERE law_id = (SELECT max(law_id) FROM law WHERE law = newest.law) ORDER BY law");
  while (laws.step())
    all.laws.push_back({.law = laws.text(0),
                        .law_version = static_cast<int>(laws.integer(1)),
                        .plugin = laws.text(2),
                        .plugin_version = laws.text(3),
                        .build_id = laws.text(4),
                        .source_sha256 = laws.text(5),
                        .card_json = laws.text(6)});
  all.scalars = scalars(connection);
  all.failures = last_failures(connection);
  return all;
}

}  // namespace lmw::store
