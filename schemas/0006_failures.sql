-- What becomes of failures, and how well the laws do: counted when a run has ended, from the log alone.

CREATE TABLE failure (
  -- One row per condition whose runs can fail; the newest rows of a run count.
  point_id       INTEGER NOT NULL REFERENCES judgement,
  log_id         INTEGER NOT NULL REFERENCES log,
  observable_id  INTEGER NOT NULL REFERENCES observable,
  class          TEXT    NOT NULL CHECK (class IN ('structural', 'contingent', 'safe', 'undetermined')),
  consistent     TEXT    CHECK (consistent IN ('structural', 'safe')),
  forecast_class TEXT    CHECK (forecast_class IN ('structural', 'contingent', 'safe')),
  unexpected     INTEGER NOT NULL CHECK (unexpected IN (0, 1)),
  rate           REAL    NOT NULL CHECK (rate BETWEEN 0 AND 1),
  low            REAL    NOT NULL CHECK (low BETWEEN 0 AND rate),
  high           REAL    NOT NULL CHECK (high BETWEEN rate AND 1),
  predicted_rate REAL    CHECK (predicted_rate BETWEEN 0 AND 1),
  failures       INTEGER NOT NULL CHECK (failures BETWEEN 0 AND n),
  n              INTEGER NOT NULL CHECK (n >= 1),
  PRIMARY KEY (point_id, log_id),
  CHECK ((forecast_class IS NULL) = (predicted_rate IS NULL)),
  CHECK (unexpected = 0 OR (class = 'structural' AND forecast_class = 'safe')),
  CHECK (consistent IS NULL OR class = 'undetermined')
) STRICT, WITHOUT ROWID;

