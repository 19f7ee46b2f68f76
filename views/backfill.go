package views

import (
	"context"
	"strconv"
	"strings"
)

// backfillFigures says what a backfill has brought so far.
func backfillFigures(ctx context.Context, b Backfill) string {
	figures := []string{T(ctx, "backfill.found", "count", b.Found)}
	if b.Added > 0 {
		figures = append(figures, T(ctx, "backfill.added", "count", b.Added))
	}
	if b.Completed > 0 {
		figures = append(figures, T(ctx, "backfill.completed", "count", b.Completed))
	}
	return strings.Join(figures, ", ")
}

func (b Backfill) number() string { return strconv.FormatInt(b.ID, 10) }
