package worker

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/connection"
)

// Watch looks after the Aircall webhook until ctx ends: Aircall switches it off
// after failures and tells nobody.
func (w *Worker) Watch(ctx context.Context) {
	ticker := time.NewTicker(w.o.Check)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			err := w.o.Aircall.Check(ctx)
			if err != nil && !errors.Is(err, connection.ErrNotConnected) && ctx.Err() == nil {
				w.o.Logger.Warn("the Aircall webhook could not be checked", "error", err)
			}
		}
	}
}
