-- The log: every run, seal, measurement and verdict, in the order in which it was committed, in one hash chain.

CREATE TABLE lab (
  -- One row: where the chain starts.
  lab_id        INTEGER PRIMARY KEY CHECK (lab_id = 1),
  lmw_version   TEXT    NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE log (
  -- One row per record. `digest` is of the content, `chain` of everything up to and with this record.
  log_id INTEGER PRIMARY KEY,
  type   TEXT    NOT NULL CHECK (type IN ('RUN', 'PREDICT', 'ABSTAIN', 'SEAL', 'MEASURE', 'VERDICT', 'NOTE')),
  at_us  INTEGER NOT NULL,                               -- microseconds since 1970, UTC
  digest BLOB    NOT NULL CHECK (length(digest) = 32),
  chain  BLOB    NOT NULL CHECK (length(chain) = 32),
  detail BLOB                                            -- what the record covers, where no row points back to it
) STRICT;

CREATE TRIGGER lab_update BEFORE UPDATE ON lab BEGIN SELECT RAISE(ABORT, 'sealed: lab'); END;
CREATE TRIGGER lab_delete BEFORE DELETE ON lab BEGIN SELECT RAISE(ABORT, 'sealed: lab'); END;
CREATE TRIGGER lab_insert BEFORE INSERT ON lab WHEN EXISTS (SELECT 1 FROM lab)
BEGIN SELECT RAISE(ABORT, 'sealed: lab'); END;

CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'sealed: log'); END;
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'sealed: log'); END;
CREATE TRIGGER log_insert BEFORE INSERT ON log WHEN NEW.log_id IS NOT 1 + (SELECT coalesce(max(log_id), 0) FROM log)
BEGIN SELECT RAISE(ABORT, 'sealed: a record is appended to the log, and nowhere else'); END;
