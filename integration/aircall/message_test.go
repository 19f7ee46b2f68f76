package aircall_test

import (
	"strings"
	"testing"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

func foldText(events ...aircall.Event) callflow.Call {
	call, _ := aircall.Fold(callflow.KindMessage, "9", events)
	return call
}

const parisLine = `"number":{"id":88101,"country":"FR","digits":"+33 1 99 00 10 00"}`

func TestTheNumberOfAMessageIsReadWithoutItsPlus(t *testing.T) {
	for name, c := range map[string]struct{ data, raw, e164 string }{
		"digits of another country": {`"raw_digits":"441632960111",` + parisLine, "441632960111", "+441632960111"},
		"digits as a number":        {`"raw_digits":441632960111,` + parisLine, "441632960111", "+441632960111"},
		"national digits":           {`"raw_digits":"0199001111",` + parisLine, "0199001111", "+33199001111"},
		"display form first":        {`"raw_digits":"33199001111","external_number":"+33 1 99 00 11 11"`, "+33 1 99 00 11 11", "+33199001111"},
		"national display form":     {`"raw_digits":"33199001111","external_number":"01 99 00 11 11"`, "01 99 00 11 11", "+33199001111"},
		"short code":                {`"raw_digits":"36105",` + parisLine, "36105", ""},
		"a sender's name":           {`"external_number":"ACME",` + parisLine, "ACME", ""},
		"none":                      {parisLine, "", ""},
	} {
		got := foldText(body("message.received", 0, c.data)).External
		if want := (callflow.Number{Raw: c.raw, E164: c.e164}); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestTheDirectionOfAMessageIsThatOfItsEvent(t *testing.T) {
	for event, want := range map[string]callflow.Direction{
		"message.sent": callflow.Outbound, "message.received": callflow.Inbound,
		"group_message.sent": callflow.Outbound, "message.status_updated": "",
	} {
		if got := foldText(body(event, 0, `"body":"x"`)).Direction; got != want {
			t.Errorf("%s is %q, want %q", event, got, want)
		}
	}
	if got := foldText(body("message.status_updated", 0, `"direction":"inbound"`)).Direction; got != callflow.Inbound {
		t.Errorf("a direction that is said is read as %q", got)
	}
}

func TestAMessageKeepsWhatItsStatusesLeaveOut(t *testing.T) {
	got := foldText(
		body("message.status_updated", 9, `"status":"delivered"`),
		body("message.sent", 0, `"direction":"outbound","body":"Hello\u0000 there\nAda","channel":"SMS","contact":{"first_name":"Ada","emails":["ada@example.com"]},
			"media_url":"https://media.example.com/a/photo.png?sig=1","user":`+ann+`,"sent_at":"2026-03-03T09:35:00.000Z","raw_digits":"33199001111",`+parisLine),
	)
	same(t, got, callflow.Call{
		Kind: callflow.KindMessage, ID: "9", Direction: callflow.Outbound, Agent: callflow.Agent{ID: "1", Name: "Ann"},
		External:  callflow.Number{Raw: "33199001111", E164: "+33199001111"},
		Line:      callflow.Line{ID: "88101", E164: "+33199001000", Country: "FR"},
		Contact:   callflow.Contact{FirstName: "Ada", Email: "ada@example.com"},
		StartedAt: start, EndedAt: start, Ended: true, EndedEventAt: start,
		Body: "Hello there\nAda", Media: []string{"photo.png"},
	})
}

func TestTheNewestStatusTellsWhetherAMessageArrived(t *testing.T) {
	sent := body("message.sent", 0, `"direction":"outbound","status":"sent","body":"x"`)
	status := func(seconds int, s string) aircall.Event {
		return body("message.status_updated", seconds, `"direction":"outbound","status":"`+s+`"`)
	}
	for name, c := range map[string]struct {
		failed bool
		events []aircall.Event
	}{
		"under way":               {false, []aircall.Event{sent}},
		"arrived":                 {false, []aircall.Event{sent, status(3, "delivered")}},
		"did not arrive":          {true, []aircall.Event{status(3, "failed"), sent}},
		"in the carrier's words":  {true, []aircall.Event{sent, status(3, "Undelivered")}},
		"arrived at a second try": {false, []aircall.Event{status(9, "delivered"), sent, status(3, "failed")}},
		"a status nobody knows":   {true, []aircall.Event{sent, status(3, "failed"), status(9, "archived")}},
		"one that came to us":     {false, []aircall.Event{body("message.received", 0, `"direction":"inbound","status":"failed"`)}},
	} {
		if got := foldText(c.events...).Undelivered; got != c.failed {
			t.Errorf("%s: undelivered %v", name, got)
		}
	}
}

func TestEachPartyOfAGroupIsNamedOnce(t *testing.T) {
	got := foldText(body("group_message.received", 0,
		`"raw_digits":"33199001112","participants":["33199001000","33199001111","+33199001112","33199001111","ACME","ACME",""],`+parisLine))
	if got.External.E164 != "+33199001112" {
		t.Errorf("external %+v", got.External)
	}
	var others []string
	for _, n := range got.Others {
		others = append(others, n.Text())
	}
	if text := strings.Join(others, " "); text != "+33199001111 ACME" {
		t.Errorf("others %q", text)
	}
}

func TestAnEventWithoutATimeCountsFromItsArrival(t *testing.T) {
	got := foldText(aircall.Event{Body: []byte(`{"event":"message.received","data":{"id":"9","body":"x"}}`), ReceivedAt: after(7)})
	if !got.StartedAt.Equal(after(7)) || !got.EndedEventAt.Equal(after(7)) || got.StartedAt.Location() != time.UTC {
		t.Errorf("started %v, closed %v", got.StartedAt, got.EndedEventAt)
	}
}

func TestAHostileEventIsCheapToFold(t *testing.T) {
	var tags, comments strings.Builder
	for i := range 20_000 {
		if i > 0 {
			tags.WriteByte(',')
			comments.WriteByte(',')
		}
		tags.WriteString(`"` + time.Duration(i).String() + `"`)
		comments.WriteString(`{"content":"` + time.Duration(i).String() + `","x":1,"posted_at":[]}`)
	}
	began := time.Now()
	_, oddities := aircall.Fold(callflow.KindCall, "9", []aircall.Event{
		body("call.tagged", 1, `"tags":[`+tags.String()+`]`), body("call.commented", 2, `"comments":[`+comments.String()+`]`),
	})
	if took := time.Since(began); took > 20*time.Second || len(oddities) > 100 {
		t.Errorf("took %v and gave %d oddities", took, len(oddities))
	}
}
