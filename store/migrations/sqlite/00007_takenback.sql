-- +goose Up
-- What an entry was when a replay handed it over, so that a replay that is
-- stopped can take it back. An item without a revision was handed over before
-- this was known, and comes to its end.
ALTER TABLE replay_items ADD COLUMN due_before INTEGER;
ALTER TABLE replay_items ADD COLUMN detail_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN cause_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN rules_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN resolved_at_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN resolved_by_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN intent_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE replay_items DROP COLUMN revision;
ALTER TABLE replay_items DROP COLUMN intent_before;
ALTER TABLE replay_items DROP COLUMN resolved_by_before;
ALTER TABLE replay_items DROP COLUMN resolved_at_before;
ALTER TABLE replay_items DROP COLUMN rules_before;
ALTER TABLE replay_items DROP COLUMN cause_before;
ALTER TABLE replay_items DROP COLUMN detail_before;
ALTER TABLE replay_items DROP COLUMN due_before;
