package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Alert is something that went wrong and is told, or what is told once a day.
type Alert struct {
	ID         int64
	Kind       string
	Day        string // of what is told once a day, as time.DateOnly; else ""
	SeenAt     time.Time
	BeganAt    time.Time // zero while it may still be over before it is worth telling
	RemindedAt time.Time
	EndedAt    time.Time // zero while it lasts
	Facts      string    // counts, as they were told at its beginning

	Messages []AlertMessage // of AlertHistory
}

type alertRow struct {
	ID                                   int64
	Kind, Day, Facts                     string
	SeenAt, BeganAt, RemindedAt, EndedAt int64
}

func (r alertRow) plain() Alert {
	return Alert{ID: r.ID, Kind: r.Kind, Day: r.Day, SeenAt: fromMicros(r.SeenAt), BeganAt: fromMicros(r.BeganAt),
		RemindedAt: fromMicros(r.RemindedAt), EndedAt: fromMicros(r.EndedAt), Facts: r.Facts}
}

const alertColumns = "id, kind, day, facts, seen_at, began_at, reminded_at, ended_at"

// OpenAlerts returns what lasts, and what was seen and is not told yet.
func (s *Store) OpenAlerts(ctx context.Context) ([]Alert, error) {
	return s.readAlerts(ctx, "WHERE ended_at = 0 ORDER BY id")
}

// AlertHistory returns the last alerts, the newest first, with what was told.
func (s *Store) AlertHistory(ctx context.Context, limit int) ([]Alert, error) {
	found, err := s.readAlerts(ctx, "WHERE began_at > 0 ORDER BY id DESC LIMIT ?", limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	at, ids := map[int64]int{}, make([]int64, len(found))
	for i, a := range found {
		at[a.ID], ids[i] = i, a.ID
	}
	var rows []messageRow
	if err := s.r.WithContext(ctx).Raw("SELECT "+messageColumns+" FROM alert_messages WHERE alert_id IN ? ORDER BY id", ids).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("store: read alert messages: %w", err)
	}
	for _, r := range rows {
		a := &found[at[r.AlertID]]
		a.Messages = append(a.Messages, r.plain())
	}
	return found, nil
}

func (s *Store) readAlerts(ctx context.Context, which string, args ...any) ([]Alert, error) {
	var rows []alertRow
	if err := s.r.WithContext(ctx).Raw("SELECT "+alertColumns+" FROM alerts "+which, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("store: read alerts: %w", err)
	}
	out := make([]Alert, len(rows))
	for i, r := range rows {
		out[i] = r.plain()
	}
	return out, nil
}

// SeeAlert notes that something is wrong which is told only when it goes on.
// While one of the kind is open nothing changes.
func (s *Store) SeeAlert(ctx context.Context, kind string) error {
	return wrapped("store: see alert", s.w.WithContext(ctx).Exec(`INSERT INTO alerts (kind, seen_at, facts) VALUES (?, ?, '')
		ON CONFLICT DO NOTHING`, kind, micros(s.now())).Error)
}

// Telling is what is to be told of an alert: one body for each channel.
type Telling struct {
	Facts    string
	Body     func(id int64) (string, error)
	Channels []string
}

// BeginAlert begins an alert and what is to be told of it, at once. It reports
// false when it has begun already: of nodes that notice together, one tells.
// began is when it went wrong as far as known; zero = when it was seen.
func (s *Store) BeginAlert(ctx context.Context, kind string, began time.Time, t Telling) (begun bool, err error) {
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		now := micros(s.now())
		if err := tx.Exec("INSERT INTO alerts (kind, seen_at, facts) VALUES (?, ?, '') ON CONFLICT DO NOTHING", kind, now).Error; err != nil {
			return err
		}
		set, args := "began_at = seen_at", []any{now, t.Facts, kind}
		if !began.IsZero() {
			set, args = "began_at = ?", append([]any{micros(began)}, args...)
		}
		var ids []int64
		if err := tx.Raw("UPDATE alerts SET "+set+", reminded_at = ?, facts = ? WHERE kind = ? AND ended_at = 0 AND began_at = 0 RETURNING id", args...).Scan(&ids).Error; err != nil {
			return err
		}
		if begun = len(ids) == 1; !begun {
			return nil
		}
		return s.addMessages(tx, ids[0], t)
	})
	return begun, s.alertsChanged("store: begin alert", err)
}

// DailyAlert tells what is told once a day; told is false when the day's was
// told already.
func (s *Store) DailyAlert(ctx context.Context, kind, day string, t Telling) (told bool, err error) {
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		now := micros(s.now())
		var ids []int64
		if err := tx.Raw(`INSERT INTO alerts (kind, day, seen_at, began_at, ended_at, facts) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING RETURNING id`, kind, day, now, now, now, t.Facts).Scan(&ids).Error; err != nil {
			return err
		}
		if told = len(ids) == 1; !told {
			return nil
		}
		return s.addMessages(tx, ids[0], t)
	})
	return told, s.alertsChanged("store: daily alert", err)
}

// ToldOn reports whether a day's alert of a kind was told.
func (s *Store) ToldOn(ctx context.Context, kind, day string) (bool, error) {
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM alerts WHERE kind = ? AND day = ?", kind, day).Scan(&n).Error
	return n > 0, wrapped("store: read alert of a day", err)
}

// RemindOf tells of an alert that lasts once more, unless another node just did.
func (s *Store) RemindOf(ctx context.Context, a Alert, t Telling) error {
	err := s.changeAlert(ctx, a, "reminded_at = ?", micros(s.now()), t)
	return s.alertsChanged("store: remind of alert", err)
}

// EndAlert ends an alert that has begun, and tells so on the channels given.
func (s *Store) EndAlert(ctx context.Context, a Alert, t Telling) error {
	err := s.changeAlert(ctx, a, "ended_at = ?", micros(s.now()), t)
	return s.alertsChanged("store: end alert", err)
}

// changeAlert changes an alert that is as it was read, and adds what is told of
// it. Another node's change leaves nothing to do.
func (s *Store) changeAlert(ctx context.Context, a Alert, set string, value int64, t Telling) error {
	return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		res := tx.Exec("UPDATE alerts SET "+set+" WHERE id = ? AND ended_at = 0 AND began_at > 0 AND reminded_at = ?", value, a.ID, micros(a.RemindedAt))
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		return s.addMessages(tx, a.ID, t)
	})
}

// ForgetAlert removes what was seen and was over before it was told.
func (s *Store) ForgetAlert(ctx context.Context, a Alert) error {
	return wrapped("store: forget alert", s.w.WithContext(ctx).Exec("DELETE FROM alerts WHERE id = ? AND began_at = 0", a.ID).Error)
}

// CutAlerts removes alerts that ended before a moment, with what was told.
func (s *Store) CutAlerts(ctx context.Context, before time.Time) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		const old = "ended_at > 0 AND ended_at < ?"
		if err := tx.Exec("DELETE FROM alert_messages WHERE alert_id IN (SELECT id FROM alerts WHERE "+old+")", micros(before)).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM alerts WHERE "+old, micros(before)).Error
	})
	return wrapped("store: cut alerts", err)
}

func (s *Store) alertsChanged(doing string, err error) error {
	if err == nil {
		s.changes.tell()
	}
	return wrapped(doing, err)
}
