package simulator

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// historyStream keeps the dice of History apart from those of single calls.
const historyStream = 1 << 63

// moment is one planned call or message of the past.
type moment struct {
	at      time.Time
	call    CallSpec
	message MessageSpec
	text    bool
}

// History makes the calls and messages of the last days, about perDay calls on
// a working day and few at weekends, and hands their events to the webhooks as
// fast as these answer. Everything carries the time at which it happened. It
// returns the number of calls and messages made; Drain waits for the
// deliveries.
func (a *Account) History(ctx context.Context, days, perDay int) (int, error) {
	a.under.add()
	defer a.under.done()
	moments := a.pastMoments(days, perDay)
	for n, m := range moments {
		var err error
		if m.text {
			_, err = a.PlaceMessage(ctx, m.message)
		} else {
			_, err = a.PlaceCall(ctx, m.call)
		}
		if err != nil {
			return n, err
		}
	}
	return len(moments), nil
}

// pastMoments plans the history, oldest first.
func (a *Account) pastMoments(days, perDay int) []moment {
	rng := rand.New(rand.NewPCG(a.opts.Seed, historyStream))
	now := a.opts.Now()
	// The latest calls must have had the time to end.
	until := now.Add(-40 * time.Minute)
	var moments []moment
	for day := days; day >= 0; day-- {
		date := now.AddDate(0, 0, -day)
		for range callsOn(rng, date.Weekday(), perDay) {
			m := a.pastMoment(rng, date, now)
			if m.at.Before(until) && m.at.After(now.AddDate(0, 0, -days)) {
				moments = append(moments, m)
			}
		}
	}
	slices.SortStableFunc(moments, func(x, y moment) int { return x.at.Compare(y.at) })
	return moments
}

func callsOn(rng *rand.Rand, day time.Weekday, perDay int) int {
	if day == time.Saturday || day == time.Sunday {
		return perDay/10 + rng.IntN(2)
	}
	spread := max(1, perDay/5)
	return max(1, perDay-spread+rng.IntN(2*spread+1))
}

func (a *Account) pastMoment(rng *rand.Rand, date, now time.Time) moment {
	line := pick(rng, a.dir().lines)
	closed := chance(rng, 7)
	local := date.In(line.location)
	at := time.Date(local.Year(), local.Month(), local.Day(), hourOf(rng, closed), rng.IntN(60), rng.IntN(60), 0, line.location)
	m := moment{at: at}
	if !closed && chance(rng, 11) {
		m.text, m.message = true, MessageSpec{Line: line.Name, At: at}
		return m
	}
	m.call = CallSpec{Line: line.Name, At: at}
	if closed {
		m.call.Kind = pick(rng, []Kind{OutOfOpeningHours, OutOfOpeningHours, VoicemailClosed})
	}
	if late := time.Duration(between(rng, 1, 40)) * time.Hour; chance(rng, 12) && at.Add(late).Before(now.Add(-time.Hour)) {
		m.call.Late = late
	}
	return m
}

// hourOf has a peak in the morning and one in the afternoon; closed hours lie
// early and late.
func hourOf(rng *rand.Rand, closed bool) int {
	if closed {
		return pick(rng, []int{6, 7, 19, 20, 21})
	}
	return pick(rng, []int{9, 9, 10, 10, 10, 10, 11, 11, 11, 12, 13, 14, 14, 14, 15, 15, 15, 15, 16, 16, 17, 17})
}

// Run places a call or a message about every so often until ctx ends, and
// returns when those it started have come to rest.
func (a *Account) Run(ctx context.Context, every time.Duration) {
	var going sync.WaitGroup
	defer going.Wait()
	for {
		rng, _ := a.dice()
		if a.pause(ctx, every/2+time.Duration(rng.Int64N(int64(every)+1))) != nil {
			return
		}
		going.Go(func() {
			var err error
			if chance(rng, 12) {
				_, err = a.PlaceMessage(ctx, MessageSpec{})
			} else {
				_, err = a.PlaceCall(ctx, CallSpec{})
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				a.opts.Logger.Warn("simulated traffic", "error", err)
			}
		})
	}
}
