package simulator

import (
	"math/rand/v2"
	"strconv"
)

// step is one thing that happens in a call.
type step struct {
	after  int64  // seconds since the call began
	event  string // what webhooks hear; "" is a change that nobody is told
	change func(c *call, at int64)
	// rung is the agent whose device rings: "user" of this event alone.
	rung *User
	// forgets leaves transferred_by out, as happens in some closing events.
	forgets bool
}

// script collects the steps of one call in the order they happen.
type script struct {
	plot
	account *Account
	rng     *rand.Rand
	now     int64 // seconds since the call began
	steps   []step
	silent  bool // closing events are not sent
}

// assetsAfter and the other delays are seconds after the end of a call, as
// measured on real ones.
const (
	endedAfter     = 30
	voicemailAfter = 33
	assetsAfter    = 42
	tagsAfter      = 48
	commentAfter   = 87
	summaryAfter   = 95
)

// write plans the whole life of a call from the choices made for it.
func (s *script) write(c *call) []step {
	s.add("call.created", nil)
	switch {
	case s.kind.outbound():
		s.outbound()
	case s.kind.answered():
		s.inboundAnswered(c)
	default:
		s.inboundMissed()
	}
	return s.steps
}

func (s *script) add(event string, change func(c *call, at int64)) {
	s.steps = append(s.steps, step{after: s.now, event: event, change: change})
}

func (s *script) wait(seconds int64) { s.now += seconds }

func (s *script) outbound() {
	s.wait(s.ring)
	if s.kind == OutboundUnanswered {
		s.finish("")
		return
	}
	s.answer(s.agent)
	s.talkAndHold(s.talk)
	s.finish("")
}

func (s *script) inboundAnswered(c *call) {
	s.menu()
	s.ringAgents()
	s.wait(s.ring)
	s.answer(s.agent)
	switch s.kind {
	case Transferred, UnsuccessfulTransfer:
		s.talkAndHold(s.talk / 2)
		s.handOver()
		s.wait(s.talk - s.talk/2)
	case ExternalTransfer:
		s.talkAndHold(s.talk / 2)
		to, from := s.handNumber, displayNumber(c.number)
		s.add("call.external_transferred", func(c *call, _ int64) { c.externalTo, c.externalCaller = displayNumber(to), from })
		s.wait(s.talk - s.talk/2)
	default:
		s.talkAndHold(s.talk)
	}
	s.silent = s.kind == Unfinished
	s.finish("")
}

// menu lets the caller press a key on lines that have a menu.
func (s *script) menu() {
	if !s.kind.menu() {
		return
	}
	s.wait(between(s.rng, 4, 9))
	option := pick(s.rng, captionsIn(s.line.language))
	option.id = strconv.Itoa(700_000 + s.rng.IntN(90_000))
	s.add("call.ivr_option_selected", func(c *call, at int64) {
		option.at = at
		c.ivr = append(c.ivr, option)
	})
	s.wait(2)
}

// ringAgents rings who will answer, and for some calls colleagues first.
func (s *script) ringAgents() {
	if s.kind != Declined {
		s.ringOn(s.agent)
		return
	}
	for _, u := range s.line.agents {
		if u == s.agent {
			continue
		}
		s.ringOn(u)
		s.wait(between(s.rng, 2, 5))
		s.steps = append(s.steps, step{after: s.now, event: "call.agent_declined", rung: u})
	}
	s.ringOn(s.agent)
}

func (s *script) ringOn(u *User) {
	s.steps = append(s.steps, step{after: s.now, event: "call.ringing_on_agent", rung: u})
}

func (s *script) answer(u *User) {
	s.add("call.answered", func(c *call, at int64) { c.status, c.answered, c.user = "answered", at, u })
}

func (s *script) talkAndHold(seconds int64) {
	if s.hold == 0 || seconds < 3 {
		s.wait(seconds)
		return
	}
	hold := min(s.hold, seconds-2)
	before := (seconds - hold) / 2
	s.wait(before)
	s.add("call.hold", nil)
	s.wait(hold)
	s.add("call.unhold", nil)
	s.wait(seconds - before - hold)
}

