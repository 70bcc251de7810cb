-- What stands up to many comparisons, and how many replicates an undecided one would need.

ALTER TABLE verdict ADD COLUMN pilot_replicates INTEGER CHECK (pilot_replicates >= 2);
ALTER TABLE verdict ADD COLUMN pilot_sd REAL CHECK (pilot_sd >= 0);
ALTER TABLE verdict ADD COLUMN needed_replicates INTEGER CHECK (needed_replicates >= 1);
ALTER TABLE verdict ADD COLUMN needed_draws INTEGER CHECK (needed_draws >= 1);

CREATE TABLE badge (
  -- The number of comparisons of a whole run taken into account; the newest row of a verdict counts.
  verdict_id INTEGER NOT NULL REFERENCES verdict,
  log_id     INTEGER NOT NULL REFERENCES log,
  q_confirm  REAL    NOT NULL CHECK (q_confirm BETWEEN 0 AND 1),
  q_falsify  REAL    NOT NULL CHECK (q_falsify BETWEEN 0 AND 1),
  e_value    REAL    CHECK (e_value >= 0),
  e_refuted  INTEGER CHECK (e_refuted IN (0, 1)),
  PRIMARY KEY (verdict_id, log_id),
  CHECK ((e_value IS NULL) = (e_refuted IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER badge_update BEFORE UPDATE ON badge BEGIN SELECT RAISE(ABORT, 'sealed: badge'); END;
CREATE TRIGGER badge_delete BEFORE DELETE ON badge BEGIN SELECT RAISE(ABORT, 'sealed: badge'); END;
CREATE TRIGGER badge_insert BEFORE INSERT ON badge
WHEN EXISTS (SELECT 1 FROM badge WHERE verdict_id = NEW.verdict_id AND log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: badge'); END;

DROP VIEW verdicts;
CREATE VIEW verdicts AS
-- One row per comparison: run, law, point, observable and rival.
--   verdict_id       key of the verdict
--   run_id           run
--   pillar           of the law
--   law              law
--   law_version      its version
--   point_id         key of the point
--   point            parameter values, JSON
--   prediction_id    key of the sealed series; NULL if nothing was predicted
--   observable       what was compared; NULL if the point never came to one
--   rival            name of the rival; NULL: the law itself
--   regime           `inside` or `outside`, as sealed
--   rho              forecast probability that the law holds here, as sealed
--   must_break       1: outside, and the law stakes its name on failing here
--   kind             decision kind, `K1` to `K10`
--   secondary        1: the law's verdict does not rest on it
--   outcome          `ok`, or why there is no decision: `error`, `not_converged`, `not_run`
--   verdict          `confirmed`, `falsified`, `inconclusive`, `outside`, `error`, `not_converged`, `not_run`
--   sub_verdict      outside only: `holds`, `breaks`, `unclear`
--   decision         `confirmed` if confirm_ratio <= 1, else `falsified` if falsify_ratio > 1, else `inconclusive`
--   confirm_ratio    dimensionless; each kind says how it is formed
--   falsify_ratio    dimensionless; each kind says how it is formed
--   rivals_tried     rivals judged on the same data
--   rivals_refuted   of them falsified; a confirmed decision with a rival left standing is `inconclusive`
--   at_x             grid point with the largest falsify ratio, to which the numbers below belong; NULL for a scalar
--   predicted        prediction
--   measured         mean over replicates
--   measured_se      its standard error
--   ci_low           95 % interval of the mean
--   ci_high          95 % interval of the mean
--   eps              tolerance
--   b_th             bound on systematic theory bias
--   statistic        difference over its standard error
--   p_confirm        p-value against being outside the band
--   p_falsify        p-value against being inside the band
--   p_adjusted       p_falsify after Holm's correction within the law; NULL until the run has ended
--   n_replicates     replicates used
--   look             number of the look that decided
--   deterministic    1: decided without a standard error
--   postdiction      1: the data may have been known when the prediction was made
--   expected         what a good theory gives: `confirmed`, `falsified` for a rival, `breaks`; NULL where it is silent
--   met_expectation  1 or 0; NULL where nothing was expected or decided
--   sentence         the verdict in words
--   power            sealed probability of refuting this rival if the law is exact; of the law itself: its best rival's.
--                    NULL: not known beforehand, or no rival
--   q_confirm        p_confirm after Benjamini and Hochberg's correction over the run; NULL until it has ended
--   q_falsify        p_falsify after the same correction
--   e_value          against the truth lying in the band, valid at any stopping time; NULL for kinds that have none
--   e_refuted        1: refuted at 5 % by Benjamini and Hochberg's procedure for e-values over the run
--   badge            what stands up to the number of comparisons of the run: `confirmed (FDR)`, `falsified (FDR)`,
--                    `falsified (FDR, e-value)`. It never changes the verdict
--   needed_replicates  inconclusive only: replicates in all that would decide with probability 0.9, as the spread of
--                      the pilot has it; NULL: no number would, or none was computed
--   needed_draws     the same as trials in all, of kinds that count trials
--   pilot_replicates  replicates of the pilot, under seeds of its own
--   pilot_sd         its spread, of one replicate
SELECT verdict.verdict_id AS verdict_id, point.run_id AS run_id, pillar, law, law_version, verdict.point_id AS point_id,
       point, prediction_id, nullif(observable, '') AS observable, nullif(rival, '') AS rival, verdict.regime AS regime,
       rho, must_break, kind, secondary, outcome, verdict.verdict AS verdict, sub_verdict, decision, confirm_ratio,
       falsify_ratio, rivals_tried, rivals_refuted, at_x, predicted, measured, measured_se, ci_low, ci_high, eps, b_th,
       statistic, p_confirm, p_falsify,
       (SELECT p_adjusted FROM adjustment WHERE verdict_id = verdict.verdict_id ORDER BY log_id DESC LIMIT 1)
         AS p_adjusted,
       n_replicates, look, verdict.deterministic AS deterministic, postdiction, expected, met_expectation, sentence,
       CASE WHEN verdict.rival_id <> 0
            THEN (SELECT power FROM prediction WHERE prediction.prediction_id = verdict.prediction_id)
            ELSE (SELECT max(power) FROM prediction AS other
                  WHERE other.point_id = verdict.point_id AND other.observable_id = verdict.observable_id AND
                        other.rival_id <> 0) END AS power,
       q_confirm, q_falsify, e_value, e_refuted,
       CASE WHEN verdict.verdict = 'confirmed' AND q_confirm <= 0.05 THEN 'confirmed (FDR)'
            WHEN verdict.verdict = 'falsified' AND q_falsify <= 0.05 AND e_refuted THEN 'falsified (FDR, e-value)'
            WHEN verdict.verdict = 'falsified' AND q_falsify <= 0.05 THEN 'falsified (FDR)' END AS badge,
       needed_replicates, needed_draws, pilot_replicates, pilot_sd
FROM verdict
JOIN point ON point.point_id = verdict.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
JOIN rival USING (rival_id)
LEFT JOIN badge ON badge.verdict_id = verdict.verdict_id AND
                   badge.log_id = (SELECT max(log_id) FROM badge AS newer WHERE newer.verdict_id = verdict.verdict_id);
