package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// linkWorks is the condition of a link that works, and its arguments: its time
// is not over, and no more of it is left than such a link ever has. One with
// more was made by a clock that was ahead, or that one is behind now: when it
// ends cannot be told any more, so that it has ended.
const linkWorks = "expires_at > ? AND expires_at <= ?"

func (s *Store) linkTimes(life time.Duration) (over, tooFar int64) {
	now := s.now()
	return micros(now), micros(now.Add(life + beforeItsTime))
}

// ForgetLinks leaves no link behind that has ended and would work again when
// the clock changes. An invitation stays in its list, to be renewed.
func (s *Store) ForgetLinks(ctx context.Context) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for table, life := range map[string]time.Duration{"resets": ResetLife, "setup": SetupLife} {
			over, tooFar := s.linkTimes(life)
			if err := tx.Exec("DELETE FROM "+table+" WHERE NOT ("+linkWorks+")", over, tooFar).Error; err != nil {
				return err
			}
		}
		return s.forgetInvitations(tx)
	})
	return wrapped("store: forget links", err)
}

// forgetInvitations takes from invitations that have ended what their links are
// recognised by.
func (s *Store) forgetInvitations(tx *gorm.DB) error {
	over, tooFar := s.linkTimes(InvitationLife)
	var ended []int64
	if err := tx.Raw("SELECT id FROM invitations WHERE NOT ("+linkWorks+") AND length(hash) = ?", over, tooFar, len(tokenHash(""))).Scan(&ended).Error; err != nil {
		return err
	}
	for _, id := range ended {
		if err := tx.Exec("UPDATE invitations SET hash = ?, expires_at = CASE WHEN expires_at > ? THEN ? ELSE expires_at END WHERE id = ? AND NOT ("+linkWorks+")",
			[]byte("ended "+strconv.FormatInt(id, 10)), over, over, id, over, tooFar).Error; err != nil {
			return fmt.Errorf("invitation: %w", err)
		}
	}
	return nil
}
