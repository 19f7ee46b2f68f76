package views

import (
	"context"
	"strings"
	"time"
)

// barText says what a bar shows.
func barText(ctx context.Context, b OutcomeBar) string {
	return T(ctx, "chart.bar", "at", b.Label, "logged", b.Logged, "skipped", b.Skipped, "waiting", b.Waiting, "choice", b.Choice, "failed", b.Failed)
}

// rankText names a kind of match: "contact", "created:lead", "".
func rankText(ctx context.Context, key string) string {
	if key == "" {
		key = "none"
	}
	return T(ctx, "match."+strings.Replace(key, ":", ".", 1))
}

func rankClass(key string) string {
	switch {
	case strings.HasPrefix(key, "created:"):
		return "ok"
	case key == "":
		return "mute"
	}
	return ""
}

func sum(ranks []Rank) int {
	n := 0
	for _, r := range ranks {
		n += r.Count
	}
	return n
}

func seconds(ctx context.Context, s float64) string {
	return Duration(ctx, time.Duration(s*float64(time.Second)))
}
