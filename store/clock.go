package store

import (
	"context"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

const (
	// longestPause is longer than any entry rests by itself.
	longestPause = 20 * time.Minute
	// longestCall is longer than a call is waited for that goes on, whether its
	// Task is written already or not.
	longestCall = 5 * time.Hour
)

// BringForward makes due what a clock that was ahead has put off for longer
// than anything is, and ends the locks that it made too long. It returns how
// many entries it brought forward.
func (s *Store) BringForward(ctx context.Context) (n int64, err error) {
	now := s.now()
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		res := tx.Exec(`UPDATE entries SET due_at = ?, lease_until = CASE WHEN lease_until > ? THEN 0 ELSE lease_until END,
			intent_at = CASE WHEN intent_at > ? THEN ? ELSE intent_at END
			WHERE due_at > ? AND (due_at > ? OR reason <> ? AND task_id = '')`,
			micros(now), micros(now.Add(longestPause)), micros(now), micros(now), micros(now.Add(longestPause)), micros(now.Add(longestCall)), string(callflow.ReasonGoingOn))
		if n = res.RowsAffected; res.Error != nil {
			return res.Error
		}
		return tx.Exec("UPDATE numbers SET locked_until = ? WHERE locked_until > ?", micros(now.Add(longestPause)), micros(now.Add(longestPause))).Error
	})
	if err == nil && n > 0 {
		s.changes.tell()
	}
	return n, wrapped("store: bring forward what is due", err)
}
