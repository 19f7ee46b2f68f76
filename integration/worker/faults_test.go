package worker_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestEveryFaultOfSalesforceLosesAndDoublesNothing(t *testing.T) {
	words := catalogues(t)
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			var later atomic.Int64
			s := newSite(t, storetest.SQLite(t), func(o *siteOptions) {
				unhurried(&later)(o)
				if f.site != nil {
					f.site(o)
				}
			})
			s.meet(f, &later, words)
		})
	}
}

// meet lets the traffic meet the fault, then has it mended.
func (s *site) meet(f fault, later *atomic.Int64, words []map[string]string) {
	s.t.Helper()
	b := s.traffic(f)
	for _, on := range f.on {
		s.fail(on)
	}
	b.known, b.unknown = s.call(answered(ada)), s.call(answered(bob))
	b.message = s.sms(ada)
	s.tag(b.late, "billing")
	later.Add(int64(2 * time.Second)) // messages wait a second for their status
	secrets := s.secrets()
	s.drain()
	if f.twice {
		later.Add(int64(time.Minute))
		s.drain()
	}
	s.verdicts(f, b, words)
	s.noDoubles(f, b)
	if f.late {
		s.commitLate(later)
	}
	if !f.heals {
		s.org.ClearAll()
		if f.mend != nil {
			f.mend(s)
		}
		s.replayFailed(b)
	}
	s.untilLogged(b, later)
	s.noDoubles(f, b)
	for _, e := range s.entries(b) {
		if tasks := s.tasksOf(e); len(tasks) != 1 || tasks[0]["Id"] != e.TaskID {
			s.t.Errorf("%s %s has the Tasks %v and knows %q", e.Kind, e.ObjectID, tasks, e.TaskID)
		}
	}
	s.noSecrets(b, append(secrets, s.secrets()...))
	if f.check != nil {
		f.check(s, b)
	}
}

// traffic places the call whose late facts meet the fault.
func (s *site) traffic(f fault) *bag {
	s.t.Helper()
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create = "contact"
		if f.rules != nil {
			f.rules(r)
		}
	})
	if f.before != nil {
		f.before(s)
	}
	b := &bag{late: s.call(answered(ada))}
	s.drain()
	s.task(b.late)
	return b
}

func (s *site) sms(number string) string {
	s.t.Helper()
	id, err := s.account.PlaceMessage(s.t.Context(), aircallsim.MessageSpec{Kind: aircallsim.SMSReceived, Number: number, Line: "Support FR", Body: "Hello"})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.account.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *site) entries(b *bag) []store.Entry {
	s.t.Helper()
	m, err := s.store.EntryOf(s.t.Context(), callflow.KindMessage, b.message)
	if err != nil {
		s.t.Fatal(err)
	}
	return []store.Entry{s.entry(b.known), m, s.entry(b.unknown), s.entry(b.late)}
}

func (s *site) tasksOf(e store.Entry) []map[string]any {
	key := "aircall:" + e.ObjectID
	if e.Kind == callflow.KindMessage {
		key = "aircall-message:" + e.ObjectID
	}
	var out []map[string]any
	for _, task := range s.org.Records("Task") {
		if task["CallObject"] == key {
			out = append(out, task)
		}
	}
	return out
}

// verdicts checks what became of each entry while the fault lasts, and that
// the page has words for it in every language.
func (s *site) verdicts(f fault, b *bag, words []map[string]string) {
	s.t.Helper()
	for n, e := range s.entries(b) {
		want := f.known
		if n == 2 && f.unknown != "" {
			want = f.unknown
		}
		if n == 3 || want == "" {
			want = "logged"
		}
		got := string(e.Outcome)
		if e.Outcome != callflow.Logged {
			got += " " + string(e.Reason)
		}
		if got != want && want != "any" {
			s.t.Errorf("%s %d is %s %v, want %s", e.Kind, n, got, e.Detail, want)
		}
		if e.Outcome == callflow.Waiting && e.DueAt.IsZero() {
			s.t.Errorf("%s %d waits for ever: %s", e.Kind, n, e.Reason)
		}
		for _, part := range []string{"", ".why", ".fix"} {
			if part == ".fix" && e.Outcome == callflow.Logged {
				continue
			}
			for _, catalogue := range words {
				if catalogue["reason."+string(e.Reason)+part] == "" {
					s.t.Errorf("reason.%s%s has no words", e.Reason, part)
				}
			}
		}
	}
}

