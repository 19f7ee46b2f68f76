package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringledger/store"
)

const (
	// auditHeadEvery is how often the log tells the head of the audit's chain.
	auditHeadEvery = time.Hour
	// auditHeadRows is how many rows up to it are checked each time.
	auditHeadRows = 1_000
)

// tellAuditHead writes the head of the audit's chain to the log, which is kept
// elsewhere: whoever cuts rows off the end, or writes all of them anew with the
// key in hand, cannot change it there.
func (w *Worker) tellAuditHead(ctx context.Context) {
	_, rows, head, err := w.o.Store.CheckLatestAudit(ctx, auditHeadRows)
	switch {
	case errors.Is(err, store.ErrAuditBroken):
		w.o.Logger.Error("the audit log does not fit its chain; run: ringledger audit verify", "row", rows+1)
	case err != nil && ctx.Err() == nil:
		w.o.Logger.Warn("the audit log could not be checked", "error", err)
	case err == nil && rows > 0:
		w.o.Logger.Info("head of the audit log", "rows", rows, "head", fmt.Sprintf("%x", head))
	}
}