CREATE TABLE failure_law (
  -- One row per law of a run with failures: where their variance lies, and the signatures of structure.
  run_id             INTEGER NOT NULL,
  law_id             INTEGER NOT NULL,
  log_id             INTEGER NOT NULL REFERENCES log,
  conditions         INTEGER NOT NULL CHECK (conditions >= 0),
  within_variance    REAL    CHECK (within_variance >= 0),
  between_variance   REAL,
  structural_share   REAL    CHECK (structural_share BETWEEN 0 AND 1),
  share_low          REAL,
  share_high         REAL,
  brier              REAL    CHECK (brier >= 0),
  reliability        REAL,
  skill              REAL,
  captured           REAL,
  persist_tried      INTEGER NOT NULL CHECK (persist_tried >= 0),
  persist_held       INTEGER NOT NULL CHECK (persist_held BETWEEN 0 AND persist_tried),
  flips_tried        INTEGER NOT NULL CHECK (flips_tried >= 0),
  flips_seen         INTEGER NOT NULL CHECK (flips_seen BETWEEN 0 AND flips_tried),
  boundary           TEXT,
  boundary_predicted REAL,
  boundary_low       REAL,
  boundary_high      REAL    CHECK (boundary_high >= boundary_low),
  boundary_decision  TEXT    CHECK (boundary_decision IN ('confirmed', 'falsified', 'inconclusive')),
  PRIMARY KEY (run_id, law_id, log_id),
  FOREIGN KEY (run_id, law_id) REFERENCES run_law
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
  -- One row per number of the scorecard; the rows of the newest record count.
  log_id      INTEGER NOT NULL REFERENCES log,
  run_id      INTEGER NOT NULL REFERENCES run,
  subject     TEXT    NOT NULL,
  desideratum TEXT    NOT NULL CHECK (desideratum IN ('fundamental', 'mathematical', 'predictive', 'comprehensive',
                                                      'intuitive', 'useful', 'humble')),
  measure     TEXT    NOT NULL,                          -- empty: the number that stands for the desideratum
  value       REAL,
  low         REAL,
  high        REAL,
  n           INTEGER NOT NULL CHECK (n >= 0),
  how         TEXT    NOT NULL,
  PRIMARY KEY (log_id, subject, desideratum, measure)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER failure_update BEFORE UPDATE ON failure BEGIN SELECT RAISE(ABORT, 'sealed: failure'); END;
CREATE TRIGGER failure_delete BEFORE DELETE ON failure BEGIN SELECT RAISE(ABORT, 'sealed: failure'); END;
CREATE TRIGGER failure_insert BEFORE INSERT ON failure
WHEN EXISTS (SELECT 1 FROM failure WHERE point_id = NEW.point_id AND log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: failure'); END;
CREATE TRIGGER failure_law_update BEFORE UPDATE ON failure_law BEGIN SELECT RAISE(ABORT, 'sealed: failure_law'); END;
CREATE TRIGGER failure_law_delete BEFORE DELETE ON failure_law BEGIN SELECT RAISE(ABORT, 'sealed: failure_law'); END;
CREATE TRIGGER failure_law_insert BEFORE INSERT ON failure_law
WHEN EXISTS (SELECT 1 FROM failure_law
             WHERE run_id = NEW.run_id AND law_id = NEW.law_id AND log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: failure_law'); END;
CREATE TRIGGER score_update BEFORE UPDATE ON score BEGIN SELECT RAISE(ABORT, 'sealed: score'); END;
CREATE TRIGGER score_delete BEFORE DELETE ON score BEGIN SELECT RAISE(ABORT, 'sealed: score'); END;
CREATE TRIGGER score_insert BEFORE INSERT ON score
WHEN EXISTS (SELECT 1 FROM score WHERE log_id = NEW.log_id AND subject = NEW.subject AND
                                       desideratum = NEW.desideratum AND measure = NEW.measure)
BEGIN SELECT RAISE(ABORT, 'sealed: score'); END;

CREATE VIEW failures AS
-- One row per condition (a point of a run) whose runs can fail, unexpected structural failures first. The class is a
-- statement on the probability of failure over seeds.
--   run_id          run
--   law             law
--   law_version     its version
--   point_id        key of the point
--   point           parameter values, JSON
--   observable      whose value is the share of runs that failed
--   regime          `inside` or `outside` of where the law says it holds, as sealed
--   class           `structural`: at least 0.9, so no new seed helps; `safe`: at most 0.1; `contingent`: between;
--                   `undetermined`: the interval reaches across one of the two
--   consistent      undetermined, but all runs ended alike: `structural` or `safe`, which more runs might establish
--   forecast_class  the class that the sealed prediction belongs to
--   unexpected      1: structural inside the regime, where the law forecast safe. It refutes the law
--   rate            share of runs that failed
--   low             95 % interval of the rate, Clopper-Pearson
--   high            95 % interval of the rate, Clopper-Pearson
--   predicted_rate  sealed prediction of the rate
--   failures        runs that failed
--   n               runs
--   restarts        runs of which one succeeds with probability 0.99; NULL where none or every one failed
SELECT point.run_id AS run_id, law, law_version, failure.point_id AS point_id, point, observable,
       point.regime AS regime, class, consistent, forecast_class, unexpected, rate, low, high, predicted_rate,
       failures, n,
       CASE WHEN rate > 0 AND rate < 1 THEN CAST(ceil(ln(0.01) / ln(rate)) AS INTEGER) END AS restarts
FROM failure
JOIN point ON point.point_id = failure.point_id
JOIN law ON law.law_id = point.law_id
JOIN observable USING (observable_id)
WHERE failure.log_id = (SELECT max(log_id) FROM failure AS newer WHERE newer.point_id = failure.point_id)
ORDER BY unexpected DESC, point.run_id, law, failure.point_id;

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
SELECT failure_law.run_id AS run_id, law, law_version, conditions, within_variance, between_variance,
       structural_share, share_low, share_high, brier, reliability, skill, captured, persist_tried, persist_held,
       flips_tried, flips_seen, boundary, boundary_predicted, boundary_low, boundary_high, boundary_decision
FROM failure_law
JOIN law ON law.law_id = failure_law.law_id
WHERE failure_law.log_id = (SELECT max(log_id) FROM failure_law AS newer
                            WHERE newer.run_id = failure_law.run_id AND newer.law_id = failure_law.law_id);

CREATE VIEW scorecard AS
-- One row per law or pillar and desideratum: the number that stands for it, over the whole lab. Predictions of standard
-- and thorough effort count, with the run_seed that was sealed first for a law, its version and a point.
--   subject      a law's id, or a pillar
--   desideratum  `fundamental`, `mathematical`, `predictive`, `comprehensive`, `intuitive`, `useful`, `humble`
--   value        the number; NULL where it is not defined
--   low          95 % interval; NULL where there is none
--   high         95 % interval; NULL where there is none
--   n            denominator
--   how          what was counted, in words, or why there is no number
--   run_id       run at whose end it was counted
SELECT subject, desideratum, value, low, high, n, how, run_id
FROM score
WHERE measure = '' AND log_id = (SELECT max(log_id) FROM score);

CREATE VIEW scorecard_details AS
-- One row per further number of the scorecard.
--   subject      a law's id, or a pillar
--   desideratum  that it belongs to
--   measure      what the number is
--   value        the number; NULL where it is not defined
--   low          95 % interval; NULL where there is none
--   high         95 % interval; NULL where there is none
--   n            denominator
--   how          what was counted, in words
--   run_id       run at whose end it was counted
SELECT subject, desideratum, measure, value, low, high, n, how, run_id
FROM score
WHERE measure <> '' AND log_id = (SELECT max(log_id) FROM score);
