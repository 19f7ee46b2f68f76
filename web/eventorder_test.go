package web_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

func TestEventsStandInTheOrderInWhichTheyHappenedAndSayWhichCameLate(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	began := s.clock.now().Add(-time.Hour).Truncate(time.Second)
	for _, e := range []struct {
		name        string
		at, arrived time.Duration
	}{ // as they arrive
		{"call.ringing_on_agent", 0, 300 * time.Millisecond},
		{"call.created", 0, 400 * time.Millisecond},
		{"call.ended", 9 * time.Second, 9500 * time.Millisecond},
		{"call.hungup", 9 * time.Second, 9600 * time.Millisecond},
		{"call.answered", 3 * time.Second, 3 * time.Minute},
	} {
		body := fmt.Appendf(nil, `{"event":%q,"resource":"call","timestamp":%d,"data":{"id":77,"direction":"inbound","started_at":%d,"raw_digits":"+33199000001"}}`,
			e.name, began.Add(e.at).Unix(), began.Unix())
		if err := s.store.AddDelivery(t.Context(), store.Delivery{Hash: sha256.Sum256(body), Kind: callflow.KindCall, ObjectID: "77", Event: e.name, Body: body,
			EventAt: began.Add(e.at), ReceivedAt: began.Add(e.arrived)}); err != nil {
			t.Fatal(err)
		}
	}
	e, err := s.store.EntryOf(t.Context(), callflow.KindCall, "77")
	if err != nil {
		t.Fatal(err)
	}
	events := b.get(fmt.Sprintf("/activity/%d", e.ID)).page(t).Find("section[aria-labelledby=events] li")
	got := events.Map(func(_ int, li *goquery.Selection) string {
		return strings.TrimSpace(li.Find("code").First().Text() + " " + li.Find("summary .badge").Text())
	})
	want := []string{"call.created arrived after later ones", "call.ringing_on_agent", "call.answered arrived 2 min 57 s later",
		"call.hungup arrived after later ones", "call.ended"}
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "\u00a0", " ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
