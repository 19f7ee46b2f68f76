package views

import (
	"context"
	"strings"
	"time"
)

// barText says what a bar shows.
func barText(ctx context.Context, b OutcomeBar) string {
	if b.total() == 0 {
		return T(ctx, "chart.bar.none", "at", b.Label)
	}
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

// count is the number in full, or as far as it was counted.
func (b figureBox) count(ctx context.Context) string {
	if b.Figure.Open {
		return Many(ctx, b.Figure.Count)
	}
	return Number(ctx, b.Figure.Count)
}

// verdict is whether the figure went the good way or the bad one; "" where
// neither is meant.
func (b figureBox) verdict() string {
	switch way := b.Good * (b.Figure.Count - b.Figure.Before); {
	case way > 0:
		return "better"
	case way < 0:
		return "worse"
	}
	return ""
}

// change is how far the figure is from the period before: a share of it where
// that tells something, else the number itself.
func change(ctx context.Context, f Figure) string {
	diff := f.Count - f.Before
	sign := ""
	switch {
	case diff > 0:
		sign = "+"
	case diff < 0:
		sign, diff = "\u2212", -diff
	}
	if f.Before < fewToCompare {
		return sign + Number(ctx, diff)
	}
	return sign + Percent(ctx, diff, f.Before, 1)
}

// fewToCompare is how many calls the period before has at least for a share of
// them to tell anything.
const fewToCompare = 10
