package aircall_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

var (
	ines = callflow.Agent{ID: "640211", Name: "Inès Garnier", Email: "ines.garnier@example.fr"}
	tom  = callflow.Agent{ID: "640212", Name: "Tom Okafor", Email: "tom.okafor@example.com"}
	liv  = callflow.Agent{ID: "640213", Name: "Liv Sandberg", Email: "liv.sandberg@example.org"}

	paris  = callflow.Line{ID: "88101", Name: "Service clients", E164: "+33199001000", Country: "FR", TimeZone: "Europe/Paris"}
	london = callflow.Line{ID: "88102", Name: "Sales UK", E164: "+441632960100", Country: "GB", TimeZone: "Europe/London"}
	nyc    = callflow.Line{ID: "88103", Name: "US desk", E164: "+12025550100", Country: "US", TimeZone: "America/New_York"}

	start = time.Date(2026, 3, 3, 9, 35, 0, 0, time.UTC)
)

func after(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// calls says what each story in testdata folds to.
var calls = map[string]callflow.Call{
	"inbound-answered": {
		ID: "3912000001", Direction: callflow.Inbound, Line: paris, Agent: ines, Rang: []callflow.Agent{tom, ines},
		External:  callflow.Number{Raw: "+44 1632 960 111", E164: "+441632960111"},
		StartedAt: start, AnsweredAt: after(15), EndedAt: after(208), Ended: true, EndedEventAt: after(238),
		Recording: "https://assets.aircall.io/calls/3912000001/recording", Tags: []string{"Devis"},
		Comments: []callflow.Comment{{ID: "77001", Text: "Rappeler jeudi\navec le devis", By: "Inès Garnier", At: after(295)}},
		Summary:  "The caller asks for a quote.",
	},
	"inbound-voicemail": {
		ID: "3912000002", Direction: callflow.Inbound, Line: london, Rang: []callflow.Agent{tom},
		External:  callflow.Number{Raw: "+1 202-555-0111", E164: "+12025550111"},
		StartedAt: start, EndedAt: after(17), Ended: true, EndedEventAt: after(47),
		MissedReason: "agents_did_not_answer", VoicemailLeft: true,
		Voicemail: "https://assets.aircall.io/calls/3912000002/voicemail",
	},
	"inbound-missed": {
		ID: "3912000003", Direction: callflow.Inbound, Line: paris, Rang: []callflow.Agent{ines, liv},
		External:  callflow.Number{Raw: "+33 1 99 00 11 11", E164: "+33199001111"},
		StartedAt: start, EndedAt: after(25), Ended: true, EndedEventAt: after(55), MissedReason: "no_available_agent",
	},
	"inbound-closed": {
		ID: "3912000004", Direction: callflow.Inbound, Line: paris,
		External:  callflow.Number{Raw: "+33 1 99 00 11 12", E164: "+33199001112"},
		StartedAt: start, EndedAt: after(9), Ended: true, EndedEventAt: after(39), MissedReason: "out_of_opening_hours",
	},
	"inbound-abandoned-anonymous": {
		ID: "3912000005", Direction: callflow.Inbound, Line: london, External: callflow.Number{Raw: "anonymous"},
		StartedAt: start, EndedAt: after(6), Ended: true, EndedEventAt: after(36), MissedReason: "abandoned_in_ivr",
	},
	"inbound-callback-request": {
		ID: "3912000006", Direction: callflow.Inbound, Line: london,
		External:  callflow.Number{Raw: "+44 1632 960 112", E164: "+441632960112"},
		StartedAt: start, EndedAt: after(42), Ended: true, EndedEventAt: after(72),
		CallbackRequest: true, Tags: []string{"Callback Request"},
	},
	"outbound-answered": {
		ID: "3912000007", Direction: callflow.Outbound, Line: nyc, Agent: tom,
		External:  callflow.Number{Raw: "+1 202-555-0112", E164: "+12025550112"},
		StartedAt: start, AnsweredAt: after(5), EndedAt: after(20), Ended: true, EndedEventAt: after(51),
	},
	"outbound-unanswered": {
		ID: "3912000008", Direction: callflow.Outbound, Line: london, Agent: liv,
		External:  callflow.Number{Raw: "+44 1632 960 113", E164: "+441632960113"},
		Contact:   callflow.Contact{FirstName: "Maud", LastName: "Ferris", Company: "Ferris & Daughters", Email: "maud@example.org"},
		StartedAt: start, EndedAt: after(31), Ended: true, EndedEventAt: after(61),
	},
	"transferred": {
		ID: "3912000009", Direction: callflow.Inbound, Line: paris, Agent: liv, Rang: []callflow.Agent{ines, liv},
		External:  callflow.Number{Raw: "+33 1 99 00 11 13", E164: "+33199001113"},
		StartedAt: start, AnsweredAt: after(10), EndedAt: after(300), Ended: true, EndedEventAt: after(330),
		Transfers: []callflow.Transfer{{To: "Liv Sandberg", By: "Inès Garnier", At: after(60)}},
	},
	"transfer-failed": {
		ID: "3912000010", Direction: callflow.Inbound, Line: paris, Agent: ines,
		External:  callflow.Number{Raw: "+33 1 99 00 11 14", E164: "+33199001114"},
		StartedAt: start, AnsweredAt: after(10), EndedAt: after(200), Ended: true, EndedEventAt: after(230),
		Transfers: []callflow.Transfer{{To: "Tom Okafor", By: "Inès Garnier", At: after(90), Failed: true}},
	},
	"transferred-outside": {
		ID: "3912000011", Direction: callflow.Inbound, Line: london, Agent: tom,
		External:  callflow.Number{Raw: "+44 1632 960 114", E164: "+441632960114"},
		StartedAt: start, AnsweredAt: after(8),
		Transfers: []callflow.Transfer{{To: "+441632960115", By: "Tom Okafor", At: after(70)}},
	},
	"ai-voice-agent": {
		ID: "3912000012", Direction: callflow.Inbound, Line: nyc,
		External:  callflow.Number{Raw: "+1 202-555-0113", E164: "+12025550113"},
		StartedAt: start, EndedAt: after(50), Ended: true, EndedEventAt: after(80),
	},
	"conference-empty-objects": {
		ID: "3912000013", Direction: callflow.Outbound, Line: nyc, Agent: tom,
		External:  callflow.Number{Raw: "+1 202-555-0114", E164: "+12025550114"},
		StartedAt: start, AnsweredAt: after(9), EndedAt: after(69), Ended: true, EndedEventAt: after(99),
	},
	"internal": {
		ID: "3912000014", Direction: callflow.Outbound, Line: nyc, Agent: tom,
		External:  callflow.Number{Raw: "+44 1632 960 100", E164: "+441632960100"},
		StartedAt: start, AnsweredAt: after(5), EndedAt: after(30), Ended: true, EndedEventAt: after(60), InternalByOrigin: true,
	},
	"odd-types": {
		ID: "3912000015", Direction: callflow.Inbound, Agent: ines,
		Line:      callflow.Line{ID: "88101", Name: "Service clients 🇫🇷", E164: "+33199001000", Country: "FR", TimeZone: "Europe/Paris"},
		External:  callflow.Number{Raw: "33199001115", E164: "+33199001115"},
		StartedAt: start, AnsweredAt: after(12), EndedAt: after(60), Ended: true, EndedEventAt: after(90),
		Tags: []string{"Devis", "VIP"},
	},
	"message-sent": {
		Kind: callflow.KindMessage, ID: "SM0000000001", Direction: callflow.Outbound, Line: paris, Agent: ines,
		External:  callflow.Number{Raw: "+33 1 99 00 11 16", E164: "+33199001116"},
		StartedAt: start, EndedAt: start, Ended: true, EndedEventAt: start, Body: "Bonjour",
	},
	"message-received": {
		Kind: callflow.KindMessage, ID: "1772530500000pqnih7", Direction: callflow.Inbound, Line: paris,
		External:  callflow.Number{Raw: "33199001116", E164: "+33199001116"},
		StartedAt: start, EndedAt: start, Ended: true, EndedEventAt: start.Add(500 * time.Millisecond),
		Body: "Merci 👍", Media: []string{"plan.jpg"},
	},
	"message-whatsapp": {
		Kind: callflow.KindMessage, ID: "4f0c2a3e-0000-4000-8000-000000000001", Direction: callflow.Outbound, Line: paris, Agent: ines,
		External:  callflow.Number{Raw: "+33 1 99 00 11 16", E164: "+33199001116"},
		StartedAt: start, EndedAt: start, Ended: true, EndedEventAt: start,
		Body: "Votre commande est prête", Channel: "whatsapp", Media: []string{"menu.pdf"},
	},
	"message-group": {
		Kind: callflow.KindMessage, ID: "a3f7c821-0000-4000-8000-000000000002", Direction: callflow.Inbound, Line: nyc,
		External:  callflow.Number{Raw: "12025550116", E164: "+12025550116"},
		Others:    []callflow.Number{{Raw: "12025550117", E164: "+12025550117"}},
		StartedAt: start.Add(520 * time.Millisecond), EndedAt: start.Add(520 * time.Millisecond), Ended: true, EndedEventAt: start,
		Body: "See you at noon",
	},
}

func TestEveryKindOfCallFoldsToWhatHappened(t *testing.T) {
	for name, want := range calls {
		t.Run(name, func(t *testing.T) {
			if want.Kind == "" {
				want.Kind = callflow.KindCall
			}
			events := story(t, name, want.Kind, want.ID)
			got, oddities := aircall.Fold(want.Kind, want.ID, events)
			same(t, got, want)
			if name != "odd-types" && len(oddities) > 0 {
				t.Errorf("oddities %v", oddities)
			}
			slices.Reverse(events)
			reversed, _ := aircall.Fold(want.Kind, want.ID, append(events, events...))
			same(t, reversed, want)
		})
	}
}

func TestOtherObjectsAreNeitherCallsNorMessages(t *testing.T) {
	for _, e := range envelopes(t, "others") {
		if want := e.Event == "transcription.created"; (e.Kind == callflow.KindCall) != want || want != (e.ObjectID != "") {
			t.Errorf("%s is %q %q", e.Event, e.Kind, e.ObjectID)
		}
	}
}

func TestWhatCannotBeReadIsReported(t *testing.T) {
	_, oddities := aircall.Fold(callflow.KindCall, "3912000015", story(t, "odd-types", callflow.KindCall, "3912000015"))
	var paths []string
	for _, o := range oddities {
		if o.Event != "call.ended" {
			t.Errorf("%+v names another event", o)
		}
		paths = append(paths, o.Path+" "+o.Got)
	}
	want := []string{
		"/data/missed_call_reason object", "/data/contact array", "/data/tags/4 number", "/data/comments object",
		"/data/participants string", "/data/asset array",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	_, oddities = aircall.Fold(callflow.KindCall, "1", []aircall.Event{{Body: []byte(`{"event":"call.ended","data":[`)}})
	if len(oddities) != 1 || oddities[0].Got != "not JSON" {
		t.Errorf("got %v for a broken body", oddities)
	}
}

// body is a delivery about call 9 at start+seconds.
func body(event string, seconds int, data string) aircall.Event {
	stamp := after(seconds).Unix()
	raw, err := json.Marshal(map[string]any{"event": event, "timestamp": stamp, "data": json.RawMessage(`{"id":9,` + data + `}`)})
	if err != nil {
		panic(data)
	}
	return aircall.Event{Body: raw, ReceivedAt: after(seconds + 1)}
}

func fold(events ...aircall.Event) callflow.Call {
	call, _ := aircall.Fold(callflow.KindCall, "9", events)
	return call
}

const (
	answeredBy = `"direction":"inbound","status":"answered","started_at":1772530500,"answered_at":1772530510,"user":`
	doneBy     = `"direction":"inbound","status":"done","started_at":1772530500,"answered_at":1772530510,"ended_at":1772530600,"user":`
	missed     = `"direction":"inbound","status":"done","started_at":1772530500,"answered_at":null,"ended_at":1772530520`
	ann        = `{"id":1,"name":"Ann"}`
	ben        = `{"id":2,"name":"Ben"}`
	cleo       = `{"id":3,"name":"Cleo"}`
)

func TestTheAgentIsWhoTalkedLast(t *testing.T) {
	toBen := `,"transferred_to":` + ben + `,"transferred_by":` + ann
	toAnn := `,"transferred_to":` + ann + `,"transferred_by":` + ben
	for name, c := range map[string]struct {
		want   string
		events []aircall.Event
	}{
		"later events still name the giver": {"Ben", []aircall.Event{
			body("call.answered", 10, answeredBy+ann), body("call.transferred", 20, answeredBy+ann+toBen), body("call.ended", 130, doneBy+ann)}},
		"later events name the taker": {"Ben", []aircall.Event{
			body("call.answered", 10, answeredBy+ann), body("call.transferred", 20, answeredBy+ann+toBen), body("call.ended", 130, doneBy+ben)}},
		"somebody else of the team took it": {"Cleo", []aircall.Event{
			body("call.answered", 10, answeredBy+ann), body("call.transferred", 20, answeredBy+ann+toBen), body("call.ended", 130, doneBy+cleo)}},
		"handed back": {"Ann", []aircall.Event{
			body("call.answered", 10, answeredBy+ann), body("call.transferred", 20, answeredBy+ann+toBen),
			body("call.transferred", 40, answeredBy+ben+toAnn), body("call.ended", 130, doneBy+ann)}},
		"nobody took it": {"Ann", []aircall.Event{
			body("call.answered", 10, answeredBy+ann), body("call.transferred", 20, answeredBy+ann+toBen),
			body("call.unsuccessful_transfer", 30, answeredBy+ann+toBen), body("call.ended", 130, doneBy+ann)}},
		"only the end was delivered, with the giver": {"Ann", []aircall.Event{body("call.ended", 130, doneBy+ann+toBen)}},
		"only the end was delivered, with the taker": {"Ben", []aircall.Event{body("call.ended", 130, doneBy+ben+toBen)}},
		"one who was only rung":                      {"", []aircall.Event{body("call.ringing_on_agent", 1, answeredBy+ann)}},
		"one who dealt with a missed call":           {"", []aircall.Event{body("call.tagged", 99, missed+`,"user":`+ann), body("call.ended", 50, missed)}},
		"one who tagged afterwards":                  {"Ann", []aircall.Event{body("call.ended", 130, doneBy+ann), body("call.tagged", 900, doneBy+ben)}},
	} {
		if got := fold(c.events...).Agent.Name; got != c.want {
			t.Errorf("%s: agent %q, want %q", name, got, c.want)
		}
	}
}

func TestATransferWhoseEventWasLostIsToldFromWhoStayed(t *testing.T) {
	toBen := `,"transferred_to":` + ben + `,"transferred_by":` + ann
	for user, failed := range map[string]bool{ann: true, ben: false} {
		got := fold(body("call.ended", 130, doneBy+user+toBen)).Transfers
		if want := []callflow.Transfer{{To: "Ben", By: "Ann", Failed: failed}}; !cmp.Equal(got, want) {
			t.Errorf("left with %s: %+v", user, got)
		}
	}
	got := fold(body("call.transferred", 20, answeredBy+ann+toBen), body("call.ended", 130, doneBy+ben)).Transfers
	if want := []callflow.Transfer{{To: "Ben", By: "Ann", At: after(20)}}; !cmp.Equal(got, want) {
		t.Errorf("an end that says nothing of the transfer changed it to %+v", got)
	}
}

func TestNothingIsClearedByWhatIsAbsentLater(t *testing.T) {
	full := body("call.ended", 130, doneBy+ann+`,"raw_digits":"+33 1 99 00 12 34","number":{"id":5,"country":"FR","digits":"+33 1 99 00 10 00"},
		"contact":{"first_name":"Zoé"},"tags":[{"id":1,"name":"VIP"}],"comments":[{"id":1,"content":"hi"}],"asset":"https://assets.aircall.io/calls/9/recording"`)
	want := fold(full)
	for _, rest := range []string{
		`"x":1`,
		`"direction":null,"started_at":null,"answered_at":null,"ended_at":null,"user":null,"contact":null,"number":null,"tags":null,"comments":null,"asset":null,"raw_digits":null`,
		`"user":{},"contact":{},"number":{},"tags":[],"comments":[],"asset":"","raw_digits":""`,
		`"status":"initial","started_at":1772530999,"answered_at":1772530999,"ended_at":1772530999`,
	} {
		same(t, fold(full, body("call.comm_assets_generated", 200, rest)), want)
	}
}

func TestTheNewestListOfTagsCounts(t *testing.T) {
	tags := func(names string) string { return missed + `,"tags":[` + names + `]` }
	a, ab := `{"id":1,"name":"A"}`, `{"id":1,"name":"A"},{"id":2,"name":"B"}`
	for name, c := range map[string]struct {
		want   []string
		events []aircall.Event
	}{
		"late delivery":              {[]string{"A"}, []aircall.Event{body("call.untagged", 90, tags(a)), body("call.tagged", 60, tags(ab))}},
		"all removed":                {nil, []aircall.Event{body("call.tagged", 60, tags(a)), body("call.untagged", 61, tags(""))}},
		"two within a second":        {[]string{"A", "B"}, []aircall.Event{body("call.tagged", 60, tags(ab)), body("call.tagged", 60, tags(a))}},
		"other events without":       {[]string{"A"}, []aircall.Event{body("call.tagged", 60, tags(a)), body("call.comm_assets_generated", 99, tags(""))}},
		"other events with":          {[]string{"A", "B"}, []aircall.Event{body("call.tagged", 60, tags(a)), body("call.ended", 99, tags(ab))}},
		"removed, read over REST":    {nil, []aircall.Event{body("call.tagged", 60, tags(a)), body("call.fetched", 99, tags(""))}},
		"the system's, not a person": {[]string{"Callback Request"}, []aircall.Event{body("call.ended", 60, tags(`{"name":"Callback Request","tagged_by":`+ann+`}`))}},
	} {
		got := fold(c.events...)
		if !slices.Equal(got.Tags, c.want) || got.CallbackRequest {
			t.Errorf("%s: tags %q, callback %v; want %q", name, got.Tags, got.CallbackRequest, c.want)
		}
	}
}

func TestCommentsAreGatheredFromAllEvents(t *testing.T) {
	one := `{"id":11,"content":"one","posted_at":1772530510,"posted_by":` + ann + `}`
	two := `{"id":"12","content":"two","posted_at":"1772530520","posted_by":null}`
	got := fold(
		body("call.commented", 70, missed+`,"comments":[`+two+`]`),
		body("call.commented", 60, missed+`,"comments":[`+one+`]`),
		body("call.commented", 80, missed+`,"comments":[`+one+`,`+two+`,{"id":13,"content":"  "}]`),
	).Comments
	want := []callflow.Comment{{ID: "11", Text: "one", By: "Ann", At: after(10)}, {ID: "12", Text: "two", At: after(20)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACallIsOverWhenItsClosingEventCame(t *testing.T) {
	for name, c := range map[string]struct {
		ended  bool
		at     time.Time
		events []aircall.Event
	}{
		"hung up only":                {false, time.Time{}, []aircall.Event{body("call.hungup", 20, missed)}},
		"tagged afterwards":           {false, time.Time{}, []aircall.Event{body("call.hungup", 20, missed), body("call.tagged", 600, missed)}},
		"ended":                       {true, after(50), []aircall.Event{body("call.ended", 50, missed), body("call.voicemail_left", 53, missed)}},
		"ended is lost, voicemail":    {true, after(53), []aircall.Event{body("call.hungup", 20, missed), body("call.voicemail_left", 53, missed)}},
		"ended is lost, assets":       {true, after(80), []aircall.Event{body("call.hungup", 20, missed), body("call.comm_assets_generated", 80, missed)}},
		"assets of a call that lasts": {false, time.Time{}, []aircall.Event{body("call.comm_assets_generated", 80, answeredBy+ann)}},
		"read over REST":              {true, after(50), []aircall.Event{body("call.fetched", 7000, missed)}},
		"read over REST, lasting":     {false, time.Time{}, []aircall.Event{body("call.fetched", 70, answeredBy+ann)}},
		"ended without any data":      {true, after(50), []aircall.Event{{Body: []byte(`{"event":"call.ended","timestamp":1772530550,"data":null}`)}}},
	} {
		got := fold(c.events...)
		if got.Ended != c.ended || !got.EndedEventAt.Equal(c.at) {
			t.Errorf("%s: ended %v at %v", name, got.Ended, got.EndedEventAt)
		}
	}
}

func TestOnlyLinksThatLastAreKept(t *testing.T) {
	recording := body("call.ended", 50, doneBy+ann+`,"recording":"https://media.example.com/r.mp3?X=1","asset":null`)
	if got := fold(recording); got.Recording != "" || got.VoicemailLeft {
		t.Errorf("recording %q", got.Recording)
	}
	for asset, want := range map[string][2]string{
		"https://assets.aircall.io/calls/9/recording":       {"https://assets.aircall.io/calls/9/recording", ""},
		"https://assets.aircall.io/calls/9/recording?sig=1": {"https://assets.aircall.io/calls/9/recording", ""},
		"https://assets.aircall.io/calls/9/voicemail":       {"", "https://assets.aircall.io/calls/9/voicemail"},
		"https://assets.aircall.io/calls/9/other":           {"", ""},
		"javascript:alert(1)//recording":                    {"", ""},
	} {
		got := fold(body("call.ended", 50, missed+`,"asset":"`+asset+`"`))
		if got.Recording != want[0] || got.Voicemail != want[1] || got.VoicemailLeft != (want[1] != "") {
			t.Errorf("%s: recording %q, voicemail %q, left %v", asset, got.Recording, got.Voicemail, got.VoicemailLeft)
		}
	}
	if !fold(body("call.ended", 50, missed+`,"voicemail":"https://media.example.com/v.mp3"`)).VoicemailLeft {
		t.Error("a voicemail without an asset is not noticed")
	}
}

func TestNamesOfOneEventServeTheOthers(t *testing.T) {
	got := fold(body("call.answered", 10, answeredBy+`{"id":1,"name":"Ann","email":"ann@example.com"}`), body("call.ended", 130, doneBy+`{"id":"1"}`))
	if want := (callflow.Agent{ID: "1", Name: "Ann", Email: "ann@example.com"}); got.Agent != want {
		t.Errorf("agent %+v", got.Agent)
	}
}

func TestACallReadOverRESTFoldsLikeAWebhook(t *testing.T) {
	var page struct{ Calls []json.RawMessage }
	raw, err := os.ReadFile("testdata/rest/calls.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &page); err != nil {
		t.Fatal(err)
	}
	event := aircall.RESTEvent(page.Calls[0])
	for _, secret := range []string{"Signature", "short-urls"} {
		if bytes.Contains(event, []byte(secret)) {
			t.Errorf("%s is kept in %s", secret, event)
		}
	}
	if wrapped := aircall.RESTEvent([]byte(`{"call":` + string(page.Calls[0]) + `}`)); !bytes.Equal(wrapped, event) {
		t.Errorf("wrapped, it is %s", wrapped)
	}
	e := parse(t, string(event))
	if e.Kind != callflow.KindCall || e.ObjectID != "3912000016" || e.Event != "call.fetched" {
		t.Fatalf("envelope %q %q %q", e.Kind, e.ObjectID, e.Event)
	}
	got, oddities := aircall.Fold(e.Kind, e.ObjectID, []aircall.Event{{Body: e.Body, ReceivedAt: after(9000)}})
	same(t, got, callflow.Call{
		Kind: callflow.KindCall, ID: "3912000016", Direction: callflow.Inbound, Line: london, Agent: liv,
		External:  callflow.Number{Raw: "+44 1632 960 116", E164: "+441632960116"},
		StartedAt: start, AnsweredAt: after(2), EndedAt: after(20), Ended: true, EndedEventAt: after(50),
		Recording: "https://assets.aircall.io/calls/3912000016/recording", Tags: []string{"Devis"},
		Comments: []callflow.Comment{{ID: "77002", Text: "From the API", At: after(40)}},
	})
	if len(oddities) > 0 {
		t.Errorf("oddities %v", oddities)
	}
	for _, broken := range []string{``, `{`, `[]`, `null`} {
		parse(t, string(aircall.RESTEvent([]byte(broken))))
	}
}

func BenchmarkFold(b *testing.B) {
	raw, err := os.ReadFile("testdata/inbound-answered/10-call.ended.json")
	if err != nil {
		b.Fatal(err)
	}
	var small bytes.Buffer
	if err := json.Compact(&small, raw); err != nil {
		b.Fatal(err)
	}
	events := []aircall.Event{{Body: small.Bytes()}}
	b.ReportAllocs()
	for b.Loop() {
		aircall.Fold(callflow.KindCall, "3912000001", events)
	}
}

// story is what would be stored of the deliveries in a folder of testdata.
func story(t *testing.T, name string, kind callflow.Kind, id string) []aircall.Event {
	t.Helper()
	var events []aircall.Event
	for i, e := range envelopes(t, name) {
		if e.Kind != kind || e.ObjectID != id || bytes.Contains(e.Body, []byte("7c1d4be0")) {
			t.Fatalf("%s: %s is stored as %s %q", name, e.Event, e.Kind, e.ObjectID)
		}
		events = append(events, aircall.Event{Body: e.Body, ReceivedAt: after(i)})
	}
	return events
}

func envelopes(t *testing.T, name string) []aircall.Envelope {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", name, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no story %s (%v)", name, err)
	}
	var all []aircall.Envelope
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parse(t, string(raw)))
	}
	return all
}

func same(t *testing.T, got, want callflow.Call) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("folded call (-want +got):\n%s", diff)
	}
}
