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
			return views.SignIn(f, views.SignInPage{Demo: "demo@example.com / ringledger-demo"})
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
	}
}
