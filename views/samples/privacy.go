package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func privacy() []Sample {
	page := func(name string, change func(context.Context, *views.PrivacyPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.PrivacyPage{
				Form: views.Form{Values: map[string][]string{"deliveries": {"30"}, "tries": {"90"}, "entries": {"365"}, "audit": {"730"},
					"deliveries_before": {"30"}, "tries_before": {"90"}, "entries_before": {"365"}, "audit_before": {"730"}}},
				Began: on(ctx, 9*time.Hour), Next: on(ctx, -15*time.Hour), Longest: views.Duration(ctx, 31*time.Millisecond),
				Kinds: []views.KeptKind{
					{Code: "deliveries", Kept: views.KeptText(ctx, 30), Removed: views.Number(ctx, 4812), Due: views.Number(ctx, 1604)},
					{Code: "tries", Kept: views.KeptText(ctx, 90), Removed: views.Number(ctx, 1203), Due: views.Number(ctx, 401)},
					{Code: "entries", Kept: views.KeptText(ctx, 365), Removed: "0", Due: "0"},
					{Code: "audit", Kept: views.KeptText(ctx, 730), Removed: "0", Due: "0"},
				},
			}
			change(ctx, &m)
			return views.Privacy(frame(ctx, views.HerePrivacy), m)
		}}
	}
	return []Sample{
		page("privacy", func(context.Context, *views.PrivacyPage) {}),
		page("privacy-new", func(_ context.Context, m *views.PrivacyPage) {
			m.Began, m.Next, m.Longest = views.Moment{}, views.Moment{}, ""
			for i := range m.Kinds {
				m.Kinds[i].Removed, m.Kinds[i].Due = "0", "0"
			}
		}),
		page("privacy-running", func(_ context.Context, m *views.PrivacyPage) { m.Running = true }),
		page("privacy-for-ever", func(ctx context.Context, m *views.PrivacyPage) {
			m.Form.Values["entries"], m.Kinds[2].Kept = []string{"0"}, views.KeptText(ctx, 0)
		}),
		page("privacy-mistaken", func(ctx context.Context, m *views.PrivacyPage) {
			m.Form.Values["tries"] = []string{"3"}
			m.Form.Mistakes = []views.Mistake{{Field: "tries", Text: views.ProblemText(ctx, "days_or_never", map[string]string{"min": "7", "max": "3650"})}}
		}),
		page("privacy-erased", func(ctx context.Context, m *views.PrivacyPage) {
			m.Erased = []views.ErasedNumber{
				{Number: "••34", By: "marie@example.com", At: on(ctx, 2*time.Hour), Calls: "12", Done: true},
				{Number: "••07", By: "marie@example.com", At: on(ctx, 50*time.Hour), Calls: "0"},
			}
		}),
		page("privacy-allow-mistaken", func(ctx context.Context, m *views.PrivacyPage) {
			m.Erased = []views.ErasedNumber{{Number: "••34", By: "marie@example.com", At: on(ctx, 2*time.Hour), Calls: "12", Done: true}}
			m.Form.Values["erased"], m.Form.Mistakes = []string{"+33 1 99 00 12 35"}, []views.Mistake{problem(ctx, "erased", "not_erased")}
		}),
		page("privacy-allow", func(_ context.Context, m *views.PrivacyPage) {
			m.Allow = &views.AllowPlan{Number: "+33 1 99 00 12 34", E164: "+33199001234"}
		}),
		page("privacy-erase-mistaken", func(ctx context.Context, m *views.PrivacyPage) {
			m.Form.Values["number"], m.Form.Mistakes = []string{"12"}, []views.Mistake{problem(ctx, "number", "no_number")}
		}),
		page("privacy-erase", func(_ context.Context, m *views.PrivacyPage) {
			m.Erase = &views.ErasePlan{Number: "+33 1 99 00 12 34", E164: "+33199001234", Calls: 12}
		}),
		page("privacy-erase-none", func(ctx context.Context, m *views.PrivacyPage) {
			m.Erase = &views.ErasePlan{Number: "+44 1632 960199", E164: "+441632960199", Assumed: views.CountryText(ctx, "GB")}
		}),
		page("privacy-meant", func(ctx context.Context, m *views.PrivacyPage) {
			m.Choice = &views.NumberChoice{Typed: "555-0101", Action: "/privacy/erase", Field: "number", Numbers: []views.MeantNumber{
				{Number: "+1 202-555-0101", E164: "+12025550101", Country: views.CountryText(ctx, "US"), Calls: 7},
				{Number: "+44 20 2555 0101", E164: "+442025550101", Country: views.CountryText(ctx, "GB"), Calls: 1}}}
		}),
		page("privacy-meant-none", func(ctx context.Context, m *views.PrivacyPage) {
			m.Choice = &views.NumberChoice{Typed: "2025550177", Action: "/privacy/erase", Field: "number", None: true, Numbers: []views.MeantNumber{
				{Number: "+1 202-555-0177", E164: "+12025550177", Country: views.CountryText(ctx, "US")},
				{Number: "+44 20 2555 0177", E164: "+442025550177", Country: views.CountryText(ctx, "GB")}}}
		}),
		page("privacy-erase-postgres", func(ctx context.Context, m *views.PrivacyPage) {
			m.Erase = &views.ErasePlan{Number: "+33 1 99 00 12 34", E164: "+33199001234", Calls: 1, Postgres: true}
			m.Form.Mistakes = []views.Mistake{problem(ctx, "again", "other_number")}
		}),
		page("privacy-shorter", func(ctx context.Context, m *views.PrivacyPage) {
			m.Form.Values["deliveries"], m.Form.Values["entries"] = []string{"14"}, []string{"180"}
			m.Shorter = &views.KeepLess{Rows: []views.KeepLessRow{
				{Code: "deliveries", Kept: views.KeptText(ctx, 14), Goes: views.UpTo(ctx, 10_000, 10_000)},
				{Code: "entries", Kept: views.KeptText(ctx, 180), Goes: views.Number(ctx, 842)},
			}}
		}),
	}
}
