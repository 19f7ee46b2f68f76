-- +goose Up
CREATE TABLE keysets (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed TEXT NOT NULL CHECK (sealed LIKE 'v1:%')
);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  event TEXT NOT NULL,
  body BLOB NOT NULL,
  event_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL
);
CREATE INDEX deliveries_object ON deliveries (kind, object_id);

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  due_at INTEGER,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 1,
  events INTEGER NOT NULL DEFAULT 1,
  tries INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  intent_at INTEGER NOT NULL DEFAULT 0,
  replay TEXT NOT NULL DEFAULT '',
  choice TEXT NOT NULL DEFAULT '',
  first_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  call_type TEXT NOT NULL DEFAULT '',
  direction TEXT NOT NULL DEFAULT '',
  line_id TEXT NOT NULL DEFAULT '',
  line_name TEXT NOT NULL DEFAULT '',
  external TEXT NOT NULL DEFAULT '',
  agent_id TEXT NOT NULL DEFAULT '',
  agent_name TEXT NOT NULL DEFAULT '',
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT 'waiting',
  reason TEXT NOT NULL DEFAULT 'queued',
  detail TEXT NOT NULL DEFAULT '',
  rules_version INTEGER NOT NULL DEFAULT 0,
  task_id TEXT NOT NULL DEFAULT '',
  task_at INTEGER NOT NULL DEFAULT 0,
  who_id TEXT NOT NULL DEFAULT '',
  what_id TEXT NOT NULL DEFAULT '',
  owner_id TEXT NOT NULL DEFAULT '',
  record_kind TEXT NOT NULL DEFAULT '',
  record_id TEXT NOT NULL DEFAULT '',
  record_name TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL DEFAULT '',
  created TEXT NOT NULL DEFAULT '',
  wrote TEXT NOT NULL DEFAULT '',
  UNIQUE (provider, kind, object_id)
);
CREATE INDEX entries_due ON entries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX entries_started ON entries (started_at, id);
CREATE INDEX entries_outcome ON entries (outcome, started_at, id) WHERE outcome <> 'logged';
CREATE INDEX entries_line ON entries (line_id, started_at, id);
CREATE INDEX entries_agent ON entries (agent_id, started_at, id);
CREATE INDEX entries_task ON entries (task_id) WHERE task_id <> '';
CREATE INDEX entries_object ON entries (object_id);

CREATE TABLE terms (
  term TEXT NOT NULL,
  entry_id INTEGER NOT NULL,
  PRIMARY KEY (term, entry_id)
) WITHOUT ROWID;

CREATE TABLE tries (
  id INTEGER PRIMARY KEY,
  entry_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  cause TEXT NOT NULL,
  at INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  rules_version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  steps TEXT NOT NULL,
  exchanges TEXT NOT NULL
);
CREATE INDEX tries_entry ON tries (entry_id, n);

CREATE TABLE lines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  e164 TEXT NOT NULL,
  country TEXT NOT NULL,
  time_zone TEXT NOT NULL
);
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL
);

CREATE TABLE numbers (
  e164 TEXT PRIMARY KEY,
  locked_by INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL DEFAULT 0,
  choice TEXT NOT NULL DEFAULT '',
  chosen_by TEXT NOT NULL DEFAULT '',
  chosen_at INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE settings (
  version INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  note TEXT NOT NULL
);

CREATE TABLE connections (
  name TEXT PRIMARY KEY,
  facts TEXT NOT NULL,
  secrets TEXT NOT NULL CHECK (secrets = '' OR secrets LIKE 'v1:%'),
  updated_at INTEGER NOT NULL
);

CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  secret_hash BLOB NOT NULL UNIQUE,
  secret TEXT NOT NULL CHECK (secret LIKE 'v1:%'),
  token_hash BLOB,
  token TEXT NOT NULL CHECK (token = '' OR token LIKE 'v1:%'),
  remote_id TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  password TEXT NOT NULL,
  locale TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
);
CREATE TABLE setup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE sessions (
  token TEXT PRIMARY KEY,
  data BLOB NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE TABLE throttles (
  name TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
);
CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  address TEXT NOT NULL,
  previous BLOB NOT NULL,
  mac BLOB NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit;
DROP TABLE api_keys;
DROP TABLE throttles;
DROP TABLE sessions;
DROP TABLE setup;
DROP TABLE users;
DROP TABLE webhooks;
DROP TABLE connections;
DROP TABLE settings;
DROP TABLE numbers;
DROP TABLE agents;
DROP TABLE lines;
DROP TABLE tries;
DROP TABLE terms;
DROP TABLE entries;
DROP TABLE deliveries;
DROP TABLE keysets;
