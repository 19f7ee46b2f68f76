package aircall

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// afterHangUp is how long after the end Aircall makes call.ended. A call read
// over REST is taken to have closed then.
const afterHangUp = 30 * time.Second

// conversation collects the facts of one call, in the order they were made.
type conversation struct {
	call   callflow.Call
	ends   ends
	voices voices

	first                        time.Time // the earliest event
	started, answered, ended     moment
	answeredSeen, hungUpSeen     time.Time // what events say by their name alone
	closed, closedLate, restored time.Time // see close
	staff                        int       // most participants of our own side
	outsiders                    bool
}

// moment is a time and the state of the call that gave it.
type moment struct {
	time.Time
	state int
}

// give takes the first time given, and another only from a later state.
func (m *moment) give(t time.Time, state int) {
	if t.IsZero() || !m.IsZero() && state <= m.state {
		return
	}
	m.Time, m.state = t, state
}

func foldCall(id string, facts []fact) callflow.Call {
	c := conversation{call: callflow.Call{Kind: callflow.KindCall, ID: id}}
	for i := range facts {
		c.add(&facts[i])
	}
	return c.finish()
}

func (c *conversation) add(f *fact) {
	earliest(&c.first, f.at)
	if !strings.HasPrefix(f.event, "call.") {
		c.addResult(f)
		return
	}
	state := f.state()
	c.started.give(f.started, state)
	c.answered.give(f.answered, state)
	c.ended.give(f.ended, state)
	c.close(f)
	if d := callflow.Direction(f.direction); c.call.Direction == "" && (d == callflow.Inbound || d == callflow.Outbound) {
		c.call.Direction = d
	}
	c.call.MissedReason = firstOf(f.missedReason, c.call.MissedReason)
	if (f.contact != callflow.Contact{}) {
		c.call.Contact = f.contact
	}
	c.ends.add(f)
	c.voices.add(f)
	c.addParticipants(f)
	c.addTags(f)
	c.addComments(f)
	c.addAssets(f)
}

// addResult takes what is said about the call by others than the call itself.
// Their times and participants are not those of the call.
func (c *conversation) addResult(f *fact) {
	c.ends.addLine(line{Line: callflow.Line{ID: f.lineID}})
	if f.event == summaryCreated {
		c.call.Summary = firstOf(strings.TrimSpace(f.content), c.call.Summary)
	}
}

// close notes the events that end a call. call.ended does; when it is lost, what
// follows it does; a call read over REST closes by what it says.
func (c *conversation) close(f *fact) {
	switch f.event {
	case callAnswered:
		earliest(&c.answeredSeen, f.at)
	case callHungUp:
		earliest(&c.hungUpSeen, f.at)
	case callEnded:
		earliest(&c.closed, f.at)
	case callVoicemail, callAssets:
		earliest(&c.closedLate, f.at)
	case Fetched:
		if !f.ended.IsZero() {
			earliest(&c.restored, f.ended.Add(afterHangUp))
		}
	}
}

func (c *conversation) addParticipants(f *fact) {
	staff := 0
	for _, p := range f.participants {
		switch p.kind {
		case "user", "internal":
			staff++
		case "external", "contact":
			c.outsiders = true
			c.ends.mention(p.number)
		default:
			c.outsiders = true
		}
	}
	c.staff = max(c.staff, staff)
}

// addTags takes the newest list of tags. Only events about tags, and the REST
// API, may say that there are none: others have been seen without.
func (c *conversation) addTags(f *fact) {
	for _, t := range f.tags {
		if t.bySystem && strings.EqualFold(t.name, "Callback Request") {
			c.call.CallbackRequest = true
		}
	}
	told := f.event == callTagged || f.event == callUntagged || f.event == Fetched
	if len(f.tags) == 0 && !(told && f.tagsGiven) {
		return
	}
	var names []string
	for _, t := range f.tags {
		if t.name != "" && !slices.Contains(names, t.name) {
			names = append(names, t.name)
		}
	}
	c.call.Tags = names
}

func (c *conversation) addComments(f *fact) {
	for _, added := range f.comments {
		if added.Text == "" {
			continue
		}
		known := slices.IndexFunc(c.call.Comments, func(k callflow.Comment) bool {
			if added.ID != "" || k.ID != "" {
				return k.ID == added.ID
			}
			return k.Text == added.Text && k.At.Equal(added.At)
		})
		if known < 0 {
			c.call.Comments = append(c.call.Comments, added)
			continue
		}
		k := &c.call.Comments[known]
		k.Text, k.By = added.Text, firstOf(added.By, k.By)
		if !added.At.IsZero() {
			k.At = added.At
		}
	}
}

// addAssets keeps the links that last. Those of the files themselves expire.
func (c *conversation) addAssets(f *fact) {
	if f.event == callVoicemail || f.voicemail != "" {
		c.call.VoicemailLeft = true
	}
	if !strings.HasPrefix(f.asset, "https://") && !strings.HasPrefix(f.asset, "http://") {
		return
	}
	address, _, _ := strings.Cut(f.asset, "?")
	switch {
	case strings.HasSuffix(address, "/recording"):
		c.call.Recording = address
	case strings.HasSuffix(address, "/voicemail"):
		c.call.Voicemail, c.call.VoicemailLeft = address, true
	}
}

func (c *conversation) finish() callflow.Call {
	call := &c.call
	call.StartedAt = firstTime(c.started.Time, c.first)
	call.AnsweredAt = firstTime(c.answered.Time, c.answeredSeen)
	call.EndedAt = firstTime(c.ended.Time, c.hungUpSeen, c.closed)
	switch {
	case !c.closed.IsZero():
		call.Ended, call.EndedEventAt = true, c.closed
	case call.EndedAt.IsZero():
	case !c.closedLate.IsZero():
		call.Ended, call.EndedEventAt = true, c.closedLate
	case !c.restored.IsZero():
		call.Ended, call.EndedEventAt = true, c.restored
	}
	call.Line = c.ends.ownLine()
	call.External = c.ends.external(call.Line.Country)
	call.InternalByOrigin = c.staff > 1 && !c.outsiders
	call.Rang = c.voices.allRang()
	call.Agent, call.Transfers = c.voices.settle()
	if call.Direction == callflow.Inbound && call.AnsweredAt.IsZero() {
		call.Agent = callflow.Agent{} // its phone rang, or it dealt with the call later
	}
	slices.SortStableFunc(call.Comments, func(a, b callflow.Comment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(len(a.ID), len(b.ID)), strings.Compare(a.ID, b.ID))
	})
	return *call
}

func earliest(t *time.Time, other time.Time) {
	if !other.IsZero() && (t.IsZero() || other.Before(*t)) {
		*t = other
	}
}

func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
