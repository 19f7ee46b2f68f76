package samples

import (
	"context"

	"ringledger/views"

	"github.com/a-h/templ"
)

func doors() []Sample {
	plain := func(ctx context.Context) views.Frame { return views.Frame{Languages: languages(ctx)} }
	return []Sample{
		{"signin", func(ctx context.Context) templ.Component {
			return views.SignIn(plain(ctx), views.SignInPage{Next: "/"})
		}},
		{"signin-demo", func(ctx context.Context) templ.Component {
			f := plain(ctx)
			f.Demo = true
			return views.SignIn(f, views.SignInPage{Demo: "admin@example.com / ringledger-demo"})
		}},
		{"signin-wrong", func(ctx context.Context) templ.Component {
			return views.SignIn(plain(ctx), views.SignInPage{Form: views.Form{
				Values: map[string][]string{"email": {"marie@example.com"}}, Mistakes: []views.Mistake{problem(ctx, "", "sign_in.wrong")},
			}})
		}},
		{"setup", func(ctx context.Context) templ.Component {
			return views.Setup(plain(ctx), views.SetupPage{Action: "/setup/token"})
		}},
		{"setup-mistaken", func(ctx context.Context) templ.Component {
			return views.Setup(plain(ctx), views.SetupPage{Action: "/setup/token", Form: views.Form{
				Values: map[string][]string{"email": {"marie"}, "name": {""}},
				Mistakes: []views.Mistake{
					problem(ctx, "email", "bad_email", "value", "marie"), problem(ctx, "name", "missing"), problem(ctx, "password", "password_short"),
				},
			}})
		}},
		{"start-begun", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start, f.Salesforce, f.Aircall, f.Company = "1/6", views.LightOff, views.LightOff, ""
			return views.Start(f, start(1))
		}},
		{"start-waiting", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereStart)
			f.Start = "4/6"
			f.Flash = &views.Flash{Kind: "ok", Text: views.FlashText(ctx, "aircall_connected")}
			return views.Start(f, start(4))
		}},
		{"start-done", func(ctx context.Context) templ.Component { return views.Start(frame(ctx, views.HereStart), start(6)) }},
	}
}

func start(done int) views.StartPage {
	m := views.StartPage{CallbackURL: "https://calls.example.com/connections/salesforce/callback", LastCallURL: "/activity/1"}
	steps := []*views.StartStep{&m.Account, &m.SalesforceApp, &m.Salesforce, &m.Aircall, &m.FirstEvent, &m.Rules}
	details := []string{"marie@example.com", "", "Lorem SAS, integration@example.com", "Lorem SAS", "", ""}
	for i := range done {
		*steps[i] = views.StartStep{Done: true, Detail: details[i]}
	}
	if done > 2 {
		m.WebhookURL = "https://calls.example.com/webhooks/aircall/1b7c9e0d5a3f42f8"
	}
	return m
}
