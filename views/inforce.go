package views

import (
	"context"
	"strings"
)

// NowInForce says what a field of the rules holds in the version that somebody
// else saved meanwhile.
func NowInForce(ctx context.Context, name string, values []string) string {
	said := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" {
			said = append(said, valueText(ctx, name, v))
		}
	}
	if len(said) == 0 {
		return T(ctx, "rules.conflict.nothing")
	}
	return T(ctx, "rules.conflict.now", "value", strings.Join(said, ", "))
}

// choiceWords are where the words of a choice are, by the last part of its
// field's name.
var choiceWords = map[string]string{
	"action": "action.", "priority": "priority.", "write_when": "flows.when.", "log": "hours.", "include_messages": "value.",
	"holiday_country": "country.", "order": "kinds.", "several": "matching.", "create": "create.", "types": "type.", "when_none": "when_none.",
	"lines": "filters.lines.", "internal_calls": "filters.internal.", "attach": "related.", "create_case": "value.",
	"description": "part.", "fallback": "fallback.", "create_case_for_new_contacts": "value.", "for_accounts": "value.", "create_opportunity": "value.",
}

// valueText is a value in the words of its field's choices; what a person
// typed stands for itself.
func valueText(ctx context.Context, name, value string) string {
	words := choiceWords[name[strings.LastIndexByte(name, '.')+1:]]
	for _, key := range []string{words + value, words + strings.ToLower(value)} {
		if words != "" && Known(key) {
			return T(ctx, key)
		}
	}
	return value
}
