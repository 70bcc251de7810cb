-- What stands beside the comparisons: the words of mechanics on a card, pilots, numbers that decide nothing.

-- Copies out of the card; NULL in cards of before.
ALTER TABLE law ADD COLUMN symmetry TEXT;
ALTER TABLE law ADD COLUMN conserved_or_order_parameter TEXT;
ALTER TABLE law ADD COLUMN control_parameter TEXT;
ALTER TABLE law ADD COLUMN large_parameter TEXT;
ALTER TABLE law ADD COLUMN leading_correction TEXT;
ALTER TABLE law ADD COLUMN axioms TEXT;

ALTER TABLE prediction ADD COLUMN deterministic INTEGER NOT NULL DEFAULT 0 CHECK (deterministic IN (0, 1));

ALTER TABLE prediction ADD COLUMN fit_span REAL CHECK (fit_span >= 1);  -- K5

ALTER TABLE verdict ADD COLUMN relative_l2 REAL CHECK (relative_l2 >= 0);
ALTER TABLE verdict ADD COLUMN relative_l2_se REAL CHECK (relative_l2_se >= 0);
ALTER TABLE verdict ADD COLUMN median REAL;
ALTER TABLE verdict ADD COLUMN median_low REAL;
ALTER TABLE verdict ADD COLUMN median_high REAL;

ALTER TABLE failure_law ADD COLUMN boundary_width REAL CHECK (boundary_width > 0);
ALTER TABLE failure_law ADD COLUMN size TEXT;
ALTER TABLE failure_law ADD COLUMN width_trend REAL;
ALTER TABLE failure_law ADD COLUMN width_trend_se REAL CHECK (width_trend_se >= 0);
ALTER TABLE failure_law ADD COLUMN width_class TEXT CHECK (width_class IN ('structural', 'contingent', 'undetermined'));