func (s *site) noDoubles(f fault, b *bag) {
	s.t.Helper()
	keys := map[any]int{}
	for _, task := range s.org.Records("Task") {
		keys[task["CallObject"]]++
	}
	for key, n := range keys {
		if n > 1 {
			s.t.Errorf("there are %d Tasks of %v", n, key)
		}
	}
	if n := s.org.Count("Contact"); n > 2 {
		s.t.Errorf("there are %d contacts, want ada and bob", n)
	}
}

func (s *site) replayFailed(b *bag) {
	s.t.Helper()
	for _, e := range s.entries(b) {
		if e.Outcome != callflow.Failed && e.ObjectID != b.late {
			continue
		}
		if err := s.store.ReplayEntry(s.t.Context(), e.ID, "now"); err != nil {
			s.t.Fatal(err)
		}
	}
}

// untilLogged works until everything is logged and nothing is left to do,
// moving the clock on.
func (s *site) untilLogged(b *bag, later *atomic.Int64) {
	s.t.Helper()
	began := time.Now()
	for {
		if _, err := s.worker.Turn(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		open := slices.DeleteFunc(s.entries(b), func(e store.Entry) bool { return e.Outcome == callflow.Logged && e.DueAt.IsZero() })
		tagged := slices.ContainsFunc(s.tasks(b.late), func(task map[string]any) bool { return strings.Contains(task["CallDisposition"].(string), "billing") })
		if len(open) == 0 && tagged {
			return
		}
		if time.Since(began) > 2*time.Minute {
			s.t.Fatalf("still open, or not tagged (%v): %+v", tagged, open)
		}
		later.Add(int64(time.Minute))
	}
}

// secrets are what must stand in no recorded exchange.
func (s *site) secrets() []string {
	s.t.Helper()
	c, err := s.store.SalesforceConnection(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return []string{string(c.AccessToken), string(c.RefreshToken)}
}

func (s *site) noSecrets(b *bag, secrets []string) {
	s.t.Helper()
	for _, e := range s.entries(b) {
		tries, err := s.store.TriesOf(s.t.Context(), e.ID)
		if err != nil || len(tries) == 0 {
			s.t.Fatalf("%s %s has no trace: %v", e.Kind, e.ObjectID, err)
		}
		told, err := json.Marshal(tries)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, secret := range secrets {
			if secret != "" && strings.Contains(string(told), secret) {
				s.t.Errorf("the trace of %s %s holds a token", e.Kind, e.ObjectID)
			}
		}
	}
}

// catalogues are the words of the pages, English and French.
func catalogues(t *testing.T) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, language := range []string{"en", "fr"} {
		raw, err := os.ReadFile("../../views/locales/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var raws map[string]json.RawMessage
		if err := json.Unmarshal(raw, &raws); err != nil {
			t.Fatal(err)
		}
		words := make(map[string]string, len(raws))
		for key, v := range raws {
			words[key] = string(v)
		}
		all = append(all, words)
	}
	return all
}

func TestASessionIsNeverSentWhereAnAnswerLeads(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	var asked atomic.Int64
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Redirect, Body: elsewhere})
	call := s.call(answered(ada))
	s.drain()
	if n := asked.Load(); n > 0 {
		t.Errorf("the other host got %d requests", n)
	}
	s.org.ClearAll()
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
}

func TestEverySwitchOfTheOrgIsAmongTheFaults(t *testing.T) {
	met := map[salesforcesim.Kind]bool{salesforcesim.Answer: true} // any answer: those of the others
	for _, f := range faults() {
		for _, on := range f.on {
			met[on.Kind] = true
		}
	}
	for _, kind := range salesforcesim.Kinds() {
		if !met[kind] {
			t.Errorf("no test meets the switch %s", kind)
		}
	}
}

// addExternalID is what an admin does whom the preflight advised.
func (s *site) addExternalID() {
	s.t.Helper()
	s.fail(salesforcesim.Fault{Kind: salesforcesim.CustomField, Object: "Task", Field: "Call_Id__c", ExternalID: true})
	if err := s.conn.CheckAgain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func TestWithAnExternalIDACommitOfAnyLatenessMakesNoSecondTask(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), unhurried(&later))
	s.addExternalID()
	ids := s.many(3)
	s.fail(writing(comesLate)[0])
	s.drain()
	later.Add(int64(20 * time.Minute)) // past every doubt
	s.untilAll(ids)
	s.org.CommitLate()
	s.oneTaskEach(ids)
}

func TestAnExternalIDAddedAfterALostAnswerDoesNotCutTheDoubtShort(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), unhurried(&later))
	ids := s.many(3)
	s.fail(writing(comesLate)[0])
	s.drain()
	s.addExternalID() // the Task under way was created without it
	s.commitLate(&later)
	s.untilAll(ids)
	s.oneTaskEach(ids)
}
