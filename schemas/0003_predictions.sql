-- What is sealed before anything is measured.

CREATE TABLE observable (
  -- Row 0 is none, for what names no observable: a key holds no NULL, since NULLs do not collide.
  observable_id INTEGER PRIMARY KEY,
  observable    TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE rival (
  -- Row 0 is none: the law itself.
  rival_id INTEGER PRIMARY KEY,
  rival    TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE stopping (
  -- A stopping rule; its looks are in `look`.
  stopping_id   INTEGER PRIMARY KEY,
  method        TEXT    NOT NULL,
  alpha_confirm REAL    NOT NULL CHECK (alpha_confirm > 0 AND alpha_confirm < 1),
  alpha_falsify REAL    NOT NULL CHECK (alpha_falsify > 0 AND alpha_falsify < 1)
) STRICT;

CREATE TABLE look (
  -- One row per look of a stopping rule: how many replicates it waits for.
  stopping_id INTEGER NOT NULL REFERENCES stopping,
  look        INTEGER NOT NULL CHECK (look >= 1),
  replicates  INTEGER NOT NULL CHECK (replicates >= 1),
  weight      REAL    NOT NULL CHECK (weight >= 0 AND weight <= 1),  -- share of the error rates spent here
  PRIMARY KEY (stopping_id, look)
) STRICT, WITHOUT ROWID;

CREATE TABLE point (
  -- One setting of a law's parameters in a run. Without a prediction it was never sealed, and is never measured.
  point_id          INTEGER PRIMARY KEY,
  run_id            INTEGER NOT NULL,
  law_id            INTEGER NOT NULL,
  regime            TEXT    NOT NULL CHECK (regime IN ('inside', 'outside')),
  rho               REAL    NOT NULL CHECK (rho >= 0 AND rho <= 1),
  must_break        INTEGER NOT NULL CHECK (must_break IN (0, 1)),
  per_replicate     INTEGER NOT NULL CHECK (per_replicate IN (0, 1)),
  fitted_parameters INTEGER NOT NULL CHECK (fitted_parameters >= 0),
  stopping_id       INTEGER NOT NULL REFERENCES stopping,
  regime_reason     TEXT    NOT NULL,
  point             TEXT    NOT NULL,                    -- JSON
  canonical         TEXT    NOT NULL,                    -- of the same, as it is hashed
  CHECK ((regime = 'inside') = (rho >= 0.5)),
  CHECK (must_break = 0 OR regime = 'outside'),
  UNIQUE (run_id, law_id, canonical),
  FOREIGN KEY (run_id, law_id) REFERENCES run_law
) STRICT;
CREATE INDEX point_by_law ON point (law_id);

CREATE TABLE cell (
  -- What is measured at a point: an observable, or one grid point of it.
  point_id      INTEGER NOT NULL REFERENCES point,
  slot          INTEGER NOT NULL CHECK (slot >= 0),
  observable_id INTEGER NOT NULL REFERENCES observable CHECK (observable_id > 0),
  x             REAL,                                    -- NULL: a scalar
  PRIMARY KEY (point_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction (
  -- One series: one observable as the law, or a rival, predicts it. An abstention has no values.
  prediction_id  INTEGER PRIMARY KEY,
  log_id         INTEGER NOT NULL REFERENCES log,
  point_id       INTEGER NOT NULL REFERENCES point,
  observable_id  INTEGER NOT NULL REFERENCES observable,
  rival_id       INTEGER NOT NULL REFERENCES rival,
  secondary      INTEGER NOT NULL CHECK (secondary IN (0, 1)),
  kind           TEXT    CHECK (kind IN ('K1', 'K2', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8', 'K9', 'K10')),
  compare        TEXT    CHECK (compare IN ('value', 'difference', 'ratio')),
  draws          INTEGER NOT NULL CHECK (draws >= 1),
  theory_df      REAL    NOT NULL CHECK (theory_df >= 1),  -- infinite: the theory's own error is known
  power          REAL    CHECK (power >= 0 AND power <= 1),
  eps_reason     TEXT    NOT NULL,
  abstained      INTEGER NOT NULL CHECK (abstained IN (0, 1)),
  abstain_reason TEXT    CHECK ((abstain_reason IS NOT NULL) = (abstained = 1)),
  CHECK ((observable_id = 0) = (abstained = 1) AND (kind IS NULL) = (abstained = 1) AND
         (compare IS NULL) = (abstained = 1)),
  UNIQUE (point_id, observable_id, rival_id)
) STRICT;

CREATE TABLE prediction_value (
  -- One row per value of a series.
  prediction_id INTEGER NOT NULL REFERENCES prediction,
  slot          INTEGER NOT NULL CHECK (slot >= 0),
  predicted     REAL    NOT NULL,
  upper         REAL    CHECK (upper >= predicted),      -- K3 only: predicted is the lower end
  eps           REAL    NOT NULL CHECK (eps >= 0),
  b_th          REAL    NOT NULL CHECK (b_th >= 0),
  theory_sd     REAL    NOT NULL CHECK (theory_sd >= 0),
  PRIMARY KEY (prediction_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE replicate_value (
  -- What a law predicts for one seed, from its data or initial weights.
  prediction_id INTEGER NOT NULL REFERENCES prediction,
  replicate     INTEGER NOT NULL CHECK (replicate >= 0),
  slot          INTEGER NOT NULL CHECK (slot >= 0),
  predicted     REAL    NOT NULL,
  PRIMARY KEY (prediction_id, replicate, slot)
) STRICT, WITHOUT ROWID;

INSERT INTO observable (observable_id, observable) VALUES (0, '');
INSERT INTO rival (rival_id, rival) VALUES (0, '');

CREATE TRIGGER observable_update BEFORE UPDATE ON observable BEGIN SELECT RAISE(ABORT, 'sealed: observable'); END;
CREATE TRIGGER observable_delete BEFORE DELETE ON observable BEGIN SELECT RAISE(ABORT, 'sealed: observable'); END;
CREATE TRIGGER observable_insert BEFORE INSERT ON observable
WHEN EXISTS (SELECT 1 FROM observable WHERE observable_id = NEW.observable_id OR observable = NEW.observable)
BEGIN SELECT RAISE(ABORT, 'sealed: observable'); END;

CREATE TRIGGER rival_update BEFORE UPDATE ON rival BEGIN SELECT RAISE(ABORT, 'sealed: rival'); END;
CREATE TRIGGER rival_delete BEFORE DELETE ON rival BEGIN SELECT RAISE(ABORT, 'sealed: rival'); END;
CREATE TRIGGER rival_insert BEFORE INSERT ON rival
WHEN EXISTS (SELECT 1 FROM rival WHERE rival_id = NEW.rival_id OR rival = NEW.rival)
BEGIN SELECT RAISE(ABORT, 'sealed: rival'); END;

CREATE TRIGGER stopping_update BEFORE UPDATE ON stopping BEGIN SELECT RAISE(ABORT, 'sealed: stopping'); END;
CREATE TRIGGER stopping_delete BEFORE DELETE ON stopping BEGIN SELECT RAISE(ABORT, 'sealed: stopping'); END;
CREATE TRIGGER stopping_insert BEFORE INSERT ON stopping
WHEN EXISTS (SELECT 1 FROM stopping WHERE stopping_id = NEW.stopping_id)
BEGIN SELECT RAISE(ABORT, 'sealed: stopping'); END;

CREATE TRIGGER look_update BEFORE UPDATE ON look BEGIN SELECT RAISE(ABORT, 'sealed: look'); END;
CREATE TRIGGER look_delete BEFORE DELETE ON look BEGIN SELECT RAISE(ABORT, 'sealed: look'); END;
CREATE TRIGGER look_insert BEFORE INSERT ON look
WHEN EXISTS (SELECT 1 FROM look WHERE stopping_id = NEW.stopping_id AND look = NEW.look)
BEGIN SELECT RAISE(ABORT, 'sealed: look'); END;

CREATE TRIGGER point_update BEFORE UPDATE ON point BEGIN SELECT RAISE(ABORT, 'sealed: point'); END;
CREATE TRIGGER point_delete BEFORE DELETE ON point BEGIN SELECT RAISE(ABORT, 'sealed: point'); END;
CREATE TRIGGER point_insert BEFORE INSERT ON point
WHEN EXISTS (SELECT 1 FROM point WHERE point_id = NEW.point_id) OR
     EXISTS (SELECT 1 FROM point WHERE run_id = NEW.run_id AND law_id = NEW.law_id AND canonical = NEW.canonical)
BEGIN SELECT RAISE(ABORT, 'sealed: this point is in the run already'); END;

CREATE TRIGGER cell_update BEFORE UPDATE ON cell BEGIN SELECT RAISE(ABORT, 'sealed: cell'); END;
CREATE TRIGGER cell_delete BEFORE DELETE ON cell BEGIN SELECT RAISE(ABORT, 'sealed: cell'); END;
CREATE TRIGGER cell_insert BEFORE INSERT ON cell
WHEN EXISTS (SELECT 1 FROM cell WHERE point_id = NEW.point_id AND slot = NEW.slot)
BEGIN SELECT RAISE(ABORT, 'sealed: cell'); END;

CREATE TRIGGER prediction_update BEFORE UPDATE ON prediction BEGIN SELECT RAISE(ABORT, 'sealed: prediction'); END;
CREATE TRIGGER prediction_delete BEFORE DELETE ON prediction BEGIN SELECT RAISE(ABORT, 'sealed: prediction'); END;
CREATE TRIGGER prediction_insert BEFORE INSERT ON prediction
WHEN EXISTS (SELECT 1 FROM prediction WHERE prediction_id = NEW.prediction_id) OR
     EXISTS (SELECT 1 FROM prediction
             WHERE point_id = NEW.point_id AND observable_id = NEW.observable_id AND rival_id = NEW.rival_id)
BEGIN SELECT RAISE(ABORT, 'sealed: prediction'); END;

CREATE TRIGGER prediction_value_update BEFORE UPDATE ON prediction_value
BEGIN SELECT RAISE(ABORT, 'sealed: prediction_value'); END;
CREATE TRIGGER prediction_value_delete BEFORE DELETE ON prediction_value
BEGIN SELECT RAISE(ABORT, 'sealed: prediction_value'); END;
CREATE TRIGGER prediction_value_insert BEFORE INSERT ON prediction_value
WHEN EXISTS (SELECT 1 FROM prediction_value WHERE prediction_id = NEW.prediction_id AND slot = NEW.slot)
BEGIN SELECT RAISE(ABORT, 'sealed: prediction_value'); END;

CREATE TRIGGER replicate_value_update BEFORE UPDATE ON replicate_value
BEGIN SELECT RAISE(ABORT, 'sealed: replicate_value'); END;
CREATE TRIGGER replicate_value_delete BEFORE DELETE ON replicate_value
BEGIN SELECT RAISE(ABORT, 'sealed: replicate_value'); END;
CREATE TRIGGER replicate_value_insert BEFORE INSERT ON replicate_value
WHEN EXISTS (SELECT 1 FROM replicate_value
             WHERE prediction_id = NEW.prediction_id AND replicate = NEW.replicate AND slot = NEW.slot)
BEGIN SELECT RAISE(ABORT, 'sealed: replicate_value'); END;

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
--   predicted          the prediction, or the lower end of an interval (K3)
--   upper              upper end of an interval (K3), else NULL
--   theory_sd          standard error of the prediction itself
--   theory_df          degrees of freedom behind theory_sd; infinite if it is known
--   b_th               bound on systematic theory bias: the band is eps + b_th
--   eps                tolerance
--   eps_reason         why this tolerance
--   kind               decision kind, `K1` to `K10`
--   compare            `value`; `difference` or `ratio`: measured against the replicate's own prediction
--   draws              K9: trials behind each replicate's fraction
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
--   method             stopping rule: `A` group sequential, `fixed`, `deterministic`
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
       x, predicted, upper, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, secondary, regime,
       regime_reason, rho, must_break, rival, power, NULL AS replicate, per_replicate, fitted_parameters, method,
       max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
LEFT JOIN prediction_value USING (prediction_id)
LEFT JOIN cell ON cell.point_id = series.point_id AND cell.slot = prediction_value.slot
UNION ALL
SELECT series.prediction_id, run_id, law, law_version, series.point_id, point, observable, x,
       replicate_value.predicted, NULL, theory_sd, theory_df, b_th, eps, eps_reason, kind, compare, draws, secondary,
       regime, regime_reason, rho, must_break, rival, power, replicate, per_replicate, fitted_parameters, method,
       max_replicates, abstained, abstain_reason, sealed_at, digest, chain
FROM series
JOIN replicate_value USING (prediction_id)
JOIN prediction_value AS rule ON rule.prediction_id = series.prediction_id AND rule.slot = replicate_value.slot
JOIN cell ON cell.point_id = series.point_id AND cell.slot = replicate_value.slot;
