//go:build !cgo

package storetest

import _ "modernc.org/sqlite" // the driver "sqlite"

const sqliteDriver = "sqlite"
