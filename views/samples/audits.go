package samples

import (
	"context"
	"strconv"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func audits() []Sample {
	page := func(name string, change func(context.Context, *views.AuditPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := audit(ctx)
			change(ctx, &m)
			return views.Audit(frame(ctx, views.HereAudit), m)
		}}
	}
	return []Sample{
		page("audit", func(context.Context, *views.AuditPage) {}),
		page("audit-filtered", func(ctx context.Context, m *views.AuditPage) {
			m.Filters.Query, m.Filters.Who, m.Filters.Kind, m.Filters.From = "version", "marie@example.com", "rules", "2026-11-16"
			m.Chips = []views.Chip{{Filter: "q", Value: "version", RemoveURL: "/audit"}, {Filter: "who", Value: "Marie Laurent", RemoveURL: "/audit"},
				{Filter: "kind", Value: views.AuditKind(ctx, "rules"), RemoveURL: "/audit"}, {Filter: "from", Value: views.Date(ctx, Now.AddDate(0, 0, -6)), RemoveURL: "/audit"}}
			m.Unknown, m.Newer = []string{"kind=nonsense"}, "/audit?before=x"
			m.Chain = views.AuditChain{To: 128, Head: "9f3c2a41d07be652"}
		}),
		page("audit-none", func(_ context.Context, m *views.AuditPage) { m.Days, m.Filters.Query = nil, "nothing" }),
		page("audit-broken", func(_ context.Context, m *views.AuditPage) {
			m.Chain = views.AuditChain{After: 3120, To: 3977, Bad: 3978, CheckURL: "/audit?check=all"}
		}),
		page("audit-stopped", func(_ context.Context, m *views.AuditPage) {
			m.Chain = views.AuditChain{To: 841000, Stopped: true}
		}),
	}
}

func audit(ctx context.Context) views.AuditPage {
	m := views.AuditPage{
		Chain:    views.AuditChain{After: 3120, To: 4120, Head: "9f3c2a41d07be652", CheckURL: "/audit?check=all"},
		ClearURL: "/audit", CSVURL: "/audit.csv", Older: "/audit?after=x", Zone: "Europe/Paris",
		Filters: views.AuditFilters{
			People: []views.Option{{Value: "marie@example.com", Text: "Marie Laurent"}, {Value: "system", Text: "Ringledger"}},
			Kinds:  []views.AuditKinds{{Group: "access", Codes: []string{"sign_in", "sign_in_failed", "sign_out"}}, {Group: "rules", Codes: []string{"rules_saved"}}},
		},
	}
	for i, r := range []struct {
		who, name, what, object, address string
		detail                           map[string]string
	}{
		{"marie@example.com", "Marie Laurent", "rules_saved", "version 14", "192.0.2.17", map[string]string{"note": "Call back sooner"}},
		{"omar@example.com", "Omar Diallo", "replayed", "/activity/1284", "192.0.2.20", map[string]string{"rules": "now"}},
		{"omar@example.com", "Omar Diallo", "record_chosen", "/activity/1279", "192.0.2.20", map[string]string{"record": "003000000000001AAA", "remember": "true"}},
		{"system", "", "aircall_webhook_mended", "aircall", "", map[string]string{"found": "events", "since": "2026-11-21T08:12:00Z", "events": "call.ended call.tagged"}},
		{"", "", "sign_in_failed", "somebody@example.org", "2001:db8::f00:17", nil},
		{"marie@example.com", "Marie Laurent", "aircall_backfill_asked", "aircall", "192.0.2.17", map[string]string{"from": "2026-11-01T23:00:00Z", "to": "2026-11-03T23:00:00Z"}},
		{"marie@example.com", "Marie Laurent", "exported", "/activity.csv?outcome=failed", "192.0.2.17", nil},
		{"key:wallboard", "", "rules_saved", "version 13", "192.0.2.90", nil},
		{"console", "", "user_created", "a-rather-long-address-of-somebody@subsidiary.example.com", "", map[string]string{"role": "viewer"}},
		{"marie@example.com", "Marie Laurent", "resolved", "/attention", "192.0.2.17", map[string]string{"cause": "2d78d6281352a8d51648768d", "count": "4"}},
		{"marie@example.com", "Marie Laurent", "replayed_all", "/replays/3", "192.0.2.17", map[string]string{"count": "12", "rules": "then"}},
		{"marie@example.com", "Marie Laurent", "resolved", "/activity", "192.0.2.17", map[string]string{"count": "2"}},
		{"left@example.com", "", "something_newer", "that this version does not know", "192.0.2.3", map[string]string{"colour": "blue"}},
	} {
		at := Now.Add(-time.Duration(i*47) * time.Minute)
		about := views.AuditAbout{Call: "3004181" + strconv.Itoa(20-i), Record: "Lina Moreau", RecordURL: "https://fjord.example.com/lightning/r/Contact/003000000000001AAA/view", Reason: "validation_rule"}
		row := views.AuditRow{ID: strconv.Itoa(4120 - i), At: views.At(ctx, at), Code: r.what, Who: views.AuditWho(ctx, r.who, r.name), Facts: views.AuditFacts(ctx, r.detail, about), Address: r.address}
		row.Object, row.ObjectURL = views.AuditObject(ctx, r.what, r.object, about)
		if r.name != "" {
			row.Email = r.who
		}
		if i == 0 || i == 6 {
			m.Days = append(m.Days, views.AuditDay{Title: views.DayTitle(ctx, Now.AddDate(0, 0, -i/6), Now)})
		}
		day := &m.Days[len(m.Days)-1]
		day.Rows = append(day.Rows, row)
	}
	return m
}
