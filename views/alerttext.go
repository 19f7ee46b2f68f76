package views

import (
	"context"
	"strings"
	"time"
)

// AlertNews is what an alert tells.
type AlertNews struct {
	Kind, State          string // as the JSON of alerts names them
	Began, Ended         time.Time
	Count, Over, Minutes int
	Digest               *AlertDigest
}

// AlertDigest is a day in figures.
type AlertDigest struct {
	Day       time.Time
	Received  int
	Outcomes  []AlertFigure // by outcome
	Resolved  int
	Calls     int // that were compared with Aircall and Salesforce
	Accounted int
	APIUsed   int
	APIMax    int
	Causes    []AlertFigure // of open failures, by reason
	More      bool          // than these
	Questions int
	OpenURL   string // where what is open is seen
}

// AlertFigure is a count with where it is seen.
type AlertFigure struct {
	Code  string
	Count int
	URL   string
}

// AlertTitle names an alert in a state.
func AlertTitle(ctx context.Context, kind, state string) string {
	switch state {
	case "ended":
		return T(ctx, "alert.over."+kind)
	case "lasts":
		return T(ctx, "alert.still", "title", T(ctx, "alert.title."+kind))
	}
	return T(ctx, "alert.title."+kind)
}

// AlertText is a message in words: its subject, and its lines. It names nobody.
func AlertText(ctx context.Context, n AlertNews) (subject string, lines []string) {
	subject = AlertTitle(ctx, n.Kind, n.State)
	switch n.State {
	case "asked":
		return subject, []string{T(ctx, "alert.text.test")}
	case "daily":
		return T(ctx, "alert.digest.subject", "day", Day(ctx, n.Digest.Day), "count", n.Digest.Received), digestLines(ctx, *n.Digest)
	case "ended":
		return subject, []string{T(ctx, "alert.lasted", "took", Duration(ctx, n.Ended.Sub(n.Began).Truncate(time.Minute)), "at", DateTime(ctx, n.Began))}
	}
	lines = append(lines, T(ctx, "alert.text."+n.Kind, "count", n.Count, "over", n.Over, "took", Duration(ctx, time.Duration(n.Minutes)*time.Minute)))
	if n.Count > 0 && n.Over == 0 {
		lines = append(lines, T(ctx, "alert.held", "count", n.Count))
	}
	return subject, append(lines, T(ctx, "alert.since", "at", DateTime(ctx, n.Began)))
}

func digestLines(ctx context.Context, d AlertDigest) []string {
	lines := []string{T(ctx, "alert.digest.received", "count", d.Received)}
	for _, o := range d.Outcomes {
		if o.Count > 0 {
			lines = append(lines, T(ctx, "alert.digest.outcome", "outcome", outcomeText(ctx, o.Code), "count", Number(ctx, o.Count), "url", o.URL))
		}
	}
	if d.Resolved > 0 {
		lines = append(lines, T(ctx, "alert.digest.resolved", "count", Number(ctx, d.Resolved)))
	}
	lines = append(lines, "")
	if d.Calls > 0 {
		lines = append(lines, T(ctx, "alert.digest.accounted", "count", Number(ctx, d.Accounted), "all", Number(ctx, d.Calls), "share", Percent(ctx, d.Accounted, d.Calls, 1)))
	} else {
		lines = append(lines, T(ctx, "alert.digest.unaccounted"))
	}
	if d.APIMax > 0 {
		lines = append(lines, T(ctx, "alert.digest.api", "count", Number(ctx, d.APIUsed), "all", Number(ctx, d.APIMax), "share", Percent(ctx, d.APIUsed, d.APIMax, 1)))
	}
	return append(append(lines, ""), openLines(ctx, d)...)
}

// openLines are what needs a person, whatever day it is of.
func openLines(ctx context.Context, d AlertDigest) []string {
	if len(d.Causes) == 0 && d.Questions == 0 {
		return []string{T(ctx, "alert.digest.nothing")}
	}
	lines := []string{T(ctx, "alert.digest.open")}
	for _, c := range d.Causes {
		lines = append(lines, T(ctx, "alert.digest.cause", "reason", strings.TrimSpace(ReasonText(ctx, c.Code, nil)), "count", Number(ctx, c.Count), "url", c.URL))
	}
	if d.More {
		lines = append(lines, T(ctx, "alert.digest.more", "url", d.OpenURL))
	}
	if d.Questions > 0 {
		lines = append(lines, T(ctx, "alert.digest.questions", "count", d.Questions, "url", d.OpenURL))
	}
	return lines
}
