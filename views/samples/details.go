package samples

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/a-h/templ"
)

func details() []Sample {
	return []Sample{
		{"detail-failed", func(ctx context.Context) templ.Component {
			return views.Detail(frame(ctx, views.HereActivity), failed(ctx))
		}},
		{"detail-logged", func(ctx context.Context) templ.Component {
			return views.Detail(frame(ctx, views.HereActivity), logged(ctx))
		}},
		{"detail-choice", func(ctx context.Context) templ.Component {
			return views.Detail(frame(ctx, views.HereActivity), choose(ctx))
		}},
		{"detail-skipped", func(ctx context.Context) templ.Component {
			m := detail(ctx)
			m.Outcome, m.Reason = "skipped", "outside_office_hours"
			m.Steps = []views.DetailStep{
				step("received", "webhook", "+0 ms", "events", "3"), step("call_type", "missed", "+1 ms", "type", "missed", "missed_reason", "out_of_opening_hours"),
				step("filter", "pass", "+1 ms", "line", "Support FR"), step("office_hours", "closed", "+2 ms", "scope", "all", "line", "Support FR", "day", "sun", "date", "2026-11-22", "time", "12:04", "zone", "Europe/Paris", "intervals", "09:00-11:00"),
			}
			return views.Detail(frame(ctx, views.HereActivity), m)
		}},
		{"detail-waiting", func(ctx context.Context) templ.Component {
			m := detail(ctx)
			m.Outcome, m.Reason, m.Next, m.LiveURL, m.CanReplay = "waiting", "retrying", on(ctx, -14*time.Second), "/activity/1", false
			m.Detail = map[string]string{"kind": "busy", "code": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record"}
			m.Steps = []views.DetailStep{step("retry", "busy", "+310 ms", "message", "unable to obtain exclusive access to this record", "at", "2026-11-22T11:05:00Z")}
			return views.Detail(frame(ctx, views.HereActivity), m)
		}},
		{"detail-late", func(ctx context.Context) templ.Component {
			return views.Detail(frame(ctx, views.HereActivity), refusedLate(ctx))
		}},
	}
}

// refusedLate is a call whose Task stands and whose recording was refused.
func refusedLate(ctx context.Context) views.DetailPage {
	m := logged(ctx)
	last := step("refused", "field_refused", "+90 ms", "message", "Description is read-only.", "code", "INVALID_FIELD_FOR_INSERT_UPDATE", "fields", "Description")
	m.Refused, m.Steps = &views.LateRefusal{Step: last.Step}, append(m.Steps[:6:6], last)
	m.Late = []views.LateItem{
		{At: on(ctx, 9*time.Second), Event: "call.tagged"}, {At: on(ctx, 8*time.Second), Event: "call.comm_assets_generated"}, {At: on(ctx, 8*time.Second), Event: "summary.created"},
		{At: on(ctx, 7*time.Second), Result: "written", Fields: "CallDisposition", Try: 2, URL: "/activity/1?try=2"},
		{At: on(ctx, 6*time.Second), Result: "refused", Message: "Description is read-only.", Try: 3, URL: "/activity/1?try=3"},
		{At: on(ctx, 5*time.Second), Result: "same", Try: 4, URL: "/activity/1?try=4"},
	}
	m.Facts.OwnerURL = views.RecordURL(instance, "user", "005000000000002AAA")
	m.Facts.Created = []views.Link{{Text: "Missed call from Julie Moreau", URL: views.RecordURL(instance, "case", "500000000000001AAA")}}
	return m
}

func step(code, result, offset string, pairs ...string) views.DetailStep {
	params := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return views.DetailStep{Step: callflow.Step{Code: code, Result: result, Params: params}, Offset: offset}
}

func detail(ctx context.Context) views.DetailPage {
	return views.DetailPage{
		ID: "1", CallID: "2871004512", Kind: "call", Type: "missed", Direction: "inbound", Who: "Julie Moreau", Number: "+33 1 99 00 56 78",
		At: on(ctx, 13*time.Second), Zone: "Europe/Paris", AircallURL: "https://assets.example.com/calls/2871004512", ListURL: "/activity",
		NewerURL: "/activity/2", OlderURL: "/activity/3", RulesVersion: "14", RulesNow: "15", CanReplay: true, DryRunURL: "/activity/1/dryrun",
		RuleChanges: []views.RuleChange{{Field: "Missed, Priority", Old: "Normal", New: "High"}, {Field: "Subject of Missed", Old: "Default subject", New: "Call {record} back"}},
		RuleMore:    1, RulesURL: "/rules/history/15?with=14", TestURL: "/rules/test?number=%2B33199005678", Instance: instance,
		Tries: []views.DetailTry{
			{N: 2, Cause: "retry", At: on(ctx, 5*time.Second), Took: "131 ms", Outcome: "failed", Reason: "field_access", RulesVersion: "14", Current: true},
			{N: 1, Cause: "event", At: on(ctx, 12*time.Second), Took: "136 ms", Outcome: "waiting", Reason: "retrying", RulesVersion: "14", URL: "/activity/1?try=1"},
		},
		Facts: views.DetailFacts{
			Line: "Support FR", LineNumber: "+33 1 99 00 00 10", Rang: "Camille Roy, Hugo Petit", Waited: "41 s", MissedReason: "agents_did_not_answer",
			Tags: []string{"billing", "priority"}, Comments: []string{"Call back before noon."}, Record: "Julie Moreau", RecordKind: "contact",
			RecordURL: views.RecordURL(instance, "contact", "003000000000001AAA"),
		},
		Events: []views.DetailEvent{
			{Name: "call.created", At: on(ctx, 60*time.Second), Size: views.Bytes(ctx, 1800), Body: event("call.created")},
			{Name: "call.hungup", At: on(ctx, 14*time.Second), Size: views.Bytes(ctx, 2000), Body: event("call.hungup"), Arrived: views.T(ctx, "events.order")},
			{Name: "call.ended", At: on(ctx, 13*time.Second), Size: views.Bytes(ctx, 2100), Body: event("call.ended")},
		},
	}
}

func event(name string) string {
	return `{"event":"` + name + `","token":"hidden","data":{"id":2871004512,"direction":"inbound","raw_digits":"+33 1 99 00 56 78","answered_at":null,"missed_call_reason":"agents_did_not_answer","tags":[{"name":"billing"}]}}`
}

func candidates(step views.DetailStep, all ...callflow.Judged) views.DetailStep {
	step.Candidates = all
	return step
}

func judged(kind callflow.RecordKind, id, name, field, value string, v callflow.Verdict) callflow.Judged {
	return callflow.Judged{Candidate: callflow.Candidate{Record: callflow.Record{Kind: kind, ID: id, Name: name}, Field: field, Value: value}, Verdict: v}
}

func failed(ctx context.Context) views.DetailPage {
	m := detail(ctx)
	m.Outcome, m.Reason, m.Others, m.OthersURL = "failed", "field_access", 7, "/activity?reason=field_access"
	m.Detail = map[string]string{
		"code": "INVALID_FIELD_FOR_INSERT_UPDATE", "kind": "field_refused", "fields": "Subject",
		"message": "Unable to create/update fields: Subject. Please check the security settings of this field.",
	}
	m.Report = "entry     1 (Aircall call 2871004512)\noutcome   failed field_access\ncode      INVALID_FIELD_FOR_INSERT_UPDATE\nstep      refused field_refused\n"
	m.Steps = []views.DetailStep{
		step("received", "webhook", "+0 ms", "events", "3"), step("call_type", "missed", "+9 ms", "type", "missed", "missed_reason", "agents_did_not_answer"),
		step("filter", "pass", "+9 ms", "line", "Support FR"), step("office_hours", "always", "+10 ms", "scope", "all", "line", "Support FR"),
		step("flow", "in_progress", "+10 ms", "type", "missed", "scope", "line", "line", "Support FR", "due_days", "0", "priority", "High"),
		step("number", "found", "+15 ms", "number", "+33199005678", "count", "2"),
		candidates(step("match", "by_kind", "+228 ms", "record", "003000000000001AAA", "kind", "contact", "name", "Julie Moreau", "count", "2", "same_kind", "1"),
			judged(callflow.ContactRecord, "003000000000001AAA", "Julie Moreau", "MobilePhone", "01 99 00 56 78", callflow.VerdictChosen),
			judged(callflow.LeadRecord, "00Q000000000001AAA", "J. Moreau", "Phone", "+33199005678", callflow.VerdictKindLater)),
		step("owner", "no_agent", "+233 ms", "agent", "", "email", ""), step("owner", "connection_user", "+233 ms", "user", "005000000000001AAA", "user_name", "Ines Martin"),
		step("task", "planned", "+233 ms", "status", "Not Started", "due", "2026-11-22", "closed", "false"),
		step("refused", "field_refused", "+249 ms", "message", m.Detail["message"], "code", m.Detail["code"]),
	}
	m.Steps[5].Requests = []views.DetailRequest{
		{Purpose: "search", Method: "GET", Path: "/services/data/v66.0/search/?q=FIND…", Status: 200, Took: "213 ms", Got: `{"searchRecords":[{"Id":"003000000000001AAA","Name":"Julie Moreau"}]}`, Shared: 3},
	}
	m.Steps[len(m.Steps)-1].Requests = []views.DetailRequest{
		{
			Purpose: "write_tasks", Method: "POST", Path: "/services/data/v66.0/composite", Status: 400, Took: "131 ms",
			Sent: `{"Subject":"Missed call from Julie Moreau","WhoId":"003000000000001AAA","Status":"Not Started","CallDurationInSeconds":0,"IsReminderSet":false}`,
			Got:  `[{"errorCode":"INVALID_FIELD_FOR_INSERT_UPDATE","message":"Unable to create/update fields: Subject.","fields":["Subject"]}]`,
		},
	}
	m.Spans = []views.Span{
		{Code: "wait", Took: 120, Text: "120 ms"}, {Code: "rules", Start: 120, Took: 6, Text: "6 ms"},
		{Code: "search", Start: 126, Took: 213, Text: "213 ms"}, {Code: "write_tasks", Start: 345, Took: 131, Text: "131 ms", Bad: true},
	}
	return m
}

func logged(ctx context.Context) views.DetailPage {
	m := failed(ctx)
	m.Type, m.Outcome, m.Reason, m.Detail, m.Others = "inbound_answered", "logged", "completed_task", nil, 0
	m.Steps = append(m.Steps[:6:6], step("match", "one", "+220 ms", "record", "003000000000001AAA", "kind", "contact", "name", "Julie Moreau", "count", "1"),
		step("owner", "agent_email", "+233 ms", "agent", "Camille Roy", "email", "camille@example.com", "user", "005000000000002AAA", "user_name", "Camille Roy"),
		step("task", "planned", "+233 ms", "status", "Completed", "due", "2026-11-22", "closed", "true"),
		step("field_dropped", "field_refused", "+300 ms", "field", "Type", "code", "INVALID_FIELD_FOR_INSERT_UPDATE", "message", ""),
		step("wrote_task", "created", "+431 ms", "id", "00T000000000001AAA"))
	m.Steps[1] = step("call_type", "inbound_answered", "+9 ms", "type", "inbound_answered", "missed_reason", "")
	m.Steps[len(m.Steps)-1].Requests = []views.DetailRequest{{
		Purpose: "write_tasks", Method: "POST", Path: "/services/data/v66.0/composite", Status: 200, Took: "131 ms",
		Sent: `{"Subject":"Call from Julie Moreau","WhoId":"003000000000001AAA","Status":"Completed"}`, Got: `{"id":"00T000000000001AAA","success":true,"errors":[]}`,
	}}
	m.Spans = m.Spans[:3]
	m.Tries = []views.DetailTry{{N: 1, Cause: "event", At: on(ctx, 12*time.Second), Outcome: "logged", Reason: "completed_task", Current: true}}
	m.Facts.MissedReason, m.Facts.Agent, m.Facts.Talked = "", "Camille Roy", "3 min 12 s"
	m.Facts.RecordingURL = "https://assets.example.com/recording"
	m.Facts.RecordNew, m.Facts.Owner, m.Facts.TaskID, m.Facts.TaskAt = true, "Camille Roy", "00T000000000001AAA", on(ctx, time.Second)
	m.Facts.TaskURL = views.RecordURL(instance, "task", "00T000000000001AAA")
	return m
}

func choose(ctx context.Context) views.DetailPage {
	m := detail(ctx)
	m.Type, m.Outcome, m.Reason, m.Who = "inbound_answered", "needs_choice", "several_records", "+33 1 99 00 56 78"
	m.Steps = []views.DetailStep{step("received", "webhook", "+0 ms", "events", "4"), step("match", "ask", "+220 ms", "kind", "contact", "count", "2", "same_kind", "2")}
	m.Choice = &views.Choice{Action: "/activity/1/record", Mistake: problem(ctx, "", "choice_missing").Text, Records: []views.ChoiceRecord{
		{ID: "003000000000001AAA", Kind: "contact", Name: "Julie Moreau", Field: "MobilePhone", Value: "01 99 00 56 78", Modified: ago(ctx, 50*time.Hour), URL: views.RecordURL(instance, "contact", "003000000000001AAA")},
		{ID: "003000000000002AAA", Kind: "contact", Name: "Paul Moreau", Field: "HomePhone", Value: "+33 1 99 00 56 78", Modified: ago(ctx, 900*time.Hour), URL: views.RecordURL(instance, "contact", "003000000000002AAA")},
	}}
	return m
}
