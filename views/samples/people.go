package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func people() []Sample {
	return append(append(peopleLists(), persons()...), peopleDoors()...)
}

// somebody is one row of the list.
func somebody(ctx context.Context) views.PersonRow {
	return views.PersonRow{Name: "Jonas Weber", Email: "jonas@example.com", Role: "editor", Sessions: 2, TwoStep: true,
		SeenAt: ago(ctx, 7*time.Minute), CreatedAt: on(ctx, 900*time.Hour), URL: "/people/2"}
}

func everybody(ctx context.Context) []views.PersonRow {
	return []views.PersonRow{
		somebody(ctx),
		{Name: "Marie Laurent", Email: "marie@example.com", Role: "admin", Self: true, Sessions: 1, SeenAt: ago(ctx, time.Minute), CreatedAt: on(ctx, 2000*time.Hour), URL: "/people/1"},
		{Name: "Maximiliane von und zu Hohenberg-Oberstein", Email: "maximiliane.von.und.zu.hohenberg-oberstein@sales.example.com", Role: "viewer", CreatedAt: on(ctx, 30*time.Hour), URL: "/people/3"},
		{Name: "Paul Old", Email: "paul@example.com", Role: "viewer", SeenAt: ago(ctx, 800*time.Hour), CreatedAt: on(ctx, 1900*time.Hour), DeactivatedAt: on(ctx, 700*time.Hour), URL: "/people/4"},
	}
}

// required says of whom a second step is.
func required(of string, own bool) views.SecondStep {
	return views.SecondStep{Form: views.Form{Values: map[string][]string{"required_of": {of}, "required_of_before": {of}}}, Own: own}
}

func peopleLists() []Sample {
	page := func(name string, change func(context.Context, *views.PeoplePage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.PeoplePage{Form: views.Form{Values: map[string][]string{"role": {"viewer"}}}, SecondStep: required("nobody", true), Rows: everybody(ctx), Invitations: []views.InvitationRow{
				{Email: "nina@example.com", Role: "editor", By: "Marie Laurent", ExpiresAt: on(ctx, -100*time.Hour), RenewURL: "/people/invitations/2/renew", WithdrawURL: "/people/invitations/2/withdraw"},
				{Name: "Omar Diaz", Email: "omar@example.com", Role: "viewer", By: "Marie Laurent", ExpiresAt: on(ctx, 20*time.Hour), Expired: true, RenewURL: "/people/invitations/1/renew", WithdrawURL: "/people/invitations/1/withdraw"},
			}}
			change(ctx, &m)
			return views.People(frame(ctx, views.HerePeople), m)
		}}
	}
	return []Sample{
		page("people", func(context.Context, *views.PeoplePage) {}),
		page("people-empty", func(ctx context.Context, m *views.PeoplePage) {
			m.Rows, m.Invitations = everybody(ctx)[1:2], nil
		}),
		page("people-new", func(ctx context.Context, m *views.PeoplePage) {
			m.New = &views.NewLink{Kind: "invite", Email: "nina@example.com", URL: "https://calls.example.com/invite/sampleofalinkthatopensnot", Until: views.DateTime(ctx, Now.AddDate(0, 0, 7))}
		}),
		page("people-mistaken", func(ctx context.Context, m *views.PeoplePage) {
			m.Form = views.Form{Values: map[string][]string{"role": {"viewer"}, "email": {"jonas@example.com"}},
				Mistakes: []views.Mistake{problem(ctx, "email", "has_account", "value", "jonas@example.com")}}
		}),
		page("people-second-step", func(_ context.Context, m *views.PeoplePage) {
			m.SecondStep = required("everyone", true)
			m.Rows[1].TwoStep, m.Rows[2].TwoStepDue, m.SecondStep.Missing = true, true, 1
		}),
		page("people-second-step-own", func(ctx context.Context, m *views.PeoplePage) {
			m.SecondStep = required("admins", false)
			m.SecondStep.Form.Mistakes = []views.Mistake{problem(ctx, "required_of", "second_step_own")}
		}),
		{"people-forbidden", func(ctx context.Context) templ.Component {
			f := frame(ctx, "")
			f.User.Role = "editor"
			return views.Error(f, views.ErrorPage{Status: 403, Code: "forbidden", Request: "9f3c21"})
		}},
	}
}

