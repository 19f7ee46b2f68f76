package store_test

import (
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// links are one of each kind, made at one moment.
type links struct{ invitation, reset, setup store.Secret }

func makeLinks(t *testing.T, st *store.Store, at time.Time, name string, of int64) (l links) {
	t.Helper()
	var err error
	if l.invitation, err = st.Invite(t.Context(), store.Invitation{Email: name + "@example.com", Role: store.Viewer, InvitedBy: "ada@example.com"}); err != nil {
		t.Fatal(err)
	}
	if of == 0 { // as long as nobody has an account
		l.setup = store.Secret("setup " + name)
		if _, err := st.OpenSetup(t.Context(), l.setup, at.Add(store.SetupLife)); err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l.reset, err = st.OpenReset(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	return l
}

// work tells which of them work.
func (l links) work(t *testing.T, st *store.Store) (works []string) {
	t.Helper()
	if _, err := st.OpenInvitation(t.Context(), l.invitation); err == nil {
		works = append(works, "invitation")
	}
	if _, err := st.ResetUser(t.Context(), l.reset); err == nil {
		works = append(works, "reset")
	}
	if open, err := st.SetupIsOpen(t.Context(), l.setup); err == nil && open {
		works = append(works, "setup")
	}
	return works
}

func TestNoClockMakesALinkWorkForLongerOrAgain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		linksUnderClocks(t, st, db, person(t, st, "ada@example.com"))
	})
}

func TestNoClockMakesASetUpLinkWorkForLongerOrAgain(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) { linksUnderClocks(t, st, db, 0) })
}

// linksUnderClocks makes links under a clock that is right, ahead and right again.
func linksUnderClocks(t *testing.T, st *store.Store, db *storetest.DB, of int64) {
	t.Helper()
	const day = 24 * time.Hour
	check := func(when string, l links, want int) {
		t.Helper()
		if works := l.work(t, st); len(works) != want {
			t.Errorf("%s: %v work, want %d", when, works, want)
		}
	}
	now := db.Clock.Now()
	old := makeLinks(t, st, now, "old", of)
	check("made", old, 2)
	db.Clock.Advance(400 * day) // by mistake
	check("ahead", old, 0)
	if err := st.ForgetLinks(t.Context()); err != nil { // as the worker does every minute
		t.Fatal(err)
	}
	ahead := makeLinks(t, st, db.Clock.Now(), "ahead", of)
	check("ahead", ahead, 2)
	db.Clock.Advance(now.Add(time.Minute).Sub(db.Clock.Now())) // it is right again
	check("right again", old, 0)
	check("right again", ahead, 0)
	if _, err := st.AcceptInvitation(t.Context(), ahead.invitation, store.User{Email: "ahead@example.com", Name: "A", Password: "x"}); err == nil {
		t.Error("an invitation of a clock ahead is taken")
	}
	if _, err := st.FinishReset(t.Context(), ahead.reset, "hash"); err == nil {
		t.Error("a link to a new password of a clock ahead is taken")
	}
	if _, err := st.FinishSetup(t.Context(), ahead.setup, store.User{Email: "b@example.com", Name: "B", Role: store.Admin, Password: "x"}); err == nil {
		t.Error("a set-up link of a clock ahead is taken")
	}
	if err := st.ForgetLinks(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh := makeLinks(t, st, db.Clock.Now(), "fresh", of)
	check("right again", fresh, 2)
	if err := st.ForgetLinks(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("looked after", fresh, 2)
	db.Clock.Advance(now.Add(400*day + time.Minute).Sub(db.Clock.Now()))
	check("when that time comes", ahead, 0)
	all, err := st.Invitations(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("listed to be renewed: %d, %v; want 3", len(all), err)
	}
	_, token, err := st.RenewInvitation(t.Context(), all[len(all)-1].ID, "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	check("renewed", links{invitation: token}, 1)
}
