package store

import (
	"context"

	"gorm.io/gorm"
)

// Together makes several changes one: all of them are kept, or none when f
// fails. f uses the store that it is given and no other, which would wait for
// this one to end; and it changes no webhook and adds no delivery, whose memory
// the store given does not share.
func (s *Store) Together(ctx context.Context, f func(*Store) error) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		return f(&Store{w: tx, r: tx, postgres: s.postgres, now: s.now, log: s.log, keys: s.keys})
	})
	if err == nil {
		s.changes.tell()
	}
	return err
}
