package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// AlertMessage is what is to be told of an alert on one channel.
type AlertMessage struct {
	ID, AlertID int64
	Channel     string
	Body        string
	MadeAt      time.Time
	DueAt       time.Time
	Tries       int
	SentAt      time.Time // zero while it waits
	DroppedAt   time.Time // when it was given up
	Told        string    // whom
	Problem     string    // what the last try met

	fence int64
}

type messageRow struct {
	ID, AlertID                      int64
	Channel, Body, Told, Problem     string
	MadeAt, DueAt, SentAt, DroppedAt int64
	Tries                            int
	Fence                            int64
}

func (r messageRow) plain() AlertMessage {
	return AlertMessage{ID: r.ID, AlertID: r.AlertID, Channel: r.Channel, Body: r.Body, MadeAt: fromMicros(r.MadeAt), DueAt: fromMicros(r.DueAt),
		Tries: r.Tries, SentAt: fromMicros(r.SentAt), DroppedAt: fromMicros(r.DroppedAt), Told: r.Told, Problem: r.Problem, fence: r.Fence}
}

const messageColumns = "id, alert_id, channel, body, told, problem, made_at, due_at, sent_at, dropped_at, tries, fence"

// addMessages notes what is to be told, in the transaction that says why.
func (s *Store) addMessages(tx *gorm.DB, alertID int64, t Telling) error {
	if len(t.Channels) == 0 {
		return nil
	}
	body, err := t.Body(alertID)
	if err != nil {
		return err
	}
	now := micros(s.now())
	for _, channel := range t.Channels {
		err := tx.Exec("INSERT INTO alert_messages (alert_id, channel, body, made_at, due_at) VALUES (?, ?, ?, ?, ?)", alertID, channel, body, now, now).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// openMessage is the condition of the index alert_messages_open.
const openMessage = "sent_at = 0 AND dropped_at = 0"

// ClaimMessage takes the oldest message of a channel that is not told, when it
// is due and in nobody's hand. Those behind it wait, so that no end is told
// before its beginning.
func (s *Store) ClaimMessage(ctx context.Context, channel string, lease time.Duration) (m AlertMessage, ok bool, err error) {
	now := micros(s.now())
	oldest, err := s.oldestMessage(ctx, channel)
	if err != nil || len(oldest) == 0 || oldest[0].DueAt > now {
		return m, false, err
	}
	var found []messageRow
	err = s.w.WithContext(ctx).Raw(`UPDATE alert_messages SET lease_until = ?, fence = fence + 1, tries = tries + 1
		WHERE id = ? AND `+openMessage+` AND due_at <= ? AND lease_until <= ? RETURNING `+messageColumns,
		micros(s.now().Add(lease)), oldest[0].ID, now, now).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return m, false, wrapped("store: claim alert message", err)
	}
	return found[0].plain(), true, nil
}

func (s *Store) oldestMessage(ctx context.Context, channel string) ([]messageRow, error) {
	var oldest []messageRow
	err := s.r.WithContext(ctx).Raw("SELECT "+messageColumns+" FROM alert_messages WHERE channel = ? AND "+openMessage+" ORDER BY id LIMIT 1", channel).Scan(&oldest).Error
	return oldest, wrapped("store: read oldest alert message", err)
}

// MessageTold keeps that a claimed message arrived, whom it told, and who of
// several would not have it.
func (s *Store) MessageTold(ctx context.Context, m AlertMessage, told, problem string) error {
	return s.changeMessage(ctx, m, "sent_at = ?, told = ?, problem = ?", micros(s.now()), clean(told), cut(clean(problem), maxAuditText))
}

// MessageFailed gives a claimed message back until a later moment; told are
// those of several whom it has reached.
func (s *Store) MessageFailed(ctx context.Context, m AlertMessage, told, problem string, until time.Time) error {
	return s.changeMessage(ctx, m, "told = ?, problem = ?, due_at = ?", clean(told), cut(clean(problem), maxAuditText), micros(until))
}

func (s *Store) changeMessage(ctx context.Context, m AlertMessage, set string, args ...any) error {
	res := s.w.WithContext(ctx).Exec("UPDATE alert_messages SET lease_until = 0, "+set+" WHERE id = ? AND fence = ? AND "+openMessage, append(args, m.ID, m.fence)...)
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("store: keep alert message: %w", ErrConflict)
	}
	return s.alertsChanged("store: keep alert message", res.Error)
}

// DropMessages gives up what a channel was to tell: all of it when the channel
// is not used any more, else what was made before a moment.
func (s *Store) DropMessages(ctx context.Context, channel string, before time.Time) error {
	err := s.w.WithContext(ctx).Exec("UPDATE alert_messages SET dropped_at = ? WHERE channel = ? AND made_at < ? AND "+openMessage,
		micros(s.now()), channel, micros(before)).Error
	return wrapped("store: drop alert messages", err)
}

// AlertChannel is how one channel stands.
type AlertChannel struct {
	Waiting int       // messages that are not told
	Oldest  time.Time // since when the first of them waits
	Problem string    // what the last try met; "" = it was not tried, or is well
	NextAt  time.Time // when it is tried again
	TellAt  time.Time // when one was last told
	Told    int       // messages that arrived, as far as they are kept
	Dropped int
}

// AlertChannel tells how a channel stands.
func (s *Store) AlertChannel(ctx context.Context, channel string) (c AlertChannel, err error) {
	var found []struct {
		Waiting, Told, Dropped int
		TellAt                 *int64
	}
	err = s.r.WithContext(ctx).Raw(`SELECT sum(CASE WHEN sent_at = 0 AND dropped_at = 0 THEN 1 ELSE 0 END) AS waiting,
		sum(CASE WHEN sent_at > 0 THEN 1 ELSE 0 END) AS told, sum(CASE WHEN dropped_at > 0 THEN 1 ELSE 0 END) AS dropped, max(sent_at) AS tell_at
		FROM alert_messages WHERE channel = ? HAVING count(*) > 0`, channel).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return c, wrapped("store: read alert channel", err)
	}
	c.Waiting, c.Told, c.Dropped = found[0].Waiting, found[0].Told, found[0].Dropped
	if found[0].TellAt != nil {
		c.TellAt = fromMicros(*found[0].TellAt)
	}
	oldest, err := s.oldestMessage(ctx, channel)
	if err != nil || len(oldest) == 0 {
		return c, err
	}
	c.Oldest, c.Problem, c.NextAt = fromMicros(oldest[0].MadeAt), oldest[0].Problem, fromMicros(oldest[0].DueAt)
	return c, nil
}
