-- +goose Up
-- What goes by its age, or is erased, is looked for in every replay it was in.
CREATE INDEX replay_items_entry ON replay_items (entry_id);

-- +goose Down
DROP INDEX replay_items_entry;
