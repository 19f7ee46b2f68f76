package views

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Clock writes the time of day with seconds: "12:04:31".
func Clock(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(LocaleOf(ctx).zone()).Format("15:04:05")
}

// Day writes a date with its weekday: "Sunday 22 November 2026".
func Day(ctx context.Context, t time.Time) string {
	t = t.In(LocaleOf(ctx).zone())
	return T(ctx, "date.day", "weekday", T(ctx, weekdayKeys[t.Weekday()]), "day", fmt.Sprint(t.Day()), "month", T(ctx, monthKeys[t.Month()-1]), "year", fmt.Sprint(t.Year()))
}

// DayTitle is Day, with "Today" or "Yesterday" before it when it is.
func DayTitle(ctx context.Context, t, now time.Time) string {
	zone := LocaleOf(ctx).zone()
	date := func(t time.Time) string { return t.In(zone).Format(time.DateOnly) }
	switch date(t) {
	case date(now):
		return T(ctx, "date.today", "day", Day(ctx, t))
	case date(now.In(zone).AddDate(0, 0, -1)):
		return T(ctx, "date.yesterday", "day", Day(ctx, t))
	default:
		return Day(ctx, t)
	}
}

// Date writes a short date: "22 Nov 2026".
func Date(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(LocaleOf(ctx).zone())
	return fmt.Sprintf("%d %s %d", t.Day(), T(ctx, shortMonthKeys[t.Month()-1]), t.Year())
}

// DateTime writes date and time: "22 Nov 2026, 12:04:31".
func DateTime(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Date(ctx, t) + ", " + Clock(ctx, t)
}

// ShortDay writes a day for an axis: "Mon 16".
func ShortDay(ctx context.Context, t time.Time) string {
	t = t.In(LocaleOf(ctx).zone())
	return fmt.Sprintf("%s %d", T(ctx, shortWeekdayKeys[t.Weekday()]), t.Day())
}

// ShortTime writes the time of day without seconds: "12:00".
func ShortTime(ctx context.Context, t time.Time) string {
	return t.In(LocaleOf(ctx).zone()).Format("15:04")
}

// Since writes how long ago something was: "just now", "3 min ago".
func Since(ctx context.Context, d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return T(ctx, "ago.now")
	case d < time.Minute:
		return T(ctx, "ago.seconds", "n", int(d/time.Second))
	case d < time.Hour:
		return T(ctx, "ago.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return T(ctx, "ago.hours", "n", int(d/time.Hour))
	default:
		return T(ctx, "ago.days", "n", int(d/(24*time.Hour)))
	}
}

func zoneName(t time.Time) string {
	if name := t.Location().String(); name != "Local" {
		return name
	}
	name, _ := t.Zone()
	return name
}

var weekdayKeys = [...]string{"day.sun", "day.mon", "day.tue", "day.wed", "day.thu", "day.fri", "day.sat"}

var shortWeekdayKeys = [...]string{"day.sun.short", "day.mon.short", "day.tue.short", "day.wed.short", "day.thu.short", "day.fri.short", "day.sat.short"}

var monthKeys = [...]string{"month.1", "month.2", "month.3", "month.4", "month.5", "month.6", "month.7", "month.8", "month.9", "month.10", "month.11", "month.12"}

var shortMonthKeys = [...]string{"month.1.short", "month.2.short", "month.3.short", "month.4.short", "month.5.short", "month.6.short", "month.7.short", "month.8.short", "month.9.short", "month.10.short", "month.11.short", "month.12.short"}

// agoWords gives the browser the words of Since, with a mark for the number.
func agoWords(ctx context.Context) string {
	words := []string{T(ctx, "ago.now")}
	for _, unit := range []string{"seconds", "minutes", "hours", "days"} {
		words = append(words, T(ctx, "ago."+unit, "n", "#"))
	}
	return strings.Join(words, "|")
}
