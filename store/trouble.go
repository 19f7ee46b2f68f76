package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// troubles are SQLite's words, the same in both drivers, for what no row is to
// blame for.
var troubles = []string{"disk is full", "disk I/O error", "database is locked", "unable to open database", "readonly database", "out of memory"}

// ownTrouble reports whether the database as a whole failed, as it does with a
// full or broken disk, so that the same statement may well succeed later.
func ownTrouble(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, driver.ErrBadConn) {
		return true
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) { // connections, resources, the operator, the system
		for _, class := range []string{"08", "53", "57", "58"} {
			if strings.HasPrefix(refused.Code, class) {
				return true
			}
		}
		return false
	}
	for _, words := range troubles {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	return false
}
