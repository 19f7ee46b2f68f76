package callflow_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"ringledger/integration/callflow"
)

var update = flag.Bool("update", false, "rewrite what the stories expect; read the diff")

// TestStories judges the call of each story and compares the trace and the
// decision. Together the stories must show every result of every step.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			st := readStory(t, archive)
			steps, decision := st.tell()
			for _, step := range steps {
				checkStep(t, step)
				shown[step.Code+"/"+step.Result] = true
			}
			compare(t, file, archive, map[string]string{"trace": traceText(steps), "decision": decisionText(decision)})
		})
	}
	if t.Failed() {
		return
	}
	for code, results := range callflow.StepResults() {
		for result := range results {
			if !shown[code+"/"+result] {
				t.Errorf("no story shows %s/%s", code, result)
			}
		}
	}
}

// story is what a story file gives.
type story struct {
	call         callflow.Call
	settings     callflow.Settings
	surroundings callflow.Surroundings
	found        callflow.Found
	org          callflow.Org
}

func (s story) tell() ([]callflow.Step, callflow.Decision) {
	sc := callflow.Screen(s.call, s.settings, s.surroundings)
	d := callflow.Decide(s.call, s.settings, sc, s.found, s.org)
	return append(sc.Steps, d.Steps...), d
}

// foundJSON is callflow.Found as a story can write it.
type foundJSON struct {
	Candidates        []callflow.Candidate
	Created           *callflow.Record
	Chosen            string
	Users             []callflow.User
	Connection        callflow.User
	Inactive          []string
	Case, Opportunity *callflow.RelatedRecord
	RelatedRefused    bool
	RecordRefused     bool
	Kept              bool
}

func readStory(t *testing.T, archive *txtar.Archive) story {
	t.Helper()
	st := story{settings: callflow.Default(), org: usualOrg()}
	var surroundings struct {
		OwnNumbers []string
		Holidays   map[string]string // "FR 2026-07-14" -> name
	}
	found := foundJSON{Connection: callflow.User{ID: "005000000000001AAA", Name: "Ines Martin", Email: "ines@example.com"}}
	for _, f := range archive.Files {
		switch f.Name {
		case "call":
			decode(t, f, &st.call)
		case "settings":
			if bytes.Contains(f.Data, []byte(`"week"`)) {
				st.settings.OfficeHours.Schedule.Week = nil // a story's week is the whole week
			}
			decode(t, f, &st.settings)
		case "surroundings":
			decode(t, f, &surroundings)
		case "found":
			decode(t, f, &found)
		case "org":
			st.org = readOrg(t, f, st.org)
		case "trace", "decision":
		default:
			t.Fatalf("unknown section %q", f.Name)
		}
	}
	if problems := st.settings.Validate(); len(problems) > 0 {
		t.Fatalf("the settings are unsound: %+v", problems)
	}
	st.surroundings.OwnNumbers = map[string]bool{}
	for _, n := range surroundings.OwnNumbers {
		st.surroundings.OwnNumbers[n] = true
	}
	st.surroundings.Holiday = func(country string, y int, m time.Month, d int) (string, bool) {
		name, ok := surroundings.Holidays[fmt.Sprintf("%s %04d-%02d-%02d", country, y, m, d)]
		return name, ok
	}
	st.found = callflow.Found{
		Candidates: found.Candidates, Created: found.Created, Chosen: found.Chosen, Users: found.Users, Connection: found.Connection,
		Case: found.Case, Opportunity: found.Opportunity, RelatedRefused: found.RelatedRefused, RecordRefused: found.RecordRefused, Kept: found.Kept,
		ActiveUser: func(id string) bool { return !slices.Contains(found.Inactive, id) },
	}
	return st
}

// readOrg changes the usual org by a section, which can also hide fields.
func readOrg(t *testing.T, f txtar.File, usual callflow.Org) callflow.Org {
	t.Helper()
	org := struct {
		callflow.Org
		Hidden []string
	}{Org: usual}
	decode(t, f, &org)
	for _, field := range org.Hidden {
		delete(org.TaskFields, field)
	}
	return org.Org
}

func decode(t *testing.T, f txtar.File, into any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(f.Data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("section %s: %v", f.Name, err)
	}
}

func usualOrg() callflow.Org {
	return callflow.Org{
		ClosedStatus: "Completed", OpenStatus: "Not Started", OpportunityStage: "Prospecting",
		TaskFields: map[string]int{
			"TaskSubtype": 40, "Type": 40, "Subject": 255, "Status": 40, "Priority": 40, "ActivityDate": 0, "WhoId": 0, "WhatId": 0,
			"OwnerId": 0, "CallType": 40, "CallDurationInSeconds": 0, "CallDisposition": 255, "CallObject": 255, "Description": 32000,
			"Call_Id__c": 20,
		},
	}
}

// checkStep holds a step to the catalogue: its sentence is written from there.
func checkStep(t *testing.T, step callflow.Step) {
	t.Helper()
	want, ok := callflow.StepResults()[step.Code][step.Result]
	if !ok {
		t.Errorf("step %s/%s is not in StepResults", step.Code, step.Result)
		return
	}
	got := slices.Sorted(maps.Keys(step.Params))
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("step %s/%s has the params %v, StepResults says %v", step.Code, step.Result, got, want)
	}
}

func traceText(steps []callflow.Step) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "%s/%s", s.Code, s.Result)
		for _, k := range slices.Sorted(maps.Keys(s.Params)) {
			if s.Params[k] != "" {
				fmt.Fprintf(&b, " %s=%q", k, s.Params[k])
			}
		}
		b.WriteByte('\n')
		for _, c := range s.Candidates {
			fmt.Fprintf(&b, "  %s: %s %s %s\n", c.Verdict, c.Kind, c.ID, c.Name)
		}
	}
	return b.String()
}

func decisionText(d callflow.Decision) string {
	var b strings.Builder
	if d.Outcome != "" {
		fmt.Fprintf(&b, "%s: %s\n", d.Outcome, d.Reason)
	}
	if d.Record != nil {
		fmt.Fprintf(&b, "on %s %s\n", d.Record.Kind, d.Record.ID)
	}
	if d.Create != nil {
		fmt.Fprintf(&b, "create %s %q\n", d.Create.Kind, d.Create.Name)
		writeFields(&b, d.Create.Fields)
	}
	if d.CreateRelated != nil {
		fmt.Fprintf(&b, "create %s %q\n", d.CreateRelated.Object, d.CreateRelated.Name)
		writeFields(&b, d.CreateRelated.Fields)
	}
	writeFields(&b, d.Task.Fields)
	return b.String()
}

func writeFields[V any](b *strings.Builder, fields map[string]V) {
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		value := strings.ReplaceAll(fmt.Sprint(fields[k]), "\n", "\n    ")
		fmt.Fprintf(b, "  %s: %s\n", k, value)
	}
}

// compare checks the sections a story expects, or rewrites them.
func compare(t *testing.T, file string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	want := map[string]string{}
	kept := archive.Files[:0:0]
	for _, f := range archive.Files {
		if _, ok := got[f.Name]; ok {
			want[f.Name] = string(f.Data)
			continue
		}
		kept = append(kept, f)
	}
	if *update {
		for _, name := range []string{"trace", "decision"} {
			kept = append(kept, txtar.File{Name: name, Data: []byte(got[name])})
		}
		archive.Files = kept
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, text := range got {
		if want[name] != text {
			t.Errorf("%s: got\n%s\nwant\n%s", name, text, want[name])
		}
	}
}
