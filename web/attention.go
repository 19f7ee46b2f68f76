package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const attentionRoute = "/attention"

const (
	// shownQuestions is how many numbers the page asks about at once.
	shownQuestions = 10
	// shownReplays is how many replays of many are shown, ended ones for a day.
	shownReplays = 3
	replayNews   = 24 * time.Hour
)

// showAttention shows what needs a person.
func (s *Server) showAttention(c echo.Context) error {
	return s.renderAttention(c, http.StatusOK, 0)
}

// renderAttention draws the page; unanswered is the entry whose question was
// sent without a choice.
func (s *Server) renderAttention(c echo.Context, status int, unanswered int64) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.AttentionPage{Instance: h.salesforce.InstanceURL, Empty: h.lastEvent.IsZero(), Open: h.attention, ListURL: openList(), Waits: s.waits(ctx, h)}
	if !h.flowing() {
		m.StartURL = startRoute
	}
	if err := s.attentionFailures(ctx, c, &m); err != nil {
		return err
	}
	if err := s.attentionQuestions(ctx, c, h, &m, unanswered); err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HereAttention)
	if isFragment(c) && status == http.StatusOK {
		return s.render(ctx, c, status, views.AttentionContent(f, m))
	}
	return s.render(ctx, c, status, views.Attention(f, m))
}

// attentionFailures fills in the failures by cause, what people resolved of
// them, and the replays of many.
func (s *Server) attentionFailures(ctx context.Context, c echo.Context, m *views.AttentionPage) error {
	replays, err := s.o.Store.Replays(ctx, shownReplays)
	if err != nil {
		return err
	}
	v, open := visitorOf(c), map[string]bool{}
	for _, r := range replays {
		if r.Open() || s.o.Now().Sub(r.FinishedAt) < replayNews {
			m.Replays = append(m.Replays, s.manyReplay(ctx, r))
			open[r.Cause] = r.Open()
		}
	}
	found, err := s.o.Store.Causes(ctx, false)
	if err != nil {
		return err
	}
	for _, cause := range found {
		g := s.failures(ctx, v, cause, "no")
		g.Replaying = open[cause.Key]
		m.Failures = append(m.Failures, g)
	}
	resolved, err := s.o.Store.Causes(ctx, true)
	for _, cause := range resolved {
		g := s.failures(ctx, v, cause, "yes")
		g.ResolvedAt, g.ResolvedBy = views.Ago(ctx, cause.ResolvedAt, s.o.Now()), cause.Latest[0].ResolvedBy
		m.Resolved = append(m.Resolved, g)
	}
	return err
}

func (s *Server) failures(ctx context.Context, v visitor, cause store.Cause, resolved string) views.Failures {
	like, now := cause.Latest[0], s.o.Now()
	g := views.Failures{Key: cause.Key, Reason: string(like.Reason), Detail: maskFor(v, like.External).params(like.Detail), Count: cause.N,
		First: views.Ago(ctx, cause.First, now), Last: views.Ago(ctx, cause.Last, now),
		ListURL: listURL("outcome", string(callflow.Failed), "reason", string(like.Reason), "cause", cause.Key, "resolved", resolved)}
	for _, e := range cause.Latest {
		g.Latest = append(g.Latest, s.failedCall(ctx, v, e))
	}
	return g
}

func (s *Server) failedCall(ctx context.Context, v visitor, e store.Entry) views.FailedCall {
	name, _ := who(e, maskFor(v, e.External))
	return views.FailedCall{URL: entryURL(e.ID), Type: string(e.CallType), Who: name, Line: e.LineName, At: views.Ago(ctx, e.StartedAt, s.o.Now())}
}

func (s *Server) manyReplay(ctx context.Context, r store.Replay) views.ManyReplay {
	now := s.o.Now()
	return views.ManyReplay{ID: strconv.FormatInt(r.ID, 10), Kind: string(r.Kind), Reason: string(r.Reason), Code: r.Detail["code"], Rules: r.Rules, State: string(r.State),
		Total: r.Total, Done: r.Done(), Logged: r.Logged, Failed: r.Failed, Skipped: r.Skipped, Choices: r.Choices, Other: r.Other - r.Skipped - r.Choices, Passed: r.Passed, Flying: r.Flying, AskedBy: r.AskedBy,
		AskedAt: views.Ago(ctx, r.AskedAt, now), FinishedAt: views.Ago(ctx, r.FinishedAt, now)}
}

// attentionQuestions fills in the numbers of which somebody must say whose
// they are.
func (s *Server) attentionQuestions(ctx context.Context, c echo.Context, h house, m *views.AttentionPage, unanswered int64) error {
	asked, all, err := s.o.Store.Questions(ctx, shownQuestions)
	if err != nil {
		return err
	}
	m.More = all - len(asked)
	v := visitorOf(c)
	for _, q := range asked {
		tries, err := s.o.Store.TriesOf(ctx, q.Latest.ID)
		if err != nil {
			return err
		}
		hide := maskFor(v, q.External)
		one := views.Question{Key: strconv.FormatInt(q.Latest.ID, 10), Number: shownNumber(q.External, hide), Calls: q.N,
			Last: s.failedCall(ctx, v, q.Latest), Choice: *choice(ctx, h, q.Latest, tries)}
		if hide.hides() {
			one.Choice = withoutNumbers(one.Choice, hide)
		} else {
			one.ListURL = listURL("outcome", string(callflow.NeedsChoice), "resolved", "no", "q", q.External)
		}
		if q.Latest.ID == unanswered {
			one.Choice.Mistake = views.ProblemText(ctx, "choice_missing", nil)
		}
		m.Questions = append(m.Questions, one)
	}
	return nil
}

// withoutNumbers is a choice for who may not see numbers, and may not choose.
func withoutNumbers(c views.Choice, hide mask) views.Choice {
	c.Action = ""
	for i := range c.Records {
		r := &c.Records[i]
		r.Name, r.Value, r.URL = hide.text(r.Name), hide.text(r.Value), ""
	}
	return c
}
