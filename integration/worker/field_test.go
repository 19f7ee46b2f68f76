package worker_test

import (
	"slices"
	"strings"
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store/storetest"
)

// told lists what the call's trace says under a step: "result: params".
func (s *site) told(call, code string, params ...string) []string {
	s.t.Helper()
	tries, err := s.store.TriesOf(s.t.Context(), s.entry(call).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, try := range tries {
		for _, step := range try.Steps {
			if step.Code != code {
				continue
			}
			said := step.Result
			for _, p := range params {
				said += " " + step.Params[p]
			}
			all = append(all, said)
		}
	}
	return all
}

// asks counts the requests that were made for the call.
func (s *site) asks(call string) int {
	s.t.Helper()
	tries, err := s.store.TriesOf(s.t.Context(), s.entry(call).ID)
	if err != nil || len(tries) != 1 {
		s.t.Fatal(len(tries), err)
	}
	return len(tries[0].Exchanges)
}

func (s *site) checkAgain() salesforce.OrgInfo {
	s.t.Helper()
	if err := s.conn.CheckAgain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return s.known()
}

func (s *site) known() salesforce.OrgInfo {
	s.t.Helper()
	info, known, err := s.conn.KnownOrg(s.t.Context())
	if err != nil || !known {
		s.t.Fatal(known, err)
	}
	return info
}

func TestAHiddenFieldIsLeftOutToldAndUsedAgainOnceItIsGranted(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.HideField, Object: "Task", Field: "Type"})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ReadOnlyField, Object: "Task", Field: "Description"})
	first := s.call(answered(ada))
	s.drain()
	s.task(first)
	if said := s.told(first, "field_dropped", "field"); !slices.Equal(slices.Sorted(slices.Values(said)), []string{"field_refused Description", "field_refused Type"}) {
		t.Errorf("the trace says %q", said)
	}
	problems := s.known().Problems
	for _, want := range []string{"field_hidden Type", "field_read_only Description"} {
		if !slices.ContainsFunc(problems, func(p salesforce.PreflightProblem) bool { return p.Code+" "+p.Params["field"] == want }) {
			t.Errorf("the page would not tell of %s: %+v", want, problems)
		}
	}

	second := s.call(answered(ada))
	s.drain()
	if said := s.told(second, "task", "fields"); !slices.ContainsFunc(said, func(x string) bool {
		return strings.HasPrefix(x, "left_out") && strings.Contains(x, "Type") && strings.Contains(x, "Description")
	}) || len(s.told(second, "field_dropped")) > 0 {
		t.Errorf("the second call was not spared the refusal: %q", said)
	}

	s.org.ClearAll()
	s.checkAgain()
	third := s.call(answered(ada))
	if err := s.store.ReplayEntry(t.Context(), s.entry(first).ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	for name, call := range map[string]string{"a new call": third, "the replayed one": first} {
		if task := s.task(call); task["Type"] != "Call" || task["Description"] == nil {
			t.Errorf("%s does not fill the granted fields: %v, %v", name, task["Type"], task["Description"])
		}
	}
}

func TestStatusesOfAnyNameAreUsed(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.RenameStatuses})
	s.checkAgain()
	closed := s.call(answered(ada))
	open := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	if task := s.task(closed); task["Status"] != "Terminée" || task["IsClosed"] != true {
		t.Errorf("the completed call is %v, closed %v", task["Status"], task["IsClosed"])
	}
	if task := s.task(open); task["Status"] != "Non commencée" || task["IsClosed"] != false {
		t.Errorf("the missed call is %v, closed %v", task["Status"], task["IsClosed"])
	}
}

func TestWithoutAClosedStatusCallsAreLoggedAllTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.RenameStatuses, Statuses: []salesforcesim.Status{{Name: "Offen", Default: true}}})
	checks, _ := s.checkAgain().Preflight(callflow.Default(), false)
	if !slices.ContainsFunc(checks, func(c salesforce.Check) bool {
		return c.Code == salesforce.CheckStatuses && c.State == salesforce.Blocking
	}) {
		t.Errorf("the page would not tell: %+v", checks)
	}
	call := s.call(answered(ada))
	s.drain()
	if task := s.task(call); task["Status"] != "Offen" {
		t.Errorf("the Task's status is %v", task["Status"])
	}
}

func TestAPicklistWithoutOurValueIsLeftOutFromTheStart(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	plain := s.call(answered(ada))
	s.drain()
	s.fail(salesforcesim.Fault{Kind: salesforcesim.RestrictField, Object: "Task", Field: "Type", Values: []string{"Anruf"}})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.RestrictField, Object: "Task", Field: "TaskSubtype", Values: []string{"Task"}})
	s.checkAgain()
	call := s.call(answered(ada))
	s.drain()
	if task := s.task(call); task["Type"] != nil || task["TaskSubtype"] != "Task" {
		t.Errorf("the Task has type %v and subtype %v", task["Type"], task["TaskSubtype"])
	}
	if n, m := s.asks(plain), s.asks(call); m > n {
		t.Errorf("the call took %d requests, an ordinary one %d: it met refusals", m, n)
	}
}
