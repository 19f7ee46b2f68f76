package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestASessionThatEndedMeanwhileIsNotBroughtBack(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		sessions, ctx, soon := st.Sessions(), store.RememberSessions(t.Context()), db.Clock.Now().Add(time.Hour)
		if err := sessions.CommitCtx(ctx, "hash", []byte("new"), soon); err != nil {
			t.Fatal(err)
		}
		if _, found, err := sessions.FindCtx(ctx, "hash"); err != nil || !found {
			t.Fatal(found, err)
		}
		if err := sessions.CommitCtx(ctx, "hash", []byte("more"), soon); err != nil {
			t.Errorf("a session that lives: %v", err)
		}
		if err := sessions.Delete("hash"); err != nil {
			t.Fatal(err)
		}
		if err := sessions.CommitCtx(ctx, "hash", []byte("late"), soon); !errors.Is(err, store.ErrSessionEnded) {
			t.Errorf("got %v, want ErrSessionEnded", err)
		}
		if _, found, err := sessions.Find("hash"); err != nil || found {
			t.Errorf("the session is back: %v, %v", found, err)
		}
	})
}

// begin keeps a session of a person, as a request that signs in does.
func begin(t *testing.T, st *store.Store, token string, o store.Owner, expiry time.Time) {
	t.Helper()
	ctx := store.RememberSessions(t.Context())
	store.OwnSession(ctx, o)
	if err := st.Sessions().CommitCtx(ctx, token, []byte("data"), expiry); err != nil {
		t.Fatal(err)
	}
}

func person(t *testing.T, st *store.Store, email string) int64 {
	t.Helper()
	id, err := st.AddUser(t.Context(), store.User{Email: email, Name: "Ada", Role: store.Admin})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAPersonSeesAndEndsTheirOwnSessionsOnly(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		now := db.Clock.Now()
		ada, bob := person(t, st, "ada@example.com"), person(t, st, "bob@example.com")
		for i, o := range []store.Owner{{UserID: ada, Address: "192.0.2.1", Agent: strings.Repeat("é", 400)}, {UserID: ada}, {UserID: ada}, {UserID: bob}, {}} {
			o.CreatedAt = now
			begin(t, st, string(rune('a'+i)), o, now.Add(time.Hour))
		}
		ctx := store.RememberSessions(t.Context())
		if _, found, err := st.Sessions().FindCtx(ctx, "a"); err != nil || !found {
			t.Fatal(found, err)
		}
		all, err := st.UserSessions(ctx, ada, now.Add(-time.Hour))
		if err != nil || len(all) != 3 || !all[0].Current || all[1].Current || all[0].Address != "192.0.2.1" || len(all[0].Agent) > 300 || !all[0].CreatedAt.Equal(now) {
			t.Fatalf("got %+v, %v", all, err)
		}
		if all, err := st.UserSessions(ctx, ada, now.Add(time.Minute)); err != nil || len(all) != 0 {
			t.Errorf("those not used since: %+v, %v", all, err)
		}
		if err := st.EndSession(ctx, bob, all[1].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another's session: got %v, want ErrNotFound", err)
		}
		if err := st.EndSession(ctx, ada, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if n, err := st.EndOtherSessions(ctx, ada); err != nil || n != 1 {
			t.Errorf("ended %d others, %v; want 1", n, err)
		}
		if left, err := st.UserSessions(ctx, ada, time.Time{}); err != nil || len(left) != 1 || !left[0].Current {
			t.Errorf("left: %+v, %v", left, err)
		}
		for token, want := range map[string]bool{"a": true, "b": false, "c": false, "d": true, "e": true} {
			if _, found, err := st.Sessions().Find(token); err != nil || found != want {
				t.Errorf("session %s: %v, %v; want %v", token, found, err, want)
			}
		}
	})
}

func TestASessionIsSeenWhenItIsWritten(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ada, began := person(t, st, "ada@example.com"), db.Clock.Now()
		begin(t, st, "a", store.Owner{UserID: ada, CreatedAt: began}, began.Add(time.Hour))
		db.Clock.Advance(10 * time.Minute)
		ctx := store.RememberSessions(t.Context())
		if _, _, err := st.Sessions().FindCtx(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if err := st.Sessions().CommitCtx(ctx, "a", []byte("more"), began.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		all, err := st.UserSessions(ctx, ada, time.Time{})
		if err != nil || len(all) != 1 || !all[0].SeenAt.Equal(db.Clock.Now()) || !all[0].CreatedAt.Equal(began) {
			t.Errorf("got %+v, %v", all, err)
		}
	})
}

func TestTheSessionsOfSomebodyRemovedGoWithThem(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		person(t, st, "ada@example.com")
		bob := person(t, st, "bob@example.com")
		begin(t, st, "b", store.Owner{UserID: bob}, db.Clock.Now().Add(time.Hour))
		if err := st.BeginTwoStep(t.Context(), bob, "SECRET"); err != nil {
			t.Fatal(err)
		}
		if err := st.RemoveUser(t.Context(), "bob@example.com"); err != nil {
			t.Fatal(err)
		}
		if _, found, err := st.Sessions().Find("b"); err != nil || found {
			t.Errorf("the session is still there: %v, %v", found, err)
		}
		if two, err := st.TwoStep(t.Context(), bob); err != nil || two.Secret != "" {
			t.Errorf("the second step is still there: %v", err)
		}
	})
}

func TestNoClockMakesASessionLiveAgain(t *testing.T) {
	const day = 24 * time.Hour
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ada, now := person(t, st, "ada@example.com"), db.Clock.Now()
		sign := func(token string) {
			begin(t, st, token, store.Owner{UserID: ada, CreatedAt: db.Clock.Now()}, db.Clock.Now().Add(7*day))
		}
		lives := func(when, token string, want bool) {
			t.Helper()
			if _, found, err := st.Sessions().Find(token); err != nil || found != want {
				t.Errorf("%s: session %s lives: %v, %v; want %v", when, token, found, err, want)
			}
		}
		sign("old")
		db.Clock.Advance(400 * day) // by mistake
		lives("ahead", "old", false)
		sign("ahead")
		lives("ahead", "ahead", true)
		db.Clock.Advance(now.Add(8 * day).Sub(db.Clock.Now())) // it is right again, and a week later
		lives("right again", "old", false)
		lives("right again", "ahead", false)
		sign("new") // nobody is locked out
		lives("right again", "new", true)
		db.Clock.Advance(-3 * day)
		lives("behind", "old", false)
		lives("behind", "new", false)
		sign("behind")
		lives("behind", "behind", true)
		db.Clock.Advance(3 * day)
		lives("right once more", "behind", true)
		db.Clock.Advance(now.Add(401 * day).Sub(db.Clock.Now()))
		lives("when that time comes", "ahead", false)
	})
}

func TestASessionThatEndedIsForgottenThoughNobodySignsIn(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ada := person(t, st, "ada@example.com")
		begin(t, st, "a", store.Owner{UserID: ada, CreatedAt: db.Clock.Now()}, db.Clock.Now().Add(time.Hour))
		db.Clock.Advance(90 * time.Minute)
		if err := st.ForgetSessions(t.Context()); err != nil { // as the worker does every minute
			t.Fatal(err)
		}
		db.Clock.Advance(-45 * time.Minute)
		if _, found, err := st.Sessions().Find("a"); err != nil || found {
			t.Errorf("it lives again: %v, %v", found, err)
		}
	})
}
