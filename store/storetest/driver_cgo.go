//go:build cgo

package storetest

import _ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

const sqliteDriver = "sqlite3"
