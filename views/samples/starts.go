package samples

import (
	"context"

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
	m := views.StartPage{CallbackURL: "https://calls.example.com/connections/salesforce/callback", HasApp: done > 0}
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
