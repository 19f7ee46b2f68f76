-- +goose Up
-- Which node does what is to be done by one at a time, until when.
CREATE TABLE duties (
    name TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    lease_until BIGINT NOT NULL
);

-- +goose Down
DROP TABLE duties;
