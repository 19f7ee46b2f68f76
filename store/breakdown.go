package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// PartyCount is how many entries one line and one agent share.
type PartyCount struct {
	Line, Agent string // ids; "" = none
	N           int
}

// CountParties counts what a filter finds by line and agent together. It reads
// each entry of the filter once, mostly in the index: meant for ranges of days.
// What takes longer than a reading may, or than ctx has time, is ErrTooBroad.
func (s *Store) CountParties(ctx context.Context, f Filter) ([]PartyCount, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	p, err := s.planOf(ctx, f)
	var found []PartyCount
	if err == nil {
		sources, args := p.counted().sources()
		for i := range sources {
			sources[i] = "SELECT line_id, agent_id " + sources[i]
		}
		sql := "SELECT line_id, agent_id, count(*) FROM (" + strings.Join(sources, " UNION ALL ") + ") AS fitting GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
		found, err = readRows(s.r.WithContext(ctx).Raw(sql, args...), func(c *PartyCount) []any { return []any{&c.Line, &c.Agent, &c.N} })
	}
	if err != nil {
		return nil, fmt.Errorf("store: count by line and agent: %w", tooBroad(ctx, err))
	}
	return found, nil
}

// CountMessages counts the messages of a period, which its calls are told apart
// from.
func (s *Store) CountMessages(ctx context.Context, from, to time.Time) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	n := 0
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM entries WHERE call_type IN (?, ?) AND call_type <> '' AND started_at >= ? AND started_at < ?",
		string(callflow.MessageSent), string(callflow.MessageReceived), micros(from), micros(to)).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("store: count messages: %w", tooBroad(ctx, err))
	}
	return n, nil
}
