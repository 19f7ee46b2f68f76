package aircall_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

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

func TestACommentThatWasEditedHasItsNewestWords(t *testing.T) {
	comment := func(text string) string {
		return missed + `,"comments":[{"id":11,"content":"` + text + `","posted_at":1772530510,"posted_by":` + ann + `}]`
	}
	got := fold(body("call.commented", 80, comment("Thursday")), body("call.commented", 70, comment("Wednesday"))).Comments
	if want := []callflow.Comment{{ID: "11", Text: "Thursday", By: "Ann", At: after(10)}}; !cmp.Equal(got, want) {
		t.Errorf("comments %+v", got)
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

func FuzzFold(f *testing.F) {
	f.Add([]byte(`{"event":"call.ended","timestamp":1772530550,"data":{"id":9,"user":{},"tags":["A"],"comments":[{"id":1}]}}`), []byte(`{"data":[`))
	f.Add([]byte(`{"data":{"participants":["33199001111",{"type":"user"}],"media_url":"x"},"event":"message.sent"}`), []byte(`null`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		one, two := aircall.Event{Body: a, ReceivedAt: start}, aircall.Event{Body: b, ReceivedAt: after(1)}
		for _, kind := range []callflow.Kind{callflow.KindCall, callflow.KindMessage} {
			there, _ := aircall.Fold(kind, "9", []aircall.Event{one, two})
			back, _ := aircall.Fold(kind, "9", []aircall.Event{two, one, two})
			same(t, back, there)
		}
		aircall.RESTEvent(a)
	})
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
