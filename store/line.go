package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringledger/integration/callflow"
)

// Line is one of the company's numbers, with when its last call started.
type Line struct {
	callflow.Line
	LastCallAt time.Time
	GoneAt     time.Time // when the provider did not list it any more; zero while it does
}

// Lines returns the company's lines by name.
func (s *Store) Lines(ctx context.Context) ([]Line, error) {
	var found []struct {
		ID, Name, E164, Country, TimeZone string
		LastCallAt                        *int64
		GoneAt                            int64
	}
	err := s.r.WithContext(ctx).Raw(`SELECT id, name, e164, country, time_zone, gone_at,
		(SELECT max(started_at) FROM entries WHERE line_id = lines.id) AS last_call_at FROM lines ORDER BY name, id`).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read lines: %w", err)
	}
	out := make([]Line, len(found))
	for i, f := range found {
		out[i] = Line{callflow.Line{ID: f.ID, Name: f.Name, E164: f.E164, Country: f.Country, TimeZone: f.TimeZone}, time.Time{}, fromMicros(f.GoneAt)}
		if f.LastCallAt != nil {
			out[i].LastCallAt = fromMicros(*f.LastCallAt)
		}
	}
	return out, nil
}

// KeepLines adds lines and takes over what changed of known ones; an empty
// value leaves the known one.
func (s *Store) KeepLines(ctx context.Context, lines []callflow.Line) error {
	for _, l := range lines {
		err := s.w.WithContext(ctx).Exec(`INSERT INTO lines (id, name, e164, country, time_zone) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET
			name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE lines.name END,
			e164 = CASE WHEN excluded.e164 <> '' THEN excluded.e164 ELSE lines.e164 END,
			country = CASE WHEN excluded.country <> '' THEN excluded.country ELSE lines.country END,
			time_zone = CASE WHEN excluded.time_zone <> '' THEN excluded.time_zone ELSE lines.time_zone END`,
			l.ID, l.Name, l.E164, l.Country, l.TimeZone).Error
		if err != nil {
			return fmt.Errorf("store: keep line %s: %w", l.ID, err)
		}
	}
	return nil
}

// CommonZone is the time zone of most lines; "" while there are none.
func (s *Store) CommonZone(ctx context.Context) (string, error) {
	var zones []string
	err := s.r.WithContext(ctx).Raw(`SELECT time_zone FROM lines WHERE time_zone <> '' GROUP BY time_zone ORDER BY count(*) DESC, time_zone LIMIT 1`).Scan(&zones).Error
	if err != nil {
		return "", fmt.Errorf("store: read zone: %w", err)
	}
	if len(zones) == 0 {
		return "", nil
	}
	return zones[0], nil
}

// Agents returns all agents heard of, by name.
func (s *Store) Agents(ctx context.Context) ([]callflow.Agent, error) {
	var out []callflow.Agent
	if err := s.r.WithContext(ctx).Raw("SELECT id, name, email FROM agents ORDER BY name, id").Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("store: read agents: %w", err)
	}
	return out, nil
}

// KeepAgents adds agents and takes over changed names and e-mails.
func (s *Store) KeepAgents(ctx context.Context, agents []callflow.Agent) error {
	for _, a := range agents {
		err := s.w.WithContext(ctx).Exec(`INSERT INTO agents (id, name, email) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET
			name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE agents.name END,
			email = CASE WHEN excluded.email <> '' THEN excluded.email ELSE agents.email END`, a.ID, a.Name, a.Email).Error
		if err != nil {
			return fmt.Errorf("store: keep agent %s: %w", a.ID, err)
		}
	}
	return nil
}

// KeepDirectory takes over the provider's whole list of lines and agents. Those
// that are on it no more stay, for their calls of the past, and are marked.
func (s *Store) KeepDirectory(ctx context.Context, lines []callflow.Line, agents []callflow.Agent) error {
	if err := s.KeepLines(ctx, lines); err != nil {
		return err
	}
	if err := s.KeepAgents(ctx, agents); err != nil {
		return err
	}
	lineIDs, agentIDs := make([]string, len(lines)), make([]string, len(agents))
	for i, l := range lines {
		lineIDs[i] = l.ID
	}
	for i, a := range agents {
		agentIDs[i] = a.ID
	}
	if err := s.markGone(ctx, "lines", lineIDs); err != nil {
		return err
	}
	return s.markGone(ctx, "agents", agentIDs)
}

// markGone says which rows of a table are on the list. A list of nobody is
// taken for one that was not read well.
func (s *Store) markGone(ctx context.Context, table string, listed []string) error {
	if len(listed) == 0 {
		return nil
	}
	back := s.w.WithContext(ctx).Exec("UPDATE "+table+" SET gone_at = 0 WHERE gone_at > 0 AND id IN ?", listed).Error
	gone := s.w.WithContext(ctx).Exec("UPDATE "+table+" SET gone_at = ? WHERE gone_at = 0 AND id NOT IN ?", micros(s.now()), listed).Error
	return wrapped("store: mark what is gone of "+table, errors.Join(back, gone))
}

// GoneAgents tells which agents the provider lists no more, and since when.
func (s *Store) GoneAgents(ctx context.Context) (map[string]time.Time, error) {
	var found []struct {
		ID     string
		GoneAt int64
	}
	if err := s.r.WithContext(ctx).Raw("SELECT id, gone_at FROM agents WHERE gone_at > 0").Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("store: read agents that are gone: %w", err)
	}
	out := make(map[string]time.Time, len(found))
	for _, f := range found {
		out[f.ID] = fromMicros(f.GoneAt)
	}
	return out, nil
}
