package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestFiguresCountWhatTheListShows(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		first := db.Clock.Now().Add(-time.Hour)
		settled(t, st, "1", func(e *store.Entry) {
			e.StartedAt, e.EndedAt, e.TaskAt = day.Add(9*time.Hour), first, first.Add(12*time.Second)
			e.Record = callflow.Record{Kind: callflow.ContactRecord, ID: "003"}
		})
		settled(t, st, "2", func(e *store.Entry) {
			e.StartedAt = day.Add(9*time.Hour + 59*time.Minute)
			e.Record, e.Created = callflow.Record{Kind: callflow.LeadRecord, ID: "00Q"}, []string{"00Q"}
		})
		settled(t, st, "3", func(e *store.Entry) {
			e.StartedAt, e.Outcome, e.Reason = day.Add(10*time.Hour), callflow.Failed, callflow.ReasonRefused
		})
		last := settled(t, st, "4", func(e *store.Entry) {
			e.StartedAt, e.Outcome, e.Reason = day.Add(10*time.Hour+time.Minute), callflow.Failed, callflow.ReasonRefused
		})
		settled(t, st, "5", func(e *store.Entry) {
			e.StartedAt, e.Outcome, e.Reason = day.Add(-time.Minute), callflow.Waiting, callflow.ReasonRetrying
		})
		add(t, st, delivery("6", "", day.Add(30*time.Hour)))

		buckets, err := st.Outcomes(t.Context(), []time.Time{day.Add(9 * time.Hour), day.Add(10 * time.Hour), day.Add(11 * time.Hour), day.Add(11*time.Hour + 30*time.Minute)})
		if err != nil || len(buckets) != 3 {
			t.Fatalf("got %+v, %v; want three hours", buckets, err)
		}
		got := []map[callflow.Outcome]int{buckets[0].Counts, buckets[1].Counts, buckets[2].Counts}
		if diff := cmp.Diff([]map[callflow.Outcome]int{{callflow.Logged: 2}, {callflow.Failed: 2}, {}}, got); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
		reasons, err := st.CountReasons(t.Context(), callflow.Failed, day, day.Add(24*time.Hour))
		want := []store.Count{{Key: "refused", N: 2, First: day.Add(10 * time.Hour), Last: day.Add(10*time.Hour + time.Minute), Example: last.ID}}
		if diff := cmp.Diff(want, reasons); err != nil || diff != "" {
			t.Errorf("reasons: %v (-want +got):\n%s", err, diff)
		}
		matches, err := st.CountMatches(t.Context(), day, day.Add(24*time.Hour))
		if err != nil || len(matches) != 2 || matches[0].Key != "contact" || matches[1].Key != "created:lead" {
			t.Errorf("got %+v, %v; want one contact and one new lead", matches, err)
		}
		delays, every, err := st.Delays(t.Context(), day, day.Add(24*time.Hour))
		if err != nil || every != 1 || len(delays) != 1 || delays[0].Took != 12*time.Second {
			t.Errorf("got %+v, %v; want one delay of 12 s", delays, err)
		}
		queue, err := st.QueueState(t.Context())
		if err != nil || queue.Retrying != 1 || queue.Waiting != 1 || queue.Held != 0 || !queue.Oldest.Equal(entry(t, st, "5").FirstAt) {
			t.Errorf("got %+v, %v; want one retrying and one waiting", queue, err)
		}
	})
}

// A reading that nobody bounds keeps the readers from everybody else's pages.
func TestEveryReadingOfTheOverviewIsGivenUpAfterSeconds(t *testing.T) {
	each(t, func(t *testing.T, _ *store.Store, db *storetest.DB) {
		st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key, Now: db.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = st.Close() }()
		to := db.Clock.Now()
		from := to.Add(-24 * time.Hour)
		readings := map[string]func(context.Context) error{
			"outcomes": func(ctx context.Context) error { _, err := st.Outcomes(ctx, []time.Time{from, to}); return err },
			"reasons": func(ctx context.Context) error {
				_, err := st.CountReasons(ctx, callflow.Skipped, from, to)
				return err
			},
			"matches":  func(ctx context.Context) error { _, err := st.CountMatches(ctx, from, to); return err },
			"delays":   func(ctx context.Context) error { _, _, err := st.Delays(ctx, from, to); return err },
			"messages": func(ctx context.Context) error { _, err := st.CountMessages(ctx, from, to); return err },
			"parties": func(ctx context.Context) error {
				_, err := st.CountParties(ctx, store.Filter{From: from, To: to})
				return err
			},
			"open":  func(ctx context.Context) error { _, err := st.OpenReasons(ctx); return err },
			"badge": func(ctx context.Context) error { _, err := st.CountAttention(ctx); return err },
			"queue": func(ctx context.Context) error { _, err := st.QueueState(ctx); return err },
		}
		asked := store.Watch(st)
		for name, read := range readings {
			*asked = nil
			if err := read(t.Context()); err != nil || len(*asked) == 0 {
				t.Errorf("%s: asked %d, %v", name, len(*asked), err)
			}
			for _, a := range *asked {
				if left := time.Until(a.Until); left <= 0 || left > 5*time.Second {
					t.Errorf("%s is given up in %v, want in seconds: %s", name, left, a.SQL)
				}
			}
			late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
			if err := read(late); !errors.Is(err, store.ErrTooBroad) {
				t.Errorf("%s: got %v when the time is over, want ErrTooBroad", name, err)
			}
			cancel()
		}
	})
}

func TestLinesAndAgentsKeepWhatWasKnown(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		full := callflow.Line{ID: "7", Name: "Support", E164: "+33199000001", Country: "FR", TimeZone: "Europe/Paris"}
		for _, lines := range [][]callflow.Line{{full}, {{ID: "7", Name: "Support FR"}}} {
			if err := st.KeepLines(t.Context(), lines); err != nil {
				t.Fatal(err)
			}
		}
		full.Name = "Support FR"
		lines, err := st.Lines(t.Context())
		if diff := cmp.Diff([]store.Line{{Line: full}}, lines); err != nil || diff != "" {
			t.Errorf("lines: %v (-want +got):\n%s", err, diff)
		}
		for _, a := range []callflow.Agent{{ID: "1", Name: "Zoé", Email: "zoe@example.fr"}, {ID: "1", Email: "zoe@example.com"}} {
			if err := st.KeepAgents(t.Context(), []callflow.Agent{a}); err != nil {
				t.Fatal(err)
			}
		}
		agents, err := st.Agents(t.Context())
		if diff := cmp.Diff([]callflow.Agent{{ID: "1", Name: "Zoé", Email: "zoe@example.com"}}, agents); err != nil || diff != "" {
			t.Errorf("agents: %v (-want +got):\n%s", err, diff)
		}
	})
}
