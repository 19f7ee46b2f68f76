package callflow

import (
	"cmp"
	"slices"
	"strconv"
)

// matching is the choice among the records that hold the number.
type matching struct {
	record *Record
	ask    bool
	steps  []Step
}

// chooseRecord takes the record made for this number, else the one a person
// chose, else the one the rules choose among the candidates.
func chooseRecord(s Settings, f Found) matching {
	all := distinct(f.Candidates)
	if f.Created != nil {
		return created(*f.Created, f.Kept, all)
	}
	eligible, rest := sift(all, s.Matching.Order)
	sortByRule(eligible, s.Matching)
	m := matching{steps: convertedSteps(all)}
	if f.Chosen != "" {
		if i := slices.IndexFunc(eligible, func(c Candidate) bool { return c.ID == f.Chosen }); i >= 0 {
			return m.chosen("chosen_by_person", eligible[i].Record, judge(eligible, rest, VerdictNotPicked, f.Chosen), len(eligible), nil)
		}
		m.steps = append(m.steps, Step{Code: StepMatch, Result: "choice_gone", Params: map[string]string{"record": f.Chosen}})
	}
	if len(eligible) == 0 {
		if len(rest) > 0 {
			m.steps = append(m.steps, Step{Code: StepMatch, Result: "none_usable", Candidates: rest,
				Params: map[string]string{"count": strconv.Itoa(len(rest))}})
		}
		return m
	}
	if over := s.Matching.SharedNumberOver; over > 0 && len(eligible) > over {
		params := map[string]string{"over": strconv.Itoa(over)}
		if account, ok := commonAccount(eligible); ok && slices.Contains(s.Matching.Order, AccountRecord) {
			return m.chosen("shared", account, judge(eligible, rest, VerdictShared, account.ID), len(eligible), params)
		}
		params["count"] = strconv.Itoa(len(eligible))
		m.steps = append(m.steps, Step{Code: StepMatch, Result: "shared_apart", Params: params})
	}
	return m.byOrder(s.Matching, eligible, rest)
}

// byOrder takes the first kind of the order that has a record, and of several
// of that kind the newest, the oldest, or none: a person is asked.
func (m matching) byOrder(rule Matching, eligible []Candidate, rest []Judged) matching {
	first := eligible[0] // sorted by the rule already
	same := 0
	for _, c := range eligible {
		if c.Kind == first.Kind {
			same++
		}
	}
	params := map[string]string{"same_kind": strconv.Itoa(same)}
	switch {
	case same > 1 && rule.Several == SeveralAsk:
		m.ask = true
		params["count"], params["kind"] = strconv.Itoa(len(eligible)), string(first.Kind)
		m.steps = append(m.steps, Step{Code: StepMatch, Result: "ask", Params: params, Candidates: judge(eligible, rest, VerdictAsk, "")})
		return m
	case same > 1 && rule.Several == SeveralOldest:
		return m.chosen("oldest", first.Record, judge(eligible, rest, VerdictNewer, first.ID), len(eligible), params)
	case same > 1:
		return m.chosen("newest", first.Record, judge(eligible, rest, VerdictOlder, first.ID), len(eligible), params)
	case len(eligible) > 1:
		return m.chosen("by_kind", first.Record, judge(eligible, rest, VerdictKindLater, first.ID), len(eligible), params)
	default:
		return m.chosen("one", first.Record, judge(eligible, rest, VerdictChosen, first.ID), len(eligible), nil)
	}
}

// chosen ends the matching with a record.
func (m matching) chosen(result string, r Record, judged []Judged, count int, more map[string]string) matching {
	params := recordParams(r)
	params["count"] = strconv.Itoa(count)
	for k, v := range more {
		params[k] = v
	}
	m.record = &r
	m.steps = append(m.steps, Step{Code: StepMatch, Result: result, Params: params, Candidates: judged})
	return m
}

