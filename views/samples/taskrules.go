package samples

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/a-h/templ"
)

// taskRules are the states of the pages on what stands in a Task and who owns it.
func taskRules() []Sample {
	return []Sample{
		{"task", func(ctx context.Context) templ.Component { return views.Task(frame(ctx, views.HereTask), task(ctx)) }},
		{"task-mistaken", func(ctx context.Context) templ.Component {
			m := task(ctx)
			m.Form.Values["task.subjects.missed"] = []string{"Missed {caller}"}
			m.Form.Values["task.fields.Talk__c"] = []string{"{agent}"}
			m.Form.Values["task.fields.Call_Id__c"] = []string{""}
			m.Form.Mistakes = []views.Mistake{
				problem(ctx, "task.subjects.missed", "unknown_placeholder", "value", "{caller}", "allowed", "{record}, {number}"),
				problem(ctx, "task.fields.Talk__c", "task_field_number", "label", "Talk time"),
			}
			m.Form.Unsaved = true
			m.Preview.Mistakes = []string{m.Form.Mistakes[0].Text}
			m.Preview.Skip = views.T(ctx, "task.preview.skip", "why", views.ReasonWhy(ctx, "outside_office_hours", nil))
			return views.Task(frame(ctx, views.HereTask), m)
		}},
		{"task-empty", func(ctx context.Context) templ.Component {
			return views.Task(frame(ctx, views.HereTask), views.TaskPage{Rules: state(ctx), Form: views.RulesForm(callflow.Default())})
		}},
		{"task-viewer", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereTask)
			f.User.Role = "viewer"
			return views.Task(f, task(ctx))
		}},
		{"owners", func(ctx context.Context) templ.Component {
			return views.Owners(frame(ctx, views.HereOwners), owners(ctx))
		}},
		{"owners-mistaken", func(ctx context.Context) templ.Component {
			m := owners(ctx)
			m.Form.Values["owner.map.omar@example.com"] = []string{"nobody@example.com"}
			m.Form.Mistakes = []views.Mistake{problem(ctx, "owner.map.omar@example.com", "owner_unknown_agent", "value", "nobody@example.com")}
			m.Form.Unsaved = true
			return views.Owners(frame(ctx, views.HereOwners), m)
		}},
		{"owners-down", func(ctx context.Context) templ.Component {
			m := owners(ctx)
			m.Trouble, m.Users = "down", nil
			for i := range m.Rows {
				if m.Rows[i].Email != "" {
					m.Rows[i].Result, m.Rows[i].Wanted, m.Rows[i].User = "unchecked", m.Rows[i].Email, ""
				}
			}
			return views.Owners(frame(ctx, views.HereOwners), m)
		}},
		{"owners-empty", func(ctx context.Context) templ.Component {
			return views.Owners(frame(ctx, views.HereOwners), views.OwnersPage{Rules: state(ctx), Form: views.RulesForm(callflow.Default()), Action: "/rules/owners", Query: "zoe"})
		}},
	}
}

