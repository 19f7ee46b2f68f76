package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func accounts() []Sample {
	page := func(name string, change func(context.Context, *views.AccountPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.AccountPage{Sessions: []views.SessionRow{
				{Browser: "Firefox", System: "macOS", Address: "192.0.2.17", Current: true, Began: on(ctx, 2*time.Hour), Seen: ago(ctx, time.Minute)},
				{Browser: "Chrome", System: "Android", Address: "2001:db8:4f2a:1c00:9d3e:77b1:a0c4:5e21", Began: on(ctx, 50*time.Hour), Seen: ago(ctx, 3*time.Hour), EndURL: "/account/sessions/1/end"},
				{Address: "198.51.100.4", Began: on(ctx, 90*time.Hour), Seen: ago(ctx, 7*time.Hour), EndURL: "/account/sessions/2/end"},
			}}
			change(ctx, &m)
			return views.Account(frame(ctx, views.HereAccount), m)
		}}
	}
	on := func(left int) func(context.Context, *views.AccountPage) {
		return func(ctx context.Context, m *views.AccountPage) {
			m.TwoStep = views.AccountTwoStep{On: true, Since: on(ctx, 300*time.Hour), CodesLeft: left}
		}
	}
	return append(append(twoSteps(), twoStepsRequired()...), []Sample{
		page("account", func(context.Context, *views.AccountPage) {}),
		page("account-one-session", func(_ context.Context, m *views.AccountPage) { m.Sessions = m.Sessions[:1] }),
		page("account-two-step", on(9)),
		page("account-two-step-few-codes", on(1)),
		page("account-two-step-required", func(ctx context.Context, m *views.AccountPage) {
			on(9)(ctx, m)
			m.TwoStep.Required = true
		}),
		page("account-mistaken", func(ctx context.Context, m *views.AccountPage) {
			m.Form.Mistakes = []views.Mistake{problem(ctx, "current", "password_wrong"), problem(ctx, "new", "password_short")}
		}),
		page("account-throttled", func(ctx context.Context, m *views.AccountPage) {
			m.Form.Mistakes = []views.Mistake{problem(ctx, "current", "sign_in.throttled")}
		}),
	}...)
}

// sampleCodes open nothing.
var sampleCodes = []string{
	"aaaaa-22222", "bbbbb-33333", "ccccc-44444", "ddddd-55555", "eeeee-66666",
	"fffff-77777", "ggggg-22222", "hhhhh-33333", "iiiii-44444", "jjjjj-55555",
}

// twoStepsRequired are the pages before all others for who lacks a second step
// that is required of them.
func twoStepsRequired() []Sample {
	plain := func(ctx context.Context) views.Frame {
		return views.Frame{Languages: languages(ctx), User: views.User{Name: "Jonas Weber", Email: "jonas@example.com"}}
	}
	begun := func(ctx context.Context, mistakes ...views.Mistake) templ.Component {
		m := sampleTwoStep()
		m.Required, m.Form.Mistakes = true, mistakes
		return views.TwoStep(plain(ctx), m)
	}
	return []Sample{
		{"two-step-required", func(ctx context.Context) templ.Component { return views.TwoStepRequired(plain(ctx)) }},
		{"two-step-required-begun", func(ctx context.Context) templ.Component { return begun(ctx) }},
		{"two-step-required-mistaken", func(ctx context.Context) templ.Component { return begun(ctx, problem(ctx, "code", "code_wrong")) }},
		{"two-step-required-recovery", func(ctx context.Context) templ.Component {
			return views.RecoveryCodes(plain(ctx), views.RecoveryCodesPage{Codes: sampleCodes, First: true, Required: true})
		}},
	}
}

// sampleTwoStep has a key that opens nothing.
func sampleTwoStep() views.TwoStepPage {
	return views.TwoStepPage{Key: "SAMP LEKE YTHA TOPE NSNO THIN GATA LLAA", QR: views.QR{Size: 5, Path: "M0 0h2v1h-2zM3 0h2v1h-2zM1 2h3v1h-3zM0 4h1v1h-1zM2 4h2v1h-2z"}}
}

func twoSteps() []Sample {
	plain := func(ctx context.Context) views.Frame { return views.Frame{Languages: languages(ctx)} }
	begun := func(name string, mistakes func(context.Context) []views.Mistake) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := sampleTwoStep()
			m.Form.Mistakes = mistakes(ctx)
			return views.TwoStep(frame(ctx, views.HereAccount), m)
		}}
	}
	codes := func(name string, first bool) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			return views.RecoveryCodes(frame(ctx, views.HereAccount), views.RecoveryCodesPage{Codes: sampleCodes, First: first})
		}}
	}
	change := func(name string, change views.TwoStepChange, wrong string) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.TwoStepChangePage{Change: change}
			if wrong != "" {
				m.Form.Mistakes = []views.Mistake{problem(ctx, "code", wrong)}
			}
			return views.ChangeTwoStep(frame(ctx, views.HereAccount), m)
		}}
	}
	code := func(name string, recovery bool, wrong string) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.SignInCodePage{Recovery: recovery}
			if wrong != "" {
				m.Form.Mistakes = []views.Mistake{problem(ctx, "code", wrong)}
			}
			return views.SignInCode(plain(ctx), m)
		}}
	}
	return []Sample{
		begun("two-step-begun", func(context.Context) []views.Mistake { return nil }),
		begun("two-step-mistaken", func(ctx context.Context) []views.Mistake { return []views.Mistake{problem(ctx, "code", "code_wrong")} }),
		codes("two-step-recovery", true), codes("two-step-recovery-renewed", false),
		change("two-step-off", views.TwoStepOff, ""), change("two-step-off-mistaken", views.TwoStepOff, "code_wrong"),
		change("two-step-codes", views.TwoStepCodes, ""),
		code("signin-code", false, ""), code("signin-code-wrong", false, "code_wrong"), code("signin-code-throttled", false, "sign_in.throttled"),
		code("signin-recovery", true, ""), code("signin-recovery-wrong", true, "recovery_code_wrong"),
	}
}
