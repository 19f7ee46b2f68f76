-- +goose Up
-- How many days each kind is kept; 0 keeps it for ever.
CREATE TABLE retention (
  kind TEXT PRIMARY KEY CHECK (kind IN ('deliveries', 'tries', 'entries', 'audit')),
  days INTEGER NOT NULL CHECK (days >= 0)
);
INSERT INTO retention (kind, days) VALUES ('deliveries', 30), ('tries', 90), ('entries', 365), ('audit', 730);

-- The job that removes what is older: when it is due, in whose hand it is, and
-- how its last run went. It has one row; due_at is 0 until the job first looks.
CREATE TABLE retention_job (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  due_at INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  began_at INTEGER NOT NULL DEFAULT 0,
  finished_at INTEGER NOT NULL DEFAULT 0,
  removed TEXT NOT NULL DEFAULT '',
  longest INTEGER NOT NULL DEFAULT 0
);
INSERT INTO retention_job (id) VALUES (1);

-- When the events of an entry were removed, and when it lost everything that
-- tells of a person.
ALTER TABLE entries ADD COLUMN events_gone_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN erased_at INTEGER NOT NULL DEFAULT 0;

-- Rows of the audit log that were kept long enough go from its beginning on.
-- What stays is where the chain goes on: the mac of the last row cut off.
CREATE TABLE audit_cuts (
  upto INTEGER PRIMARY KEY,
  head BLOB NOT NULL,
  cut_at INTEGER NOT NULL,
  mac BLOB NOT NULL
);
DROP TRIGGER audit_no_delete;
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN old.id > COALESCE((SELECT max(upto) FROM audit_cuts), 0)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd

-- Numbers that were erased: a keyed hash and the last two digits are all that is
-- kept of them, so that what comes late of one stays erased.
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  tail TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE erasures;
DROP TRIGGER audit_no_delete;
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd
DROP TABLE audit_cuts;
ALTER TABLE entries DROP COLUMN erased_at;
ALTER TABLE entries DROP COLUMN events_gone_at;
DROP TABLE retention_job;
DROP TABLE retention;
