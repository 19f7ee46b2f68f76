package store

import (
	"context"
	"time"

	"ringledger/integration/callflow"
)

// CountFailedSince counts the open failed entries whose last try failed since a
// moment.
func (s *Store) CountFailedSince(ctx context.Context, since time.Time) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw(`SELECT count(*) FROM entries WHERE cause <> '' AND resolved_at = 0 AND outcome = 'failed' AND replay = ''
		AND updated_at >= ? AND EXISTS (SELECT 1 FROM tries WHERE tries.entry_id = entries.id AND tries.outcome = 'failed' AND tries.at >= ?)`,
		micros(since), micros(since)).Scan(&n).Error
	return n, wrapped("store: count failed since", err)
}

// CountStarted counts the entries that started between two moments.
func (s *Store) CountStarted(ctx context.Context, from, to time.Time) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM entries WHERE started_at >= ? AND started_at < ?", micros(from), micros(to)).Scan(&n).Error
	return n, wrapped("store: count started", err)
}

// HeldFor counts the entries that are held back for a reason.
func (s *Store) HeldFor(ctx context.Context, why ...callflow.Reason) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM entries WHERE outcome = 'waiting' AND outcome <> 'logged' AND reason IN ?", why).Scan(&n).Error
	return n, wrapped("store: count held", err)
}

// stuckLooked is how many entries that were tried and wait are looked at: the
// oldest is among the first.
const stuckLooked = 200

// WaitingSince tells since when the entry waits that waits the longest, of those
// that are held for no reason that is told by itself. A call does not wait
// before its end, and a replayed one not before it was asked for. Zero = none
// waits.
func (s *Store) WaitingSince(ctx context.Context) (time.Time, error) {
	var untried, tried *int64
	const waiting = "outcome = 'waiting' AND outcome <> 'logged' AND reason IN "
	err := s.r.WithContext(ctx).Raw(`SELECT min(CASE WHEN ended_at > updated_at THEN ended_at ELSE updated_at END) FROM entries
		WHERE ` + waiting + `('queued', 'settling')`).Scan(&untried).Error
	if err != nil {
		return time.Time{}, wrapped("store: waiting since", err)
	}
	err = s.r.WithContext(ctx).Raw(`SELECT min(CASE WHEN since > ended_at THEN since ELSE ended_at END) FROM (SELECT ended_at,
		COALESCE((SELECT min(at) FROM tries WHERE entry_id = e.id AND id > COALESCE((SELECT max(id) FROM tries WHERE entry_id = e.id AND outcome <> 'waiting'), 0)), updated_at) AS since
		FROM (SELECT id, ended_at, updated_at FROM entries WHERE `+waiting+`('retrying', 'number_busy', 'held_not_connected') ORDER BY id LIMIT ?) AS e) AS w`, stuckLooked).Scan(&tried).Error
	if err != nil {
		return time.Time{}, wrapped("store: waiting since", err)
	}
	var oldest time.Time
	for _, us := range []*int64{untried, tried} {
		if us != nil && (oldest.IsZero() || fromMicros(*us).Before(oldest)) {
			oldest = fromMicros(*us)
		}
	}
	return oldest, nil
}
