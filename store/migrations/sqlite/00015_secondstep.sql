-- +goose Up
-- Whose sign-in must ask for a code besides the password. It has one row.
CREATE TABLE second_step (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  required_of TEXT NOT NULL CHECK (required_of IN ('nobody', 'admins', 'everyone'))
);
INSERT INTO second_step (id, required_of) VALUES (1, 'nobody');

-- +goose Down
DROP TABLE second_step;