func task(ctx context.Context) views.TaskPage {
	s := callflow.Default()
	s.Task.Subjects = map[callflow.CallType]string{callflow.Missed: "Call back {record} ({line})"}
	s.Task.Description = []string{callflow.PartTalk, callflow.PartRecording, callflow.PartComments}
	s.Task.Fields = map[string]string{"Call_Id__c": "{call_id}", "Gone__c": "{line}", "Talk__c": "{talk_seconds}"}
	return views.TaskPage{
		Rules: state(ctx), Form: views.RulesForm(s), Described: true, Connected: true,
		Fields: []views.TaskField{
			{Name: "Call_Id__c", Label: "Call id", Kind: views.T(ctx, "fieldkind.text.length", "count", 40), Offered: true},
			{Name: "Talk__c", Label: "Talk time", Kind: views.T(ctx, "fieldkind.number"), Offered: true},
			{Name: "Reason__c", Label: "Reason", Kind: views.T(ctx, "fieldkind.choice"), Offered: true},
			{Name: "Gone__c", Notices: []string{views.ProblemText(ctx, "task_field_unknown", map[string]string{"value": "Gone__c"})}},
		},
		Preview: views.TaskPreview{
			Calls: []views.PreviewCalls{
				{Type: "missed", Calls: []views.Option{{Value: "41", Text: "Élodie Moreau · 22/11/2026 11:58"}}},
				{Type: "inbound_answered", Calls: []views.Option{{Value: "40", Text: "Acme Ltd · 22/11/2026 11:40"}, {Value: "39", Text: "+33 1 99 00 12 34 · 22/11/2026 11:02"}}},
			},
			Entry: "41", URL: "/activity/41", Who: "Élodie Moreau", At: ago(ctx, 6*time.Minute), Type: "missed",
			Rows: []views.PreviewRow{
				{Field: "Subject", Value: "Call back Élodie Moreau (Support FR)", Then: "Missed call from Élodie Moreau on Support FR", Differs: true},
				{Field: "Status", Value: "Not Started"},
				{Field: "WhoId", Value: "Élodie Moreau", URL: "https://example.my.salesforce.com/003000000000001"},
				{Field: "CallDisposition", Value: "aircall, inbound", Notice: views.T(ctx, "task.preview.cut.tags", "length", "255", "dropped", "vip")},
				{Field: "Description", Value: "Waiting time: 24 s\nTags: vip"},
				{Field: "Call_Id__c", Label: "Call id", Value: "1001"},
			},
			Notices: []string{views.T(ctx, "task.preview.left_out", "fields", "Gone__c")}, Written: true, Changed: 1,
		},
	}
}

func owners(ctx context.Context) views.OwnersPage {
	s := callflow.Default()
	s.Owner.Map = map[string]string{"omar@example.com": "sales@example.com", "left@example.com": "marie@example.com"}
	s.Owner.Fallback = []string{callflow.OwnerRecord, callflow.OwnerConnection}
	return views.OwnersPage{
		Rules: state(ctx), Form: views.RulesForm(s), Action: "/rules/owners", Matched: 2, Agents: 5,
		Tabs:    []views.Tab{{Code: "owners_all", URL: "/rules/owners", Count: "6", Current: true}, {Code: "owners_unmapped", URL: "/rules/owners?show=unmapped", Count: "3", Bad: true}},
		AskedAt: ago(ctx, 20*time.Second), AgainURL: "/rules/owners?again=1", Fallback: "Integration User",
		Users: []views.Option{{Value: "marie@example.com", Text: "Marie Laurent"}, {Value: "sales@example.com", Text: "Sam Sales"}},
		Rows: []views.OwnerRow{
			{Name: "Marie Laurent", Email: "marie@example.com", Field: "owner.map.marie@example.com", Result: "agent_email", Wanted: "marie@example.com", User: "Marie Laurent", UserURL: "https://example.my.salesforce.com/005000000000001"},
			{Name: "Omar Haddad", Email: "omar@example.com", Field: "owner.map.omar@example.com", Result: "mapped", Wanted: "sales@example.com", User: "Sam Sales"},
			{Name: "Lena Vogt", Email: "lena@example.com", Field: "owner.map.lena@example.com", Result: "inactive", Wanted: "lena@example.com"},
			{Name: "Priya Shah", Email: "priya@example.com", Field: "owner.map.priya@example.com", Result: "unknown_agent", Wanted: "priya@example.com"},
			{Name: "Front desk", Result: "no_email"},
			{Name: "Hugo Petit", Email: "hugo@example.com", Gone: true, Field: "owner.map.hugo@example.com", Result: "unknown_agent", Wanted: "hugo@example.com"},
		},
		Strays: []views.OwnerRow{{Email: "left@example.com", Field: "owner.map.left@example.com", Result: "mapped", Wanted: "marie@example.com", User: "Marie Laurent"}},
	}
}
