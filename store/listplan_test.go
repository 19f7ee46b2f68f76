package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

// ledgerEnd is when the last call of a generated ledger began.
var ledgerEnd = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// generate writes a ledger of so many calls, a minute apart, behind the store's
// back: most are logged, few failed, and every other is with somebody called
// Martin.
func generate(db *storetest.DB, calls int) {
	numbers := fmt.Sprintf("WITH RECURSIVE c (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < %d) ", calls)
	insert := func(into, from string) {
		if db.File != "" {
			db.Exec("INSERT INTO " + into + " " + numbers + from)
		} else {
			db.Exec(numbers + "INSERT INTO " + into + " " + from)
		}
	}
	from := ledgerEnd.Add(-time.Duration(calls) * time.Minute).UnixMicro()
	insert(`entries (id, provider, kind, object_id, first_at, updated_at, call_type, direction, line_id, external, agent_id, started_at, ended_at,
		outcome, reason, rules_version, task_id, task_at, record_kind, cause, resolved_at, wrote)`,
		fmt.Sprintf(`SELECT n, 'aircall', 'call', '21' || n, t, t, CASE WHEN n %% 5 = 0 THEN 'missed' ELSE 'inbound_answered' END, 'inbound',
			'L' || (n %% 20), '+3319900' || (n %% 10000), 'A' || (n %% 80), t, t + 60000000,
			CASE WHEN n %% 100 = 0 THEN 'failed' WHEN n %% 101 = 0 THEN 'needs_choice' WHEN n %% 3 = 0 THEN 'skipped' ELSE 'logged' END,
			CASE WHEN n %% 100 = 0 THEN 'refused' WHEN n %% 101 = 0 THEN 'several_records' WHEN n %% 3 = 0 THEN 'no_match' ELSE 'completed_task' END,
			1 + n / 5000, CASE WHEN n %% 3 > 0 AND n %% 100 > 0 THEN '00T' || n ELSE '' END, t + 61000000, CASE WHEN n %% 7 = 0 THEN 'lead' ELSE 'contact' END,
			CASE WHEN n %% 100 = 0 THEN 'cause' || (n %% 300) WHEN n %% 101 = 0 THEN 'choice' ELSE '' END, CASE WHEN n %% 500 = 0 THEN t ELSE 0 END, '{"Description":"%s"}'
		FROM (SELECT n, %d + n * 60000000 AS t FROM c) AS d`, strings.Repeat("as much as a Task has ", 30), from))
	insert("terms (term, entry_id)", "SELECT 'w:martin', n FROM c WHERE n % 2 = 0 UNION SELECT 'w:word' || (n % 1000), n FROM c UNION SELECT 'd:33199' || (n % 10000), n FROM c"+
		" UNION SELECT 'r:' || (n % 10000), n FROM c")
	insert("lines (id, name, e164, country, time_zone)", "SELECT 'L' || n, 'Office ' || n, '', '', '' FROM c WHERE n < 20")
	if db.File == "" {
		db.Exec("VACUUM ANALYZE entries")
		db.Exec("VACUUM ANALYZE terms")
	}
}

