-- +goose Up
-- Which alerts are told, to whom, and in which words. It has one row, and is
-- changed by who has read the version it has.
CREATE TABLE alert_settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  facts TEXT NOT NULL,
  secret TEXT NOT NULL CHECK (secret = '' OR secret LIKE 'v1:%')
);

-- What went wrong, from when it was seen to its end; one of a kind at a time.
-- It is told from began_at on. What is told once a day has that day.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  day TEXT NOT NULL DEFAULT '',
  seen_at INTEGER NOT NULL,
  began_at INTEGER NOT NULL DEFAULT 0,
  reminded_at INTEGER NOT NULL DEFAULT 0,
  ended_at INTEGER NOT NULL DEFAULT 0,
  facts TEXT NOT NULL
);
CREATE UNIQUE INDEX alerts_lasting ON alerts (kind) WHERE ended_at = 0;
CREATE UNIQUE INDEX alerts_day ON alerts (kind, day) WHERE day <> '';

-- What is to be told on each channel, in its order.
CREATE TABLE alert_messages (
  id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'webhook')),
  body TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER NOT NULL DEFAULT 0,
  dropped_at INTEGER NOT NULL DEFAULT 0,
  told TEXT NOT NULL DEFAULT '',
  problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alert_messages_open ON alert_messages (channel, id) WHERE sent_at = 0 AND dropped_at = 0;
CREATE INDEX alert_messages_alert ON alert_messages (alert_id);

-- +goose Down
DROP TABLE alert_messages;
DROP TABLE alerts;
DROP TABLE alert_settings;
