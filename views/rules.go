package views

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

// Plain writes a number without grouping, for values of fields.
func Plain(n int) string { return strconv.Itoa(n) }

// The call types of the two cards, in the order they are shown.
var (
	callFlows    = texts([]callflow.CallType{callflow.InboundAnswered, callflow.Missed, callflow.Voicemail, callflow.OutboundAnswered, callflow.OutboundUnanswered})
	messageFlows = texts([]callflow.CallType{callflow.MessageSent, callflow.MessageReceived})
	actions      = texts([]callflow.Action{callflow.Completed, callflow.InProgress, callflow.DoNothing})
	weekDays     = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

// actionOptions are the actions; a line of its own may also do as all do.
func actionOptions(ctx context.Context, own bool) []Option {
	var all []Option
	if own {
		all = append(all, Option{"", T(ctx, "action.as_all")})
	}
	for _, a := range actions {
		all = append(all, Option{a, T(ctx, "action."+a)})
	}
	return all
}

func priorityOptions(ctx context.Context) []Option {
	return []Option{{"", T(ctx, "priority.default")}, {"High", T(ctx, "priority.high")}, {"Normal", T(ctx, "priority.normal")}, {"Low", T(ctx, "priority.low")}}
}

func zoneOptions(ctx context.Context, zones []string) []Option {
	all := []Option{{"", T(ctx, "hours.zone.line")}}
	for _, z := range zones {
		all = append(all, Option{z, strings.ReplaceAll(z, "_", " ")})
	}
	return all
}

func countryOptions(ctx context.Context, countries []Option) []Option {
	return append([]Option{{"", T(ctx, "hours.country.none")}}, countries...)
}

// kinds are the record kinds: those searched in their order, then the others.
func (m MatchingPage) kinds() []string {
	all := slices.Clone(m.Form.All("matching.order"))
	for _, k := range texts([]callflow.RecordKind{callflow.ContactRecord, callflow.LeadRecord, callflow.AccountRecord, callflow.PersonAccountRecord}) {
		if !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return slices.DeleteFunc(all, func(k string) bool { return !Known("kinds." + k) })
}

// extra reports whether custom phone fields are searched, or one is mistaken.
func (m MatchingPage) extra() bool {
	for _, object := range []string{"Contact", "Lead", "Account"} {
		name := "matching.extra_phone_fields." + object
		if m.Form.Value(name) != "" || m.Form.wrong(name) {
			return true
		}
	}
	return false
}

func createOptions(ctx context.Context, m MatchingPage) []Option {
	all := []Option{{callflow.CreateNone, T(ctx, "create.none")}}
	for _, k := range []string{"contact", "lead", "account", "person_account"} {
		if k != "person_account" || m.PersonAccounts || m.Form.Value("matching.no_match.create") == k {
			all = append(all, Option{k, T(ctx, "create."+k)})
		}
	}
	return all
}

// allTypes are all call types in the order of the cards.
var allTypes = slices.Concat(callFlows, messageFlows)

// lineWord is what somebody does with the rules of one line.
func lineWord(ctx context.Context, f Frame) string {
	if f.User.Edits() {
		return T(ctx, "flows.lines.edit")
	}
	return T(ctx, "flows.lines.show")
}
