//go:build cgo

package store

import (
	"net/url"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

const sqliteDriver = "sqlite3"

func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {busyMillis},
		"_foreign_keys": {"on"}, "_cache_size": {"-8000"},
	}
	if readOnly {
		q.Set("_query_only", "on")
	} else {
		q.Set("_txlock", "immediate")
		q.Set("_secure_delete", "on") // what is erased is not left in the file
	}
	return "file:" + path + "?" + q.Encode()
}