CREATE TABLE pilot (
  -- One row per replicate of a pilot, under a seed of purpose `pilot`: no verdict counts it.
  point_id   INTEGER NOT NULL REFERENCES point,
  replicate  INTEGER NOT NULL CHECK (replicate >= 0),
  log_id     INTEGER NOT NULL REFERENCES log,
  seed       INTEGER NOT NULL CHECK (seed >= 0),
  outcome_id INTEGER NOT NULL REFERENCES outcome,
  wall_us    INTEGER NOT NULL CHECK (wall_us >= 0),
  after_ms   INTEGER NOT NULL,                           -- when it ended, since the run's record in the log
  message    TEXT,
  PRIMARY KEY (point_id, replicate)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_value (
  -- One row per value that a pilot measured.
  point_id  INTEGER NOT NULL,
  replicate INTEGER NOT NULL,
  slot      INTEGER NOT NULL,
  value     REAL    NOT NULL,
  PRIMARY KEY (point_id, replicate, slot),
  FOREIGN KEY (point_id, replicate) REFERENCES pilot
) STRICT, WITHOUT ROWID;

CREATE TRIGGER pilot_update BEFORE UPDATE ON pilot BEGIN SELECT RAISE(ABORT, 'sealed: pilot'); END;
CREATE TRIGGER pilot_delete BEFORE DELETE ON pilot BEGIN SELECT RAISE(ABORT, 'sealed: pilot'); END;
CREATE TRIGGER pilot_insert BEFORE INSERT ON pilot
WHEN EXISTS (SELECT 1 FROM pilot WHERE point_id = NEW.point_id AND replicate = NEW.replicate)
BEGIN SELECT RAISE(ABORT, 'sealed: this pilot is measured already'); END;
CREATE TRIGGER pilot_value_update BEFORE UPDATE ON pilot_value BEGIN SELECT RAISE(ABORT, 'sealed: pilot_value'); END;
CREATE TRIGGER pilot_value_delete BEFORE DELETE ON pilot_value BEGIN SELECT RAISE(ABORT, 'sealed: pilot_value'); END;
CREATE TRIGGER pilot_value_insert BEFORE INSERT ON pilot_value
WHEN EXISTS (SELECT 1 FROM pilot_value
             WHERE point_id = NEW.point_id AND replicate = NEW.replicate AND slot = NEW.slot)
BEGIN SELECT RAISE(ABORT, 'sealed: pilot_value'); END;

CREATE VIEW pilots AS
-- One row per value of a pilot: a few replicates, under seeds of their own, of a point that stayed undecided. They say
-- how many replicates would decide, and no verdict counts them. One that ended in no value has one row without.
--   run_id        run
--   law           law
--   law_version   its version
--   point_id      key of the point
--   point         parameter values, JSON
--   observable    what was measured; NULL if there is no value
--   x             grid point; NULL for a scalar
--   replicate     0, 1, ...: independent seeds
--   seed          of the replicate, 63 bits, of purpose `pilot`
--   outcome       `ok`, `diverged`, `stuck`, `not_converged`, `failed`
--   value         the value
--   message       what the law said of the outcome
--   wall_seconds  that the whole replicate took
SELECT point.run_id AS run_id, law, law_version, pilot.point_id AS point_id, point, observable, x,
       pilot.replicate AS replicate, seed, outcome, value, message, wall_us / 1e6 AS wall_seconds
FROM pilot
JOIN point ON point.point_id = pilot.point_id
JOIN law ON law.law_id = point.law_id
JOIN outcome USING (outcome_id)
LEFT JOIN pilot_value ON pilot_value.point_id = pilot.point_id AND pilot_value.replicate = pilot.replicate
LEFT JOIN cell ON cell.point_id = pilot_value.point_id AND cell.slot = pilot_value.slot
LEFT JOIN observable USING (observable_id);

DROP VIEW laws;
CREATE VIEW laws AS
-- One row per law and version, as its newest description says.
--   law                id: plugin, slash, name
--   law_version        raised when what it predicts, measures or tolerates changes
--   plugin             the library that states it
--   plugin_version     version of that library
--   build_id           GNU build-id of that library
--   source_sha256      SHA-256 of the law's source file
--   pillar             `solvable`, `limits`, `scaling`, `hyperparameters`, `universality` or `crosscutting`
--   title              a few words
--   claim              the falsifiable sentence
--   formula            LaTeX
--   source             where the claim was published
--   analogue           its counterpart in physics
--   regime             where it should hold, in words
--   refuted_if         what would refute it, in words
--   fitted_parameters  constants taken from measurements of the same observable
--   predicts           `per_point`, or `per_replicate`: from the data or initial weights of each seed
--   deterministic      1: one replicate decides
--   symmetry           that it rests on or breaks; NULL here and below: the card does not say
--   conserved_or_order_parameter  the quantity that is conserved, or that tells the phases apart
--   control_parameter  what moves between regimes
--   large_parameter    what the limit is taken in
--   leading_correction  its order in the large parameter
--   axioms             what it rests on: JSON array of `gradient-flow`, `symmetry`, `self-averaging`,
--                      `gaussian-equivalence`, `balance`
--   card               the whole card, JSON
SELECT law AS law, law_version AS law_version, plugin AS plugin, plugin_version AS plugin_version,
       build_id AS build_id, source_sha256 AS source_sha256, pillar AS pillar,
       title AS title, claim AS claim, formula AS formula, source AS source, analogue AS analogue, regime AS regime,
       refuted_if AS refuted_if, fitted_parameters AS fitted_parameters, predicts AS predicts,
       deterministic AS deterministic,
       nullif(symmetry, '') AS symmetry,
       nullif(conserved_or_order_parameter, '') AS conserved_or_order_parameter,
       nullif(control_parameter, '') AS control_parameter,
       nullif(large_parameter, '') AS large_parameter,
       nullif(leading_correction, '') AS leading_correction,
       nullif(axioms, '[]') AS axioms, card AS card
FROM law AS newest
WHERE law_id = (SELECT max(law_id) FROM law WHERE law = newest.law AND law_version = newest.law_version);

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
--   fit_span           K5: the largest over the smallest x of the fit; below 10 nothing is decided
--   deterministic      1: does not depend on the seed, so that the band decides without a standard error
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
  SELECT prediction.prediction_id AS prediction_id, point_id, log_id, kind, compare, draws, theory_df, power, eps_reason,
         drift_order, fit_span, secondary, abstained, abstain_reason,
         prediction.deterministic OR method = 'deterministic' AS deterministic, run_id, law, law_version, point, point.regime AS regime, regime_reason, rho, must_break,
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
       x, predicted, upper, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, drift_order, fit_span, deterministic, secondary,
       regime, regime_reason, rho, must_break, rival, power, NULL AS replicate, per_replicate, fitted_parameters,
       method, max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
LEFT JOIN prediction_value USING (prediction_id)
LEFT JOIN cell ON cell.point_id = series.point_id AND cell.slot = prediction_value.slot
UNION ALL
SELECT series.prediction_id, run_id, law, law_version, series.point_id, point, observable, x,
       replicate_value.predicted, NULL, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, drift_order, fit_span, deterministic,
       secondary, regime, regime_reason, rho, must_break, rival, power, replicate, per_replicate, fitted_parameters,
       method, max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
JOIN replicate_value USING (prediction_id)
JOIN prediction_value AS rule ON rule.prediction_id = series.prediction_id AND rule.slot = replicate_value.slot
JOIN cell ON cell.point_id = series.point_id AND cell.slot = replicate_value.slot;

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
--   relative_l2      curves: root of the summed squared residuals over that of the predictions; never part of the decision
--   relative_l2_se   its standard error, leaving out each replicate in turn
--   median           of the replicates of a number: what outliers do not move; never part of the decision
--   median_low       its 95 % interval, between order statistics; NULL for too few replicates
--   median_high      its 95 % interval, between order statistics; NULL for too few replicates
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
       needed_replicates, needed_draws, pilot_replicates, pilot_sd, relative_l2, relative_l2_se, median, median_low,
       median_high
FROM verdict
JOIN point ON point.point_id = verdict.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
JOIN rival USING (rival_id)
LEFT JOIN badge ON badge.verdict_id = verdict.verdict_id AND
                   badge.log_id = (SELECT max(log_id) FROM badge AS newer WHERE newer.verdict_id = verdict.verdict_id);

DROP VIEW failures;
CREATE VIEW failures AS
-- One row per condition (a point of a run) whose runs can fail, unexpected structural failures first. The class is a
-- statement on the probability of failure over seeds.
--   run_id          run
--   law             law
--   law_version     its version
--   point_id        key of the point
--   point           parameter values, JSON
--   observable      whose value is the share of runs that failed; NULL: a failure is a replicate that diverged, got stuck
--                   or did not converge, of which there was one at least
--   regime          `inside` or `outside` of where the law says it holds, as sealed
--   class           `structural`: at least 0.9, so no new seed helps; `safe`: at most 0.1; `contingent`: between;
--                   `undetermined`: the interval reaches across one of the two
--   consistent      undetermined, but all runs ended alike: `structural` or `safe`, which more runs might establish
--   forecast_class  the class that the sealed prediction belongs to. A law that predicts a value inside its regime
--                   forecasts that every run reaches one: `safe`
--   unexpected      1: structural inside the regime, where the law forecast safe. It refutes the law
--   rate            share of runs that failed
--   low             95 % interval of the rate, Clopper-Pearson
--   high            95 % interval of the rate, Clopper-Pearson
--   predicted_rate  sealed prediction of the rate
--   failures        runs that failed
--   n               runs
--   restarts        runs of which one succeeds with probability 0.99; NULL where none or every one failed
SELECT point.run_id AS run_id, law, law_version, failure.point_id AS point_id, point, nullif(observable, '') AS observable,
       point.regime AS regime, class, consistent, forecast_class, unexpected, rate, low, high, predicted_rate,
       failures, n,
       CASE WHEN rate > 0 AND rate < 1 THEN CAST(ceil(ln(0.01) / ln(rate)) AS INTEGER) END AS restarts
FROM failure
JOIN point ON point.point_id = failure.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
WHERE failure.log_id = (SELECT max(log_id) FROM failure AS newer WHERE newer.point_id = failure.point_id)
ORDER BY unexpected DESC, point.run_id, law, failure.point_id;

DROP VIEW failure_structure;
CREATE VIEW failure_structure AS
-- One row per run and law with failures: structure or accident, over its conditions inside the regime.
--   run_id              run
--   law                 law
--   law_version         its version
--   conditions          points inside the regime whose runs can fail
--   within_variance     variance of outcomes within conditions: accident. NULL: fewer than two conditions
--   between_variance    variance between conditions, less its sampling part: structure. Unbiased, so it may be below 0
--   structural_share    structure's share of both
--   share_low           its 95 % interval, leaving out each condition in turn; NULL for fewer than eight
--   share_high          its 95 % interval, leaving out each condition in turn; NULL for fewer than eight
--   brier               mean squared error of the sealed rates, run by run
--   reliability         what of it is the prediction's fault; brier = reliability + within_variance. Unbiased, may be below 0
--   skill               1 - brier / (variance of all outcomes)
--   captured            skill / structural_share: 1 means that all that can be explained is
--   persist_tried       first signature: conditions that the law forecast structural
--   persist_held        of them called structural: new seeds and irrelevant changes do not rescue
--   flips_tried         second signature: neighbours in one parameter, forecast safe and structural
--   flips_seen          of them called so
--   boundary            third signature: the parameter whose boundary was located; NULL: none was scanned
--   boundary_predicted  where the forecast changes: the middle, on the log scale, of the two grid points around it
--   boundary_low        where the outcomes change: the bracket of grid points, or a 95 % interval
--   boundary_high       where the outcomes change: the bracket of grid points, or a 95 % interval
--   boundary_decision   `confirmed`, `falsified` or `inconclusive`, within 3 % and the grid's own spacing
--   boundary_width      e-folds of the parameter in which failures rise there, by a logistic fit; NULL: too sharp to fit
--   size                parameter along which the width was followed, at three sizes or more; NULL: none
--   width_trend         d log boundary_width / d log size
--   width_trend_se      its standard error
--   width_class         `structural`: the boundary sharpens as the system grows; `contingent`: its width does not depend
--                       on size; else `undetermined`
SELECT failure_law.run_id AS run_id, law, law_version, conditions, within_variance, between_variance,
       structural_share, share_low, share_high, brier, reliability, skill, captured, persist_tried, persist_held,
       flips_tried, flips_seen, boundary, boundary_predicted, boundary_low, boundary_high, boundary_decision,
       boundary_width, size, width_trend, width_trend_se, width_class
FROM failure_law
JOIN law ON law.law_id = failure_law.law_id
WHERE failure_law.log_id = (SELECT max(log_id) FROM failure_law AS newer
                            WHERE newer.run_id = failure_law.run_id AND newer.law_id = failure_law.law_id);
