-- +goose Up
-- The list is read along the start of calls; what it can be filtered by stands
-- in the index, so that rows that do not fit are never read.
DROP INDEX entries_started;
CREATE INDEX entries_started ON entries (started_at, id, outcome, reason, call_type, direction, line_id, agent_id, record_kind, rules_version, resolved_at);
DROP INDEX entries_line;
DROP INDEX entries_agent;
CREATE INDEX entries_line ON entries (line_id, started_at, id, outcome, call_type, direction, agent_id, record_kind);
CREATE INDEX entries_agent ON entries (agent_id, started_at, id, outcome, call_type, direction, line_id, record_kind);
-- Values that can be rare. What just came in has none of them yet.
CREATE INDEX entries_type ON entries (call_type, started_at, id) WHERE call_type <> '';
CREATE INDEX entries_kind ON entries (record_kind, started_at, id) WHERE record_kind <> '';
CREATE INDEX entries_reason ON entries (reason, started_at, id) WHERE reason <> 'queued';
CREATE INDEX entries_rules ON entries (rules_version, started_at, id) WHERE rules_version > 0;

-- Terms of one entry; and the records it stands on, by their ids.
CREATE INDEX terms_entry ON terms (entry_id, term);
INSERT INTO terms (term, entry_id) SELECT 'i:' || who_id, id FROM entries WHERE who_id <> '' ON CONFLICT DO NOTHING;
INSERT INTO terms (term, entry_id) SELECT 'i:' || what_id, id FROM entries WHERE what_id <> '' ON CONFLICT DO NOTHING;
INSERT INTO terms (term, entry_id) SELECT 'i:' || record_id, id FROM entries WHERE record_id <> '' ON CONFLICT DO NOTHING;

CREATE TABLE saved_views (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared INTEGER NOT NULL DEFAULT 0,
  saved_at INTEGER NOT NULL
);
CREATE INDEX saved_views_owner ON saved_views (owner);

-- +goose Down
DROP TABLE saved_views;
DELETE FROM terms WHERE term >= 'i:' AND term < 'i;';
DROP INDEX terms_entry;
DROP INDEX entries_rules;
DROP INDEX entries_reason;
DROP INDEX entries_kind;
DROP INDEX entries_type;
DROP INDEX entries_started;
CREATE INDEX entries_started ON entries (started_at, id);
DROP INDEX entries_agent;
DROP INDEX entries_line;
CREATE INDEX entries_line ON entries (line_id, started_at, id);
CREATE INDEX entries_agent ON entries (agent_id, started_at, id);
