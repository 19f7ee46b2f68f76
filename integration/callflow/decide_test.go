package callflow_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ringledger/integration/callflow"
)

func answeredCall() callflow.Call {
	start := time.Date(2026, 11, 18, 10, 0, 0, 0, time.UTC)
	return callflow.Call{
		Kind: callflow.KindCall, ID: "1", Direction: callflow.Inbound,
		External:  callflow.Number{Raw: "+33 1 99 00 12 34", E164: "+33199001234"},
		Line:      callflow.Line{ID: "1234", Name: "Support", E164: "+33199000001", TimeZone: "Europe/Paris"},
		Agent:     callflow.Agent{ID: "7", Name: "Grace Hopper", Email: "grace@example.com"},
		StartedAt: start, AnsweredAt: start.Add(5 * time.Second), EndedAt: start.Add(time.Minute), Ended: true,
	}
}

func decide(c callflow.Call, s callflow.Settings, f callflow.Found, o callflow.Org) callflow.Decision {
	return callflow.Decide(c, s, callflow.Screen(c, s, callflow.Surroundings{}), f, o)
}

func TestADecisionDoesNotDependOnTheOrderOfTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := callflow.Found{Candidates: rapid.SliceOfN(rapid.Custom(anyCandidate), 0, 8).Draw(t, "candidates")}
		f.Chosen = rapid.SampledFrom([]string{"", "contact1", "lead2"}).Draw(t, "chosen")
		f.Users = []callflow.User{{ID: "005a", Email: "grace@example.com"}, {ID: "005b", Email: "Grace@example.com"}}[:rapid.IntRange(0, 2).Draw(t, "users")]
		s := callflow.Default()
		s.Matching.Order = rapid.Permutation(s.Matching.Order).Draw(t, "order")[:rapid.IntRange(1, 4).Draw(t, "kinds")]
		s.Matching.Several = rapid.SampledFrom([]string{"newest", "oldest", "ask"}).Draw(t, "several")
		s.Matching.SharedNumberOver = rapid.IntRange(0, 4).Draw(t, "shared over")
		s.Related.Attach = rapid.SampledFrom([]string{"none", "case"}).Draw(t, "attach")

		want := decide(answeredCall(), s, f, usualOrg())
		shuffled := f
		shuffled.Candidates = rapid.Permutation(f.Candidates).Draw(t, "shuffled")
		if got := decide(answeredCall(), s, shuffled, usualOrg()); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		chosen, ok := callflow.Choose(answeredCall(), s, f)
		if ok != (want.Record != nil) || ok && chosen != *want.Record {
			t.Fatalf("Choose says %+v %v, Decide %+v", chosen, ok, want.Record)
		}
		if n := len(want.Task.Fields); want.Outcome == callflow.Logged && n == 0 {
			t.Fatal("logged without fields")
		}
	})
}

func anyCandidate(t *rapid.T) callflow.Candidate {
	kind := rapid.SampledFrom([]callflow.RecordKind{"contact", "lead", "account", "person_account"}).Draw(t, "kind")
	id := fmt.Sprintf("%s%d", kind, rapid.IntRange(1, 4).Draw(t, "id"))
	c := callflow.Candidate{
		Record:     callflow.Record{Kind: kind, ID: id, Name: "Name of " + id},
		Field:      rapid.SampledFrom([]string{"Phone", "MobilePhone"}).Draw(t, "field"),
		ModifiedAt: time.Unix(int64(len(id))+int64(id[len(id)-1]/2), 0), // of the record, so the same in each of its rows
		Converted:  id == "lead3",
	}
	if kind == callflow.ContactRecord {
		c.AccountID = "account1"
	}
	if kind == callflow.PersonAccountRecord {
		c.ContactID = "contact" + id[len(id)-1:]
	}
	return c
}

