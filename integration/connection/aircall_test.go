package connection_test

import (
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/store"
	"ringledger/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const publicURL = "https://ringledger.example.com"

// site is a connection to a simulated Aircall, with a clock that tests move.
type site struct {
	t       *testing.T
	store   *store.Store
	account *simulator.Account
	aircall *connection.Aircall
	broken  atomic.Pointer[string] // "PUT /v1/webhooks": what Aircall refuses
	changes atomic.Int64           // requests that change something at Aircall
	ahead   atomic.Int64
}

func newSite(t *testing.T, db *storetest.DB) *site {
	t.Helper()
	s := &site{t: t}
	logs := slog.New(slog.DiscardHandler)
	var err error
	if s.store, err = store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key, Logger: logs, Now: s.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.account = simulator.New(simulator.Options{Speed: math.Inf(1), Rate: -1})
	t.Cleanup(s.account.Close)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			s.changes.Add(1)
		}
		if broken := s.broken.Load(); broken != nil && r.Method == *broken {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		s.account.ServeHTTP(w, r)
	}))
	t.Cleanup(api.Close)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	s.aircall = connection.NewAircall(connection.AircallOptions{
		Store: s.store, HTTP: client, APIURL: api.URL, PublicURL: publicURL, Logger: logs, Now: s.now, PerMinute: 60_000,
	})
	return s
}

func (s *site) now() time.Time       { return time.Now().Add(time.Duration(s.ahead.Load())) }
func (s *site) move(d time.Duration) { s.ahead.Add(int64(d)) }

