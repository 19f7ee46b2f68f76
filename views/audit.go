package views

import (
	"cmp"
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Marks stand in a sentence of the catalogue where who did it and what it was
// done to belong: the page shows these two in their own way.
const (
	markWho    = "\ue000"
	markObject = "\ue001"
)

// auditParts is what a row says, cut where its person and its object stand.
func auditParts(ctx context.Context, code string) []part {
	text := auditText(ctx, code, markWho, markObject)
	var out []part
	for text != "" {
		at := strings.IndexAny(text, markWho+markObject)
		if at < 0 {
			return append(out, part{"", text})
		}
		if at > 0 {
			out = append(out, part{"", text[:at]})
		}
		class := "who"
		if strings.HasPrefix(text[at:], markObject) {
			class = "object"
		}
		out, text = append(out, part{class, ""}), text[at+len(markWho):]
	}
	return out
}

// auditText is the sentence of a code. One that a newer version wrote is told
// by its name.
func auditText(ctx context.Context, code, who, object string) string {
	if key := "audit.did." + code; Known(key) {
		return T(ctx, key, "who", who, "object", object)
	}
	return T(ctx, "audit.other", "who", who, "code", code, "object", object)
}

// AuditText is what a row says, in words alone.
func AuditText(ctx context.Context, code, who, object string, about AuditAbout) string {
	text, _ := AuditObject(ctx, code, object, about)
	return auditText(ctx, code, who, text)
}

// AuditWho names who did it: a person by the name they have now, if any.
func AuditWho(ctx context.Context, who, name string) string {
	key, isKey := strings.CutPrefix(who, "key:")
	switch {
	case name != "":
		return name
	case isKey:
		return T(ctx, "audit.who.key", "name", key)
	case who == "":
		return T(ctx, "audit.who.nobody")
	case who == "console":
		return T(ctx, "audit.who.console")
	case who == "system":
		return T(ctx, "app.name")
	default:
		return who
	}
}

// AuditAbout is what is known today of the call and the cause that a row tells
// of by their marks.
type AuditAbout struct {
	Call      string // Aircall's id of the call or message; "" = not known any more
	Message   bool
	Record    string // the name of the record that was chosen
	RecordURL string
	Reason    string // of the cause
}

// AuditObject is what it was done to in words, and where that is seen.
func AuditObject(ctx context.Context, code, object string, about AuditAbout) (text, url string) {
	version, isVersion := strings.CutPrefix(object, "version ")
	switch {
	case isVersion && isNumber(version):
		return T(ctx, "audit.object.version", "version", version), "/rules/history/" + version
	case strings.HasPrefix(object, "/activity/") && isNumber(object[len("/activity/"):]):
		kind, id := "entry", about.Call
		if about.Message {
			kind = "message"
		}
		if id == "" {
			kind, id = "gone", object[len("/activity/"):]
		}
		return T(ctx, "audit.object."+kind, "id", id), object
	case strings.HasPrefix(object, "/replays/") && isNumber(object[len("/replays/"):]):
		return T(ctx, "audit.object.replay", "id", object[len("/replays/"):]), object
	case object == "/activity":
		return T(ctx, "audit.object.several"), object
	case strings.HasPrefix(object, "/reconciliation.csv"):
		return T(ctx, "nav.reconciliation"), "/reconciliation" + strings.TrimPrefix(object, "/reconciliation.csv")
	case strings.HasPrefix(object, "/activity.csv"):
		return T(ctx, "audit.object.list"), "/activity" + strings.TrimPrefix(object, "/activity.csv")
	case strings.HasPrefix(object, "/audit.csv"):
		return T(ctx, "audit.object.audit"), "/audit" + strings.TrimPrefix(object, "/audit.csv")
	case object == "/attention":
		return T(ctx, "audit.object.attention"), object
	case object == "salesforce", object == "aircall":
		return T(ctx, "nav."+object), "/connections/" + object
	case strings.HasPrefix(code, "api_key_"):
		return object, "/keys"
	}
	return object, ""
}

func isNumber(text string) bool {
	_, err := strconv.ParseUint(text, 10, 63)
	return err == nil
}

// firstFacts are told before all others, in this order.
var firstFacts = []string{"note", "role", "reason", "cause", "from", "to", "since", "found"}

// AuditFacts are the details of a row in words.
func AuditFacts(ctx context.Context, detail map[string]string, about AuditAbout) []AuditFact {
	names := slices.Sorted(maps.Keys(detail))
	slices.SortStableFunc(names, func(a, b string) int { return factRank(a) - factRank(b) })
	var out []AuditFact
	for _, name := range names {
		if detail[name] == "" {
			continue
		}
		label := name
		if key := "audit.fact." + name; Known(key) {
			label = T(ctx, key)
		}
		switch {
		case name == "record" && about.RecordURL != "":
			out = append(out, AuditFact{label, cmp.Or(about.Record, detail[name]), about.RecordURL})
		case name == "cause" && isMark(detail[name]):
			if about.Reason != "" && detail["reason"] == "" {
				out = append(out, AuditFact{label, ReasonText(ctx, about.Reason, nil), ""})
			}
		default:
			out = append(out, AuditFact{label, auditFact(ctx, name, detail[name]), ""})
		}
	}
	return out
}

// isMark tells the mark of a group of failures, which says nothing to a reader,
// from a cause that has words.
func isMark(cause string) bool {
	_, err := hex.DecodeString(cause)
	return err == nil && len(cause) >= 16
}

func factRank(name string) int {
	if at := slices.Index(firstFacts, name); at >= 0 {
		return at
	}
	return len(firstFacts)
}

// auditFact is a value in words: a code by its text, a moment in the reader's
// zone, and everything else as it is.
func auditFact(ctx context.Context, name, value string) string {
	if key := "audit.fact." + name + "." + value; Known(key) {
		return T(ctx, key)
	}
	if key := name + "." + value; (name == "role" || name == "reason") && Known(key) {
		return T(ctx, key)
	}
	if key := "backfill." + name + "." + value; name == "cause" && Known(key) {
		return T(ctx, key)
	}
	if name == "note" {
		return StoredNote(ctx, value)
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return DateTime(ctx, at)
	}
	return value
}

// any reports whether a filter besides the search box is set.
func (f AuditFilters) any() bool { return f.Who+f.Kind+f.From+f.To != "" }

func (f AuditFilters) form() Form {
	return Form{Values: map[string][]string{"who": {f.Who}, "from": {f.From}, "to": {f.To}}}
}

func (f AuditFilters) people(ctx context.Context) []Option {
	return anyOf(ctx, f.People)
}

// AuditKind names a group of codes, or one code.
func AuditKind(ctx context.Context, kind string) string {
	if key := "audit.group." + kind; Known(key) {
		return T(ctx, key)
	}
	return T(ctx, "audit.kind."+kind)
}

func (m AuditPage) shown() int {
	n := 0
	for _, d := range m.Days {
		n += len(d.Rows)
	}
	return n
}

// icon and tone of the line about the chain.
func (c AuditChain) look() (icon, tone string) {
	switch {
	case c.Bad > 0:
		return "triangle-alert", "bad"
	case c.Stopped:
		return "hourglass", "warn"
	}
	return "shield-check", "ok"
}

// text says what the check found.
func (c AuditChain) text(ctx context.Context) string {
	switch {
	case c.Bad > 0:
		return T(ctx, "audit.chain.broken", "row", Number(ctx, c.Bad))
	case c.Stopped:
		return T(ctx, "audit.chain.stopped", "count", c.To)
	case c.To == 0:
		return T(ctx, "audit.chain.empty")
	case c.After > 0:
		return T(ctx, "audit.chain.end", "count", c.To-c.After)
	}
	return T(ctx, "audit.chain.whole", "count", c.To)
}
