package aircall_test

import (
	"bytes"
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
