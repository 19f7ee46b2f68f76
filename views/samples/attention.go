package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func attention() []Sample {
	return []Sample{
		{"attention", func(ctx context.Context) templ.Component {
			return views.Attention(attentionFrame(ctx), troubles(ctx))
		}},
		{"attention-viewer", func(ctx context.Context) templ.Component {
			f, m := attentionFrame(ctx), troubles(ctx)
			f.User = views.User{Name: "Paul Girard", Email: "paul@example.com", Role: "viewer"}
			for i := range m.Failures {
				for j := range m.Failures[i].Latest {
					call := &m.Failures[i].Latest[j]
					call.Who = masked(call.Who)
				}
			}
			for i := range m.Questions {
				q := &m.Questions[i]
				q.Number, q.ListURL, q.Choice.Action = masked(q.Number), "", ""
				for j := range q.Choice.Records {
					q.Choice.Records[j].Value, q.Choice.Records[j].URL = "+33•••••5678", ""
				}
			}
			return views.Attention(f, m)
		}},
		{"attention-replaying", func(ctx context.Context) templ.Component {
			m := troubles(ctx)
			m.Failures[0].Replaying, m.Failures[0].Count, m.Open, m.Questions = true, 5, 6, nil
			m.Replays = []views.ManyReplay{
				{ID: "3", Kind: "cause", Reason: "field_access", Code: "INVALID_FIELD_FOR_INSERT_UPDATE", Rules: "now", State: "running", Total: 9, Done: 3, Logged: 2, Failed: 1, Flying: 1,
					AskedBy: "marie@example.com", AskedAt: ago(ctx, 4*time.Second)},
				{ID: "2", Kind: "cause", Reason: "validation_rule", Rules: "then", State: "stopped", Total: 1200, Done: 500, Logged: 500, AskedBy: "marie@example.com", AskedAt: ago(ctx, 3*time.Hour), FinishedAt: ago(ctx, 2*time.Hour)},
				{ID: "1", Kind: "cause", Reason: "duplicate_rule", Rules: "now", State: "done", Total: 12, Done: 12, Logged: 10, Failed: 1, Other: 1, AskedBy: "paul@example.com", AskedAt: ago(ctx, 9*time.Hour), FinishedAt: ago(ctx, 9*time.Hour)},
			}
			return views.Attention(attentionFrame(ctx), m)
		}},
		{"attention-held", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereAttention)
			f.Salesforce, f.Banners = views.LightBad, []views.Banner{views.BannerOf(ctx, "salesforce_reconnect", 17)}
			return views.Attention(f, views.AttentionPage{Waits: held(ctx)})
		}},
		{"attention-calm", func(ctx context.Context) templ.Component {
			m := views.AttentionPage{ListURL: "/activity?outcome=failed%2Cneeds_choice", Resolved: troubles(ctx).Resolved}
			return views.Attention(frame(ctx, views.HereAttention), m)
		}},
		{"attention-empty", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereAttention)
			f.Start = "2/6"
			return views.Attention(f, views.AttentionPage{Empty: true, StartURL: "/start", ListURL: "/activity"})
		}},
		{"attention-unanswered", func(ctx context.Context) templ.Component {
			m := troubles(ctx)
			m.Failures, m.Open, m.Questions[1].Choice.Mistake = nil, 4, views.ProblemText(ctx, "choice_missing", nil)
			return views.Attention(attentionFrame(ctx), m)
		}},
		{"attention-replay", func(ctx context.Context) templ.Component {
			return views.ConfirmReplay(attentionFrame(ctx), views.AttentionConfirm{Failures: troubles(ctx).Failures[0], Requests: 4, Left: 18760, Max: 100000, RulesNow: 15})
		}},
		{"attention-resolve", func(ctx context.Context) templ.Component {
			return views.ConfirmResolve(attentionFrame(ctx), views.AttentionConfirm{Failures: troubles(ctx).Failures[1], Seen: "1795345484000000"})
		}},
	}
}

func attentionFrame(ctx context.Context) views.Frame {
	f := frame(ctx, views.HereAttention)
	f.Attention = 14
	return f
}

func troubles(ctx context.Context) views.AttentionPage {
	call := func(url, callType, who, line string, d time.Duration) views.FailedCall {
		return views.FailedCall{URL: url, Type: callType, Who: who, Line: line, At: ago(ctx, d)}
	}
	list := "/activity?outcome=failed&reason="
	return views.AttentionPage{
		ListURL: "/activity?outcome=failed%2Cneeds_choice&resolved=no", Instance: instance, Open: 14,
		Failures: []views.Failures{
			{Key: "8d1fca", Reason: "field_access", Count: 9, First: ago(ctx, 26*time.Hour), Last: ago(ctx, 3*time.Minute), ListURL: list + "field_access&cause=8d1fca",
				Detail: map[string]string{"code": "INVALID_FIELD_FOR_INSERT_UPDATE", "fields": "CallDisposition", "message": "Unable to create/update fields: CallDisposition. Please check the security settings of this field."},
				Latest: []views.FailedCall{
					call("/activity/1", "missed", "Julie Moreau", "Support FR", 3*time.Minute), call("/activity/2", "inbound_answered", "+33 1 99 00 12 34", "Sales", 40*time.Minute),
					call("/activity/3", "voicemail", "", "Sales", 5*time.Hour)}},
			{Key: "41bb07", Reason: "validation_rule", Count: 1, First: ago(ctx, 2*time.Hour), Last: ago(ctx, 2*time.Hour), ListURL: list + "validation_rule&cause=41bb07",
				Detail: map[string]string{"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "A call needs a campaign"},
				Latest: []views.FailedCall{call("/activity/4", "outbound_answered", "Nora Petit", "Sales", 2*time.Hour)}},
		},
		Questions: []views.Question{
			{Key: "5", Number: "+33 1 99 00 56 78", Calls: 3, ListURL: "/activity?outcome=needs_choice&q=%2B33199005678&resolved=no", Last: call("/activity/5", "inbound_answered", "+33 1 99 00 56 78", "Support FR", 8*time.Minute), Choice: *choose(ctx).Choice},
			{Key: "6", Number: "+44 1632 960123", Calls: 1, ListURL: "/activity?outcome=needs_choice&q=%2B441632960123&resolved=no", Last: call("/activity/6", "missed", "+44 1632 960123", "Sales", 50*time.Minute), Choice: *choose(ctx).Choice},
		},
		Resolved: []views.Failures{
			{Key: "c0ffee", Reason: "owner_refused", Count: 2, ListURL: list + "owner_refused&cause=c0ffee&resolved=yes", ResolvedBy: "marie@example.com", ResolvedAt: ago(ctx, 5*time.Hour)},
		},
	}
}
