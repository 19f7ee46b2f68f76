package simulator

import "math/rand/v2"

// dice makes the choices of one generated call. Each call has its own, fixed
// by the account's seed and the call's number in sequence, so that calls which
// run side by side do not change one another.
func (a *Account) dice() (*rand.Rand, uint64) {
	n := a.sequence.Add(1)
	return rand.New(rand.NewPCG(a.opts.Seed, n)), n
}

func chance(rng *rand.Rand, percent int) bool { return rng.IntN(100) < percent }

func between(rng *rand.Rand, low, high int64) int64 { return low + rng.Int64N(high-low+1) }

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// weights is how often each kind of call happens in a usual company.
var weights = []struct {
	kind   Kind
	weight int
}{
	{InboundAnswered, 250}, {OutboundAnswered, 210}, {OutboundUnanswered, 110}, {Missed, 70}, {NoAvailableAgent, 60},
	{Voicemail, 65}, {ShortAbandoned, 25}, {AbandonedInIVR, 25}, {MissedWithoutReason, 15}, {Transferred, 40},
	{UnsuccessfulTransfer, 15}, {ExternalTransfer, 10}, {Declined, 35}, {IVR, 35}, {CallbackRequest, 15},
	{Anonymous, 10}, {AnonymousMissed, 8}, {Internal, 10}, {Unfinished, 2},
}

func randomKind(rng *rand.Rand) Kind {
	total := 0
	for _, w := range weights {
		total += w.weight
	}
	n := rng.IntN(total)
	for _, w := range weights {
		if n -= w.weight; n < 0 {
			return w.kind
		}
	}
	return InboundAnswered
}

// complete makes the choices that the spec left open.
func (a *Account) complete(rng *rand.Rand, p plot, plain bool) plot {
	if p.kind == "" {
		p.kind = randomKind(rng)
		if p.line != nil && !p.line.ivr && p.kind.menu() {
			p.kind = InboundAnswered // this line has no menu
		}
	}
	if p.line == nil {
		p.line = a.chooseLine(rng, p)
	}
	if p.agent == nil {
		p.agent = pick(rng, p.line.agents)
	}
	if p.number == "" {
		p.number = a.chooseNumber(rng, p)
	}
	if p.ring == 0 {
		p.ring = ringFor(rng, p.kind)
	}
	if p.talk == 0 {
		p.talk = talkFor(rng)
	}
	p = a.completeTransfer(rng, p)
	if plain {
		return p
	}
	return a.completeNotes(rng, p)
}

// chooseLine prefers the line of the outside party's country, and one whose
// agent was asked for.
func (a *Account) chooseLine(rng *rand.Rand, p plot) *Line {
	if p.agent != nil && p.agent.line != nil {
		return p.agent.line
	}
	if p.number != "" && p.number != anonymous {
		country := countryOf(p.number)
		for _, l := range a.dir().lines {
			if l.Country == country && (country != "FR" || chance(rng, 60)) {
				return l
			}
		}
	}
	if p.kind.menu() {
		return a.dir().lines[0]
	}
	return pick(rng, a.dir().lines)
}

func (a *Account) chooseNumber(rng *rand.Rand, p plot) string {
	switch p.kind {
	case Anonymous, AnonymousMissed:
		return anonymous
	case Internal:
		for _, l := range a.dir().lines {
			if l != p.line {
				return l.Number
			}
		}
	}
	return a.outsideNumber(rng, p.line.Country)
}

// outsideNumber is most often that of a person the caller named, of the
// line's own country when there is one; else a stranger's, who may have called
// before.
func (a *Account) outsideNumber(rng *rand.Rand, country string) string {
	near := make([]string, 0, len(a.dir().people))
	for _, p := range a.dir().people {
		if countryOf(p.Number) == country {
			near = append(near, p.Number)
		}
	}
	if len(near) > 0 && chance(rng, 72) {
		return pick(rng, near)
	}
	if len(a.dir().people) > 0 && chance(rng, 30) {
		return pick(rng, a.dir().people).Number
	}
	if chance(rng, 70) {
		for range 10 {
			if n := pick(rng, a.dir().strangers); countryOf(n) == country {
				return n
			}
		}
	}
	return inventedNumber(rng, country)
}

func ringFor(rng *rand.Rand, k Kind) int64 {
	switch k {
	case ShortAbandoned:
		return between(rng, 2, 5)
	case OutOfOpeningHours, VoicemailClosed:
		return between(rng, 12, 22)
	case Missed, NoAvailableAgent, Voicemail, OutboundUnanswered, MissedWithoutReason:
		return between(rng, 15, 45)
	}
	return between(rng, 4, 20)
}

// talkFor makes many short calls and few long ones.
func talkFor(rng *rand.Rand) int64 {
	switch n := rng.IntN(100); {
	case n < 55:
		return between(rng, 20, 150)
	case n < 90:
		return between(rng, 150, 420)
	}
	return between(rng, 420, 900)
}

func (a *Account) completeTransfer(rng *rand.Rand, p plot) plot {
	switch p.kind {
	case ExternalTransfer:
		if p.handNumber == "" {
			p.handNumber = inventedNumber(rng, p.line.Country)
		}
	case Transferred, UnsuccessfulTransfer:
		for p.handTo == nil || p.handTo == p.agent {
			p.handTo = pick(rng, a.dir().users)
		}
	}
	return p
}

// completeNotes adds what agents do around a call.
func (a *Account) completeNotes(rng *rand.Rand, p plot) plot {
	talked := p.kind.answered()
	if talked && p.hold == 0 && p.talk > 40 && chance(rng, 25) {
		p.hold = between(rng, 5, p.talk/3)
	}
	if len(p.tags) == 0 && chance(rng, 40) {
		p.tags = a.chooseTags(rng)
	}
	if p.comment == "" && chance(rng, 25) {
		p.comment = pick(rng, commentsIn(p.line.language))
	}
	if p.assignTo == nil && !talked && !p.kind.outbound() && chance(rng, 30) {
		p.assignTo = pick(rng, p.line.agents)
	}
	if p.summary == "" && talked && p.line.records && p.talk > 45 && chance(rng, 50) {
		p.summary = pick(rng, summariesIn(p.line.language))
	}
	return p
}

// chooseTags takes one or two of the company's own tags; the system's are set
// by what happens in a call.
func (a *Account) chooseTags(rng *rand.Rand) []*tag {
	var own []*tag
	for _, t := range a.dir().tags {
		if t.description == "" {
			own = append(own, t)
		}
	}
	first := rng.IntN(len(own))
	tags := []*tag{own[first]}
	if chance(rng, 25) {
		tags = append(tags, own[(first+1+rng.IntN(len(own)-1))%len(own)])
	}
	return tags
}
