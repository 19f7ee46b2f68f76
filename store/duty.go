package store

import (
	"context"
	"fmt"
	"time"
)

// TakeDuty gives a periodic duty to this node until the lease ends, or keeps it
// here; mine is false while another node has it. A node that dies or stands
// still loses it with its lease, which a lock of its connection would outlast; a
// lease that a clock made that was ahead counts as over.
// It spares work and guards nothing: what may be done once only has a claim or
// a lock of its own.
func (s *Store) TakeDuty(ctx context.Context, name string, lease time.Duration) (mine bool, err error) {
	if s.nodes == nil { // this process has the database to itself
		return true, nil
	}
	now := s.now()
	res := s.w.WithContext(ctx).Exec(`INSERT INTO duties (name, node, lease_until) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET node = excluded.node, lease_until = excluded.lease_until
		WHERE duties.node = excluded.node OR duties.lease_until <= ? OR duties.lease_until > ?`,
		name, s.nodes.name, micros(now.Add(lease)), micros(now), micros(now.Add(lease+longestRest)))
	if res.Error != nil {
		return false, fmt.Errorf("store: take duty: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

// LeaveDuty lets another node take over at once.
func (s *Store) LeaveDuty(ctx context.Context, name string) error {
	if s.nodes == nil {
		return nil
	}
	return wrapped("store: leave duty", s.w.WithContext(ctx).Exec("DELETE FROM duties WHERE name = ? AND node = ?", name, s.nodes.name).Error)
}
