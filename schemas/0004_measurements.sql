-- What was measured: one trial per replicate, one value per cell.

CREATE TABLE outcome (
  -- The words for how a measurement ended.
  outcome_id INTEGER PRIMARY KEY,
  outcome    TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO outcome (outcome_id, outcome)
VALUES (0, 'ok'), (1, 'diverged'), (2, 'stuck'), (3, 'not_converged'), (4, 'failed');

CREATE TABLE origin (
  -- The words for where a measurement comes from.
  origin_id INTEGER PRIMARY KEY,
  origin    TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO origin (origin_id, origin) VALUES (0, 'trained'), (1, 'sampled'), (2, 'imported');

CREATE TABLE trial (
  -- One row per replicate that was measured.
  point_id   INTEGER NOT NULL REFERENCES point,
  replicate  INTEGER NOT NULL CHECK (replicate >= 0),
  seed       INTEGER NOT NULL CHECK (seed >= 0),
  outcome_id INTEGER NOT NULL REFERENCES outcome,
  origin_id  INTEGER NOT NULL REFERENCES origin,
  wall_us    INTEGER NOT NULL CHECK (wall_us >= 0),
  after_ms   INTEGER NOT NULL,                           -- when it ended, since the run's record in the log
  message    TEXT,
  PRIMARY KEY (point_id, replicate)
) STRICT, WITHOUT ROWID;

CREATE TABLE measured_value (
  -- One row per measured value. Ten million are a lab: short rows, in the order of their key, and no trigger that would
  -- run for each.
  point_id  INTEGER NOT NULL,
  replicate INTEGER NOT NULL,
  slot      INTEGER NOT NULL,
  value     REAL    NOT NULL,
  PRIMARY KEY (point_id, replicate, slot),
  FOREIGN KEY (point_id, replicate) REFERENCES trial
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outcome_update BEFORE UPDATE ON outcome BEGIN SELECT RAISE(ABORT, 'sealed: outcome'); END;
CREATE TRIGGER outcome_delete BEFORE DELETE ON outcome BEGIN SELECT RAISE(ABORT, 'sealed: outcome'); END;
CREATE TRIGGER outcome_insert BEFORE INSERT ON outcome BEGIN SELECT RAISE(ABORT, 'sealed: outcome'); END;
CREATE TRIGGER origin_update BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'sealed: origin'); END;
CREATE TRIGGER origin_delete BEFORE DELETE ON origin BEGIN SELECT RAISE(ABORT, 'sealed: origin'); END;
CREATE TRIGGER origin_insert BEFORE INSERT ON origin BEGIN SELECT RAISE(ABORT, 'sealed: origin'); END;

CREATE TRIGGER trial_update BEFORE UPDATE ON trial BEGIN SELECT RAISE(ABORT, 'sealed: trial'); END;
CREATE TRIGGER trial_delete BEFORE DELETE ON trial BEGIN SELECT RAISE(ABORT, 'sealed: trial'); END;
-- One trigger for three reasons: it runs for each trial, and a trigger costs more than its conditions.
CREATE TRIGGER trial_insert BEFORE INSERT ON trial
BEGIN
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM trial WHERE point_id = NEW.point_id AND replicate = NEW.replicate)
      THEN RAISE(ABORT, 'sealed: this replicate is measured already')
    WHEN NOT EXISTS (SELECT 1 FROM prediction WHERE point_id = NEW.point_id)
      THEN RAISE(ABORT, 'no prediction is sealed for this point: seal before measuring')
    WHEN EXISTS (SELECT 1 FROM prediction
                 WHERE point_id = NEW.point_id AND compare <> 'value' AND rival_id = 0 AND
                       NOT EXISTS (SELECT 1 FROM replicate_value
                                   WHERE prediction_id = prediction.prediction_id AND replicate = NEW.replicate))
      THEN RAISE(ABORT, 'no prediction is sealed for this replicate: seal before measuring')
  END;
END;

CREATE TRIGGER measured_value_update BEFORE UPDATE ON measured_value
BEGIN SELECT RAISE(ABORT, 'sealed: measured_value'); END;
CREATE TRIGGER measured_value_delete BEFORE DELETE ON measured_value
BEGIN SELECT RAISE(ABORT, 'sealed: measured_value'); END;

CREATE TRIGGER prediction_before_trial BEFORE INSERT ON prediction
WHEN EXISTS (SELECT 1 FROM trial WHERE point_id = NEW.point_id)
BEGIN SELECT RAISE(ABORT, 'this point is measured already: a prediction comes before'); END;
CREATE TRIGGER prediction_value_before_trial BEFORE INSERT ON prediction_value
WHEN EXISTS (SELECT 1 FROM trial
             WHERE point_id = (SELECT point_id FROM prediction WHERE prediction_id = NEW.prediction_id))
BEGIN SELECT RAISE(ABORT, 'this point is measured already: a prediction comes before'); END;
CREATE TRIGGER replicate_value_before_trial BEFORE INSERT ON replicate_value
WHEN EXISTS (SELECT 1 FROM trial
             WHERE point_id = (SELECT point_id FROM prediction WHERE prediction_id = NEW.prediction_id) AND
                   replicate = NEW.replicate)
BEGIN SELECT RAISE(ABORT, 'this replicate is measured already: a prediction comes before'); END;

CREATE VIEW measurements AS
-- One row per measured value; a replicate that ended in no value has one row without.
--   run_id        run
--   law           law
--   law_version   its version
--   point_id      key of the point
--   point         parameter values, JSON
--   observable    what was measured; NULL if there is no value
--   x             grid point; NULL for a scalar
--   replicate     0, 1, ...: independent seeds
--   seed          of the replicate, 63 bits
--   outcome       `ok`, `diverged`, `stuck`, `not_converged`, `failed`
--   value         the value, never of the prediction's making
--   message       what the law said of the outcome
--   wall_seconds  that the whole replicate took
--   measured_at   UTC, ISO 8601
--   origin        `trained`, `sampled`, `imported`
SELECT point.run_id AS run_id, law, law_version, trial.point_id AS point_id, point, observable, x,
       trial.replicate AS replicate, seed, outcome, value, message, wall_us / 1e6 AS wall_seconds,
       strftime('%Y-%m-%dT%H:%M:%fZ', (log.at_us / 1000 + after_ms) / 1e3, 'unixepoch') AS measured_at, origin
FROM trial
JOIN point ON point.point_id = trial.point_id
JOIN law ON law.law_id = point.law_id
JOIN run ON run.run_id = point.run_id
JOIN log ON log.log_id = run.log_id
JOIN outcome USING (outcome_id)
JOIN origin USING (origin_id)
LEFT JOIN measured_value ON measured_value.point_id = trial.point_id AND measured_value.replicate = trial.replicate
LEFT JOIN cell ON cell.point_id = measured_value.point_id AND cell.slot = measured_value.slot
LEFT JOIN observable USING (observable_id);
