-- What the comparison of both came to.

CREATE TABLE judgement (
  -- One row per judged point: its verdicts came in one commit.
  point_id INTEGER PRIMARY KEY REFERENCES point,
  log_id   INTEGER NOT NULL UNIQUE REFERENCES log,
  trials   INTEGER NOT NULL CHECK (trials >= 0),
  core_us  INTEGER NOT NULL CHECK (core_us >= 0)         -- that its trials took
) STRICT;

CREATE TABLE verdict (
  -- One row per comparison. The CHECKs say how the words follow from the numbers.
  verdict_id      INTEGER PRIMARY KEY,
  point_id        INTEGER NOT NULL REFERENCES judgement,
  prediction_id   INTEGER REFERENCES prediction,         -- NULL: nothing was predicted
  observable_id   INTEGER NOT NULL REFERENCES observable,
  rival_id        INTEGER NOT NULL REFERENCES rival,
  kind            TEXT,
  secondary       INTEGER NOT NULL CHECK (secondary IN (0, 1)),
  regime          TEXT    NOT NULL CHECK (regime IN ('inside', 'outside')),
  outcome         TEXT    NOT NULL CHECK (outcome IN ('ok', 'error', 'not_converged', 'not_run')),
  decision        TEXT,
  verdict         TEXT    NOT NULL,
  sub_verdict     TEXT,
  confirm_ratio   REAL,
  falsify_ratio   REAL,
  rivals_tried    INTEGER NOT NULL CHECK (rivals_tried >= 0),
  rivals_refuted  INTEGER NOT NULL CHECK (rivals_refuted BETWEEN 0 AND rivals_tried),
  at_x            REAL,
  predicted       REAL,
  measured        REAL,
  measured_se     REAL    CHECK (measured_se >= 0),
  ci_low          REAL,
  ci_high         REAL    CHECK (ci_high >= ci_low),
  eps             REAL    CHECK (eps >= 0),
  b_th            REAL    CHECK (b_th >= 0),
  statistic       REAL,
  p_confirm       REAL    CHECK (p_confirm BETWEEN 0 AND 1),
  p_falsify       REAL    CHECK (p_falsify BETWEEN 0 AND 1),
  n_replicates    INTEGER NOT NULL CHECK (n_replicates >= 0),
  look            INTEGER NOT NULL CHECK (look >= 0),
  deterministic   INTEGER NOT NULL CHECK (deterministic IN (0, 1)),
  postdiction     INTEGER NOT NULL CHECK (postdiction IN (0, 1)),
  expected        TEXT    CHECK (expected IN ('confirmed', 'falsified', 'breaks')),
  met_expectation INTEGER CHECK (met_expectation IN (0, 1)),
  sentence        TEXT    NOT NULL,
  UNIQUE (point_id, observable_id, rival_id),
  CHECK (decision IS CASE WHEN confirm_ratio IS NULL OR falsify_ratio IS NULL THEN NULL
                          WHEN confirm_ratio <= 1 THEN 'confirmed'
                          WHEN falsify_ratio > 1 THEN 'falsified'
                          ELSE 'inconclusive' END),
  CHECK (verdict = CASE WHEN outcome <> 'ok' THEN outcome
                        WHEN regime = 'outside' THEN 'outside'
                        WHEN decision IS NULL THEN 'inconclusive'
                        WHEN decision = 'confirmed' AND rivals_refuted < rivals_tried THEN 'inconclusive'
                        ELSE decision END),
  CHECK (sub_verdict IS CASE WHEN verdict <> 'outside' THEN NULL
                             WHEN decision = 'confirmed' THEN 'holds'
                             WHEN decision = 'falsified' THEN 'breaks'
                             ELSE 'unclear' END),
  CHECK (prediction_id IS NOT NULL OR decision IS NULL)
) STRICT;

