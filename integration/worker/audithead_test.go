package worker_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTheHeadOfTheAuditIsToldInTheLog(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		for range 2 {
			if err := s.store.AddAudit(t.Context(), store.AuditRow{Who: "ada@example.com", What: store.AuditRulesSaved}); err != nil {
				t.Fatal(err)
			}
		}
		logs, log := io.Pipe()
		o := s.options
		o.Logger = slog.New(slog.NewJSONHandler(log, nil))
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		go func() {
			worker.New(o).Watch(ctx)
			_ = log.Close() // never fails
		}()
		told := regexp.MustCompile(`"msg":"head of the audit log","rows":2,"head":"([0-9a-f]{64})"`)
		var head string
		for lines := bufio.NewScanner(logs); lines.Scan(); {
			if m := told.FindStringSubmatch(lines.Text()); m != nil {
				head = m[1]
				stop()
			}
		}
		stop()
		kept, err := hex.DecodeString(head)
		if err != nil || head == "" {
			t.Fatalf("the log told the head %q, %v", head, err)
		}
		if c, err := s.store.CheckAuditSince(t.Context(), kept); err != nil || c.Known != 2 {
			t.Errorf("the head told belongs to row %d, %v; want 2", c.Known, err)
		}
	})
}
