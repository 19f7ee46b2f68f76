package alert_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/integration/alert"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestALostConnectionIsToldWhenItBeginsOnceADayAndWhenItIsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.look()
		h.expect("")
		h.reconnect("revoked")
		h.call(time.Hour, "outcome = 'waiting', reason = 'held_reconnect'")
		for range 3 {
			h.after(time.Minute)
		}
		h.expect("salesforce_grant began")
		began := h.receiver.last()
		if began.Count != 1 || began.Link != "https://ringledger.example.com/connections/salesforce" || !strings.Contains(began.Text, "Salesforce needs reconnecting\n") || !strings.Contains(began.Text, "1 call is held.") {
			t.Errorf("got %+v", began)
		}
		h.after(23 * time.Hour)
		h.expect("salesforce_grant began")
		h.after(time.Hour)
		h.after(time.Minute)
		h.expect("salesforce_grant began, salesforce_grant lasts")
		h.reconnect("")
		h.look()
		h.after(time.Minute)
		h.expect("salesforce_grant began, salesforce_grant lasts, salesforce_grant ended")
		if text := h.receiver.last().Text; !strings.Contains(text, "Salesforce is connected again\nIt lasted 1\u00a0d") {
			t.Errorf("got %q", text)
		}
		past, err := h.store.AlertHistory(t.Context(), 10)
		if err != nil || len(past) != 1 || past[0].EndedAt.IsZero() || len(past[0].Messages) != 3 || past[0].Messages[2].Told == "" {
			t.Errorf("got %+v, %v", past, err)
		}
	})
}

func TestOfSeveralNodesOneTells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		nodes := []*alert.Sender{h.sender, h.node(db.Open()), h.node(db.Open())}
		all := func() {
			var work sync.WaitGroup
			for _, node := range nodes {
				for range 4 {
					work.Go(func() {
						for range 3 {
							if err := node.Look(t.Context()); err != nil {
								t.Error(err)
							}
							if _, err := node.Deliver(t.Context(), store.ByWebhook); err != nil {
								t.Error(err)
							}
						}
					})
				}
			}
			work.Wait()
		}
		h.set(func(a *store.AlertSettings) { a.Digest, a.DigestHour = true, 0 })
		all()
		h.expect("digest daily")
		h.reconnect("revoked")
		all()
		h.expect("digest daily, salesforce_grant began")
		db.Clock.Advance(24 * time.Hour)
		h.set(func(a *store.AlertSettings) { a.Digest = false })
		all()
		h.reconnect("")
		all()
		h.expect("digest daily, salesforce_grant began, salesforce_grant lasts, salesforce_grant ended")
	})
}

func TestAnOrgThatDoesNotAnswerIsToldAfterTenMinutes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.call(time.Minute, "outcome = 'waiting', reason = 'held_salesforce_down'")
		for range 9 {
			h.after(time.Minute)
		}
		db.Exec("UPDATE entries SET " + logged)
		h.after(time.Minute)
		h.expect("") // it was over before it was worth telling
		db.Exec("UPDATE entries SET outcome = 'waiting', reason = 'held_salesforce_down'")
		for range 12 {
			h.after(time.Minute)
		}
		h.expect("salesforce_down began")
		if got := h.receiver.last().BeganAt; db.Clock.Now().Sub(got) < 10*time.Minute {
			t.Errorf("it began at %s by what was told, and it is %s", got, db.Clock.Now())
		}
		db.Exec("UPDATE entries SET " + logged)
		h.after(time.Minute)
		h.expect("salesforce_down began, salesforce_down ended")
	})
}

func TestWhatAircallDoesIsTold(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	aircall := func(change func(*store.Aircall)) {
		t.Helper()
		if err := h.store.ChangeAircall(t.Context(), func(c *store.Aircall) error {
			change(c)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	aircall(func(c *store.Aircall) { c.Problem = "wrong_key" })
	h.look()
	aircall(func(c *store.Aircall) { c.Problem = "" })
	h.look()
	h.expect("aircall_key began, aircall_key ended")

	// A webhook that was put right at once is told as well: calls did not come.
	now := h.db.Clock.Now()
	aircall(func(c *store.Aircall) {
		c.Outage = store.Outage{Found: "disabled", Since: now.Add(-time.Hour), SeenAt: now, MendedAt: now}
	})
	h.look()
	h.after(5 * time.Minute)
	h.expect("aircall_key began, aircall_key ended, aircall_webhook began")
	h.after(6 * time.Minute)
	h.expect("aircall_key began, aircall_key ended, aircall_webhook began, aircall_webhook ended")
}

func TestFailuresAboveTheLimitAreToldAndOverWhenHalfAreLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.set(func(a *store.AlertSettings) { a.FailuresOver = 4 })
		h.call(2*time.Hour, failed) // too long ago to count
		for range 4 {
			h.call(10*time.Minute, failed)
		}
		h.look()
		h.expect("")
		h.call(5*time.Minute, failed)
		h.look()
		h.expect("failures began")
		if got := h.receiver.last(); got.Count != 5 || !strings.Contains(got.Text, "5 calls have failed within the last hour and are still open; the limit is 4.") {
			t.Errorf("got %+v", got)
		}
		db.Exec("UPDATE entries SET resolved_at = 1 WHERE object_id IN ('2', '3')")
		h.look()
		h.expect("failures began")
		db.Exec("UPDATE entries SET resolved_at = 1 WHERE object_id = '4'")
		h.look()
		h.expect("failures began, failures ended")
	})
}

