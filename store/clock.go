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
	// longestRest is longer than anything else rests by itself, or is in one hand.
	longestRest = 3 * time.Hour
)

// BringForward makes due what a clock that was ahead has put off for longer
// than anything is, and ends the locks that it made too long: of entries, of the
// periods of Aircall's list, of what is told and of the removal of what is old.
// It returns how many entries it brought forward.
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
		err := tx.Exec("UPDATE numbers SET locked_until = ? WHERE locked_until > ?", micros(now.Add(longestPause)), micros(now.Add(longestPause))).Error
		if err != nil {
			return err
		}
		return bringWorkForward(tx, micros(now), micros(now.Add(longestRest)))
	})
	if err == nil && n > 0 {
		s.changes.tell()
	}
	return n, wrapped("store: bring forward what is due", err)
}

// bringWorkForward does the same for what is no entry.
func bringWorkForward(tx *gorm.DB, now, latest int64) error {
	for _, table := range []struct{ name, open string }{{"backfills", "state IN ('waiting', 'running')"}, {"alert_messages", openMessage}} {
		err := tx.Exec("UPDATE "+table.name+` SET due_at = CASE WHEN due_at > ? THEN ? ELSE due_at END, lease_until = CASE WHEN lease_until > ? THEN 0 ELSE lease_until END
			WHERE `+table.open+" AND (due_at > ? OR lease_until > ?)", latest, now, latest, latest, latest).Error
		if err != nil {
			return err
		}
	}
	err := tx.Exec(`UPDATE alerts SET seen_at = CASE WHEN seen_at > ? THEN ? ELSE seen_at END, began_at = CASE WHEN began_at > ? THEN ? ELSE began_at END,
		reminded_at = CASE WHEN reminded_at > ? THEN ? ELSE reminded_at END WHERE ended_at = 0 AND (seen_at > ? OR began_at > ? OR reminded_at > ?)`,
		latest, now, latest, now, latest, now, latest, latest, latest).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE retention_job SET lease_until = 0 WHERE lease_until > ?", latest).Error
}
