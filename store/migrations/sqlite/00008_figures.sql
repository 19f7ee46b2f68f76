-- +goose Up
-- What needs a person, by its cause, whether somebody resolved it or not.
CREATE INDEX entries_cause ON entries (cause, started_at, id, outcome, resolved_at) WHERE cause <> '';
-- What the overview counts of few entries, so that it reads only those.
CREATE INDEX entries_resolved ON entries (started_at, outcome) WHERE resolved_at > 0;
CREATE INDEX entries_created ON entries (started_at, outcome, record_kind) WHERE created <> '';
-- The time from a call's end to its Task.
CREATE INDEX entries_delay ON entries (started_at, id, ended_at, task_at, first_at) WHERE task_at > 0;

-- Numbers of people that are given to nobody else.
CREATE TABLE removed_users (id INTEGER PRIMARY KEY);
-- +goose StatementBegin
CREATE TRIGGER users_removed AFTER DELETE ON users BEGIN INSERT INTO removed_users (id) VALUES (old.id); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER users_removed;
DROP TABLE removed_users;
DROP INDEX entries_delay;
DROP INDEX entries_created;
DROP INDEX entries_resolved;
DROP INDEX entries_cause;