// listQuestions are what people ask of the list.
func listQuestions() map[string]store.Filter {
	day := 24 * time.Hour
	middle := ledgerEnd.Add(-3 * day)
	old := store.Cursor(store.Entry{ID: 100, Facts: store.Facts{StartedAt: middle}})
	outcomes := func(all ...callflow.Outcome) []callflow.Outcome { return all }
	return map[string]store.Filter{
		"newest":              {},
		"older":               {After: old},
		"newer":               {Before: old},
		"a range":             {From: middle, To: middle.Add(day)},
		"failed":              {Outcomes: outcomes(callflow.Failed)},
		"skipped":             {Outcomes: outcomes(callflow.Skipped)},
		"logged":              {Outcomes: outcomes(callflow.Logged)},
		"attention":           {Outcomes: outcomes(callflow.Failed, callflow.NeedsChoice), Open: true},
		"a type":              {Types: []callflow.CallType{"missed"}},
		"a type never seen":   {Types: []callflow.CallType{"voicemail"}},
		"a reason":            {Reason: callflow.ReasonNoMatch},
		"a line":              {Lines: []string{"L7"}},
		"lines, in a range":   {Lines: []string{"L7", "L8", "L9"}, From: middle, To: middle.Add(day)},
		"an agent":            {Agents: []string{"A7"}},
		"an agent's missed":   {Agents: []string{"A7"}, Types: []callflow.CallType{"missed"}},
		"a line's failed":     {Lines: []string{"L7"}, Outcomes: outcomes(callflow.Failed), After: old},
		"leads":               {Records: []callflow.RecordKind{callflow.LeadRecord}},
		"rules of long ago":   {RulesVersion: 2},
		"a cause":             {Cause: "cause0", Outcomes: outcomes(callflow.Failed), Open: true},
		"picked":              {IDs: []int64{3, 5, 8}},
		"one call":            {ObjectID: "2117"},
		"digits":              {Query: "0042"},
		"a rare word":         {Query: "word7"},
		"a common word":       {Query: "martin"},
		"a common word, old":  {Query: "martin", After: old},
		"two words":           {Query: "word7 martin"},
		"a line's name":       {Query: "office 7"},
		"a common word, line": {Query: "martin", Lines: []string{"L7"}},
		"a Task":              {Query: "00T0000000000171AA"},
		"nobody":              {Query: "zzyzx"},
	}
}

// TestNoQuestionToTheListReadsTheLedgerFromEndToEnd asks what people ask and
// looks at how the database answered each statement.
func TestNoQuestionToTheListReadsTheLedgerFromEndToEnd(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		generate(db, 25_000)
		asked, raw := store.Watch(st), db.Raw()
		look := func(what string, ask func() error) {
			t.Helper()
			*asked = nil
			if err := ask(); err != nil || len(*asked) == 0 {
				t.Errorf("%s: asked %d, %v", what, len(*asked), err)
			}
			for _, a := range *asked {
				if faults := explain(t, db, raw, a); len(faults) > 0 {
					t.Errorf("%s: %s\n%s\n%v", what, strings.Join(faults, "; "), a.SQL, a.Args)
				}
			}
		}
		ctx := t.Context()
		for name, f := range listQuestions() {
			look(name+", list", func() error { _, err := st.ListEntries(ctx, f); return err })
			look(name+", count", func() error { _, err := st.CountEntries(ctx, f); return err })
			f.After, f.Before = "", ""
			look(name+", over time", func() error { _, err := st.Histogram(ctx, f, lastDays(4)); return err })
		}
		look("badge", func() error { _, err := st.CountAttention(ctx); return err })
		look("open by reason", func() error { _, err := st.OpenReasons(ctx); return err })
		look("messages", func() error { _, err := st.CountMessages(ctx, lastDays(4)[0], lastDays(4)[4]); return err })
		look("causes", func() error { _, err := st.Causes(ctx, false); return err })
		look("resolved causes", func() error { _, err := st.Causes(ctx, true); return err })
		look("questions", func() error { _, _, err := st.Questions(ctx, 50); return err })
		edges := lastDays(4)
		from, to := edges[0], edges[len(edges)-1]
		look("outcomes", func() error { _, err := st.Outcomes(ctx, edges); return err })
		look("matches", func() error { _, err := st.CountMatches(ctx, from, to); return err })
		look("delays", func() error { _, _, err := st.Delays(ctx, from, to); return err })
		for _, o := range []callflow.Outcome{callflow.Skipped, callflow.Failed, callflow.NeedsChoice, callflow.Waiting} {
			look("reasons of "+string(o), func() error { _, err := st.CountReasons(ctx, o, from, to); return err })
		}
		look("queue", func() error { _, err := st.QueueState(ctx); return err })
		look("failed since", func() error { _, err := st.CountFailedSince(ctx, from); return err })
		look("started", func() error { _, err := st.CountStarted(ctx, from, to); return err })
		look("held", func() error { _, err := st.HeldFor(ctx, callflow.ReasonReconnect); return err })
		look("lines", func() error { _, err := st.Lines(ctx); return err })
		look("lacking", func() error { _, err := st.Lackings(ctx, from, to, 20); return err })
		look("Tasks to look for", func() error { _, err := st.ToLookFor(ctx, from, false, store.WrittenEntry{}, 200); return err })
		look("all Tasks to look for", func() error { _, err := st.ToLookFor(ctx, from, true, store.WrittenEntry{}, 200); return err })
		look("old entries", func() error { _, err := st.OldCount(ctx, store.KeptEntries, store.Kept{Entries: 30}, 100); return err })
	})
}

