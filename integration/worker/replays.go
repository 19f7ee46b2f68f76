package worker

import "context"

// replaysInHand is how many entries of one replay of many may be in hand at
// once: enough to fill a request, few enough to be stopped.
const replaysInHand = 200

// advanceReplays hands over the next calls of replays under way.
func (w *Worker) advanceReplays(ctx context.Context) {
	if err := w.o.Store.AdvanceReplays(ctx, replaysInHand); err != nil && ctx.Err() == nil {
		w.o.Logger.Error("the replays under way could not go on and are taken up again", "error", err)
	}
}