// created takes the record Ringledger made for the number. Salesforce's search
// may or may not know it yet, so the candidates do not count.
func created(r Record, kept bool, all []Candidate) matching {
	result := "remembered"
	switch {
	case kept:
		result = "kept"
	case r.Created:
		result = "created"
	}
	judged := make([]Judged, 0, len(all))
	for _, c := range all {
		verdict := VerdictNotPicked
		if c.ID == r.ID {
			verdict = VerdictChosen
		}
		judged = append(judged, Judged{c, verdict})
	}
	return matching{}.chosen(result, r, judged, len(all), nil)
}

func recordParams(r Record) map[string]string {
	return map[string]string{"record": r.ID, "kind": string(r.Kind), "name": r.Name}
}

// distinct counts a record once, whichever of its phone fields matched.
func distinct(all []Candidate) []Candidate {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b Candidate) int {
		return cmp.Or(
			cmp.Compare(a.ID, b.ID),
			-cmp.Compare(a.Kind, b.Kind), // an Account that is a person is the person
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Value, b.Value),
			b.ModifiedAt.Compare(a.ModifiedAt),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return slices.CompactFunc(sorted, func(a, b Candidate) bool { return a.ID == b.ID })
}

// sift takes out what can never be chosen, with its verdict.
func sift(all []Candidate, order []RecordKind) (eligible []Candidate, rest []Judged) {
	shadows := map[string]bool{}
	for _, c := range all {
		if c.Kind == PersonAccountRecord && c.ContactID != "" && slices.Contains(order, c.Kind) {
			shadows[c.ContactID] = true
		}
	}
	for _, c := range all {
		switch {
		case c.Converted:
			verdict := VerdictConverted
			if _, ok := becameOf(c, all); ok {
				verdict = VerdictFollowed
			}
			rest = append(rest, Judged{c, verdict})
		case c.Kind == ContactRecord && shadows[c.ID]:
			rest = append(rest, Judged{c, VerdictShadow})
		case !slices.Contains(order, c.Kind):
			rest = append(rest, Judged{c, VerdictNotListed})
		default:
			eligible = append(eligible, c)
		}
	}
	return eligible, rest
}

// sortByRule puts the record the rules prefer first; ids break ties, so that
// the order of Salesforce's answer never decides.
func sortByRule(cs []Candidate, rule Matching) {
	slices.SortFunc(cs, func(a, b Candidate) int {
		age := b.ModifiedAt.Compare(a.ModifiedAt)
		if rule.Several == SeveralOldest {
			age = -age
		}
		return cmp.Or(
			cmp.Compare(slices.Index(rule.Order, a.Kind), slices.Index(rule.Order, b.Kind)),
			age,
			cmp.Compare(a.ID, b.ID),
		)
	})
}

// judge gives each candidate its verdict: the chosen one, others of its kind,
// kinds that come later, and those that could never be chosen.
func judge(eligible []Candidate, rest []Judged, same Verdict, chosen string) []Judged {
	byKind := same == VerdictOlder || same == VerdictNewer || same == VerdictAsk
	judged := make([]Judged, 0, len(eligible)+len(rest))
	for _, c := range eligible {
		verdict := same
		switch {
		case c.ID == chosen:
			verdict = VerdictChosen
		case byKind && c.Kind != eligible[0].Kind:
			verdict = VerdictKindLater
		}
		judged = append(judged, Judged{c, verdict})
	}
	return append(judged, rest...)
}

// commonAccount is the Account that every one of the records belongs to. Leads
// belong to none, so one among them means that there is none in common.
func commonAccount(cs []Candidate) (Record, bool) {
	account := Record{Kind: AccountRecord}
	for _, c := range cs {
		id, name, owner := c.AccountID, c.AccountName, ""
		if c.Kind == AccountRecord {
			id, name, owner = c.ID, c.Name, c.OwnerID
		}
		if id == "" || c.Kind == PersonAccountRecord || account.ID != "" && account.ID != id {
			return Record{}, false
		}
		account.ID = id
		account.Name = cmp.Or(account.Name, name)
		account.OwnerID = cmp.Or(account.OwnerID, owner)
	}
	return account, true
}