// handOver transfers the call to a colleague. When it fails transferred_to and
// transferred_by stay, although the first agent goes on talking.
func (s *script) handOver() {
	from, to := s.agent, s.handTo
	if s.kind == UnsuccessfulTransfer {
		s.ringOn(to)
		s.wait(between(s.rng, 8, 20))
		s.add("call.unsuccessful_transfer", func(c *call, _ int64) { c.transferredTo, c.transferredBy = to, from })
		return
	}
	s.add("call.transferred", func(c *call, _ int64) { c.transferredTo, c.transferredBy = to, from })
	s.ringOn(to)
	s.wait(between(s.rng, 3, 12))
	// Accounts differ in whether the second agent's pick-up is told.
	event := "call.answered"
	if chance(s.rng, 50) {
		event = ""
	}
	s.add(event, func(c *call, _ int64) { c.user = to })
}

func (s *script) inboundMissed() {
	reason := map[Kind]string{
		Missed: "agents_did_not_answer", Voicemail: "agents_did_not_answer", AnonymousMissed: "agents_did_not_answer",
		NoAvailableAgent: "no_available_agent", ShortAbandoned: "short_abandoned", AbandonedInIVR: "abandoned_in_ivr",
		OutOfOpeningHours: "out_of_opening_hours", VoicemailClosed: "out_of_opening_hours",
	}[s.kind]
	s.menu()
	switch s.kind {
	case Missed, Voicemail, AnonymousMissed, MissedWithoutReason:
		for _, u := range s.line.agents[:min(2, len(s.line.agents))] {
			s.ringOn(u)
		}
	}
	s.wait(s.ring)
	if s.kind == CallbackRequest {
		t := s.account.dir().tagNamed(callbackTag)
		s.add("call.tagged", func(c *call, at int64) { c.tags = append(c.tags, callTag{tag: t, at: at}) })
		s.wait(1)
	}
	s.finish(reason)
}

// finish hangs up and adds all that follows the end of a call.
func (s *script) finish(reason string) {
	end := s.now
	hangUp := func(c *call, at int64) {
		c.status, c.endedAt, c.reason = "done", at, reason
	}
	event := "call.hungup"
	if s.silent || s.kind == ExternalTransfer {
		event = "" // the agent's leg is gone already, or the event gets lost
	}
	s.add(event, hangUp)
	s.closing(end)
	s.notes(end)
}

func (s *script) closing(end int64) {
	voicemail := s.kind == Voicemail || s.kind == VoicemailClosed
	ended := step{after: end + endedAfter, event: "call.ended", forgets: s.kind == Transferred && chance(s.rng, 30)}
	if voicemail {
		ended.change = func(c *call, _ int64) { c.voicemail = true }
	}
	if s.silent {
		ended.event = ""
	}
	s.steps = append(s.steps, ended)
	if voicemail {
		s.steps = append(s.steps, step{after: end + voicemailAfter, event: "call.voicemail_left"})
	}
	recorded := s.line.records && s.kind.answered() && !s.silent
	if voicemail || recorded {
		s.steps = append(s.steps, step{after: end + assetsAfter, event: "call.comm_assets_generated", change: func(c *call, _ int64) {
			c.recording = recorded
		}})
	}
}

// notes are what agents and the AI add: soon after the call, or late.
func (s *script) notes(end int64) {
	by := s.agent
	if s.handTo != nil && s.kind == Transferred {
		by = s.handTo
	}
	later := func(after int64, event string, change func(c *call, at int64)) {
		s.steps = append(s.steps, step{after: end + max(after, s.late), event: event, change: change})
	}
	for i, t := range s.tags {
		later(int64(tagsAfter+4*i), "call.tagged", func(c *call, at int64) {
			c.tags = append(c.tags, callTag{tag: t, by: by, at: at})
		})
	}
	if s.assignTo != nil {
		to := s.assignTo
		later(tagsAfter+10, "call.assigned", func(c *call, _ int64) { c.assignedTo = to })
	}
	if s.comment != "" {
		note := comment{id: 24_900_000 + s.rng.Int64N(90_000_000), content: s.comment, by: by}
		later(commentAfter, "call.commented", func(c *call, at int64) {
			note.at = at
			c.comments = append(c.comments, note)
		})
	}
	if s.summary != "" {
		text, language := s.summary, s.line.language
		later(summaryAfter, "summary.created", func(c *call, at int64) {
			c.summary, c.topics, c.transcript, c.intelligentAt = text, topicsIn(language), utterancesIn(language), at
		})
	}
}
