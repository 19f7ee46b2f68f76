package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringledger/store"
)

const (
	// reminder is how long after it was last told an alert that lasts is told again.
	reminder = 24 * time.Hour
	// tellable is how long a channel is tried: what is older helps nobody.
	tellable = 24 * time.Hour
	// kept is how long alerts that are over stay on the page.
	kept = 90 * 24 * time.Hour
)

// Look compares what is wrong with what was, and notes what is to be told. Of
// several nodes that look at once, one tells. What cannot be seen keeps nothing
// else from being told.
func (s *Sender) Look(ctx context.Context) error {
	a, err := s.o.Store.AlertSettings(ctx)
	if err != nil {
		return err
	}
	all, err := s.o.Store.OpenAlerts(ctx)
	if err != nil {
		return err
	}
	open, lasting := map[string]store.Alert{}, map[string]store.Alert{}
	for _, alert := range all {
		open[alert.Kind] = alert
		if !alert.BeganAt.IsZero() {
			lasting[alert.Kind] = alert
		}
	}
	found, unknown, err := s.findings(ctx, a, lasting)
	for _, kind := range Kinds() {
		if slices.Contains(unknown, kind) {
			continue
		}
		f, wrong := found[kind]
		was, known := open[kind]
		err = errors.Join(err, s.judge(ctx, a, kind, f, wrong, was, known))
	}
	return errors.Join(err, s.lookAtDay(ctx, a), s.tidy(ctx, a))
}

// judge compares one kind with what was known of it.
func (s *Sender) judge(ctx context.Context, a store.AlertSettings, kind string, f finding, wrong bool, was store.Alert, known bool) error {
	now := s.o.Now()
	switch {
	case !wrong && !known:
		return nil
	case !wrong && was.BeganAt.IsZero():
		return s.o.Store.ForgetAlert(ctx, was)
	case !wrong:
		return s.end(ctx, a, was)
	case !known && grace(kind) > 0:
		return s.o.Store.SeeAlert(ctx, kind)
	case !known, was.BeganAt.IsZero() && now.Sub(was.SeenAt) >= grace(kind):
		return s.begin(ctx, a, kind, f, was)
	case !was.BeganAt.IsZero() && now.Sub(was.RemindedAt) >= reminder:
		return s.o.Store.RemindOf(ctx, was, s.telling(a, Message{Alert: kind, State: Lasts, BeganAt: was.BeganAt, Facts: f.facts}))
	}
	return nil
}

func (s *Sender) begin(ctx context.Context, a store.AlertSettings, kind string, f finding, was store.Alert) error {
	m := Message{Alert: kind, State: Began, BeganAt: f.since, Facts: f.facts}
	if m.BeganAt.IsZero() {
		if m.BeganAt = was.SeenAt; m.BeganAt.IsZero() {
			m.BeganAt = s.o.Now()
		}
	}
	facts, err := json.Marshal(f.facts)
	if err != nil {
		return fmt.Errorf("alert: keep facts: %w", err)
	}
	t := s.telling(a, m)
	t.Facts = string(facts)
	begun, err := s.o.Store.BeginAlert(ctx, kind, f.since, t)
	if begun {
		s.o.Logger.Warn("an alert began", "alert", kind, "count", f.facts.Count, "minutes", f.facts.Minutes)
	}
	return err
}

// end tells that it is over, unless nobody wants to hear of its kind any more.
func (s *Sender) end(ctx context.Context, a store.AlertSettings, was store.Alert) error {
	t := s.telling(a, Message{Alert: was.Kind, State: Ended, BeganAt: was.BeganAt, EndedAt: s.o.Now()})
	if !isOn(a, was.Kind) {
		t.Channels = nil
	}
	s.o.Logger.Info("an alert ended", "alert", was.Kind)
	return s.o.Store.EndAlert(ctx, was, t)
}

// telling is a message for all channels.
func (s *Sender) telling(a store.AlertSettings, m Message) store.Telling {
	m.At = s.o.Now().UTC()
	m.BeganAt, m.EndedAt = m.BeganAt.UTC(), m.EndedAt.UTC()
	return store.Telling{Channels: a.Channels(), Body: func(id int64) (string, error) {
		m.ID = id
		return m.encode()
	}}
}

// tidy gives up what nobody needs to hear any more, and forgets what is old.
func (s *Sender) tidy(ctx context.Context, a store.AlertSettings) error {
	now := s.o.Now()
	used := map[string]bool{}
	for _, channel := range a.Channels() {
		used[channel] = true
	}
	for _, channel := range channels() {
		before := now.Add(-tellable)
		if !used[channel] {
			before = now.Add(time.Second)
		}
		if err := s.o.Store.DropMessages(ctx, channel, before); err != nil {
			return err
		}
	}
	return s.o.Store.CutAlerts(ctx, now.Add(-kept))
}
