-- +goose Up
ALTER TABLE entries ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN resolved_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN resolved_by TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN replay_id INTEGER NOT NULL DEFAULT 0;
-- What failed before is put together by its reason alone.
UPDATE entries SET cause = 'reason-' || reason WHERE outcome IN ('failed', 'needs_choice');
CREATE INDEX entries_attention ON entries (resolved_at, outcome, cause, started_at, id) WHERE cause <> '';
CREATE INDEX entries_replay ON entries (replay_id) WHERE replay_id > 0;

ALTER TABLE lines ADD COLUMN gone_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN gone_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN revoked_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE backfills (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'stopped')),
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT 0,
  reached INTEGER NOT NULL DEFAULT 0,
  found INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  problem TEXT NOT NULL DEFAULT '',
  due_at INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX backfills_asked ON backfills (cause) WHERE cause = 'asked' AND state IN ('waiting', 'running');

CREATE TABLE replays (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  rules TEXT NOT NULL CHECK (rules IN ('then', 'now')),
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('running', 'stopping', 'done', 'stopped')),
  total INTEGER NOT NULL,
  logged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  other INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX replays_cause ON replays (cause) WHERE state IN ('running', 'stopping');

CREATE INDEX audit_time ON audit (at, id, who, what, object);
CREATE INDEX audit_who ON audit (who, at, id, what, object);
CREATE INDEX audit_what ON audit (what, at, id, who, object);

-- +goose Down
DROP INDEX audit_what;
DROP INDEX audit_who;
DROP INDEX audit_time;
DROP TABLE replays;
DROP TABLE backfills;
ALTER TABLE api_keys DROP COLUMN revoked_at;
ALTER TABLE agents DROP COLUMN gone_at;
ALTER TABLE lines DROP COLUMN gone_at;
DROP INDEX entries_replay;
DROP INDEX entries_attention;
ALTER TABLE entries DROP COLUMN replay_id;
ALTER TABLE entries DROP COLUMN resolved_by;
ALTER TABLE entries DROP COLUMN resolved_at;
ALTER TABLE entries DROP COLUMN cause;
