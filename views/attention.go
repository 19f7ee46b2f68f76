package views

import (
	"context"
	"strings"
)

func (c FailedCall) who(ctx context.Context) string {
	if c.Who == "" {
		return T(ctx, "number.anonymous")
	}
	return c.Who
}

func (r ManyReplay) open() bool { return r.State == "running" || r.State == "stopping" }

// whole is how many calls the replay has: those that came under way count too,
// and of a stopped one only those that were handed over.
func (r ManyReplay) whole() int { return max(r.Total, r.Done+r.Flying) }

func (r ManyReplay) class() string {
	switch {
	case r.open():
		return "info"
	case r.State == "stopped":
		return ""
	case r.Failed > 0:
		return "bad"
	}
	return "ok"
}

func (r ManyReplay) icon() string {
	switch r.class() {
	case "info":
		return "hourglass"
	case "bad":
		return "circle-x"
	case "ok":
		return "circle-check"
	}
	return "pause"
}

// named are the elements that name a cause: two of them may have one title, and
// differ in Salesforce's words.
func (g Failures) named(id string, m mend) string {
	if m.Words == "" {
		return id
	}
	return id + " " + id + "-said"
}

// said is how far it is and what became of the calls.
func (r ManyReplay) said(ctx context.Context) string {
	said := []string{T(ctx, "attention.state."+r.State, "done", r.Done, "count", r.whole())}
	for _, part := range []struct {
		code string
		n    int
	}{{"logged", r.Logged}, {"failed", r.Failed}, {"skipped", r.Skipped}, {"choice", r.Choices}, {"other", r.Other}, {"passed", r.Passed}} {
		if part.n > 0 {
			said = append(said, T(ctx, "attention.became."+part.code, "count", part.n))
		}
	}
	return strings.Join(said, " · ")
}

// cost says about how many requests a replay makes, and how many there are left.
func (m AttentionConfirm) cost(ctx context.Context) string {
	cost := T(ctx, "attention.confirm.cost", "count", m.Requests)
	if m.Max == 0 {
		return cost
	}
	return cost + " " + T(ctx, "attention.confirm.left", "left", m.Left, "max", m.Max)
}

// mostShown is the largest count that is written out.
const mostShown = 999

// Many writes a count that was not counted to its end.
func Many(ctx context.Context, n int) string {
	if n > mostShown {
		return Number(ctx, mostShown) + "+"
	}
	return Number(ctx, n)
}