CREATE TABLE residual (
  -- Residuals of a verdict over its grid.
  verdict_id  INTEGER NOT NULL REFERENCES verdict,
  i           INTEGER NOT NULL CHECK (i >= 0),
  x           REAL,
  predicted   REAL,
  measured    REAL,
  measured_se REAL,
  residual    REAL,
  z           REAL,
  PRIMARY KEY (verdict_id, i)
) STRICT, WITHOUT ROWID;

CREATE TABLE adjustment (
  -- p-values corrected for the number of comparisons of a law; the newest row of a verdict counts.
  verdict_id INTEGER NOT NULL REFERENCES verdict,
  log_id     INTEGER NOT NULL REFERENCES log,
  p_adjusted REAL    NOT NULL CHECK (p_adjusted BETWEEN 0 AND 1),
  PRIMARY KEY (verdict_id, log_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER judgement_update BEFORE UPDATE ON judgement BEGIN SELECT RAISE(ABORT, 'sealed: judgement'); END;
CREATE TRIGGER judgement_delete BEFORE DELETE ON judgement BEGIN SELECT RAISE(ABORT, 'sealed: judgement'); END;
CREATE TRIGGER judgement_insert BEFORE INSERT ON judgement
WHEN EXISTS (SELECT 1 FROM judgement WHERE point_id = NEW.point_id OR log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: this point is judged already'); END;

CREATE TRIGGER verdict_update BEFORE UPDATE ON verdict BEGIN SELECT RAISE(ABORT, 'sealed: verdict'); END;
CREATE TRIGGER verdict_delete BEFORE DELETE ON verdict BEGIN SELECT RAISE(ABORT, 'sealed: verdict'); END;
CREATE TRIGGER verdict_insert BEFORE INSERT ON verdict
WHEN EXISTS (SELECT 1 FROM verdict WHERE verdict_id = NEW.verdict_id) OR
     EXISTS (SELECT 1 FROM verdict
             WHERE point_id = NEW.point_id AND observable_id = NEW.observable_id AND rival_id = NEW.rival_id)
BEGIN SELECT RAISE(ABORT, 'sealed: verdict'); END;
CREATE TRIGGER verdict_regime BEFORE INSERT ON verdict
WHEN NEW.regime <> (SELECT regime FROM point WHERE point_id = NEW.point_id)
BEGIN SELECT RAISE(ABORT, 'the regime was sealed with the point, and a verdict cannot change it'); END;
CREATE TRIGGER verdict_prediction BEFORE INSERT ON verdict
WHEN NEW.prediction_id IS NOT NULL AND
     NOT EXISTS (SELECT 1 FROM prediction
                 WHERE prediction_id = NEW.prediction_id AND point_id = NEW.point_id AND
                       observable_id = NEW.observable_id AND rival_id = NEW.rival_id AND kind = NEW.kind AND
                       secondary = NEW.secondary)
BEGIN SELECT RAISE(ABORT, 'a verdict names the point, observable, rival and kind of its prediction'); END;

CREATE TRIGGER residual_update BEFORE UPDATE ON residual BEGIN SELECT RAISE(ABORT, 'sealed: residual'); END;
CREATE TRIGGER residual_delete BEFORE DELETE ON residual BEGIN SELECT RAISE(ABORT, 'sealed: residual'); END;
CREATE TRIGGER residual_insert BEFORE INSERT ON residual
WHEN EXISTS (SELECT 1 FROM residual WHERE verdict_id = NEW.verdict_id AND i = NEW.i)
BEGIN SELECT RAISE(ABORT, 'sealed: residual'); END;

CREATE TRIGGER adjustment_update BEFORE UPDATE ON adjustment BEGIN SELECT RAISE(ABORT, 'sealed: adjustment'); END;
CREATE TRIGGER adjustment_delete BEFORE DELETE ON adjustment BEGIN SELECT RAISE(ABORT, 'sealed: adjustment'); END;
CREATE TRIGGER adjustment_insert BEFORE INSERT ON adjustment
WHEN EXISTS (SELECT 1 FROM adjustment WHERE verdict_id = NEW.verdict_id AND log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: adjustment'); END;

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
SELECT verdict.verdict_id AS verdict_id, point.run_id AS run_id, pillar, law, law_version, verdict.point_id AS point_id,
       point, prediction_id, nullif(observable, '') AS observable, nullif(rival, '') AS rival, verdict.regime AS regime,
       rho, must_break, kind, secondary, outcome, verdict.verdict AS verdict, sub_verdict, decision, confirm_ratio,
       falsify_ratio, rivals_tried, rivals_refuted, at_x, predicted, measured, measured_se, ci_low, ci_high, eps, b_th,
       statistic, p_confirm, p_falsify,
       (SELECT p_adjusted FROM adjustment WHERE verdict_id = verdict.verdict_id ORDER BY log_id DESC LIMIT 1)
         AS p_adjusted,
       n_replicates, look, verdict.deterministic AS deterministic, postdiction, expected, met_expectation, sentence
FROM verdict
JOIN point ON point.point_id = verdict.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
JOIN rival USING (rival_id);

CREATE VIEW residuals AS
-- One row per grid point of a verdict; one row for a scalar.
--   verdict_id   key of the verdict
--   run_id       run
--   law          law
--   law_version  its version
--   point_id     key of the point
--   point        parameter values, JSON
--   observable   what was compared
--   rival        name of the rival; NULL: the law itself
--   x            grid point; NULL for a scalar
--   predicted    prediction
--   measured     mean over replicates
--   measured_se  its standard error
--   residual     measured - predicted
--   z            residual over its standard error
SELECT residual.verdict_id AS verdict_id, run_id, law, law_version, verdict.point_id AS point_id, point,
       nullif(observable, '') AS observable, nullif(rival, '') AS rival, x, residual.predicted AS predicted,
       residual.measured AS measured, residual.measured_se AS measured_se, residual, z
FROM residual
JOIN verdict ON verdict.verdict_id = residual.verdict_id
JOIN point ON point.point_id = verdict.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
JOIN rival USING (rival_id);

CREATE VIEW law_summary AS
-- One row per run and law: its verdict, and what it rests on. Counts are of primary comparisons of the law itself.
--   run_id             run
--   pillar             of the law
--   law                law
--   law_version        its version
--   verdict            `confirmed`: every comparison inside the regime is, at least one, and every rival is refuted;
--                      `falsified`: some comparison inside the regime is, with p_adjusted <= 0.05; else `outside` if
--                      none lies inside, `error` or `not_run` if one of them is, and `inconclusive` if nothing of these
--   points             points that were judged
--   comparisons        comparisons
--   inside             of them inside the regime
--   confirmed          of them with this verdict
--   falsified          of them with this verdict
--   inconclusive       of them with this verdict
--   outside            of them with this verdict
--   error              of them with this verdict
--   not_converged      of them with this verdict
--   not_run            of them with this verdict
--   falsified_holm     of them falsified inside the regime with p_adjusted <= 0.05
--   least_p_adjusted   smallest p_adjusted of comparisons inside the regime
--   rivals_tried       rivals judged inside the regime
--   rivals_refuted     of them refuted
--   must_break_tried   points where the law must break
--   must_break_broken  of them where it did
--   surprises          comparisons, rivals included, that did not meet what was expected
--   core_seconds       that the trials of judged points took
WITH comparison AS (
  SELECT point.run_id AS run_id, point.law_id AS law_id, point.point_id AS point_id, must_break, v.regime AS regime,
         v.verdict AS verdict, sub_verdict, decision, rivals_tried, rivals_refuted, rival_id, secondary,
         met_expectation,
         (SELECT p_adjusted FROM adjustment WHERE verdict_id = v.verdict_id ORDER BY log_id DESC LIMIT 1) AS p_adjusted
  FROM verdict AS v
  JOIN point ON point.point_id = v.point_id
), primary_comparison AS (
  SELECT run_id, law_id, count(*) AS comparisons, total(regime = 'inside') AS inside,
         total(verdict = 'confirmed') AS confirmed, total(verdict = 'falsified') AS falsified,
         total(verdict = 'inconclusive') AS inconclusive, total(verdict = 'outside') AS outside,
         total(verdict = 'error') AS error, total(verdict = 'not_converged') AS not_converged,
         total(verdict = 'not_run') AS not_run,
         total(regime = 'inside' AND verdict = 'falsified' AND p_adjusted <= 0.05) AS falsified_holm,
         min(CASE WHEN regime = 'inside' THEN p_adjusted END) AS least_p_adjusted,
         total(CASE WHEN regime = 'inside' THEN rivals_tried END) AS rivals_tried,
         total(CASE WHEN regime = 'inside' THEN rivals_refuted END) AS rivals_refuted,
         count(DISTINCT CASE WHEN must_break THEN point_id END) AS must_break_tried,
         count(DISTINCT CASE WHEN must_break AND sub_verdict = 'breaks' THEN point_id END) AS must_break_broken
  FROM comparison
  WHERE rival_id = 0 AND secondary = 0
  GROUP BY run_id, law_id
), surprise AS (
  SELECT run_id, law_id, count(*) AS surprises FROM comparison WHERE met_expectation = 0 GROUP BY run_id, law_id
), cost AS (
  SELECT run_id, law_id, count(*) AS points, total(core_us) / 1e6 AS core_seconds
  FROM judgement JOIN point USING (point_id) GROUP BY run_id, law_id
)
SELECT run_law.run_id AS run_id, pillar, law, law_version,
       CASE WHEN falsified_holm > 0 THEN 'falsified'
            WHEN inside > 0 AND confirmed = inside AND rivals_refuted = rivals_tried THEN 'confirmed'
            WHEN error > 0 THEN 'error'
            WHEN not_run > 0 OR comparisons IS NULL THEN 'not_run'
            WHEN inside = 0 THEN 'outside'
            ELSE 'inconclusive' END AS verdict,
       coalesce(points, 0) AS points, coalesce(comparisons, 0) AS comparisons,
       CAST(coalesce(inside, 0) AS INTEGER) AS inside, CAST(coalesce(confirmed, 0) AS INTEGER) AS confirmed,
       CAST(coalesce(falsified, 0) AS INTEGER) AS falsified, CAST(coalesce(inconclusive, 0) AS INTEGER) AS inconclusive,
       CAST(coalesce(outside, 0) AS INTEGER) AS outside, CAST(coalesce(error, 0) AS INTEGER) AS error,
       CAST(coalesce(not_converged, 0) AS INTEGER) AS not_converged, CAST(coalesce(not_run, 0) AS INTEGER) AS not_run,
       CAST(coalesce(falsified_holm, 0) AS INTEGER) AS falsified_holm, least_p_adjusted,
       CAST(coalesce(rivals_tried, 0) AS INTEGER) AS rivals_tried,
       CAST(coalesce(rivals_refuted, 0) AS INTEGER) AS rivals_refuted,
       coalesce(must_break_tried, 0) AS must_break_tried, coalesce(must_break_broken, 0) AS must_break_broken,
       coalesce(surprises, 0) AS surprises, coalesce(core_seconds, 0.0) AS core_seconds
FROM run_law
JOIN law ON law.law_id = run_law.law_id
LEFT JOIN primary_comparison
  ON primary_comparison.run_id = run_law.run_id AND primary_comparison.law_id = run_law.law_id
LEFT JOIN surprise ON surprise.run_id = run_law.run_id AND surprise.law_id = run_law.law_id
LEFT JOIN cost ON cost.run_id = run_law.run_id AND cost.law_id = run_law.law_id;
