package views

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

func printer(ctx context.Context) *message.Printer {
	return message.NewPrinter(language.Make(LocaleOf(ctx).Language))
}

// Number writes a whole number with the language's grouping.
func Number(ctx context.Context, n int) string { return printer(ctx).Sprint(number.Decimal(n)) }

// Decimal writes a number with at most digits after the point.
func Decimal(ctx context.Context, v float64, digits int) string {
	return printer(ctx).Sprint(number.Decimal(v, number.MaxFractionDigits(digits)))
}

// Percent writes part of whole: "93.2 %" or "64 %".
func Percent(ctx context.Context, part, whole, digits int) string {
	if whole == 0 {
		return ""
	}
	return Decimal(ctx, 100*float64(part)/float64(whole), digits) + "\u00a0%"
}

// Bytes writes a size: "2.1 kB".
func Bytes(ctx context.Context, n int) string {
	unit := "B"
	if LocaleOf(ctx).Language == French {
		unit = "o"
	}
	switch {
	case n < 1000:
		return Number(ctx, n) + "\u00a0" + unit
	case n < 1_000_000:
		return Decimal(ctx, float64(n)/1e3, 1) + "\u00a0k" + unit
	default:
		return Decimal(ctx, float64(n)/1e6, 1) + "\u00a0M" + unit
	}
}

// Duration writes a length of time, from microseconds to days: "218 ms",
// "1.2 s", "3 min 12 s", "2 h 5 min".
func Duration(ctx context.Context, d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Millisecond:
		return "<\u00a01\u00a0ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "\u00a0ms"
	case d < 10*time.Second:
		return Decimal(ctx, math.Round(d.Seconds()*10)/10, 1) + "\u00a0s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Round(time.Second).Seconds())) + "\u00a0s"
	}
	day := T(ctx, "unit.day")
	units := []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, day}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}}
	var parts []string
	for _, u := range units {
		if n := d / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, strconv.Itoa(int(n))+"\u00a0"+u.name)
			d -= n * u.size
		} else if len(parts) == 1 {
			break
		}
	}
	return strings.Join(parts, " ")
}
