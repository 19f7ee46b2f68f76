-- +goose Up
-- The version counts the changes of the data keys, so that a node sees without
-- opening them that it holds old ones. The fingerprint tells which secret key
-- opens them.
ALTER TABLE keysets ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE keysets ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE keysets DROP COLUMN fingerprint;
ALTER TABLE keysets DROP COLUMN version;
