//go:build !cgo

package store

import (
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const sqliteDriver = "sqlite"

func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{"_pragma": {
		"busy_timeout(" + busyMillis + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-8000)",
	}}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		q.Add("_pragma", "secure_delete(1)") // what is erased is not left in the file
	}
	return "file:" + path + "?" + q.Encode()
}
