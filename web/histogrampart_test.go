package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/store/storetest"
	"ringledger/views"
)

// This looks at what a page shows of a list that takes too long to be counted:
// how long that is lies with the machine, so no page of a test can be made to.

func TestTheHistogramOfAListThatIsNotCountedInTimeSaysThatItIsItsLastDays(t *testing.T) {
	ctx := views.WithLocale(t.Context(), views.Locale{Language: views.English, Zone: time.UTC})
	s := &Server{o: Options{Store: storetest.SQLite(t).Open(), Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }}}
	h, err := s.histogram(ctx, readQuery(url.Values{}, time.UTC), size{}, time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := views.HistogramContent(h).Render(ctx, &page); err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"The last days only: the list goes further back.", "17 Nov 2026 – 23 Nov 2026"} {
		if !strings.Contains(strings.ReplaceAll(page.String(), "\u00a0", " "), said) {
			t.Errorf("%q is not said in %s", said, page.String())
		}
	}
}
