-- +goose Up
-- A replay is of one cause, of calls that somebody picked, or of all that a
-- filter found at a moment.
ALTER TABLE replays ADD COLUMN kind TEXT NOT NULL DEFAULT 'cause';
ALTER TABLE replays ADD COLUMN query TEXT NOT NULL DEFAULT '';
ALTER TABLE replays ADD COLUMN plan TEXT NOT NULL DEFAULT '';
ALTER TABLE replays ADD COLUMN passed BIGINT NOT NULL DEFAULT 0;
DROP INDEX replays_cause;
CREATE UNIQUE INDEX replays_cause ON replays (cause) WHERE state IN ('running', 'stopping') AND cause <> '';
CREATE UNIQUE INDEX replays_plan ON replays (plan) WHERE plan <> '';

CREATE TABLE replay_items (
  replay_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'flying', 'done', 'passed')),
  outcome TEXT NOT NULL DEFAULT '',
  outcome_before TEXT NOT NULL,
  reason_before TEXT NOT NULL,
  task_before TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  task_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (replay_id, n)
);
CREATE INDEX replay_items_state ON replay_items (replay_id, state, outcome, n);
-- Replays under way go on with what they have in hand and what is left of them.
INSERT INTO replay_items (replay_id, n, entry_id, state, outcome_before, reason_before, task_before)
SELECT r.id, row_number() OVER (PARTITION BY r.id ORDER BY e.started_at, e.id), e.id, CASE WHEN e.replay_id = r.id THEN 'flying' ELSE 'waiting' END, 'failed', r.reason, ''
FROM replays r JOIN entries e ON e.replay_id = r.id
  OR e.cause = r.cause AND e.outcome = 'failed' AND e.resolved_at = 0 AND e.replay = '' AND e.updated_at <= r.asked_at
WHERE r.state IN ('running', 'stopping');

-- +goose Down
DROP TABLE replay_items;
DROP INDEX replays_plan;
DROP INDEX replays_cause;
DELETE FROM replays WHERE kind <> 'cause';
CREATE UNIQUE INDEX replays_cause ON replays (cause) WHERE state IN ('running', 'stopping');
ALTER TABLE replays DROP COLUMN passed;
ALTER TABLE replays DROP COLUMN plan;
ALTER TABLE replays DROP COLUMN query;
ALTER TABLE replays DROP COLUMN kind;
