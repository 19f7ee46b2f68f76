package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// statement is one change made to many rows of a transaction. The database
// reads it once: a batch of a thousand results is a thousand times the same.
type statement struct {
	s        *sql.Stmt
	postgres bool
}

func (s *Store) statement(ctx context.Context, tx *gorm.DB, text string) (*statement, error) {
	t, ok := tx.Statement.ConnPool.(*sql.Tx)
	if !ok {
		return nil, fmt.Errorf("not in a transaction: %T", tx.Statement.ConnPool)
	}
	if s.postgres {
		text = numbered(text)
	}
	prepared, err := t.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &statement{prepared, s.postgres}, nil
}

// exec gives the number of rows that were changed.
func (s *statement) exec(ctx context.Context, args ...any) (int64, error) {
	if s.postgres {
		allAskable(args)
	}
	res, err := s.s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// end gives the statement back. The end of the transaction would do it too.
func (s *statement) end() { _ = s.s.Close() }

// numbered writes the places of values as PostgreSQL wants them. No statement
// has a question mark of another meaning.
func numbered(text string) string {
	parts := strings.Split(text, "?")
	var b strings.Builder
	for n, p := range parts {
		b.WriteString(p)
		if n < len(parts)-1 {
			b.WriteString("$" + strconv.Itoa(n+1))
		}
	}
	return b.String()
}
