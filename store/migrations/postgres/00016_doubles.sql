-- +goose Up
-- Tasks too many that are being deleted, until it is told what became of them.
CREATE TABLE doubles (
  task_id TEXT PRIMARY KEY,
  entry_id BIGINT NOT NULL
);

-- +goose Down
DROP TABLE doubles;
