-- +goose Up
ALTER TABLE users ADD COLUMN deactivated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- a page left open names no other
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  hash BLOB NOT NULL UNIQUE,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE resets (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL
);

-- +goose Down
DROP TABLE resets;
DROP TABLE invitations;
ALTER TABLE users DROP COLUMN seen_at;
ALTER TABLE users DROP COLUMN deactivated_at;