// lastDays are the edges of so many days before the end of the ledger.
func lastDays(n int) (edges []time.Time) {
	for ; n >= 0; n-- {
		edges = append(edges, ledgerEnd.AddDate(0, 0, -n))
	}
	return edges
}

// explain tells what is slow about how a statement is answered.
func explain(t *testing.T, db *storetest.DB, raw *sql.DB, a store.Asked) []string {
	t.Helper()
	if db.File == "" {
		return explainPostgres(t, raw, a)
	}
	return explainSQLite(t, raw, a)
}

// wholeScan is a step that reads all of a table. Along an index it is the order
// of the list, and ends with its page; or all that ever needed a person.
var wholeScan = regexp.MustCompile(`^SCAN (entries|terms|own|mine)\b`)

func explainSQLite(t *testing.T, raw *sql.DB, a store.Asked) (faults []string) {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+a.SQL, a.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()            // Err has told what went wrong
	along, sorts := map[int]bool{}, map[int]bool{} // by the step that they are part of
	limited := strings.Contains(a.SQL, "LIMIT")
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		if wholeScan.MatchString(step) && !(limited && strings.Contains(step, "INDEX entries_started")) && !strings.Contains(step, "INDEX entries_cause") {
			faults = append(faults, step)
		}
		along[parent] = along[parent] || strings.Contains(step, " entries USING ") && !strings.Contains(step, "PRIMARY KEY") && !strings.Contains(step, "object_id=?")
		sorts[parent] = sorts[parent] || step == "USE TEMP B-TREE FOR ORDER BY"
	}
	for part := range sorts {
		if sorts[part] && along[part] && !strings.Contains(a.SQL, "GROUP BY") {
			faults = append(faults, "sorts what an index gives in order")
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return faults
}

// node is a step of PostgreSQL's plan.
type node struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Filter   string
	Plans    []node
}

// explainPostgres looks for what no index answers: a small table is read from
// end to end although one would, so that is made dear.
func explainPostgres(t *testing.T, raw *sql.DB, a store.Asked) (faults []string) {
	t.Helper()
	conn, err := raw.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // goes back to the pool
	if _, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
		t.Fatal(err)
	}
	var text []byte
	if err := conn.QueryRowContext(t.Context(), "EXPLAIN (FORMAT JSON) "+a.SQL, a.Args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", a.SQL, err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal(text, &plans); err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		p.Plan.walk(func(n node) {
			if n.Type == "Seq Scan" && slices.Contains([]string{"entries", "terms"}, n.Relation) {
				faults = append(faults, "reads all "+n.Relation)
			}
			if strings.Contains(n.Filter, "hashed SubPlan") {
				faults = append(faults, "looks everything up before it begins: "+n.Filter)
			}
		})
	}
	return faults
}

func (n node) walk(visit func(node)) {
	visit(n)
	for _, p := range n.Plans {
		p.walk(visit)
	}
}
