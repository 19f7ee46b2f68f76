package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// Exchange is one request to Salesforce and its answer, as kept for a try.
type Exchange struct {
	Purpose string    `json:"purpose"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Status  int       `json:"status"`
	Micros  int64     `json:"us"`
	At      time.Time `json:"at"`
	Sent    string    `json:"sent,omitempty"` // this entry's part of the request
	Got     string    `json:"got,omitempty"`  // this entry's part of the answer
	Err     string    `json:"err,omitempty"`
	Shared  int       `json:"shared,omitempty"` // entries that went in the same request
}

// Try is one attempt at an entry, with everything that explains it.
type Try struct {
	N            int
	Cause        string // event, replay, retry
	At           time.Time
	Took         time.Duration
	RulesVersion int
	Outcome      callflow.Outcome
	Reason       callflow.Reason
	Detail       map[string]string
	Steps        []callflow.Step
	Exchanges    []Exchange
}

// Result is how a claimed entry leaves the worker.
type Result struct {
	Entry Entry     // as claimed, with new Facts, Verdict and Written
	DueAt time.Time // when to look again; zero = never by itself
	Try   *Try      // nil when nothing worth telling happened
	Terms []string  // what search finds it by; nil = as before
	Clear bool      // a replay and an intent are settled
	// Doubtful keeps the intent nevertheless: a Task of an earlier try may stand,
	// and whoever takes the entry up again looks for it first.
	Doubtful bool
	// Answered says that Salesforce has answered whatever was sent for the
	// entry: what comes next need not look for a Task of this try.
	Answered bool
}

// FinishEntries stores the results in one transaction and ends their claims.
// A result whose claim was taken over meanwhile is dropped. An entry that got
// a new delivery since it was claimed stays due.
func (s *Store) FinishEntries(ctx context.Context, results []Result) error {
	if len(results) == 0 {
		return nil
	}
	began := time.Now()
	err := s.finishTogether(ctx, results)
	if err != nil && len(results) > 1 && time.Since(began) < badRowFails && ctx.Err() == nil {
		err = s.finishEach(ctx, results)
	}
	if err != nil {
		return fmt.Errorf("store: finish entries: %w", err)
	}
	s.changes.tell()
	return nil
}

// finishEach stores what can be stored: what stands in Salesforce because of
// the others must be known here. A result that the database refuses alone
// would be refused again, so its entry is given to a person; one that met a
// failing disk is taken up again.
func (s *Store) finishEach(ctx context.Context, results []Result) error {
	var refused []int
	var errs []error
	for i := range results {
		if err := s.finishTogether(ctx, results[i:i+1]); err != nil {
			refused, errs = append(refused, i), append(errs, err)
		}
	}
	if len(refused) == len(results) { // not theirs: the database's own trouble
		return errors.Join(errs...)
	}
	var again []error
	for n, i := range refused {
		e := &results[i].Entry
		if ownTrouble(errs[n]) {
			again = append(again, errs[n])
			continue
		}
		s.log.ErrorContext(ctx, "a result could not be stored", "entry", e.ID, "call", e.ObjectID, "error", errs[n])
		err := s.w.WithContext(ctx).Exec(`UPDATE entries SET lease_until = 0, due_at = NULL, replay = '', outcome = 'failed', reason = ?, detail = '', cause = ?, updated_at = ?
			WHERE id = ? AND fence = ?`, string(callflow.ReasonBug), causeOf(Verdict{Outcome: callflow.Failed, Reason: callflow.ReasonBug}), micros(s.now()), e.ID, e.Fence).Error
		if err != nil {
			return err
		}
	}
	return errors.Join(again...)
}

// inOrder gives the places of n entries in the order of their names. Every
// transaction takes its rows in this order, so that two never wait for each
// other.
func inOrder(n int, entry func(int) *Entry) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(i, j int) int {
		a, b := entry(i), entry(j)
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.ObjectID, b.ObjectID))
	})
	return places
}

func (s *Store) finishTogether(ctx context.Context, results []Result) error {
	// Everything is put into words before the one writer is taken.
	places := inOrder(len(results), func(i int) *Entry { return &results[i].Entry })
	words := make([]finished, 0, len(results))
	now := s.now()
	for _, i := range places {
		f, err := newFinished(&results[i], now)
		if err != nil {
			return err
		}
		words = append(words, f)
	}
	return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		finish, err := s.statement(ctx, tx, finishSQL)
		if err != nil {
			return err
		}
		defer finish.end()
		var tries, terms []any
		nTries, nTerms := 0, 0
		for _, f := range words {
			if n, err := finish.exec(ctx, f.entry...); err != nil {
				return err
			} else if n != 1 {
				continue // the claim was taken over meanwhile
			}
			if f.try != nil {
				tries = append(tries, f.try...)
				nTries++
			}
			terms = append(terms, f.terms...)
			nTerms += len(f.terms) / 2
		}
		if err := insertRows(tx, "INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) VALUES ", "(?,?,?,?,?,?,?,?,?,?,?)", "", tries, nTries); err != nil {
			return err
		}
		return insertRows(tx, "INSERT INTO terms (term, entry_id) VALUES ", "(?,?)", " ON CONFLICT DO NOTHING", terms, nTerms)
	})
}

// finished is a result as values for the database.
type finished struct{ entry, try, terms []any }

func newFinished(r *Result, now time.Time) (f finished, err error) {
	if f.entry, err = finishArgs(r, now); err != nil {
		return f, err
	}
	if r.Try != nil {
		if f.try, err = tryArgs(r.Entry.ID, r.Try); err != nil {
			return f, err
		}
	}
	for _, term := range r.Terms {
		f.terms = append(f.terms, term, r.Entry.ID)
	}
	return f, nil
}

// maxRows keeps one INSERT below the databases' limits of bound values.
const maxRows = 500

func insertRows(tx *gorm.DB, head, row, tail string, args []any, n int) error {
	if n == 0 {
		return nil
	}
	width := len(args) / n
	for n > 0 {
		k := min(n, maxRows)
		if err := tx.Exec(head+rows(row, k)+tail, args[:k*width]...).Error; err != nil {
			return err
		}
		args, n = args[k*width:], n-k
	}
	return nil
}

const finishSQL = `UPDATE entries SET lease_until = 0, due_at = CASE WHEN revision = ? THEN CAST(? AS BIGINT) ELSE ? END,
	tries = ?, failures = ?, intent_at = CASE WHEN ? THEN 0 ELSE intent_at END, replay = CASE WHEN ? AND revision = ? THEN '' ELSE replay END, updated_at = ?,
	call_type = ?, direction = ?, line_id = ?, line_name = ?, external = ?, agent_id = ?, agent_name = ?, started_at = ?, ended_at = ?,
	outcome = ?, reason = ?, detail = ?, rules_version = ?, task_id = ?, task_at = ?, who_id = ?, what_id = ?, owner_id = ?,
	record_kind = ?, record_id = ?, record_name = ?, record = ?, created = ?, wrote = ?, cause = ? WHERE id = ? AND fence = ?`

func finishArgs(r *Result, now time.Time) ([]any, error) {
	e := &r.Entry
	detail, err := jsonOrEmpty(e.Detail, len(e.Detail))
	if err != nil {
		return nil, err
	}
	created, err := jsonOrEmpty(e.Created, len(e.Created))
	if err != nil {
		return nil, err
	}
	wrote, err := jsonOrEmpty(e.Wrote, len(e.Wrote))
	if err != nil {
		return nil, err
	}
	record := ""
	if e.Record != (callflow.Record{}) {
		if record, err = jsonOrEmpty(e.Record, 1); err != nil {
			return nil, err
		}
	}
	var due any
	if !r.DueAt.IsZero() {
		due = micros(r.DueAt)
	}
	return []any{e.Revision, due, micros(now), e.Tries, e.Failures, r.Clear && !r.Doubtful || r.Answered, r.Clear, e.Revision, micros(now),
		string(e.CallType), string(e.Direction), clean(e.LineID), clean(e.LineName), clean(e.External), clean(e.AgentID), clean(e.AgentName), micros(e.StartedAt), micros(e.EndedAt),
		string(e.Outcome), string(e.Reason), detail, e.RulesVersion, e.TaskID, micros(e.TaskAt), e.WhoID, e.WhatID, e.OwnerID,
		string(e.Record.Kind), e.Record.ID, clean(e.Record.Name), record, created, wrote, causeOf(e.Verdict), e.ID, e.Fence}, nil
}

func tryArgs(entryID int64, t *Try) ([]any, error) {
	detail, err := jsonOrEmpty(t.Detail, len(t.Detail))
	if err != nil {
		return nil, err
	}
	steps, err := jsonOrEmpty(t.Steps, len(t.Steps))
	if err != nil {
		return nil, err
	}
	exchanges, err := jsonOrEmpty(t.Exchanges, len(t.Exchanges))
	if err != nil {
		return nil, err
	}
	return []any{entryID, t.N, t.Cause, micros(t.At), t.Took.Microseconds(), t.RulesVersion, string(t.Outcome), string(t.Reason), detail, steps, exchanges}, nil
}

func jsonOrEmpty(v any, n int) (string, error) {
	if n == 0 {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// TriesOf returns the attempts at an entry, the first one first.
func (s *Store) TriesOf(ctx context.Context, entryID int64) ([]Try, error) {
	var found []struct {
		N                                         int
		Cause                                     string
		At, Micros                                int64
		RulesVersion                              int
		Outcome, Reason, Detail, Steps, Exchanges string
	}
	err := s.r.WithContext(ctx).Raw(`SELECT n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges
		FROM tries WHERE entry_id = ? ORDER BY n, id`, entryID).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read tries: %w", err)
	}
	out := make([]Try, len(found))
	for i, f := range found {
		t := &out[i]
		*t = Try{N: f.N, Cause: f.Cause, At: fromMicros(f.At), Took: time.Duration(f.Micros) * time.Microsecond,
			RulesVersion: f.RulesVersion, Outcome: callflow.Outcome(f.Outcome), Reason: callflow.Reason(f.Reason)}
		for _, p := range []struct {
			text string
			into any
		}{{f.Detail, &t.Detail}, {f.Steps, &t.Steps}, {f.Exchanges, &t.Exchanges}} {
			if p.text == "" {
				continue
			}
			if err := json.Unmarshal([]byte(p.text), p.into); err != nil {
				return nil, fmt.Errorf("store: try %d of entry %d: %w", f.N, entryID, err)
			}
		}
	}
	return out, nil
}
