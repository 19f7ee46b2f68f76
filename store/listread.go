package store

import (
	"context"
	"fmt"
	"time"
)

// Stretch is a length of time.
type Stretch struct{ From, To time.Time }

// ListRead returns of which times since one Aircall's list of calls was read, by
// checks or when a person asked for the calls of the past.
func (s *Store) ListRead(ctx context.Context, since time.Time) ([]Stretch, error) {
	type row struct{ from, reached int64 }
	found, err := readRows(s.r.WithContext(ctx).Raw(`SELECT from_at, CASE WHEN reached < to_at THEN reached ELSE to_at END FROM backfills
		WHERE reached > from_at AND to_at > ? ORDER BY from_at, id`, micros(since)), func(r *row) []any { return []any{&r.from, &r.reached} })
	if err != nil {
		return nil, fmt.Errorf("store: read what of the list was read: %w", err)
	}
	var out []Stretch
	for _, r := range found {
		from, to := fromMicros(r.from), fromMicros(r.reached)
		if last := len(out) - 1; last >= 0 && !from.After(out[last].To) {
			out[last].To = laterOf(out[last].To, to)
		} else {
			out = append(out, Stretch{from, to})
		}
	}
	return out, nil
}
