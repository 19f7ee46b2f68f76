package web

import (
	"context"
	"errors"
	"time"

	"ringledger/store"
	"ringledger/views"
)

// countTime is how long a list may take to be counted. One that finds hardly
// anything of a large ledger, or too much, is shown without.
const countTime = 50 * time.Millisecond

// size is what is known of how long a list is.
type size struct {
	n     int           // one more than store.CountCap says that there are more
	known bool          // false when counting would have taken long
	page  []store.Entry // of the list
	whole bool          // the page is all of it
}

// sizeOf counts the list, of which a page is known.
func (s *Server) sizeOf(ctx context.Context, q query, page store.Page, within time.Duration) (size, error) {
	if q.After == "" && q.Before == "" && page.Older == "" && page.Newer == "" {
		return size{n: len(page.Entries), known: true, page: page.Entries, whole: true}, nil
	}
	bounded, cancel := context.WithTimeout(ctx, within)
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
