-- What a conserved quantity's law says of its drift: how fast it vanishes with the step size.

ALTER TABLE prediction ADD COLUMN drift_order REAL CHECK (drift_order > 0);  -- K7 at several steps; NULL there: 1

DROP VIEW predictions;
CREATE VIEW predictions AS
-- One row per sealed prediction value: a scalar, or one grid point of a curve. A law that predicts per replicate has
-- one row per value for the rule (what the compared quantity should be), and one per value and replicate. A law that
-- abstained has one row without a value.
--   prediction_id      key of the series that the value belongs to
--   run_id             run
--   law                law
--   law_version        its version
--   point_id           key of the point
--   point              parameter values, JSON
--   observable         what is predicted; NULL if the law abstained
--   x                  grid point; NULL for a scalar
--   predicted          the prediction, or the lower end of an interval (K3), which may be infinite
--   upper              upper end of an interval (K3), which may be infinite; else NULL
--   theory_sd          standard error of the prediction itself
--   theory_df          degrees of freedom behind theory_sd; infinite if it is known
--   b_th               bound on systematic theory bias: the band is eps + b_th
--   eps                tolerance
--   eps_reason         why this tolerance
--   kind               decision kind, `K1` to `K10`
--   compare            `value`; `difference` or `ratio`: measured against the replicate's own prediction
--   draws              K9: trials behind each replicate's fraction
--   drift_order        K7 at several step sizes: the power of the step as which the drift should vanish
--   secondary          1: judged and shown, but the law's verdict does not rest on it
--   regime             `inside` or `outside` of where the law says that it holds
--   regime_reason      why
--   rho                forecast probability that the law holds here
--   must_break         1: outside, and the law stakes its name on failing here
--   rival              name of the rival; NULL: the law itself
--   power              of refuting this rival, where it could be computed
--   replicate          NULL: the prediction holds for every replicate
--   per_replicate      1: the law predicts each replicate from that seed's data or initial weights
--   fitted_parameters  constants taken from measurements of the same observable
--   method             stopping rule: `A` group sequential, `B` for any time, `fixed`, `deterministic`
--   max_replicates     replicates at the last look
--   abstained          1: the law declined to predict
--   abstain_reason     why
--   sealed_at          UTC, ISO 8601
--   digest             SHA-256 of the prediction's canonical record, hex: equal content, equal digest
--   chain              chain value of its record in the log, hex
WITH series AS NOT MATERIALIZED (
  SELECT prediction.*, run_id, law, law_version, point, point.regime AS regime, regime_reason, rho, must_break,
         per_replicate, point.fitted_parameters AS fitted_parameters, method, nullif(observable, '') AS observable,
         nullif(rival, '') AS rival,
         (SELECT max(replicates) FROM look WHERE look.stopping_id = stopping.stopping_id) AS max_replicates,
         strftime('%Y-%m-%dT%H:%M:%fZ', at_us / 1e6, 'unixepoch') AS sealed_at,
         lower(hex(log.digest)) AS digest, lower(hex(chain)) AS chain
  FROM prediction
  JOIN point USING (point_id)
  JOIN law USING (law_id)
  JOIN stopping USING (stopping_id)
  JOIN rival USING (rival_id)
  JOIN log USING (log_id)
  JOIN observable USING (observable_id)
)
SELECT series.prediction_id AS prediction_id, run_id, law, law_version, series.point_id AS point_id, point, observable,
       x, predicted, upper, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, drift_order, secondary,
       regime, regime_reason, rho, must_break, rival, power, NULL AS replicate, per_replicate, fitted_parameters,
       method, max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
LEFT JOIN prediction_value USING (prediction_id)
LEFT JOIN cell ON cell.point_id = series.point_id AND cell.slot = prediction_value.slot
UNION ALL
SELECT series.prediction_id, run_id, law, law_version, series.point_id, point, observable, x,
       replicate_value.predicted, NULL, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, drift_order,
       secondary, regime, regime_reason, rho, must_break, rival, power, replicate, per_replicate, fitted_parameters,
       method, max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
JOIN replicate_value USING (prediction_id)
JOIN prediction_value AS rule ON rule.prediction_id = series.prediction_id AND rule.slot = replicate_value.slot
JOIN cell ON cell.point_id = series.point_id AND cell.slot = replicate_value.slot;
