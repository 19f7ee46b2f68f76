package views_test

import (
	"context"
	"testing"
	"time"

	"ringledger/views"
)

func in(t *testing.T, language string) context.Context {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return views.WithLocale(t.Context(), views.Locale{Language: language, Zone: zone})
}

func TestNumbersAndTimesFollowTheLanguage(t *testing.T) {
	en, fr := in(t, "en"), in(t, "fr")
	at := time.Date(2026, 11, 22, 11, 4, 31, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{views.Number(en, 1284567), "1,284,567"},
		{views.Number(fr, 1284567), "1\u00a0284\u00a0567"},
		{views.Percent(en, 1197, 1284, 1), "93.2\u00a0%"},
		{views.Percent(fr, 1197, 1284, 1), "93,2\u00a0%"},
		{views.Day(en, at), "Sunday 22 November 2026"},
		{views.Day(fr, at), "dimanche 22 novembre 2026"},
		{views.DateTime(en, at), "22 Nov 2026, 12:04:31"},
		{views.DateTime(fr, at), "22 nov. 2026, 12:04:31"},
		{views.DayTitle(en, at, at.Add(11*time.Hour)), "Today, Sunday 22 November 2026"},
		{views.DayTitle(en, at, at.Add(12*time.Hour)), "Yesterday, Sunday 22 November 2026"},
		{views.Duration(en, 218*time.Millisecond), "218\u00a0ms"},
		{views.Duration(fr, 1230*time.Millisecond), "1,2\u00a0s"},
		{views.Duration(en, 192*time.Second), "3\u00a0min 12\u00a0s"},
		{views.Duration(fr, 49*time.Hour), "2\u00a0j 1\u00a0h"},
		{views.Bytes(fr, 2100), "2,1\u00a0ko"},
		{views.Ago(en, at, at.Add(38*time.Minute)).Text, "38\u00a0min ago"},
		{views.At(en, at).ISO, "2026-11-22T12:04:31+01:00"},
		{views.At(en, time.Time{}).ISO, ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestFrenchCountsNothingInTheSingular(t *testing.T) {
	fr, en := in(t, "fr"), in(t, "en")
	for _, tt := range []struct{ got, want string }{
		{views.T(fr, "common.calls", "count", 0), "0 appel"},
		{views.T(fr, "common.calls", "count", 2), "2 appels"},
		{views.T(fr, "common.calls", "count", 1_000_000), "1\u00a0000\u00a0000 appels"},
		{views.T(en, "common.calls", "count", 0), "0 calls"},
		{views.T(en, "common.calls", "count", 1), "1 call"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestTheLanguageIsTheReadersStrongestWish(t *testing.T) {
	for _, tt := range []struct {
		wishes []string
		want   string
	}{
		{[]string{"fr-CA,fr;q=0.9,en;q=0.5"}, "fr"},
		{[]string{"de, en;q=0.5"}, "en"},
		{[]string{"", "fr"}, "fr"},
		{[]string{"zz;;;", "fr"}, "fr"},
		{nil, "en"},
	} {
		if got := views.MatchLanguage(tt.wishes...); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.wishes, got, tt.want)
		}
	}
}
