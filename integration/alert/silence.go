package alert

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

const (
	// usualWeeks are looked at to know whether calls usually come at this hour,
	// and usualIn is how many of them must have had some.
	usualWeeks, usualIn = 4, 3
	// hoursStep is how closely the office hours are looked at.
	hoursStep = 5 * time.Minute
)

// findSilence notices that nothing comes from Aircall although the office has
// been open all the while, and calls came in these hours of most of the last
// weeks. It is over when something comes, and not when the office closes.
func (s *Sender) findSilence(ctx context.Context, a store.AlertSettings, open map[string]store.Alert, found map[string]finding) error {
	c, err := s.o.Store.AircallConnection(ctx)
	if err != nil || !c.Connected() {
		return err
	}
	last, err := s.o.Store.LastDelivery(ctx)
	if err != nil {
		return err
	}
	now := s.o.Now()
	if alert, lasts := open[Silence]; lasts {
		if last.Before(alert.SeenAt) {
			found[Silence] = finding{facts: Facts{Minutes: int(now.Sub(last) / time.Minute)}}
		}
		return nil
	}
	from := now.Add(-time.Duration(a.SilentMinutes) * time.Minute)
	if last.IsZero() || last.After(from) {
		return nil
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	hours := rules.Settings.OfficeHours.Schedule
	if hours.TimeZone == "" {
		hours.TimeZone = zone.String()
	}
	if !s.openAllThrough(hours, from, now) {
		return nil
	}
	usual, err := s.usuallyCalled(ctx, from.In(zone), now.In(zone))
	if err == nil && usual {
		found[Silence] = finding{facts: Facts{Minutes: int(now.Sub(last) / time.Minute)}}
	}
	return err
}

// openAllThrough reports whether the office was open all the time.
func (s *Sender) openAllThrough(hours callflow.Schedule, from, to time.Time) bool {
	for at := from; at.Before(to); at = at.Add(hoursStep) {
		if open, _ := callflow.OpenAt(hours, at, s.holiday); !open {
			return false
		}
	}
	open, _ := callflow.OpenAt(hours, to, s.holiday)
	return open
}

// usuallyCalled reports whether most of the last weeks had calls between the
// same wall clocks of the same weekday.
func (s *Sender) usuallyCalled(ctx context.Context, from, to time.Time) (bool, error) {
	with := 0
	for week := 1; week <= usualWeeks; week++ {
		n, err := s.o.Store.CountStarted(ctx, from.AddDate(0, 0, -7*week), to.AddDate(0, 0, -7*week))
		if err != nil {
			return false, err
		}
		if n > 0 {
			with++
		}
	}
	return with >= usualIn, nil
}
