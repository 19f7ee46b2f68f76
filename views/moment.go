package views

import (
	"context"
	"time"
)

// Moment is a point in time, ready to print. Relative ones ("3 min ago") are
// kept up to date in the browser.
type Moment struct {
	ISO      string
	Text     string
	Title    string // the exact time with its zone
	Relative bool
}

// At shows a moment as the time of day, with seconds.
func At(ctx context.Context, t time.Time) Moment {
	return moment(ctx, t, Clock(ctx, t), false)
}

// On shows a moment as date and time.
func On(ctx context.Context, t time.Time) Moment {
	return moment(ctx, t, DateTime(ctx, t), false)
}

// Ago shows how long ago a moment was.
func Ago(ctx context.Context, t, now time.Time) Moment {
	return moment(ctx, t, Since(ctx, now.Sub(t)), true)
}

func moment(ctx context.Context, t time.Time, text string, relative bool) Moment {
	if t.IsZero() {
		return Moment{}
	}
	local := t.In(LocaleOf(ctx).zone())
	return Moment{ISO: local.Format(time.RFC3339), Text: text, Title: DateTime(ctx, t) + " " + zoneName(local), Relative: relative}
}
