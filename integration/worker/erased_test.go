package worker_test

import (
	"bytes"
	"os"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store/storetest"
)

// traces are the files of a SQLite ledger that hold any of the texts.
func traces(t *testing.T, db *storetest.DB, texts ...string) (found []string) {
	t.Helper()
	if db.File == "" {
		return nil
	}
	for _, file := range []string{db.File, db.File + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if bytes.Contains(content, []byte(text)) {
				found = append(found, file+" holds "+text)
			}
		}
	}
	return found
}

func TestAnErasedNumberIsInNoFileAndStaysErased(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.logAll()
		other, id := s.call(answered("+33199000077")), s.call(answered(ada))
		s.drain()
		before := s.entry(id)
		digits := ada[1:]
		if db.File != "" && len(traces(t, db, digits)) == 0 {
			t.Fatal("the number is in no file before it is erased: the search finds nothing")
		}
		spellings := phone.Spellings(ada, phone.Region(ada))
		if err := s.store.AddErasure(t.Context(), ada, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := s.store.EraseNumber(t.Context(), ada, spellings); err != nil {
			t.Fatal(err)
		}
		reversed := []byte(digits)
		for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
			reversed[i], reversed[j] = reversed[j], reversed[i]
		}
		sought := []string{digits, string(reversed), phone.International(ada)}
		if found := traces(t, db, sought...); len(found) > 0 {
			t.Errorf("after erasing: %q", found)
		}
		e := s.entry(id)
		if e.External != "" || e.Record.Name != "" || e.WhoID != "" || e.Outcome != before.Outcome || !e.StartedAt.Equal(before.StartedAt) || e.LineName != before.LineName || e.ErasedAt.IsZero() {
			t.Errorf("what is left of the call: %+v", e)
		}
		if o := s.entry(other); o.External != "+33199000077" || o.Outcome != callflow.Logged {
			t.Errorf("another number's call: %+v", o.Facts)
		}

		// A call that comes late, and a replay of the erased one.
		requests := len(s.org.Requests())
		late := s.call(answered(ada))
		if err := s.store.ReplayEntry(t.Context(), e.ID, "now"); err != nil {
			t.Fatal(err)
		}
		s.drain()
		l := s.entry(late)
		if l.Outcome != callflow.Skipped || l.Reason != callflow.ReasonErased || l.External != "" || l.LineName == "" {
			t.Errorf("the late call is %s, %s: %+v", l.Outcome, l.Reason, l.Facts)
		}
		if e := s.entry(id); e.External != "" || e.Outcome != before.Outcome {
			t.Errorf("the replay made %+v", e.Facts)
		}
		if got := len(s.org.Requests()) - requests; got != 0 {
			t.Errorf("%d requests went to Salesforce", got)
		}
		tries, err := s.store.TriesOf(t.Context(), l.ID)
		if err != nil || len(tries) != 1 || len(tries[0].Steps) != 1 || tries[0].Steps[0].Result != "erased" {
			t.Errorf("the trace of the late call: %+v, %v", tries, err)
		}
		if found := traces(t, db, sought...); len(found) > 0 {
			t.Errorf("after what came late: %q", found)
		}
	})
}
