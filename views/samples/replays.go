package samples

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func replays() []Sample {
	plan := views.ReplayPlan{Total: 12, Tasks: 4, Failed: 5, Choices: 1, Skipped: 2, Waiting: 1, Requests: 4, Left: 18760, Max: 100000, Took: "5 s", RulesNow: 15,
		Back: "/activity", IDs: "1,2,3", Seen: "1795345484000000", Plan: "p1"}
	return []Sample{
		{"activity-viewer", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			for d := range m.Days {
				for r := range m.Days[d].Rows {
					row := &m.Days[d].Rows[r]
					row.Who, row.Number, row.Record = masked(row.Who), masked(row.Number), masked(row.Record)
				}
			}
			return views.Activity(lookingOn(ctx), m)
		}},
		{"replay-plan", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereActivity)
			f.Draft = &views.Draft{Again: "review"}
			return views.PlanReplay(f, plan)
		}},
		{"replay-plan-filter", func(ctx context.Context) templ.Component {
			m := plan
			m.Total, m.More, m.Failed, m.Tasks, m.Requests, m.Took, m.All, m.Filter = 10000, 10000, 10000, 0, 250, "6 min 15 s", true, "outcome=failed"
			return views.PlanReplay(frame(ctx, views.HereActivity), m)
		}},
		{"replay-plan-nothing", func(ctx context.Context) templ.Component {
			return views.PlanReplay(frame(ctx, views.HereActivity), views.ReplayPlan{Back: "/activity"})
		}},
		{"mark-plan", func(ctx context.Context) templ.Component {
			return views.PlanMark(frame(ctx, views.HereActivity), views.MarkPlan{Resolved: true, Total: 12, Choices: 2, Waiting: 1, Back: "/activity", IDs: "1,2,3", Seen: "1795345484000000"})
		}},
		{"mark-plan-filter", func(ctx context.Context) templ.Component {
			return views.PlanMark(frame(ctx, views.HereActivity), views.MarkPlan{Resolved: true, Total: 10000, More: 10000, All: true, Back: "/activity?outcome=failed", Filter: "outcome=failed", Seen: "1795345484000000"})
		}},
		{"mark-plan-back", func(ctx context.Context) templ.Component {
			return views.PlanMark(frame(ctx, views.HereActivity), views.MarkPlan{Total: 3, Back: "/activity", IDs: "1,2,3", Seen: "1795345484000000"})
		}},
		{"mark-plan-nothing", func(ctx context.Context) templ.Component {
			return views.PlanMark(frame(ctx, views.HereActivity), views.MarkPlan{Resolved: true, Back: "/activity"})
		}},
		{"replay-running", func(ctx context.Context) templ.Component {
			return views.Replay(frame(ctx, views.HereActivity), replay(ctx, "running"))
		}},
		{"replay-done", func(ctx context.Context) templ.Component {
			return views.Replay(frame(ctx, views.HereActivity), replay(ctx, "done"))
		}},
		{"replay-stopped", func(ctx context.Context) templ.Component {
			return views.Replay(frame(ctx, views.HereActivity), replay(ctx, "stopped"))
		}},
		{"replay-viewer", func(ctx context.Context) templ.Component {
			m := replay(ctx, "running")
			for i := range m.Items {
				m.Items[i].Who, m.Items[i].Number = masked(m.Items[i].Who), masked(m.Items[i].Number)
			}
			return views.Replay(lookingOn(ctx), m)
		}},
		{"replay-none", func(ctx context.Context) templ.Component {
			m := replay(ctx, "done")
			m.Items, m.Older = nil, ""
			return views.Replay(frame(ctx, views.HereActivity), m)
		}},
		{"replay-forgotten", func(ctx context.Context) templ.Component {
			m := replay(ctx, "done")
			m.Items, m.Older, m.Kept = nil, "", false
			return views.Replay(frame(ctx, views.HereActivity), m)
		}},
		{"replays", func(ctx context.Context) templ.Component {
			return views.Replays(frame(ctx, views.HereActivity), views.ReplaysPage{Older: "/replays?before=1", Replays: []views.ManyReplay{
				replay(ctx, "running").ManyReplay, replay(ctx, "stopped").ManyReplay, replay(ctx, "done").ManyReplay,
				{ID: "1", Kind: "cause", Reason: "duplicate_rule", Rules: "now", State: "done", Total: 12, Done: 12, Logged: 12, AskedBy: "paul@example.com", AskedAt: ago(ctx, 9*time.Hour), FinishedAt: ago(ctx, 9*time.Hour)},
			}})
		}},
		{"replays-empty", func(ctx context.Context) templ.Component {
			return views.Replays(frame(ctx, views.HereActivity), views.ReplaysPage{})
		}},
	}
}

