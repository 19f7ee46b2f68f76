// Package store keeps everything Ringledger knows: deliveries as received, the
// ledger of calls and messages, settings, connections and people. It alone
// knows GORM and SQL; it gives and takes plain values. It judges nothing: what
// to do with a call is decided elsewhere.
//
// SQLite and PostgreSQL run the same statements. On SQLite one connection
// writes and others only read, so a slow page never delays a webhook.
package store