func TestNoValueIsLongerThanItsFieldOrBroken(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("ab ,\n\x00é👩‍👧🏽"))))
	rapid.Check(t, func(t *rapid.T) {
		c := answeredCall()
		c.Tags = rapid.SliceOfN(text, 0, 6).Draw(t, "tags")
		c.Summary, c.Line.Name = text.Draw(t, "summary"), text.Draw(t, "line")
		c.Comments = []callflow.Comment{{Text: text.Draw(t, "comment") + "\xff"}}
		c.Contact.LastName, c.Contact.FirstName = text.Draw(t, "last name"), text.Draw(t, "first name")
		s := callflow.Default()
		s.Task.Fields = map[string]string{"Note__c": "{tags} {line}"}
		s.Matching.NoMatch.Create = "lead"
		org := callflow.Org{TaskFields: map[string]int{}, ClosedStatus: "Completed"}
		for _, field := range []string{"Subject", "CallDisposition", "Description", "Note__c", "Status", "CallObject"} {
			org.TaskFields[field] = rapid.IntRange(1, 60).Draw(t, field)
		}
		name := text.Draw(t, "record")
		d := decide(c, s, callflow.Found{Candidates: []callflow.Candidate{{Record: callflow.Record{Kind: "contact", ID: "003a", Name: name}}}}, org)
		for field, value := range d.Task.Fields {
			checkText(t, field, value.(string), org.TaskFields[field])
		}
		for field, value := range decide(c, s, callflow.Found{}, org).Create.Fields {
			checkText(t, field, value, map[string]int{"FirstName": 40, "LastName": 80, "Company": 255, "Phone": 40}[field])
		}
	})
}

func checkText(t *rapid.T, field, value string, length int) {
	if !utf8.ValidString(value) {
		t.Fatalf("%s is no UTF-8: %q", field, value)
	}
	if n := len(utf16.Encode([]rune(value))); n > length {
		t.Fatalf("%s has %d characters, want at most %d: %q", field, n, length, value)
	}
	if strings.ContainsAny(value, "\x00\x1b") {
		t.Fatalf("%s has control characters: %q", field, value)
	}
}

func TestCallResultHoldsWholeTagsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := answeredCall()
		c.Tags = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,30}`), 0, 30).Draw(t, "tags")
		length := rapid.IntRange(60, 255).Draw(t, "length")
		org := usualOrg()
		org.TaskFields["CallDisposition"] = length
		d := decide(c, callflow.Default(), callflow.Found{Candidates: []callflow.Candidate{{Record: callflow.Record{Kind: "contact", ID: "003a"}}}}, org)
		parts := strings.Split(d.Task.Fields["CallDisposition"].(string), ", ")
		kept := len(parts) - 4
		want := append(append([]string{"aircall"}, c.Tags[:max(kept, 0)]...), "inbound", "answered_call", "33199000001")
		if !reflect.DeepEqual(parts, want) {
			t.Fatalf("got %q, want %q", parts, want)
		}
		if kept < len(c.Tags) && len(strings.Join(parts, ", "))+2+len(c.Tags[kept]) <= length {
			t.Fatalf("tag %q would have fitted into %d: %q", c.Tags[kept], length, parts)
		}
	})
}

func TestLinesAreAllOrAList(t *testing.T) {
	for text, want := range map[string]callflow.LineSet{
		`"all"`:         {All: true},
		`[]`:            {IDs: []string{}},
		`["12",34]`:     {IDs: []string{"12", "34"}},
		`[99999999999]`: {IDs: []string{"99999999999"}},
	} {
		var got callflow.LineSet
		if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
		}
		again, err := json.Marshal(got)
		var back callflow.LineSet
		if err != nil || json.Unmarshal(again, &back) != nil || !reflect.DeepEqual(back, want) {
			t.Errorf("%s: written as %s, %v", text, again, err)
		}
	}
	for _, text := range []string{`"some"`, `true`, `{}`, `[true]`, `[[1]]`} {
		if err := json.Unmarshal([]byte(text), new(callflow.LineSet)); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}

func TestEveryReasonBelongsToOneOutcome(t *testing.T) {
	seen := map[callflow.Reason]callflow.Outcome{}
	for outcome, reasons := range callflow.Reasons() {
		for _, r := range reasons {
			if other, twice := seen[r]; twice {
				t.Errorf("%s explains both %s and %s", r, outcome, other)
			}
			seen[r] = outcome
		}
	}
}
