package aircall

import (
	"slices"

	"ringledger/integration/callflow"
)

// voices works out who talked. The user of an event is the agent of the call,
// except that while a phone rings it is whoever is rung, and that after a
// transfer it may still be the one who handed the call over.
type voices struct {
	known     []callflow.Agent // everybody named, with all that was said of them
	rang      []callflow.Agent
	agent     callflow.Agent
	gave      []callflow.Agent // who handed the call over and did not get it back
	bystander callflow.Agent   // the user of events that come after the call

	transfers []callflow.Transfer
	// What events other than transfers keep saying of the last one.
	to, by callflow.Agent
}

func (v *voices) add(f *fact) {
	for _, a := range [...]callflow.Agent{f.user, f.transferredTo, f.transferredBy} {
		v.meet(a)
	}
	switch f.event {
	case callRinging, callDeclined:
		if !isNobody(f.user) && !has(v.rang, f.user) {
			v.rang = append(v.rang, f.user)
		}
	case callTransferred:
		v.handOver(f)
	case callTransferFailed:
		v.takeBack(f)
	case callTransferredAway:
		by := f.transferredBy
		if isNobody(by) {
			by = f.user
		}
		v.note(callflow.Transfer{To: firstOf(parse(f.transferredAway, ""), f.transferredAway), By: nameOf(by), At: f.at})
	case callAnswered:
		v.talk(f.user)
	case callTagged, callUntagged, callCommented, callAssigned, callArchived:
		if isNobody(v.bystander) {
			v.bystander = f.user
		}
		v.keep(f)
	default:
		if !has(v.gave, f.user) {
			v.talk(f.user)
		}
		v.keep(f)
	}
}

func (v *voices) keep(f *fact) {
	if !isNobody(f.transferredTo) {
		v.to, v.by = f.transferredTo, f.transferredBy
	}
}

func (v *voices) talk(a callflow.Agent) {
	if isNobody(a) {
		return
	}
	v.agent = a
	v.gave = slices.DeleteFunc(v.gave, func(g callflow.Agent) bool { return isSame(g, a) })
}

func (v *voices) handOver(f *fact) {
	to, by := f.transferredTo, giver(f)
	v.note(callflow.Transfer{To: nameOf(to), By: nameOf(by), At: f.at})
	if isNobody(by) {
		by = v.agent
	}
	if isNobody(by) || isSame(by, to) {
		return
	}
	v.talk(to)
	v.gave = append(v.gave, by)
}

// takeBack marks a transfer that nobody took: the call stays with its giver.
func (v *voices) takeBack(f *fact) {
	to, by := f.transferredTo, giver(f)
	failed := callflow.Transfer{To: nameOf(to), By: nameOf(by), At: f.at, Failed: true}
	for i, t := range slices.Backward(v.transfers) {
		if t.To == failed.To && !t.Failed {
			v.transfers[i].Failed = true
			if isNobody(by) && len(v.gave) > 0 {
				by = v.gave[len(v.gave)-1]
			}
			v.talk(by)
			return
		}
	}
	v.note(failed)
	v.talk(by)
}

// note adds a transfer, unless the same was delivered in other words.
func (v *voices) note(t callflow.Transfer) {
	same := func(k callflow.Transfer) bool { return k.To == t.To && k.By == t.By && k.At.Equal(t.At) }
	if t.To != "" && !slices.ContainsFunc(v.transfers, same) {
		v.transfers = append(v.transfers, t)
	}
}

// settle gives the agent who talked last and the transfers. When the transfers
// themselves were lost, the last is told from who was left with the call.
func (v *voices) settle() (callflow.Agent, []callflow.Transfer) {
	agent := v.agent
	if isNobody(agent) {
		agent = v.bystander
	}
	if len(v.transfers) == 0 && !isNobody(v.to) {
		v.note(callflow.Transfer{To: nameOf(v.to), By: nameOf(v.by), Failed: !isSame(agent, v.to)})
	}
	return v.introduce(agent), v.transfers
}

func (v *voices) allRang() []callflow.Agent {
	for i, a := range v.rang {
		v.rang[i] = v.introduce(a)
	}
	return v.rang
}

// meet remembers what is said of a person.
func (v *voices) meet(a callflow.Agent) {
	if a.ID == "" {
		return
	}
	for i, k := range v.known {
		if k.ID == a.ID {
			v.known[i].Name, v.known[i].Email = firstOf(a.Name, k.Name), firstOf(a.Email, k.Email)
			return
		}
	}
	v.known = append(v.known, a)
}

// introduce adds what other events said of a person.
func (v *voices) introduce(a callflow.Agent) callflow.Agent {
	if i := slices.IndexFunc(v.known, func(k callflow.Agent) bool { return k.ID == a.ID }); i >= 0 {
		return v.known[i]
	}
	return a
}

// giver is who handed the call over; when it is not said, the event's user.
func giver(f *fact) callflow.Agent {
	if isNobody(f.transferredBy) && !isSame(f.user, f.transferredTo) {
		return f.user
	}
	return f.transferredBy
}

func isNobody(a callflow.Agent) bool { return a == callflow.Agent{} }

func isSame(a, b callflow.Agent) bool {
	if a.ID != "" || b.ID != "" {
		return a.ID == b.ID
	}
	return a == b
}

func has(agents []callflow.Agent, a callflow.Agent) bool {
	return slices.ContainsFunc(agents, func(k callflow.Agent) bool { return isSame(k, a) })
}
