-- +goose Up
-- What a check of Aircall's list, the ledger and Salesforce found. It is a
-- backfill that nobody need ask for: one at a time, whoever asked.
ALTER TABLE backfills ADD COLUMN open_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backfills ADD COLUMN unread BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backfills ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backfills ADD COLUMN lacking BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backfills ADD COLUMN healed BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX backfills_checked ON backfills (cause) WHERE cause = 'checked' AND state IN ('waiting', 'running');

-- When Aircall's list was seen to hold the call; how its Task was found; how
-- many Tasks too many were removed; whether its Task is still to be looked for.
ALTER TABLE entries ADD COLUMN listed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN standing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN healed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN look BIGINT NOT NULL DEFAULT 1;
CREATE INDEX entries_look ON entries (task_at, id) WHERE task_at > 0 AND look = 1;
CREATE INDEX entries_lacking ON entries (started_at, id) WHERE standing >= 3;

-- The calls of one day, line and agent, counted when a check ends.
CREATE TABLE reconciled (
  day TEXT NOT NULL,
  line_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  line_name TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  calls BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  logged BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  person BIGINT NOT NULL,
  waiting BIGINT NOT NULL,
  found BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  missing BIGINT NOT NULL,
  doubled BIGINT NOT NULL,
  healed BIGINT NOT NULL,
  PRIMARY KEY (day, line_id, agent_id)
);

-- +goose Down
DROP TABLE reconciled;
DROP INDEX entries_lacking;
DROP INDEX entries_look;
ALTER TABLE entries DROP COLUMN look;
ALTER TABLE entries DROP COLUMN healed;
ALTER TABLE entries DROP COLUMN standing;
ALTER TABLE entries DROP COLUMN listed_at;
DROP INDEX backfills_checked;
ALTER TABLE backfills DROP COLUMN healed;
ALTER TABLE backfills DROP COLUMN lacking;
ALTER TABLE backfills DROP COLUMN looked;
ALTER TABLE backfills DROP COLUMN unread;
ALTER TABLE backfills DROP COLUMN open_at;
