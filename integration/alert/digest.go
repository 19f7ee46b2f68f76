package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// digestCauses is how many causes a digest names.
const digestCauses = 5

// lookAtDay tells of yesterday once the hour has come. A node that was down at
// that hour tells later on the same day.
func (s *Sender) lookAtDay(ctx context.Context, a store.AlertSettings) error {
	if !a.Digest || len(a.Channels()) == 0 {
		return nil
	}
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	now := s.o.Now().In(zone)
	year, month, day := now.Date()
	today := callflow.DayStart(year, month, day, zone)
	if now.Before(today) || now.Before(time.Date(year, month, day, a.DigestHour, 0, 0, 0, zone)) {
		return nil
	}
	name := today.Format(time.DateOnly)
	if told, err := s.o.Store.ToldOn(ctx, Digest, name); err != nil || told {
		return err
	}
	report, err := s.report(ctx, callflow.DayOf(today, -1), today)
	if err != nil {
		return err
	}
	facts, err := json.Marshal(Facts{Digest: &report})
	if err != nil {
		return fmt.Errorf("alert: keep facts: %w", err)
	}
	t := s.telling(a, Message{Alert: Digest, State: Daily, Facts: Facts{Digest: &report}})
	t.Facts = string(facts)
	_, err = s.o.Store.DailyAlert(ctx, Digest, name, t)
	return err
}

// report counts a day, which has 23 or 25 hours when the clocks change.
func (s *Sender) report(ctx context.Context, from, to time.Time) (Report, error) {
	r := Report{Day: from.Format(time.DateOnly)}
	buckets, err := s.o.Store.Outcomes(ctx, []time.Time{from, to})
	if err != nil {
		return r, err
	}
	for _, b := range buckets {
		r.Logged += b.Counts[callflow.Logged]
		r.Skipped += b.Counts[callflow.Skipped]
		r.Choice += b.Counts[callflow.NeedsChoice]
		r.Waiting += b.Counts[callflow.Waiting]
		r.Failed += b.Counts[callflow.Failed]
		r.Resolved += b.Counts[store.Resolved]
	}
	r.Received = r.Logged + r.Skipped + r.Choice + r.Waiting + r.Failed + r.Resolved
	causes, err := s.o.Store.Causes(ctx, false)
	if err != nil {
		return r, err
	}
	for i, c := range causes {
		if r.More = i == digestCauses; r.More {
			break
		}
		r.Causes = append(r.Causes, Cause{Key: c.Key, Reason: string(c.Latest[0].Reason), Count: c.N})
	}
	if _, r.Questions, err = s.o.Store.Questions(ctx, 1); err != nil {
		return r, err
	}
	compared, err := s.o.Store.Reconciled(ctx, store.Together, r.Day, r.Day)
	if err != nil {
		return r, err
	}
	for _, c := range compared {
		r.Calls, r.Accounted = c.Calls, c.Accounted()
	}
	if s.o.Salesforce == nil {
		return r, nil
	}
	_, usage, err := s.o.Salesforce.State(ctx)
	r.APIUsed, r.APIMax = usage.Used, usage.Max
	return r, err
}