// lookingOn is the frame of somebody who may only look.
func lookingOn(ctx context.Context) views.Frame {
	f := frame(ctx, views.HereActivity)
	f.User = views.User{Name: "Paul Girard", Email: "paul@example.com", Role: "viewer"}
	return f
}

// masked is a number as somebody sees it who may only look; a name stays.
func masked(s string) string {
	if !strings.HasPrefix(s, "+") {
		return s
	}
	country, rest, _ := strings.Cut(s, " ")
	rest = strings.ReplaceAll(rest, " ", "")
	return country + "•••••" + rest[len(rest)-4:]
}

// replay is one of each state; the running one is half done.
func replay(ctx context.Context, state string) views.ReplayPage {
	m := views.ReplayPage{Kept: true, ListURL: "/activity?outcome=failed", Older: "/replays/7?after=50", ManyReplay: views.ManyReplay{
		ID: "7", Kind: "filter", Rules: "now", State: state, Total: 1284, AskedBy: "marie@example.com", AskedAt: ago(ctx, 40*time.Second), FinishedAt: ago(ctx, 10*time.Second)}}
	m.Done, m.Logged, m.Failed, m.Skipped, m.Choices, m.Passed, m.Flying = 640, 600, 30, 5, 3, 2, 500
	rest := views.ReplayTab{Code: "waiting", URL: "/replays/7?only=waiting", Count: 644}
	switch state {
	case "running":
		m.LiveURL = "/replays/7"
	case "done":
		m.ID, m.Kind, m.Total, m.Done, m.Flying, m.Logged = "6", "picked", 1284, 1284, 0, 1244
		rest.Count = 0
	case "stopped":
		m.ID, m.Flying, rest.Code = "5", 0, "left"
	}
	m.Tabs = []views.ReplayTab{{Code: "all", URL: "/replays/7", Count: m.Total, Current: true}, {Code: "logged", URL: "/replays/7?only=logged", Count: m.Logged},
		{Code: "failed", URL: "/replays/7?only=failed", Count: m.Failed}, {Code: "skipped", URL: "/replays/7?only=skipped", Count: m.Skipped},
		{Code: "choice", URL: "/replays/7?only=choice", Count: m.Choices},
		{Code: "passed", URL: "/replays/7?only=passed", Count: m.Passed}}
	if rest.Count > 0 {
		m.Tabs = append(m.Tabs, rest)
	}
	last := map[string]string{"running": "waiting", "done": "done", "stopped": "left"}[state]
	for i, item := range []views.ReplayItem{
		{State: "done", OutcomeBefore: "failed", ReasonBefore: "field_access", Outcome: "logged", Reason: "completed_task", Task: true, TaskURL: instance + "/00T000000000001AAA"},
		{State: "done", OutcomeBefore: "failed", ReasonBefore: "field_access", Outcome: "failed", Reason: "validation_rule"},
		{State: "done", OutcomeBefore: "skipped", ReasonBefore: "flow_do_nothing", Outcome: "skipped", Reason: "flow_do_nothing"},
		{State: "done", OutcomeBefore: "logged", ReasonBefore: "completed_task", Outcome: "logged", Reason: "completed_task", TaskBefore: true, Task: true, TaskURL: instance + "/00T000000000002AAA"},
		{State: "passed", OutcomeBefore: "failed", ReasonBefore: "field_access"},
		{State: last, OutcomeBefore: "needs_choice", ReasonBefore: "several_records", Outcome: "needs_choice", Reason: "several_records"},
	} {
		row := rows(ctx)[i]
		item.URL, item.Who, item.Number, item.Type, item.At = "/activity/"+strconv.Itoa(i+1), row.Who, row.Number, row.Type, views.On(ctx, Now.Add(-time.Duration(i)*time.Hour))
		m.Items = append(m.Items, item)
	}
	return m
}
