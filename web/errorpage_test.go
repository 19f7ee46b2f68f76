package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"ringledger/store"
)

// onward is where the error page leads first.
func (a answer) onward(t *testing.T) string {
	t.Helper()
	first := a.page(t).Find(".oops .btn.primary")
	if first.Length() != 1 {
		t.Errorf("%d has %d things to do first", a.status, first.Length())
	}
	return first.AttrOr("href", "")
}

func TestAnErrorPageLeadsBackToWhereItsReaderWas(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	form := func(path string) answer {
		return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", "a=%zz")
	}
	for _, tt := range []struct {
		name string
		got  answer
		want string
	}{
		{"what is not there", b.get("/nothing?x=1"), "/"},
		{"a form of a page", form("/rules/flows"), "/rules/flows"},
		{"a form of a confirmation", form("/views/7/delete"), "/views/7/delete"},
		{"a form deep below a page", form("/alerts/test/email"), "/alerts"},
		{"a form of a page that is not there", b.post("/nothing/at/all", url.Values{}), "/"},
	} {
		if tt.got.status < 400 {
			t.Errorf("%s: got %d", tt.name, tt.got.status)
		}
		if to := tt.got.onward(t); to != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, to, tt.want)
		}
	}
	s.closeStore()
	if got := b.get("/activity?outcome=failed&q=x"); got.status < 500 || got.onward(t) != "/activity?outcome=failed&q=x" {
		t.Errorf("without a database: got %d and %q", got.status, got.onward(t))
	}
}
