//go:build cgo

package arch

import (
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"
)

func sqliteVersion(t *testing.T) string {
	t.Helper()
	version, _, _ := sqlite3.Version()
	return version
}
