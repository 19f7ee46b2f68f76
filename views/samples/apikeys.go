package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func keys() []Sample {
	page := func(name string, change func(context.Context, *views.KeysPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.KeysPage{Form: views.Form{Values: map[string][]string{"role": {"viewer"}}}, Rows: []views.KeyRow{
				{Name: "Wallboard", Role: "viewer", CreatedAt: on(ctx, 40*time.Hour), UsedAt: ago(ctx, 3*time.Minute), RevokeURL: "/keys/3/revoke", By: "Marie Laurent"},
				{Name: "A report whose name says more than it has to about what it is for", Role: "editor", CreatedAt: on(ctx, 900*time.Hour), RevokeURL: "/keys/2/revoke"},
				{Name: "Old wallboard", Role: "viewer", CreatedAt: on(ctx, 2000*time.Hour), UsedAt: ago(ctx, 400*time.Hour), RevokedAt: on(ctx, 100*time.Hour)},
			}}
			change(ctx, &m)
			return views.Keys(frame(ctx, views.HereKeys), m)
		}}
	}
	return []Sample{
		page("keys", func(context.Context, *views.KeysPage) {}),
		page("keys-empty", func(_ context.Context, m *views.KeysPage) { m.Rows = nil }),
		page("keys-new", func(_ context.Context, m *views.KeysPage) {
			m.New = &views.NewKey{Name: "Wallboard", Key: "rlk_sample-of-a-key-that-opens-nothing-at-all-0"}
		}),
		page("keys-mistaken", func(ctx context.Context, m *views.KeysPage) {
			m.Form.Mistakes = []views.Mistake{problem(ctx, "purpose", "missing")}
		}),
		{"keys-revoke", func(ctx context.Context) templ.Component {
			return views.RevokeKey(frame(ctx, views.HereKeys), views.RevokeKeyPage{Action: "/keys/3/revoke",
				KeyRow: views.KeyRow{Name: "Wallboard", Role: "viewer", CreatedAt: on(ctx, 40*time.Hour), UsedAt: ago(ctx, 3*time.Minute)}})
		}},
	}
}
