package aircall_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/aircall"
)

const hookURL = "https://ringledger.example.com/webhooks/aircall/s3cret"

var twoEvents = []string{"call.ended", "call.created"}

// hook is a registration as Aircall lists it.
func hook(id, url, active, created string, events string) string {
	return `{"webhook_id":"` + id + `","url":"` + url + `","active":` + active + `,"events":[` + events + `],"token":"t-` + id + `","created_at":"` + created + `"}`
}

func TestAWebhookIsMadeOnlyWhenNoneIsThere(t *testing.T) {
	const both, one = `"call.created","call.ended"`, `"call.created"`
	const early, late = "2026-03-03T09:35:00.000Z", "2026-03-04T09:35:00.000Z"
	foreign := hook("f", hookURL+"/", "true", late, both) + "," + hook("g", strings.ToUpper(hookURL), "true", late, both)
	for name, c := range map[string]struct {
		listed  string
		id      string
		adopted bool
		others  int
		changes []string
	}{
		"none":                 {"", "new", false, 0, []string{`POST /v1/webhooks {"custom_name":"Ringledger","url":"` + hookURL + `","events":["call.ended","call.created"]}`}},
		"only others'":         {foreign, "new", false, 0, []string{`POST /v1/webhooks {"custom_name":"Ringledger","url":"` + hookURL + `","events":["call.ended","call.created"]}`}},
		"right as it is":       {foreign + "," + hook("a", hookURL, "true", early, both), "a", true, 0, nil},
		"switched off":         {hook("a", hookURL, "false", early, both), "a", true, 0, []string{`PUT /v1/webhooks/a {"active":true,"events":["call.created","call.ended"]}`}},
		"other events":         {hook("a", hookURL, "true", early, one), "a", true, 0, []string{`PUT /v1/webhooks/a {"active":true,"events":["call.created","call.ended"]}`}},
		"two, one of them on":  {hook("a", hookURL, "true", early, both) + "," + hook("b", hookURL, "false", late, both), "a", true, 1, nil},
		"two, both off":        {hook("a", hookURL, "false", early, both) + "," + hook("b", hookURL, "false", late, both), "b", true, 1, []string{`PUT /v1/webhooks/b {"active":true,"events":["call.created","call.ended"]}`}},
		"two, and one is ours": {hook("known", hookURL, "true", early, both) + "," + hook("b", hookURL, "true", late, both), "known", true, 1, nil},
		"an earlier address":   {hook("a", hookURL, "true", early, both) + "," + hook("b", strings.Replace(hookURL, "s3cret", "0lder", 1), "false", late, both), "a", true, 1, nil},
		"only an earlier one":  {hook("b", strings.Replace(hookURL, "s3cret", "0lder", 1), "true", late, both), "new", false, 1, []string{`POST /v1/webhooks {"custom_name":"Ringledger","url":"` + hookURL + `","events":["call.ended","call.created"]}`}},
		"events of others":     {hook("a", hookURL, "true", early, `"call.hold","call.created"`), "a", true, 0, []string{`PUT /v1/webhooks/a {"active":true,"events":["call.hold","call.created","call.ended"]}`}},
		"known by number only": {`{"id":77,"url":"` + hookURL + `","active":"true","events":[` + both + `],"token":"t-77"}`, "77", true, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a, client := newAccount(t, map[string]http.HandlerFunc{
				"GET /v1/webhooks":   says(200, `{"meta":{"total":1},"webhooks":[`+c.listed+`]}`),
				"POST /v1/webhooks":  says(201, `{"webhook":`+hook("new", hookURL, "true", late, both)+`}`),
				"PUT /v1/webhooks/a": says(200, `{"webhook":`+hook("a", hookURL, "true", early, both)+`}`),
				"PUT /v1/webhooks/b": says(200, `{"webhook":{"webhook_id":"b","url":"`+hookURL+`","active":true,"events":[]}}`),
			})
			reg, err := client.FindWebhook(t.Context(), hookURL, "known", twoEvents)
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.MendWebhook(t.Context(), hookURL, twoEvents, reg)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != c.id || reg.Missing() == c.adopted || got.Token != "t-"+c.id || len(reg.Others) != c.others {
				t.Errorf("got %s token %s missing %v with %d others", got.ID, got.Token, reg.Missing(), len(reg.Others))
			}
			if changes := a.requests()[1:]; !slices.Equal(changes, c.changes) {
				t.Errorf("changes %q, want %q", changes, c.changes)
			}
		})
	}
}

func TestNoWebhookIsMadeWhenTheListCannotBeRead(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"down": says(502, ``), "page": says(200, `<html>`), "empty": says(200, `{}`), "null": says(200, `{"webhooks":null}`),
		"cut off": says(200, `{"webhooks":[{"webhook_id":"a"`),
	} {
		a, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/webhooks": answer})
		if _, err := c.FindWebhook(t.Context(), hookURL, "", twoEvents); kind(err) != aircall.Unavailable || len(a.requests()) != 1 {
			t.Errorf("%s: %v after %q", name, err, a.requests())
		}
	}
}

func TestAWebhookIsNeverSubscribedToEverything(t *testing.T) {
	a, c := newAccount(t, nil)
	if _, err := c.CreateWebhook(t.Context(), hookURL, nil); kind(err) != aircall.Refused {
		t.Errorf("create: %v", err)
	}
	if _, err := c.UpdateWebhook(t.Context(), "a", true, []string{}); kind(err) != aircall.Refused {
		t.Errorf("update: %v", err)
	}
	if len(a.requests()) > 0 {
		t.Errorf("asked %q", a.requests())
	}
}

func TestDeletingAWebhookTwiceIsNoError(t *testing.T) {
	_, c := newAccount(t, map[string]http.HandlerFunc{"DELETE /v1/webhooks/a": says(204, ``)})
	for _, id := range []string{"a", "gone"} {
		if err := c.DeleteWebhook(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
}

func TestTheSubscriptionNamesEachEventOnce(t *testing.T) {
	events := aircall.Subscription()
	slices.Sort(events)
	if len(slices.Compact(slices.Clone(events))) != len(events) || !slices.Contains(events, "call.ended") {
		t.Errorf("events %q", events)
	}
}
