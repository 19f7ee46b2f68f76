package worker

import (
	"encoding/json"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
)

// step adds one step of the worker's own to the trace.
func (i *item) step(code, result string, params map[string]string) {
	i.add([]callflow.Step{{Code: code, Result: result, Params: params}})
}

// add appends steps with the time they were taken at.
func (i *item) add(steps []callflow.Step) {
	at := i.w.o.Now().UnixMicro()
	for _, s := range steps {
		s.At = at
		i.steps = append(i.steps, s)
	}
}

// maxPart is how much of a request or answer is kept for one entry.
const maxPart = 16 << 10

// exchanged keeps for each item the requests that were made for it. sent and
// got give the item's own part when several shared them.
func exchanged(log *salesforce.Log, items []*item, sent, got func(*item) any) {
	exchangedFor(log, items, func(salesforce.Recorded) func(*item) bool {
		return func(*item) bool { return true }
	}, sent, got)
}

// exchangedFor is exchanged for requests that concern only some of the items.
func exchangedFor(log *salesforce.Log, items []*item, concerns func(salesforce.Recorded) func(*item) bool, sent, got func(*item) any) {
	for _, x := range log.Exchanges() {
		kept := store.Exchange{
			Purpose: x.Purpose, Method: x.Method, Path: x.Path, Status: x.Status,
			Micros: x.Duration.Microseconds(), At: x.At.UTC(), Err: x.Err,
		}
		concern := concerns(x)
		for _, i := range items {
			if len(items) > 1 && !concern(i) {
				continue
			}
			own := kept
			if len(items) == 1 {
				own.Sent, own.Got = cutPart(x.Sent), cutPart(x.Got)
			} else {
				own.Shared, own.Sent, own.Got = len(items), part(i, sent), part(i, got)
			}
			i.exchanges = append(i.exchanges, own)
		}
	}
}

// turnedDown marks the latest request of the item: Salesforce answered it, and
// refused the part that was the item's.
func (i *item) turnedDown(e *salesforce.Error) {
	if n := len(i.exchanges); n > 0 && e != nil && i.exchanges[n-1].Err == "" {
		i.exchanges[n-1].Err = e.Code
	}
}

func part(i *item, give func(*item) any) string {
	if give == nil {
		return ""
	}
	v := give(i)
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return cutPart(b)
}

func cutPart(b []byte) string {
	if len(b) > maxPart {
		return string(b[:maxPart]) + "…"
	}
	return string(b)
}
