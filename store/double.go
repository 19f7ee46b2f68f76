package store

import (
	"context"

	"gorm.io/gorm"
)

// Double is a Task too many of an entry.
type Double struct {
	EntryID int64
	TaskID  string
}

// BeginHealing notes Tasks too many before they are deleted: who ends in the
// middle leaves them to whoever looks next.
func (s *Store) BeginHealing(ctx context.Context, doubles []Double) error {
	if len(doubles) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(doubles))
	for _, d := range doubles {
		args = append(args, d.TaskID, d.EntryID)
	}
	return wrapped("store: begin healing", s.w.WithContext(ctx).Exec("INSERT INTO doubles (task_id, entry_id) VALUES "+rows("(?, ?)", len(doubles))+
		" ON CONFLICT (task_id) DO UPDATE SET entry_id = excluded.entry_id", args...).Error)
}

// Healing returns Tasks of which nobody told yet what became of them.
func (s *Store) Healing(ctx context.Context, limit int) ([]Double, error) {
	var found []Double
	err := s.r.WithContext(ctx).Raw("SELECT task_id, entry_id FROM doubles ORDER BY task_id LIMIT ?", limit).Scan(&found).Error
	return found, wrapped("store: read doubles", err)
}

// EndHealing notes what became of such Tasks. One that is gone is counted by its
// entry, once, however many say so; one that stands is forgotten. It returns how
// many were counted.
func (s *Store) EndHealing(ctx context.Context, gone, stand []string) (counted int, err error) {
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var of []int64
		if len(gone) > 0 {
			if err := tx.Raw("DELETE FROM doubles WHERE task_id IN ? RETURNING entry_id", gone).Scan(&of).Error; err != nil {
				return err
			}
		}
		if counted = len(of); counted > 0 {
			args := make([]any, counted)
			for i, id := range of {
				args[i] = id
			}
			if err := tx.Exec("UPDATE entries SET healed = healed + too_many.n FROM (SELECT column1 AS id, count(*) AS n FROM (VALUES "+
				rows("(CAST(? AS BIGINT))", counted)+") AS gone GROUP BY column1) AS too_many WHERE entries.id = too_many.id", args...).Error; err != nil {
				return err
			}
		}
		if len(stand) == 0 {
			return nil
		}
		return tx.Exec("DELETE FROM doubles WHERE task_id IN ?", stand).Error
	})
	return counted, wrapped("store: end healing", err)
}
