-- +goose Up
-- What an entry was when a replay handed it over, so that a replay that is
-- stopped can take it back. An item without a revision was handed over before
-- this was known, and comes to its end.
ALTER TABLE replay_items ADD COLUMN due_before BIGINT;
ALTER TABLE replay_items ADD COLUMN detail_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN cause_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN rules_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN resolved_at_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN resolved_by_before TEXT NOT NULL DEFAULT '';
ALTER TABLE replay_items ADD COLUMN intent_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replay_items ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- Who made a key. The audit log knows it of those made before.
ALTER TABLE api_keys ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
UPDATE api_keys SET made_by = COALESCE((SELECT who FROM audit WHERE what = 'api_key_created' AND object = api_keys.name
  AND audit.at >= api_keys.created_at AND audit.at < api_keys.created_at + 60000000 ORDER BY id LIMIT 1), '');

-- +goose Down
ALTER TABLE api_keys DROP COLUMN made_by;
ALTER TABLE replay_items DROP COLUMN revision;
ALTER TABLE replay_items DROP COLUMN intent_before;
ALTER TABLE replay_items DROP COLUMN resolved_by_before;
ALTER TABLE replay_items DROP COLUMN resolved_at_before;
ALTER TABLE replay_items DROP COLUMN rules_before;
ALTER TABLE replay_items DROP COLUMN cause_before;
ALTER TABLE replay_items DROP COLUMN detail_before;
ALTER TABLE replay_items DROP COLUMN due_before;
