package aircall_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

const token = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

func TestTheTokenIsTakenOutAndEveryOtherByteStays(t *testing.T) {
	for name, body := range map[string]string{
		"usual":          `{"resource":"call","event":"call.created","timestamp":1772000000,"token":"` + token + `","data":{"id":9}}`,
		"event first":    `{"event":"call.created","resource":"call","token":"` + token + `","timestamp":1772000000,"data":{"id":9}}`,
		"data first":     `{"data":{"id":"9","token":"nested"},"token":"` + token + `","event":"call.created","timestamp":"1772000000"}`,
		"spaced":         "\n{ \"event\" :\t\"call.created\" ,\r\n \"token\" : \"" + token + "\" , \"timestamp\":1772000000000, \"data\" : { \"id\" : 9 } }\n ",
		"escaped value":  `{"token":"\u0030f1e2d3c4b5a69788796a5b4c3d2e1f0","event":"call.created","timestamp":1772000000,"data":{"id":9}}`,
		"escaped key":    `{"to\u006ben":"` + token + `","event":"call.created","timestamp":1772000000,"data":{"id":9}}`,
		"unknown keys":   `{"x":[{"y":null}],"event":"call.created","timestamp":1772000000,"token":"` + token + `","data":{"id":9},"é":1}`,
		"half surrogate": `{"event":"call.created","timestamp":1772000000,"token":"` + token + `","data":{"id":9,"x":"\ud83d"}}`,
		"nested twice":   `{"event":"call.created","timestamp":1772000000,"token":"` + token + `","data":{"id":7,"id":9}}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := parse(t, body)
			if e.Token != token || e.Event != "call.created" || e.Kind != callflow.KindCall || e.ObjectID != "9" {
				t.Errorf("got token %q, event %q, kind %q, id %q", e.Token, e.Event, e.Kind, e.ObjectID)
			}
			if want := time.Unix(1772000000, 0); !e.Timestamp.Equal(want) {
				t.Errorf("timestamp %v, want %v", e.Timestamp, want)
			}
			want := strings.Replace(body, `"`+token+`"`, `"hidden"`, 1)
			want = strings.Replace(want, `"\u0030`+token[1:]+`"`, `"hidden"`, 1)
			if string(e.Body) != want {
				t.Errorf("body\n%s\nwant\n%s", e.Body, want)
			}
			if e.Hash != sha256.Sum256(e.Body) {
				t.Error("the hash is not that of the body")
			}
		})
	}
}

func TestTheSameEventUnderTwoTokensHasOneHash(t *testing.T) {
	one := parse(t, `{"event":"call.ended","token":"first","data":{"id":9}}`)
	two := parse(t, `{"event":"call.ended","token":"second one","data":{"id":9}}`)
	if one.Hash != two.Hash {
		t.Error("two hashes")
	}
}

func TestTheBodyIsACopy(t *testing.T) {
	for _, body := range []string{`{"event":"call.ended","data":{"id":9}}`, `{"token":"a","data":{"id":9}}`} {
		raw := []byte(body)
		e, err := aircall.ParseEnvelope(raw)
		if err != nil {
			t.Fatal(err)
		}
		clear(raw)
		if e.Hash != sha256.Sum256(e.Body) {
			t.Errorf("%s: the body changed with the buffer it was read from", body)
		}
	}
}

func TestOddButGenuineEnvelopesAreTaken(t *testing.T) {
	for body, want := range map[string]aircall.Envelope{
		`{}`:                                     {},
		`{"token":"t"}`:                          {Token: "t"},
		`{"token":"","data":{}}`:                 {},
		`{"event":7,"token":"t","data":[]}`:      {Event: "7", Token: "t"},
		`{"event":null,"data":null}`:             {},
		`{"event":{"a":[1]},"data":"text"}`:      {},
		`{"event":"call.\u0000ended","data":{}}`: {},
		`{"event":"call.ended","timestamp":"soon","data":{"id":{}}}`:                                          {Event: "call.ended"},
		`{"event":"call.ended","data":{"id":1.5}}`:                                                            {Event: "call.ended"},
		`{"event":"call.ended","data":{"id":1e3}}`:                                                            {Event: "call.ended"},
		`{"event":"call.ended","data":{"id":""}}`:                                                             {Event: "call.ended"},
		`{"event":"call.ended","data":{"id":38658622949007199254740993}}`:                                     {Event: "call.ended", Kind: callflow.KindCall, ObjectID: "38658622949007199254740993"},
		`{"event":"summary.created","data":{"id":5,"call_id":"9"}}`:                                           {Event: "summary.created", Kind: callflow.KindCall, ObjectID: "9"},
		`{"event":"sentiment.created","data":{"id":5,"call_id":9}}`:                                           {Event: "sentiment.created", Kind: callflow.KindCall, ObjectID: "9"},
		`{"event":"summary.created","data":{"id":5}}`:                                                         {Event: "summary.created"},
		`{"event":"ai_voice_agent.ended","data":{"id":9,"call_id":9}}`:                                        {Event: "ai_voice_agent.ended", Kind: callflow.KindCall, ObjectID: "9"},
		`{"event":"ai_voice_agent.started","data":{"id":9}}`:                                                  {Event: "ai_voice_agent.started", Kind: callflow.KindCall, ObjectID: "9"},
		`{"event":"realtime_transcription.utterances_received","data":{"id":"r","call":{"uuid":"u","id":9}}}`: {Event: "realtime_transcription.utterances_received", Kind: callflow.KindCall, ObjectID: "9"},
		`{"event":"message.sent","resource":"message","data":{"id":"SM1"}}`:                                   {Event: "message.sent", Resource: "message", Kind: callflow.KindMessage, ObjectID: "SM1"},
		`{"event":"group_message.sent","data":{"group_message_id":"g-1"}}`:                                    {Event: "group_message.sent", Kind: callflow.KindMessage, ObjectID: "g-1"},
		`{"event":"contact.updated","data":{"id":9}}`:                                                         {Event: "contact.updated"},
		`{"event":"user.wut_start.v2","data":{"id":9}}`:                                                       {Event: "user.wut_start.v2"},
		`{"event":"analytics.report_created","data":{"id":9}}`:                                                {Event: "analytics.report_created"},
		`{"event":"call","data":{"id":"a b"}}`:                                                                {Event: "call"},
		`{"event":"something.new","data":{"id":9},"added":{"deep":[[[[[1]]]]]}}`:                              {Event: "something.new"},
	} {
		got := parse(t, body)
		if got.Event != want.Event || got.Token != want.Token || got.Kind != want.Kind || got.ObjectID != want.ObjectID || got.Resource != want.Resource {
			t.Errorf("%s\ngot  %q %q %q %q\nwant %q %q %q %q", body, got.Event, got.Token, got.Kind, got.ObjectID,
				want.Event, want.Token, want.Kind, want.ObjectID)
		}
		if !got.Timestamp.IsZero() {
			t.Errorf("%s: timestamp %v", body, got.Timestamp)
		}
	}
}

func TestTimestampsAreSecondsOrMilliseconds(t *testing.T) {
	at := time.Date(2026, 3, 3, 9, 35, 0, 0, time.UTC)
	for stamp, want := range map[string]time.Time{
		`1772530500`:                  at,
		`1772530500000`:               at,
		`"1772530500"`:                at,
		`1772530500.75`:               at,
		`1.7725305e9`:                 at,
		`"2026-03-03T09:35:00.000Z"`:  at,
		`"2026-03-03T10:35:00+01:00"`: at,
		`"2026-03-03 09:35:00 UTC"`:   at,
		`4102444800`:                  time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		`0`:                           {},
		`-5`:                          {},
		`1e400`:                       {},
		`99999999999999999999`:        {},
		`"NaN"`:                       {},
		`true`:                        {},
		`[1772530500]`:                {},
		`null`:                        {},
	} {
		if got := parse(t, `{"timestamp":`+stamp+`}`).Timestamp; !got.Equal(want) {
			t.Errorf("%s is %v, want %v", stamp, got, want)
		}
	}
}

func TestEnvelopesThatCouldHideATokenAreRefused(t *testing.T) {
	for _, body := range []string{
		`{"token":"a","token":"b"}`,
		`{"token":"a","data":{},"to\u006ben":"b"}`,
		`{"token":"a","TOKEN":"b"}`,
		`{"Token":"b"}`,
		`{"to` + "\u212a" + `en":"b"}`,
		`{"to\u212aen":"b"}`,
		`{"token":"a","to\u004Ben":"b"}`,
		`{"token":1}`,
		`{"token":null}`,
		`{"token":["a"]}`,
		`{"event":"a","event":"b"}`,
		`{"data":{},"data":{}}`,
		`{"x":1,"x":2}`,
		`[]`, `"token"`, `1`, `null`, `true`,
		`[{"token":"a"}]`,
		manyKeys(5000),
		`{"data":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + `}`,
		strings.Repeat(`{"data":`, 200) + "1" + strings.Repeat("}", 200),
		`{"data":"` + strings.Repeat("x", aircall.MaxBody) + `"}`,
	} {
		if _, err := aircall.ParseEnvelope([]byte(body)); !errors.Is(err, aircall.ErrEnvelope) {
			t.Errorf("%.60s: %v, want ErrEnvelope", body, err)
		}
	}
}

func TestWhatIsNotJSONIsRefused(t *testing.T) {
	for _, body := range []string{
		``, ` `, `{`, `}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{'a':1}`, `{"a":01}`, `{"a":1}{}`, `{"a":1} x`,
		`{"token":"a}`, `{"token":tru}`, `{"data":[1,]}`, `{"data":{"id":}}`, `{"data":{"id":"\x"}}`, `{"event":"a" "b":1}`,
		"\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", `nul`, `[1`, "token=abc&event=call.ended",
	} {
		_, err := aircall.ParseEnvelope([]byte(body))
		if !errors.Is(err, aircall.ErrNotJSON) {
			t.Errorf("%q: %v, want ErrNotJSON", body, err)
		}
	}
}

func TestErrorsQuoteNothingOfTheBody(t *testing.T) {
	for _, body := range []string{
		`{"token":"CANARY","token":"CANARY"}`, `{"token":"CANARY`, `{"TOKEN":"CANARY"}`, `{"token":"CANARY"}CANARY`, `{"token":CANARY}`,
	} {
		if _, err := aircall.ParseEnvelope([]byte(body)); err == nil || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestAHostileBodyIsCheap(t *testing.T) {
	for name, body := range map[string]string{
		"deep":  strings.Repeat("[", aircall.MaxBody),
		"keys":  manyKeys(150_000),
		"inner": `{"data":` + manyKeys(100_000) + `}`,
	} {
		began := time.Now()
		_, err := aircall.ParseEnvelope([]byte(body))
		if took := time.Since(began); took > 5*time.Second { // each key compared with each takes far longer
			t.Errorf("%s took %v (%v)", name, took, err)
		}
	}
}

func FuzzParseEnvelope(f *testing.F) {
	f.Add([]byte(`{"resource":"call","event":"call.created","timestamp":1772000000,"token":"abc","data":{"id":9}}`))
	f.Add([]byte(`{"to\u006ben":"b","TOKEN":1}`))
	f.Add([]byte(`{"token":"\ud83d","data":[{"call":{"id":null}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := aircall.ParseEnvelope(body)
		if err != nil {
			if !errors.Is(err, aircall.ErrNotJSON) && !errors.Is(err, aircall.ErrEnvelope) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		again, err := aircall.ParseEnvelope(e.Body)
		if err != nil {
			t.Fatalf("the stored body %q of %q is refused: %v", e.Body, body, err)
		}
		if again.Token != "" && again.Token != "hidden" {
			t.Fatalf("the token %q is still in %q", again.Token, e.Body)
		}
		if again.Hash != e.Hash || again.ObjectID != e.ObjectID || again.Kind != e.Kind {
			t.Fatalf("%q reads otherwise than what was stored of it", body)
		}
		aircall.Fold(callflow.KindCall, "9", []aircall.Event{{Body: e.Body}})
		aircall.Fold(callflow.KindMessage, "9", []aircall.Event{{Body: e.Body}})
	})
}

func BenchmarkParseEnvelope(b *testing.B) {
	body, err := os.ReadFile("testdata/inbound-answered/10-call.ended.json")
	if err != nil {
		b.Fatal(err)
	}
	var small bytes.Buffer
	if err := json.Compact(&small, body); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(small.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := aircall.ParseEnvelope(small.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

func parse(t *testing.T, body string) aircall.Envelope {
	t.Helper()
	e, err := aircall.ParseEnvelope([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return e
}

func manyKeys(n int) string {
	var b strings.Builder
	b.WriteString(`{"k":0`)
	for i := range n {
		b.WriteString(`,"`)
		b.WriteString(strings.Repeat("k", i%3))
		b.WriteString(time.Duration(i).String())
		b.WriteString(`":0`)
	}
	b.WriteString(`}`)
	return b.String()
}
