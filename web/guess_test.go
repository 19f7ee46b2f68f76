package web_test

import (
	"database/sql"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"ringledger/store"
)

// Who knows no password cannot use up the tries of who waits with a code.
func TestFailingAtTheSignInUsesUpNoTriesOfCodes(t *testing.T) {
	s := newSite(t)
	a, _ := s.turnOn(s.user(store.Admin))
	b, stranger := s.half(), s.browser()
	for _, account := range []string{"code of admin@example.com", "code of 1"} {
		for range 8 {
			stranger.post("/signin", url.Values{"email": {account}, "password": {"not this one, no"}})
		}
	}
	if got := b.post("/signin/code", url.Values{"code": {a.code(0)}}); got.status != http.StatusSeeOther {
		t.Errorf("the right code: got %d, want 303", got.status)
	}
}

// A sign-in that cannot be written down is none.
func TestNobodySignsInUnwritten(t *testing.T) {
	s := newSite(t)
	s.user(store.Viewer)
	b := s.browser()
	driver := "sqlite3"
	if !slices.Contains(sql.Drivers(), driver) { // built without C
		driver = "sqlite"
	}
	db, err := sql.Open(driver, "file:"+s.file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE audit RENAME TO gone"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := b.post("/signin", url.Values{"email": {"viewer@example.com"}, "password": {password}}); got.status != http.StatusInternalServerError {
		t.Errorf("got %d, want 500", got.status)
	}
	if got := b.get("/account"); got.status != http.StatusSeeOther {
		t.Errorf("afterwards: got %d, want the sign-in", got.status)
	}
}
