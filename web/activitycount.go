package web

import (
	"context"
	"errors"
	"time"

	"ringledger/store"
	"ringledger/views"
)

// countTime is how long a page of a list may count in all: how long the list is,
// and how it spreads over time. What finds hardly anything of a large ledger, or
// too much, is shown without: the rows are what people came for.
const countTime = 75 * time.Millisecond

// share is a moment between now and the end, after so many of the parts.
func share(end time.Time, parts, of time.Duration) time.Time {
	return time.Now().Add(time.Until(end) * parts / of)
}

// size is what is known of how long a list is.
type size struct {
	n     int           // one more than store.CountCap says that there are more
	known bool          // false when counting would have taken long
	page  []store.Entry // of the list
	whole bool          // the page is all of it
}

// sizeOf counts the list, of which a page is known, in two thirds of the time
// that is left.
func (s *Server) sizeOf(ctx context.Context, q query, page store.Page, end time.Time) (size, error) {
	if q.After == "" && q.Before == "" && page.Older == "" && page.Newer == "" {
		return size{n: len(page.Entries), known: true, page: page.Entries, whole: true}, nil
	}
	bounded, cancel := context.WithDeadline(ctx, share(end, 2, 3))
	defer cancel()
	n, err := s.o.Store.CountEntries(bounded, q.listed())
	if errors.Is(err, store.ErrTooBroad) && ctx.Err() == nil {
		return size{page: page.Entries}, nil
	}
	return size{n: n, known: err == nil, page: page.Entries}, err
}

func (z size) text(ctx context.Context) string {
	switch {
	case !z.known:
		return views.Number(ctx, len(z.page)) + "+"
	case z.n > store.CountCap:
		return views.Number(ctx, store.CountCap) + "+"
	}
	return views.Number(ctx, z.n)
}
