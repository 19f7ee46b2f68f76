package simulator

import (
	"fmt"
	"slices"
	"time"
)

// call is one conversation as the account knows it at the moment. Times are
// unix seconds, 0 for not yet.
type call struct {
	id        int64
	uuid      string
	kind      Kind
	direction string
	status    string
	reason    string // missed_call_reason
	startedAt int64
	answered  int64
	endedAt   int64
	number    string // E.164 of the outside party, or anonymous
	line      *Line
	user      *User
	contact   *contact

	assignedTo     *User
	transferredTo  *User
	transferredBy  *User
	externalTo     string
	externalCaller string
	team           *team

	comments []comment
	tags     []callTag
	ivr      []ivrOption

	recording     bool
	voicemail     bool
	summary       string
	topics        []string
	transcript    []utterance
	intelligentAt int64 // when the AI results were made

	sent []delivered // what went to webhooks, for the page
}

type comment struct {
	id      int64
	content string
	by      *User // nil when written through the API
	at      int64
}

type callTag struct {
	tag *tag
	by  *User // nil for system tags
	at  int64
}

type ivrOption struct {
	id    string
	title string
	key   string
	at    int64
}

type utterance struct {
	start, end float64
	text       string
	agent      bool
}

// delivered is the fate of one event at one webhook.
type delivered struct {
	Event  string
	State  string // pending, delivered, failed, lost
	Tries  int
	Answer string // the last one: a status or why there was none
	At     time.Time
}

func (c *call) duration() int64 {
	if c.endedAt == 0 {
		return 0
	}
	return c.endedAt - c.startedAt
}

// clone copies what later steps may change, so that a reader needs no lock.
func (c *call) clone() *call {
	k := *c
	k.comments = slices.Clone(c.comments)
	k.tags = slices.Clone(c.tags)
	k.ivr = slices.Clone(c.ivr)
	k.sent = slices.Clone(c.sent)
	return &k
}

// addCall stores a call; the oldest makes room when there are too many.
func (a *Account) addCall(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls[c.id] = c
	a.callIDs = append(a.callIDs, c.id)
	if len(a.callIDs) > maxCalls {
		delete(a.calls, a.callIDs[0])
		a.callIDs = a.callIDs[1:]
	}
	a.counts.calls.Add(1)
}

// changeCall applies a step under the lock and returns a copy of the result.
func (a *Account) changeCall(c *call, s step, at int64) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.change != nil {
		s.change(c, at)
	}
	return c.clone()
}

func (a *Account) callByID(id int64) (*call, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	c, ok := a.calls[id]
	if !ok {
		return nil, false
	}
	return c.clone(), true
}

// callsWhere returns copies of the calls that fit, oldest start first.
func (a *Account) callsWhere(fits func(*call) bool) []*call {
	a.mu.RLock()
	var found []*call
	for _, id := range a.callIDs {
		if c := a.calls[id]; fits(c) {
			found = append(found, c.clone())
		}
	}
	a.mu.RUnlock()
	slices.SortStableFunc(found, func(x, y *call) int {
		if x.startedAt != y.startedAt {
			return int(x.startedAt - y.startedAt)
		}
		return int(x.id - y.id)
	})
	return found
}

// callUUID looks like the carrier's id that Aircall passes on.
func callUUID(hi, lo uint64) string { return fmt.Sprintf("CA%016x%016x", hi, lo) }
