package views

import (
	"context"
	"strconv"
	"strings"
)

// mend is what to say about a reason: why it is so, and what to do.
type mend struct {
	Why   string
	Words string // Salesforce's own
	Code  string // its error code
	Steps []string
	URL   string // the place in Salesforce's Setup

	Place, PlaceText string // the page of ours where the cause can be looked at
}

// mending explains a reason. What Salesforce's error code tells goes before
// what the reason alone tells.
func mending(ctx context.Context, reason string, detail map[string]string, instance string) mend {
	m := mend{Why: ReasonWhy(ctx, reason, detail), Words: detail["message"], Code: detail["code"]}
	key := codeKey(reason, detail)
	if key == "" {
		key = "reason." + reason
	}
	for i := 1; Known(key + ".step." + strconv.Itoa(i)); i++ {
		m.Steps = append(m.Steps, T(ctx, key+".step."+strconv.Itoa(i), pairs(withFallbacks(ctx, detail))...))
	}
	for i := 1; len(m.Steps) < i && Known("reason."+reason+".do."+strconv.Itoa(i)); i++ {
		m.Steps = append(m.Steps, T(ctx, "reason."+reason+".do."+strconv.Itoa(i)))
	}
	m.Place, m.PlaceText = place(ctx, reason)
	if path := setupPath(reason, m.Code, detail); path != "" && instance != "" {
		m.URL = strings.TrimRight(instance, "/") + path
	}
	return m
}

// place leads to the page of ours that decides, or where the cause is mended.
func place(ctx context.Context, reason string) (url, text string) {
	switch reason {
	case "flow_do_nothing":
		url = "/rules/flows"
	case "outside_office_hours":
		url = "/rules/hours"
	case "line_not_logged", "agent_ignored", "number_ignored", "internal_call", "too_short":
		url = "/rules/filters"
	case "no_match", "anonymous", "unusable_number", "several_records", "no_record":
		url = "/rules/matching"
	case "held_not_connected", "held_reconnect", "held_refusing", "held_api_limit":
		return "/connections/salesforce", T(ctx, "mend.connection")
	default:
		return "", ""
	}
	return url, T(ctx, "mend.rule")
}

// withFallbacks names what the detail does not, so that a step reads well.
func withFallbacks(ctx context.Context, detail map[string]string) map[string]string {
	out := map[string]string{"fields": T(ctx, "mend.the_field"), "object": "Task"}
	for k, v := range detail {
		if v != "" {
			out[k] = v
		}
	}
	return out
}

// setupPath is the place in Salesforce's Setup where the cause can be mended.
func setupPath(reason, code string, detail map[string]string) string {
	object := detail["object"]
	if object == "" {
		object = "Task"
	}
	switch code {
	case "FIELD_CUSTOM_VALIDATION_EXCEPTION":
		return "/lightning/setup/ObjectManager/" + object + "/ValidationRules/view"
	case "CANNOT_EXECUTE_FLOW_TRIGGER":
		return "/lightning/setup/Flows/home"
	case "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY":
		return "/lightning/setup/ApexTriggers/home"
	case "STORAGE_LIMIT_EXCEEDED":
		return "/lightning/setup/CompanyResourceDisk/home"
	}
	switch reason {
	case "validation_rule":
		return "/lightning/setup/ObjectManager/" + object + "/ValidationRules/view"
	case "required_field", "field_access":
		return "/lightning/setup/ObjectManager/" + object + "/FieldsAndRelationships/view"
	case "owner_refused":
		return "/lightning/setup/ManageUsers/home"
	case "duplicate_rule":
		return "/lightning/setup/DuplicateRules/home"
	case "misconfigured":
		return "/lightning/setup/PermSets/home"
	}
	return ""
}