func (s *site) connect() {
	s.t.Helper()
	if err := s.aircall.Connect(s.t.Context(), simulator.DefaultAPIID, simulator.DefaultAPIToken, "ada@example.com"); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) check() store.Aircall {
	s.t.Helper()
	if err := s.aircall.Check(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return s.state()
}

func (s *site) state() store.Aircall {
	s.t.Helper()
	c, _, err := s.aircall.State(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// gaps are the periods noted to be read, the newest first.
func (s *site) gaps() []store.Backfill {
	s.t.Helper()
	all, err := s.store.Backfills(s.t.Context(), 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// hook is the only webhook at Aircall, whose token is the one we know.
func (s *site) hook() simulator.Webhook {
	s.t.Helper()
	all := s.account.Webhooks()
	if len(all) != 1 {
		s.t.Fatalf("%d webhooks at Aircall, want one", len(all))
	}
	known, err := s.store.Webhooks(s.t.Context())
	if err != nil || len(known) != 1 || !known[0].TokenMatches(all[0].Token) || known[0].RemoteID != all[0].ID {
		s.t.Fatalf("we know %d webhooks, %v; want the one of Aircall", len(known), err)
	}
	return all[0]
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() < time.Minute }

func TestAWebhookThatWasSwitchedOffIsSwitchedOnAndItsGapNoted(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	well := s.now()
	if before := s.check(); !before.Outage.SeenAt.IsZero() || s.changes.Load() != 1 || len(s.gaps()) != 0 {
		t.Fatalf("a webhook that works: %+v, %d changes at Aircall, gaps %v", before.Outage, s.changes.Load(), s.gaps())
	}
	s.account.DisableWebhook(s.hook().ID)
	s.move(5 * time.Minute)
	c := s.check()
	if !s.hook().Active {
		t.Error("it is off still")
	}
	if o := c.Outage; o.Found != "disabled" || !near(o.Since, well) || !near(o.MendedAt, s.now()) || o.Lasts() {
		t.Errorf("the page is told %+v", o)
	}
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Cause != "disabled" || !near(gaps[0].To, s.now()) || gaps[0].From.After(well) {
		t.Fatalf("gaps %+v, want one since %v", gaps, well)
	}
	s.move(5 * time.Minute)
	if s.check(); len(s.gaps()) != 1 {
		t.Errorf("it works again, and gaps are %+v", s.gaps())
	}
	page, err := s.store.ListAudit(t.Context(), store.AuditFilter{Limit: 10})
	log := page.Rows
	if err != nil || len(log) != 1 || log[0].What != "aircall_webhook_mended" || log[0].Detail["found"] != "disabled" {
		t.Errorf("the audit has %+v, %v", log, err)
	}
}

func TestAWebhookThatWasDeletedIsMadeAgain(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	first := s.hook()
	s.account.RemoveWebhook(first.ID)
	s.move(5 * time.Minute)
	c := s.check()
	if second := s.hook(); second.ID == first.ID || second.URL != first.URL || !second.Active {
		t.Errorf("the webhook is %+v", second)
	}
	if gaps := s.gaps(); c.Outage.Found != "deleted" || len(gaps) != 1 || gaps[0].Cause != "deleted" {
		t.Errorf("outage %+v, gaps %+v", c.Outage, gaps)
	}
}

func TestEventsAreAddedToAWebhookAndNoneTakenAway(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	without := slices.DeleteFunc(aircall.Subscription(), func(e string) bool { return e == "call.ended" || e == "summary.created" })
	client, err := s.aircall.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateWebhook(t.Context(), s.hook().ID, true, append(without, "team.created")); err != nil {
		t.Fatal(err)
	}
	s.move(5 * time.Minute)
	c := s.check()
	for _, e := range append(aircall.Subscription(), "team.created") {
		if !slices.Contains(s.hook().Events, e) {
			t.Errorf("%s is not sent", e)
		}
	}
	if !slices.Equal(c.Outage.Events, []string{"call.ended", "summary.created"}) || len(s.gaps()) != 1 {
		t.Errorf("outage %+v, gaps %+v: calls without their end are missing", c.Outage, s.gaps())
	}
	if _, err := client.UpdateWebhook(t.Context(), s.hook().ID, true, append(without, "call.ended")); err != nil {
		t.Fatal(err)
	}
	if s.check(); len(s.gaps()) != 1 {
		t.Errorf("a summary is in no list of calls, and gaps are %+v", s.gaps())
	}
}

func TestWhatIsWrongIsKnownWhileItCannotBeMended(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	well := s.now()
	s.account.DisableWebhook(s.hook().ID)
	put := http.MethodPut
	s.broken.Store(&put)
	for range 3 {
		s.move(5 * time.Minute)
		if err := s.aircall.Check(t.Context()); err == nil {
			t.Fatal("the check went well")
		}
		if c := s.state(); !c.Outage.Lasts() || !near(c.Outage.Since, well) || c.Problem == "" || len(s.gaps()) != 0 {
			t.Fatalf("outage %+v, problem %q, gaps %+v", c.Outage, c.Problem, s.gaps())
		}
	}
	// Aircall itself switches it on again, after events were lost.
	s.broken.Store(nil)
	hook := s.hook()
	client, err := s.aircall.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateWebhook(t.Context(), hook.ID, true, hook.Events); err != nil {
		t.Fatal(err)
	}
	c := s.check()
	if gaps := s.gaps(); c.Outage.Lasts() || c.Problem != "" || len(gaps) != 1 || gaps[0].From.After(well) {
		t.Errorf("outage %+v, problem %q, gaps %+v, want one since %v", c.Outage, c.Problem, gaps, well)
	}
}

func TestATimeInWhichNobodyLookedIsAGap(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	s.move(10 * time.Minute)
	if s.check(); len(s.gaps()) != 0 {
		t.Fatalf("after a restart that Aircall's tries span, gaps are %+v", s.gaps())
	}
	down := s.now()
	s.move(40 * time.Hour)
	s.check()
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Cause != "unwatched" || !near(gaps[0].From, down) || !near(gaps[0].To, s.now()) {
		t.Fatalf("gaps %+v, want one since %v", gaps, down)
	}
	s.move(60 * 24 * time.Hour)
	s.check()
	if from := s.gaps()[0].From; s.now().Sub(from) > 32*24*time.Hour {
		t.Errorf("two months away, and calls are read since %v without anybody asking", from)
	}
}

func TestCallsBeforeTheFirstConnectionAreNotMissing(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	address, err := s.aircall.WebhookURL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, err := s.account.AddWebhook(address, "left over", "call.ended")
	if err != nil {
		t.Fatal(err)
	}
	s.account.DisableWebhook(left.ID)
	s.connect()
	if s.hook().ID != left.ID || !s.hook().Active {
		t.Errorf("the webhook that was there is not the one in use: %+v", s.hook())
	}
	if c := s.state(); c.Outage.Found != "" || len(s.gaps()) != 0 {
		t.Errorf("outage %+v, gaps %+v", c.Outage, s.gaps())
	}
	s.move(time.Hour)
	s.connect() // the same company again, after an hour without looking
	if gaps := s.gaps(); len(gaps) != 1 || gaps[0].Cause != "unwatched" {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestASecondWebhookIsReportedAndNotUsed(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	ours := s.hook()
	address, err := s.aircall.WebhookURL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.account.AddWebhook(address, "by hand")
	if err != nil {
		t.Fatal(err)
	}
	earlier, err := s.account.AddWebhook(publicURL+"/webhooks/aircall/an-earlier-secret", "of an earlier life")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.account.AddWebhook("https://other.example.com/webhooks/aircall/x", "somebody else's"); err != nil {
		t.Fatal(err)
	}
	changes := s.changes.Load()
	others := s.check().Others
	if len(others) != 2 || others[0].ID != second.ID || others[0].Earlier || others[1].ID != earlier.ID || !others[1].Earlier {
		t.Errorf("reported %+v, want %s and %s", others, second.ID, earlier.ID)
	}
	known, err := s.store.Webhooks(t.Context())
	if err != nil || !known[0].TokenMatches(ours.Token) || s.changes.Load() != changes {
		t.Errorf("after %d changes at Aircall another webhook is used (%v)", s.changes.Load()-changes, err)
	}
	s.account.RemoveWebhook(second.ID)
	s.account.RemoveWebhook(earlier.ID)
	if others := s.check().Others; len(others) != 0 {
		t.Errorf("they are gone, and still reported: %+v", others)
	}
}

func TestTwoConnectsAtOnceMakeOneWebhook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if err := s.aircall.Connect(t.Context(), simulator.DefaultAPIID, simulator.DefaultAPIToken, "ada@example.com"); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if len(s.account.Webhooks()) != 1 {
			t.Fatalf("%d webhooks at Aircall", len(s.account.Webhooks()))
		}
		s.hook()
	})
}

func TestLinesAndAgentsAppearByThemselvesAndStayWhenTheyAreGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.connect()
		s.account.AddLine(777, "Leeds desk", "+441632960011", "GB", "Europe/London")
		s.account.AddUser(888, "Nils Brandt", "nils.brandt@example.com")
		s.check()
		line := func() (found store.Line) {
			lines, err := s.store.Lines(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.ID == "777" {
					found = l
				}
			}
			return found
		}
		if l := line(); l.E164 != "+441632960011" || l.TimeZone != "Europe/London" || !l.GoneAt.IsZero() {
			t.Errorf("the new line is %+v", l)
		}
		gone := func() map[string]time.Time {
			gone, err := s.store.GoneAgents(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return gone
		}
		if agents, err := s.store.Agents(t.Context()); err != nil || !slices.ContainsFunc(agents, func(a callflow.Agent) bool { return a.ID == "888" }) || len(gone()) != 0 {
			t.Errorf("agents %v, gone %v, %v", agents, gone(), err)
		}
		s.account.RemoveLine(777)
		s.account.RemoveUser(888)
		s.check()
		left := s.now()
		s.move(time.Hour)
		s.check()
		if l := line(); l.E164 == "" || !near(l.GoneAt, left) {
			t.Errorf("the line that is gone is %+v", l)
		}
		if since, ok := gone()["888"]; !ok || !near(since, left) || len(gone()) != 1 {
			t.Errorf("agents that are gone: %v", gone())
		}
		s.account.AddUser(888, "Nils Brandt", "nils.brandt@example.com")
		if s.check(); len(gone()) != 0 {
			t.Errorf("one who came back is gone: %v", gone())
		}
	})
}

func TestARefusedKeyIsAProblemAndWhatItHidIsReadLater(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.connect()
	s.account.SetFaults(simulator.Faults{RESTStatus: http.StatusForbidden})
	s.move(5 * time.Minute)
	if err := s.aircall.Check(t.Context()); err == nil || s.state().Problem != string(aircall.WrongKey) {
		t.Fatalf("%v, problem %q", err, s.state().Problem)
	}
	s.account.SetFaults(simulator.Faults{})
	s.move(time.Hour)
	if c := s.check(); c.Problem != "" || len(s.gaps()) != 1 {
		t.Errorf("problem %q, gaps %+v", c.Problem, s.gaps())
	}
}