func TestAQueueThatStandsStillIsToldAndWhatOnlyLooksLikeItIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.call(time.Hour, "outcome = 'waiting', reason = 'in_progress'")            // a long call
		h.call(time.Hour, "outcome = 'waiting', reason = 'held_reconnect'")         // told by itself
		h.call(2*time.Hour, "outcome = 'waiting', reason = 'settling'")             // of two hours, over now
		h.call(time.Hour, "outcome = 'waiting', reason = 'queued', replay = 'now'") // replayed now
		h.call(2*time.Hour, "outcome = 'waiting', reason = 'retrying'")             // replayed a moment ago, tried once
		now := db.Clock.Now().UnixMicro()
		db.Exec("UPDATE entries SET ended_at = 0 WHERE object_id = '1'")
		db.Exec("UPDATE entries SET ended_at = " + micros(now) + " WHERE object_id = '3'")
		db.Exec("UPDATE entries SET updated_at = " + micros(now) + " WHERE object_id = '4'")
		db.Exec("UPDATE tries SET outcome = 'failed' WHERE entry_id = (SELECT id FROM entries WHERE object_id = '5')")
		db.Exec("INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) SELECT id, 2, 'replay', " + micros(now) + ", 1, 1, 'waiting', 'retrying', '', '', '' FROM entries WHERE object_id = '5'")
		h.look()
		h.expect("")
		h.after(29 * time.Minute)
		h.expect("")
		h.after(2 * time.Minute)
		h.expect("queue began")
		db.Exec("UPDATE entries SET " + logged + " WHERE reason <> 'held_reconnect'")
		h.look()
		h.expect("queue began, queue ended")
	})
}

func TestAKindThatIsOffIsNotTold(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.set(func(a *store.AlertSettings) { a.Connections = false })
	h.reconnect("revoked")
	h.look()
	h.expect("")
	h.set(func(a *store.AlertSettings) { a.Connections = true })
	h.look()
	h.set(func(a *store.AlertSettings) { a.Connections = false })
	h.look()
	h.expect("salesforce_grant began")
	if open, err := h.store.OpenAlerts(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("what nobody wants to hear of lasts: %+v, %v", open, err)
	}
}

// weekly has calls at this hour in so many of the last weeks.
func (h *house) weekly(weeks int) {
	for week := 1; week <= weeks; week++ {
		h.call(time.Duration(week)*7*24*time.Hour+30*time.Minute, logged)
	}
}

func TestSilenceIsToldOnlyWhenCallsUsuallyComeAndTheOfficeIsOpen(t *testing.T) {
	for name, c := range map[string]struct {
		hours  string
		weeks  int
		last   time.Duration // before 11:00, a Friday
		silent bool
	}{
		"nothing for two hours":             {"08:00-18:00", 4, 121 * time.Minute, true},
		"three of four weeks had calls":     {"08:00-18:00", 3, 121 * time.Minute, true},
		"something came":                    {"08:00-18:00", 4, 119 * time.Minute, false},
		"a quiet firm":                      {"08:00-18:00", 2, 121 * time.Minute, false},
		"the office has opened an hour ago": {"10:00-18:00", 4, 17 * time.Hour, false},
		"the office is closed":              {"", 4, 121 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, storetest.SQLite(t)) // 10:00 UTC is 11:00 in Paris
			h.connectAircall()
			h.rules(func(s *callflow.Settings) {
				s.OfficeHours.Schedule = callflow.Schedule{TimeZone: "Europe/Paris", Week: map[string][]string{}}
				if c.hours != "" {
					s.OfficeHours.Schedule.Week["fri"] = []string{c.hours}
				}
			})
			h.weekly(c.weeks)
			h.call(c.last, logged)
			h.look()
			if !c.silent {
				h.expect("")
				return
			}
			h.expect("silence began")
			h.after(9 * time.Hour) // the office has closed, and still nothing came
			h.expect("silence began")
			h.call(0, logged)
			h.after(time.Minute)
			h.expect("silence began, silence ended")
		})
	}
}

func TestWhatCannotBeSeenKeepsNothingElseFromBeingTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.reconnect("revoked")
		h.look()
		db.Exec("UPDATE connections SET secrets = 'v1:damaged' WHERE name = 'salesforce'")
		h.connectAircall()
		h.call(time.Minute, failed)
		h.set(func(a *store.AlertSettings) { a.FailuresOver, a.Digest, a.DigestHour = 0, true, 0 })
		if err := h.sender.Look(t.Context()); err == nil {
			t.Error("that Salesforce's connection cannot be read is not said")
		}
		for more := true; more; {
			more, _ = h.sender.Deliver(t.Context(), store.ByWebhook) // what fails is seen in what was told
		}
		h.expect("salesforce_grant began, failures began, digest daily") // and nothing is over of what cannot be seen
	})
}
