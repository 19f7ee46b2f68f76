//go:build !cgo

package arch

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // the driver without cgo
)

func sqliteVersion(t *testing.T) string {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var version string
	if err := db.QueryRowContext(t.Context(), "SELECT sqlite_version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}
