package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// auditQuestions are what people ask of the audit log, and the index that answers.
func auditQuestions() map[string]struct {
	filter AuditFilter
	index  string
} {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	type question = struct {
		filter AuditFilter
		index  string
	}
	return map[string]question{
		"newest":        {AuditFilter{}, "audit_time"},
		"range":         {AuditFilter{From: at, To: at.AddDate(0, 0, 7)}, "audit_time"},
		"older":         {AuditFilter{After: auditCursor(auditRow{ID: 90_000, At: micros(at)})}, "audit_time"},
		"who":           {AuditFilter{Who: "user7@example.com"}, "audit_who"},
		"kind":          {AuditFilter{Codes: []AuditCode{AuditReplayed}}, "audit_what"},
		"kinds":         {AuditFilter{Codes: []AuditCode{AuditSignIn, AuditSignOut}}, "audit_time"},
		"object":        {AuditFilter{Object: "activity/1234"}, "audit_time"},
		"who and where": {AuditFilter{Who: "user7@example.com", Object: "activity/19", From: at}, "audit_who"},
	}
}

// full opens a store whose audit has so many rows; nobody checks their chain.
func full(tb testing.TB, rows int) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), Options{URL: "sqlite:" + filepath.Join(tb.TempDir(), "ringledger.db"), Key: make([]byte, 32)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() }) // the file goes with the test
	codes := "CASE n % 5 WHEN 0 THEN 'sign_in' WHEN 1 THEN 'replayed' WHEN 2 THEN 'rules_saved' WHEN 3 THEN 'sign_out' ELSE 'exported' END"
	err = s.w.Exec(fmt.Sprintf(`WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d)
		INSERT INTO audit SELECT n, %d + n * 60000000, 'user' || (n %% 40) || '@example.com', %s, '/activity/' || n, '{"rules":"now"}', '192.0.2.1', randomblob(32), randomblob(32) FROM c`,
		rows, micros(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), codes)).Error
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestEveryQuestionToTheAuditIsAnsweredFromAnIndex(t *testing.T) {
	s := full(t, 2_000)
	for name, q := range auditQuestions() {
		q.filter.Limit = 50
		sql, args, err := q.filter.query(false)
		if err != nil {
			t.Fatal(err)
		}
		var steps []struct{ Detail string }
		if err := s.r.Raw("EXPLAIN QUERY PLAN "+sql, args...).Scan(&steps).Error; err != nil {
			t.Fatal(err)
		}
		plan := fmt.Sprint(steps)
		if !strings.Contains(plan, q.index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s; want %s and no sorting", name, plan, q.index)
		}
	}
}

func BenchmarkAuditPage(b *testing.B) {
	s := full(b, 200_000)
	for name, q := range auditQuestions() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if page, err := s.ListAudit(b.Context(), q.filter); err != nil || len(page.Rows) == 0 {
					b.Fatalf("got %d rows, %v", len(page.Rows), err)
				}
			}
		})
	}
	b.Run("auditors", func(b *testing.B) {
		for b.Loop() {
			if who, err := s.Auditors(b.Context()); err != nil || len(who) != 40 {
				b.Fatalf("got %d, %v", len(who), err)
			}
		}
	})
}