func persons() []Sample {
	page := func(name string, change func(context.Context, *views.PersonPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.PersonPage{PersonRow: somebody(ctx), Action: "/people/2", Form: views.Form{Values: map[string][]string{"name": {"Jonas Weber"}, "role": {"editor"}}}}
			change(ctx, &m)
			return views.ShowPerson(frame(ctx, views.HerePeople), m)
		}}
	}
	deactivate := func(name string, row func(context.Context) views.PersonRow, mistakes ...string) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.DeactivatePage{PersonRow: row(ctx), Action: row(ctx).URL + "/deactivate"}
			for _, code := range mistakes {
				m.Form.Mistakes = append(m.Form.Mistakes, problem(ctx, "", code))
			}
			return views.Deactivate(frame(ctx, views.HerePeople), m)
		}}
	}
	left := views.LeavePage{Admin: true, Invitations: 2}
	keys := func(ctx context.Context, revoke bool) views.LeavePage {
		m := left
		m.Keys = []views.LeftKey{
			{ID: "3", Name: "Wallboard", Role: "viewer", CreatedAt: on(ctx, 40*time.Hour), UsedAt: ago(ctx, 3*time.Minute), Revoke: revoke},
			{ID: "2", Name: "A report whose name says more than it has to about what it is for", Role: "editor", CreatedAt: on(ctx, 900*time.Hour), Revoke: revoke},
		}
		return m
	}
	admin := func(ctx context.Context) views.PersonRow {
		row := somebody(ctx)
		row.Role = "admin"
		return row
	}
	open := func(ctx context.Context) []views.SessionRow {
		return []views.SessionRow{
			{Browser: "Firefox", System: "Windows", Address: "203.0.113.7", Began: on(ctx, 30*time.Hour), Seen: ago(ctx, 7*time.Minute), EndURL: "/people/2/sessions/1/end"},
			{Address: "203.0.113.8", Began: on(ctx, 60*time.Hour), Seen: ago(ctx, 26*time.Hour), EndURL: "/people/2/sessions/2/end"},
		}
	}
	myself := func(ctx context.Context) views.PersonRow { return everybody(ctx)[1] }
	return []Sample{
		page("person", func(ctx context.Context, m *views.PersonPage) { m.Open = open(ctx) }),
		{"person-two-step-off", func(ctx context.Context) templ.Component {
			return views.TwoStepPersonOff(frame(ctx, views.HerePeople), views.TwoStepPersonPage{PersonRow: somebody(ctx), Action: "/people/2/two-step/off"})
		}},
		{"person-demote", func(ctx context.Context) templ.Component {
			return views.Demote(frame(ctx, views.HerePeople), views.DemotePage{PersonRow: admin(ctx), Action: "/people/2", NewName: "Jonas Weber", New: "editor", LeavePage: keys(ctx, false)})
		}},
		{"person-deactivate-keys", func(ctx context.Context) templ.Component {
			return views.Deactivate(frame(ctx, views.HerePeople), views.DeactivatePage{PersonRow: admin(ctx), Action: "/people/2/deactivate", LeavePage: keys(ctx, true)})
		}},
		page("person-self-mistaken", func(ctx context.Context, m *views.PersonPage) {
			m.PersonRow, m.Action = myself(ctx), "/people/1"
			m.Form = views.Form{Values: map[string][]string{"name": {"Marie Laurent"}, "role": {"viewer"}}, Mistakes: []views.Mistake{problem(ctx, "role", "last_admin")}}
		}),
		page("person-deactivated", func(ctx context.Context, m *views.PersonPage) {
			m.PersonRow, m.Action = everybody(ctx)[3], "/people/4"
			m.Form = views.Form{Values: map[string][]string{"name": {m.Name}, "role": {m.Role}}}
		}),
		page("person-reset", func(ctx context.Context, m *views.PersonPage) {
			m.New = &views.NewLink{Kind: "reset", Email: "jonas@example.com", URL: "https://calls.example.com/reset/sampleofalinkthatopensnot", Until: views.DateTime(ctx, Now.AddDate(0, 0, 1))}
		}),
		deactivate("person-deactivate", somebody),
		deactivate("person-deactivate-self", myself),
		deactivate("person-deactivate-last", myself, "last_admin"),
	}
}

// peopleDoors are the pages behind links, before anybody is signed in.
func peopleDoors() []Sample {
	plain := func(ctx context.Context) views.Frame { return views.Frame{Languages: languages(ctx)} }
	invitation := func(ctx context.Context, role string, form views.Form) templ.Component {
		return views.ShowInvitation(plain(ctx), views.InvitationPage{Action: "/invite/token", Email: "nina@example.com", Role: role, By: "Marie Laurent", Form: form})
	}
	gone := func(kind string) Sample {
		return Sample{kind + "-gone", func(ctx context.Context) templ.Component {
			return views.LinkGone(plain(ctx), views.LinkGonePage{Kind: kind})
		}}
	}
	return []Sample{
		{"invite", func(ctx context.Context) templ.Component {
			return invitation(ctx, "editor", views.Form{Values: map[string][]string{"name": {"Nina"}}})
		}},
		{"invite-mistaken", func(ctx context.Context) templ.Component {
			return invitation(ctx, "viewer", views.Form{Mistakes: []views.Mistake{problem(ctx, "name", "missing"), problem(ctx, "password", "password_short")}})
		}},
		gone("invite"),
		{"reset", func(ctx context.Context) templ.Component {
			return views.Reset(plain(ctx), views.ResetPage{Action: "/reset/token", Email: "jonas@example.com"})
		}},
		{"reset-mistaken", func(ctx context.Context) templ.Component {
			return views.Reset(plain(ctx), views.ResetPage{Action: "/reset/token", Email: "jonas@example.com",
				Form: views.Form{Mistakes: []views.Mistake{problem(ctx, "password", "password_common")}}})
		}},
		gone("reset"),
	}
}
