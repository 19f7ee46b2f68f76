package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"ringledger/store"
)

// ReadLong begins to read the SQLite file by a connection of its own, as another
// program does, and goes on until end is called.
func (d *DB) ReadLong() (end func()) {
	d.t.Helper()
	tx, err := d.Raw().BeginTx(context.Background(), nil)
	if err != nil {
		d.t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(context.Background(), "SELECT count(*) FROM deliveries").Scan(&n); err != nil { // from now on it sees this moment
		d.t.Fatal(err)
	}
	end = func() { _ = tx.Rollback() } // it wrote nothing, and may have ended already
	d.t.Cleanup(end)
	return end
}

// FillLog stores more deliveries than SQLite's write-ahead log may be large.
func FillLog(t testing.TB, st *store.Store) {
	t.Helper()
	body := bytes.Repeat([]byte("x"), store.LogLimit/8)
	for n := range 9 {
		d := store.Delivery{Hash: sha256.Sum256([]byte{byte(n)}), Kind: "call", ObjectID: "1", Event: "call.ended", Body: body, ReceivedAt: time.Now()}
		if err := st.AddDelivery(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}
