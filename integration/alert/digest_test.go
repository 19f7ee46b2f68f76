package alert_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func micros(us int64) string { return strconv.FormatInt(us, 10) }

// until moves the clock on to a moment.
func (h *house) until(moment string) {
	h.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		h.t.Fatal(err)
	}
	h.db.Clock.Advance(at.Sub(h.db.Clock.Now()))
}

// at adds a call that started at a moment.
func (h *house) at(moment, set string) {
	h.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		h.t.Fatal(err)
	}
	h.call(h.db.Clock.Now().Sub(at), set)
}

func TestTheDigestCountsADayOfThatZoneWhenTheClocksChange(t *testing.T) {
	for language, want := range map[string][]string{
		"en": {"Sunday 28 March 2027: 3 calls", "3 calls and messages", "- Logged: 2 ", "- Failed: 1 ", "Accounted for: 2 of 3 calls (66.7\u00a0%)",
			"A rule of your org refused it: 1  https://ringledger.example.com/activity?cause=cause-1", "from=2027-03-28&outcome=failed&to=2027-03-28"},
		"fr": {"dimanche 28 mars 2027\u00a0: 3 appels", "3 appels et messages", "- Journalisé\u00a0: 2 ", "Justifiés\u00a0: 2 appels sur 3 (66,7\u00a0%)",
			"Une règle de votre organisation l’a refusé\u00a0: 1  https://ringledger.example.com/activity?cause=cause-1"},
	} {
		t.Run(language, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				h := newHouse(t, db)
				h.rules(func(s *callflow.Settings) { s.OfficeHours.Schedule.TimeZone = "Europe/Paris" })
				h.set(func(a *store.AlertSettings) {
					a.Language, a.Digest, a.DigestHour, a.Failures = language, true, 8, false
				})
				// In Paris 28 March 2027 goes from 23:00 to 22:00 of UTC: 23 hours.
				h.until("2027-03-29T05:59:00Z")
				h.at("2027-03-27T22:59:00Z", logged)
				h.at("2027-03-27T23:00:00Z", logged)
				h.at("2027-03-28T12:00:00Z", failed)
				h.at("2027-03-28T21:59:00Z", logged)
				h.at("2027-03-28T22:00:00Z", logged)
				db.Exec("INSERT INTO reconciled (day, line_id, agent_id, line_name, agent_name, calls, listed, logged, skipped, person, waiting, found, deleted, missing, doubled, healed) VALUES ('2027-03-28', '1', '1', '" + person + "', '" + person + "', 3, 3, 2, 0, 1, 0, 1, 0, 1, 0, 0)")
				h.look()
				h.expect("") // it is 7:59 in summer time
				h.after(time.Minute)
				h.after(time.Minute)
				h.expect("digest daily")
				text := h.receiver.last().Text
				for _, part := range want {
					if !strings.Contains(text, part) {
						t.Errorf("lacks %q: %s", part, text)
					}
				}
			})
		})
	}
}

func TestTheDigestOfADayWithAnHourTwiceIsToldOnce(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.rules(func(s *callflow.Settings) { s.OfficeHours.Schedule.TimeZone = "Europe/Paris" })
	h.until("2027-10-30T23:59:00Z") // 1:59 in Paris, an hour before it is 2:00 for the second time
	h.set(func(a *store.AlertSettings) { a.Digest, a.DigestHour = true, 2 })
	h.look()
	h.expect("")
	for range 4 {
		h.after(30 * time.Minute) // it is 2:29 twice
	}
	h.expect("digest daily")
	h.after(24 * time.Hour)
	h.expect("digest daily, digest daily")
}

func TestADigestNamesTheFirstFiveCauses(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	for n := range 7 {
		h.call(time.Duration(20+n)*time.Hour, strings.Replace(failed, "cause-1", fmt.Sprintf("cause-%d", n), 1))
	}
	h.set(func(a *store.AlertSettings) { a.Digest, a.DigestHour, a.Failures = true, 0, false })
	h.look()
	text := h.receiver.last().Text
	if n := strings.Count(text, "cause="); n != 5 || !strings.Contains(text, "- and more  https://ringledger.example.com/attention") {
		t.Errorf("%d causes: %s", n, text)
	}
}

func TestTheDigestOfADayThatBeginsAtOneIsToldToo(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.rules(func(s *callflow.Settings) { s.OfficeHours.Schedule.TimeZone = "Atlantic/Azores" }) // 28 March 2027 begins at 1:00
	h.set(func(a *store.AlertSettings) { a.Digest, a.DigestHour, a.Failures = true, 0, false })
	h.until("2027-03-28T00:30:00Z") // 23:30 of the 27th
	h.at("2027-03-28T00:30:00Z", logged)
	h.look()
	h.after(time.Hour)
	if text := h.receiver.last().Text; !strings.Contains(text, "Saturday 27 March 2027: 1 call") {
		t.Errorf("got %s", text)
	}
	h.at("2027-03-28T23:30:00Z", logged)
	h.at("2027-03-29T00:00:00Z", logged)
	h.after(24 * time.Hour)
	h.expect("digest daily, digest daily, digest daily")
	if text := h.receiver.last().Text; !strings.Contains(text, "Sunday 28 March 2027: 1 call") {
		t.Errorf("got %s", text)
	}
}
