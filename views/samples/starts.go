package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func starts() []Sample {
	return []Sample{
		{"start-begun", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start, f.Salesforce, f.Aircall, f.Company = "0/6", views.LightOff, views.LightOff, ""
			return views.Start(f, start(0))
		}},
		{"start-viewer", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start, f.User.Role = "1/6", "viewer"
			m := start(1)
			m.WebhookURL = ""
			return views.Start(f, m)
		}},
		{"start-preflight", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start = "2/6"
			m := start(2)
			m.Preflight = []views.Preflight{
				{Code: "object_not_creatable", Severity: "blocking", Params: map[string]string{"object": "Task"}},
				{Code: "field_hidden", Severity: "warning", Params: map[string]string{"object": "Task", "field": "CallDisposition"}},
			}
			return views.Start(f, m)
		}},
		{"start-check-failed", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start = "2/6"
			f.Flash = &views.Flash{Kind: "bad", Text: views.FlashText(ctx, "check_failed")}
			m := start(2)
			m.Unchecked = true
			return views.Start(f, m)
		}},
		{"start-waiting", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start = "4/6"
			f.Flash = &views.Flash{Kind: "ok", Text: views.FlashText(ctx, "aircall_connected")}
			return views.Start(f, start(4))
		}},
		{"start-done", func(ctx context.Context) templ.Component {
			return views.Start(frame(ctx, views.HereStart), start(6))
		}},
	}
}

func start(done int) views.StartPage {
	m := views.StartPage{LiveURL: "/start", CallbackURL: "https://calls.example.com/connections/salesforce/callback", HasApp: done > 0}
	details := []string{"https://login.salesforce.com", "Lorem SAS · Integration User", "", "Lorem SAS", "", ""}
	for i, code := range []string{views.StepApp, views.StepSalesforce, views.StepPreflight, views.StepAircall, views.StepEvent, views.StepRules} {
		step := views.StartStep{Code: code, Done: i < done}
		if step.Done {
			step.Detail = details[i]
		}
		m.Steps = append(m.Steps, step)
	}
	if done > 3 {
		m.WebhookURL = "https://calls.example.com/webhooks/aircall/1b7c9e0d5a3f42f8"
	}
	if done > 4 {
		m.LastCallURL = "/activity/1"
	}
	return m
}

// startTests are how far a test call got.
func startTests() []Sample {
	tested := func(t func(ctx context.Context) views.TestCall) func(context.Context) templ.Component {
		return func(ctx context.Context) templ.Component {
			call := t(ctx)
			m := start(4)
			if call.URL != "" { // its event came
				m = start(5)
			}
			m.TestCall, m.LiveURL = &call, "/start?watch=1789000000000"
			return views.Start(frame(ctx, views.HereStart), m)
		}
	}
	came := views.TestCall{Watching: true, URL: "/activity/7", Who: "Jeanne Petit", Type: "inbound_answered"}
	return []Sample{
		{"start-test", tested(func(context.Context) views.TestCall { return views.TestCall{} })},
		{"start-test-late", tested(func(ctx context.Context) views.TestCall {
			return views.TestCall{Watching: true, Late: true, Since: on(ctx, 3*time.Minute), Company: "Lorem SAS", Address: "https://calls.example.com"}
		})},
		{"start-test-received", tested(func(context.Context) views.TestCall {
			t := came
			t.Outcome, t.Reason = "waiting", "in_progress"
			return t
		})},
		{"start-test-logged", tested(func(context.Context) views.TestCall {
			t := came
			t.Outcome, t.Reason, t.Judged, t.HasTask, t.TaskURL = "logged", "completed_task", true, true, "https://lorem.my.salesforce.com/00T000000000001AAA"
			return t
		})},
		{"start-test-skipped", tested(func(context.Context) views.TestCall {
			t := came
			t.Outcome, t.Reason, t.Judged = "skipped", "flow_do_nothing", true
			return t
		})},
		{"start-samples", func(ctx context.Context) templ.Component {
			return views.Samples(frame(ctx, views.HereStart), views.SamplesPage{Version: "3", Line: "Accueil", Calls: []views.SampleCall{
				{Code: "known", Type: "inbound_answered", Number: "+33 1 99 00 55 01", At: on(ctx, 50*time.Hour), Outcome: "logged", Reason: "completed_task", Closed: true,
					Subject: "Inbound answered call from +33 1 99 00 55 01", Record: "Jeanne Petit", Kind: "contact", Owner: "Camille Durand"},
				{Code: "unknown", Type: "missed", Number: "+44 1632 960123", At: on(ctx, 50*time.Hour), Outcome: "logged", Reason: "open_task",
					Subject: "Missed call from +44 1632 960123", Record: "+441632960123", Kind: "contact", Made: true, Owner: "Camille Durand"},
				{Code: "sunday", Type: "missed", Number: "+33 1 99 00 55 01", At: on(ctx, 80*time.Hour), Outcome: "skipped", Reason: "outside_office_hours"},
				{Code: "shared", Type: "inbound_answered", Number: "+33 1 99 00 55 02", At: on(ctx, 50*time.Hour), Outcome: "needs_choice", Reason: "several_records"},
			}})
		}},
	}
}
