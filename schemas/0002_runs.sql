-- Runs, and the laws as their plugins described them.

CREATE TABLE law (
  -- One row per description: a law rebuilt or re-described gets another row. The columns after `card` are copies out of
  -- it: SQLite does not trust JSON functions inside a schema.
  law_id            INTEGER PRIMARY KEY,
  law               TEXT    NOT NULL CHECK (law GLOB '?*/?*'),
  law_version       INTEGER NOT NULL CHECK (law_version >= 1),
  plugin            TEXT    NOT NULL,
  plugin_version    TEXT    NOT NULL,
  build_id          TEXT    NOT NULL,
  source_sha256     TEXT    NOT NULL,
  digest            BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),  -- of these and the card
  pillar            TEXT,
  fitted_parameters INTEGER,
  predicts          TEXT,
  deterministic     INTEGER,
  card              TEXT    NOT NULL,
  title             TEXT,
  claim             TEXT,
  formula           TEXT,
  source            TEXT,
  analogue          TEXT,
  regime            TEXT,
  refuted_if        TEXT
) STRICT;
CREATE INDEX law_by_name ON law (law, law_version);

CREATE TABLE run (
  -- One row per run, as it was planned. What became of it is in run_event.
  run_id       INTEGER PRIMARY KEY,
  log_id       INTEGER NOT NULL UNIQUE REFERENCES log,
  study        TEXT    NOT NULL,
  study_json   TEXT    NOT NULL,
  study_sha256 TEXT    NOT NULL,
  effort       TEXT    NOT NULL CHECK (effort IN ('quick', 'standard', 'thorough')),
  run_seed     INTEGER NOT NULL CHECK (run_seed >= 0),
  lmw_version  TEXT    NOT NULL,
  git_commit   TEXT    NOT NULL,
  host         TEXT    NOT NULL,
  cpu          TEXT    NOT NULL,
  compiler     TEXT    NOT NULL,
  flags        TEXT    NOT NULL,
  blas         TEXT    NOT NULL,
  jobs         INTEGER NOT NULL CHECK (jobs >= 1)
) STRICT;

CREATE TABLE run_law (
  -- Which laws a run took, in which description.
  run_id INTEGER NOT NULL REFERENCES run,
  law_id INTEGER NOT NULL REFERENCES law,
  PRIMARY KEY (run_id, law_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_event (
  -- A run starts, is interrupted, goes on, is finished: the last row is its status.
  log_id INTEGER PRIMARY KEY REFERENCES log,
  run_id INTEGER NOT NULL REFERENCES run,
  status TEXT    NOT NULL CHECK (status IN ('running', 'interrupted', 'finished'))
) STRICT;
CREATE INDEX run_event_by_run ON run_event (run_id, log_id);

CREATE TRIGGER law_update BEFORE UPDATE ON law BEGIN SELECT RAISE(ABORT, 'sealed: law'); END;
CREATE TRIGGER law_delete BEFORE DELETE ON law BEGIN SELECT RAISE(ABORT, 'sealed: law'); END;
CREATE TRIGGER law_insert BEFORE INSERT ON law
WHEN EXISTS (SELECT 1 FROM law WHERE law_id = NEW.law_id OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'sealed: law'); END;

CREATE TRIGGER run_update BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'sealed: run'); END;
CREATE TRIGGER run_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'sealed: run'); END;
CREATE TRIGGER run_insert BEFORE INSERT ON run
WHEN EXISTS (SELECT 1 FROM run WHERE run_id = NEW.run_id OR log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: run'); END;

CREATE TRIGGER run_law_update BEFORE UPDATE ON run_law BEGIN SELECT RAISE(ABORT, 'sealed: run_law'); END;
CREATE TRIGGER run_law_delete BEFORE DELETE ON run_law BEGIN SELECT RAISE(ABORT, 'sealed: run_law'); END;

CREATE TRIGGER run_law_insert BEFORE INSERT ON run_law
WHEN EXISTS (SELECT 1 FROM run_law WHERE run_id = NEW.run_id AND law_id = NEW.law_id)
BEGIN SELECT RAISE(ABORT, 'sealed: run_law'); END;

CREATE TRIGGER run_event_update BEFORE UPDATE ON run_event BEGIN SELECT RAISE(ABORT, 'sealed: run_event'); END;
CREATE TRIGGER run_event_delete BEFORE DELETE ON run_event BEGIN SELECT RAISE(ABORT, 'sealed: run_event'); END;
CREATE TRIGGER run_event_insert BEFORE INSERT ON run_event
WHEN EXISTS (SELECT 1 FROM run_event WHERE log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'sealed: run_event'); END;

CREATE VIEW runs AS
-- One row per run: one execution of a study.
--   run_id        key of the run
--   study         name of the study
--   status        `running` (or killed while running), `interrupted`, `finished`
--   effort        `quick`, `standard`, `thorough`: they differ in sizes, never in rules
--   run_seed      what every seed of the run is derived from
--   started_at    UTC, ISO 8601
--   finished_at   UTC, ISO 8601; NULL until the run is finished
--   lmw_version   version of the workbench
--   git_commit    commit that the workbench was built from
--   host          name of the machine
--   cpu           its processor
--   compiler      that built the workbench
--   flags         code-generation flags of that build
--   blas          linear-algebra library
--   jobs          threads that measured
--   study_sha256  SHA-256 of the study: equal for equal studies
--   chain         chain value of the run's record in the log, hex
SELECT run.run_id AS run_id, run.study AS study, event.status AS status, run.effort AS effort,
       run.run_seed AS run_seed,
       strftime('%Y-%m-%dT%H:%M:%fZ', start.at_us / 1e6, 'unixepoch') AS started_at,
       CASE WHEN event.status = 'finished'
            THEN strftime('%Y-%m-%dT%H:%M:%fZ', ended.at_us / 1e6, 'unixepoch') END AS finished_at,
       run.lmw_version AS lmw_version, run.git_commit AS git_commit, run.host AS host, run.cpu AS cpu,
       run.compiler AS compiler, run.flags AS flags, run.blas AS blas, run.jobs AS jobs,
       run.study_sha256 AS study_sha256, lower(hex(start.chain)) AS chain
FROM run
JOIN log AS start ON start.log_id = run.log_id
JOIN run_event AS event ON event.log_id = (SELECT max(log_id) FROM run_event WHERE run_id = run.run_id)
JOIN log AS ended ON ended.log_id = event.log_id;

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
--   card               the whole card, JSON
SELECT law AS law, law_version AS law_version, plugin AS plugin, plugin_version AS plugin_version,
       build_id AS build_id, source_sha256 AS source_sha256, pillar AS pillar,
       title AS title, claim AS claim, formula AS formula, source AS source, analogue AS analogue, regime AS regime,
       refuted_if AS refuted_if, fitted_parameters AS fitted_parameters, predicts AS predicts,
       deterministic AS deterministic, card AS card
FROM law AS newest
WHERE law_id = (SELECT max(law_id) FROM law WHERE law = newest.law AND law_version = newest.law_version);
