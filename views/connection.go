package views

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// numbered are the texts key.1, key.2 and so on.
func numbered(ctx context.Context, key string) []string {
	var all []string
	for i := 1; Known(key + "." + strconv.Itoa(i)); i++ {
		all = append(all, T(ctx, key+"."+strconv.Itoa(i)))
	}
	return all
}

func joined(all []string) string { return strings.Join(all, ", ") }

// secretHint says that a stored secret is never shown, and stays when the
// field is left empty.
func secretHint(ctx context.Context, stored bool) string {
	if stored {
		return T(ctx, "form.secret.stored")
	}
	return T(ctx, "form.secret.new")
}

// oauthKey finds the words for what went wrong at the sign-in.
func oauthKey(code string) string { return keyOr("oauth."+code, "oauth.other", ".title") }

// aircallKey finds the words for what the last check found.
func aircallKey(code string) string {
	return keyOr("aircall.problem."+code, "aircall.problem.other", ".title")
}

func errorKey(code string) string { return keyOr("error."+code, "error.internal", ".title") }

func keyOr(key, otherwise, part string) string {
	if Known(key + part) {
		return key
	}
	return otherwise
}

// preflightText is a part of what a problem in the org says: title, text, fix.
func preflightText(ctx context.Context, p Preflight, part string) string {
	params := map[string]string{"object": "Task", "field": "", "label": p.Params["field"]}
	for k, v := range p.Params {
		params[k] = v
	}
	return T(ctx, "preflight."+p.Code+"."+part, pairs(params)...)
}

// PreflightTitle says in a few words what a problem in the org is.
func PreflightTitle(ctx context.Context, code string, params map[string]string) string {
	return preflightText(ctx, Preflight{Code: code, Params: params}, "title")
}

func preflightPath(p Preflight) string {
	object := p.Params["object"]
	if object == "" {
		object = "Task"
	}
	switch p.Code {
	case "object_not_readable", "object_not_creatable", "object_not_updatable":
		return "/lightning/setup/PermSets/home"
	case "no_closed_status", "no_open_status":
		return "/lightning/setup/ObjectManager/Task/FieldsAndRelationships/Status/view"
	case "person_record_type_missing":
		return "/lightning/setup/ObjectManager/PersonAccount/RecordTypes/view"
	case "api_refused":
		return "/lightning/setup/PermSets/home"
	case "duplicate_rule":
		return "/lightning/setup/DuplicateRules/home"
	case "external_id_missing", "external_id_not_unique": // fields of tasks are made on activities
		return "/lightning/setup/ObjectManager/Activity/FieldsAndRelationships/view"
	case "field_hidden", "field_read_only", "required_field", "value_missing", "phone_field_hidden":
		return "/lightning/setup/ObjectManager/" + object + "/FieldsAndRelationships/view"
	}
	return ""
}

// becauseOf says which of the rules makes a problem matter, or why it does not.
func becauseOf(ctx context.Context, setting string, idle bool) string {
	if idle {
		return T(ctx, "preflight.because."+setting+".off")
	}
	return T(ctx, "preflight.because."+setting)
}

// checkClass and checkIcon are those of a check, which may be as it should be.
func checkClass(severity string) string {
	if severity == "" {
		return "ok"
	}
	return severityClass(severity)
}

func checkIcon(severity string) string {
	if severity == "" {
		return "circle-check"
	}
	return severityIcon(severity)
}

// WorstFirst puts what blocks before what limits, and that before advice.
func WorstFirst(problems []Preflight) {
	order := []string{"blocking", "warning", "advice"}
	slices.SortStableFunc(problems, func(a, b Preflight) int {
		return cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity))
	})
}

func severityClass(severity string) string {
	switch severity {
	case "blocking":
		return "bad"
	case "warning":
		return "warn"
	}
	return "info"
}

func severityIcon(severity string) string {
	switch severity {
	case "blocking":
		return "circle-x"
	case "warning":
		return "triangle-alert"
	}
	return "info"
}

// loginOptions are the login hosts to offer, by what they are for.
func loginOptions(ctx context.Context, urls []string) []Option {
	all := make([]Option, len(urls))
	for i, u := range urls {
		all[i] = Option{u, T(ctx, "salesforce.production")}
		if strings.Contains(u, "test.salesforce.com") || strings.Contains(u, ".sandbox.") {
			all[i].Text = T(ctx, "salesforce.sandbox")
		} else if !strings.Contains(u, "login.salesforce.com") {
			all[i].Text = "My Domain"
		}
	}
	return all
}
