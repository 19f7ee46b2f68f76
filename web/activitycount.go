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
const countTime = 80 * time.Millisecond

// countOf tells how many entries the list has, of which a page is known.
func (s *Server) countOf(ctx context.Context, q query, page store.Page) (string, error) {
	if q.After == "" && q.Before == "" && page.Older == "" && page.Newer == "" {
		return views.Number(ctx, len(page.Entries)), nil
	}
	bounded, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	n, err := s.capped(bounded, q.Filter)
	if errors.Is(err, store.ErrTooBroad) && ctx.Err() == nil {
		return views.Number(ctx, len(page.Entries)) + "+", nil
	}
	return n, err
}
