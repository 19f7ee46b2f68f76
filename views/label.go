package views

import (
	"context"
	"strings"
)

// fieldLabels are the labels of fields by the last part of their names; those
// of an order or of custom fields are named by the part before.
var fieldLabels = map[string]string{
	"action": "flows.action", "due_days": "flows.due", "priority": "flows.priority", "write_when": "flows.when.title", "settle_seconds": "flows.settle",
	"log": "hours.log.title", "include_messages": "hours.messages", "time_zone": "hours.zone", "holidays": "hours.days", "holiday_country": "hours.country",
	"order": "matching.order.title", "several": "matching.several.title", "shared_number_over": "matching.shared", "create": "matching.create",
	"types": "matching.types", "when_none": "matching.when_none", "last_name": "matching.last_name", "company": "matching.company", "note": "rules.note.label",
	"login_url": "salesforce.login_url", "client_id": "salesforce.client_id", "client_secret": "salesforce.client_secret",
	"api_id": "aircall.api_id", "api_token": "aircall.api_token", "webhook_token": "aircall.webhook_token",
	"description": "task.description.title", "fallback": "owners.fallback.title",
	"lines": "filters.lines", "ignore_agents": "filters.agents", "ignore_numbers": "filters.numbers", "internal_calls": "filters.internal",
	"min_talk_seconds": "filters.min_talk", "attach": "related.attach", "create_case": "related.create_case",
	"create_case_for_new_contacts": "related.create_case_for_new_contacts", "for_accounts": "related.for_accounts", "create_opportunity": "related.create_opportunity",
	"email": "sign_in.email", "name": "person.name", "purpose": "keys.name", "password": "sign_in.password",
	"current": "account.password.current", "new": "account.password.new",
	"number": "tester.number", "from": "backfill.from", "to": "backfill.to",
	"failures_over": "alerts.failures_over", "silent_minutes": "alerts.silent_minutes", "recipients": "alerts.recipients",
	"digest_hour": "alerts.digest_hour", "webhook_url": "alerts.webhook.url",
	"deliveries": "privacy.days.deliveries", "tries": "privacy.days.tries", "entries": "privacy.days.entries", "audit": "privacy.days.audit",
}

// ownName is what stands for itself in a name: an agent's e-mail, a field of
// the org.
func ownName(name string) (string, bool) {
	for _, group := range []string{"owner.map.", "task.fields."} {
		if own, ok := strings.CutPrefix(name, group); ok {
			return own, true
		}
	}
	return "", false
}

// fieldLead says which field a mistake is in, and of many like ones which:
// "Missed, Due in days: ".
func fieldLead(ctx context.Context, name string) string {
	name = target(name)
	var said []string
	parts := strings.Split(name, ".")
	for _, part := range parts {
		for _, kind := range []string{"type.", "day."} {
			if Known(kind + part) {
				said = append(said, T(ctx, kind+part))
			}
		}
	}
	last := parts[len(parts)-1]
	if object, ok := strings.CutPrefix(name, "matching.extra_phone_fields."); ok {
		said = append(said, T(ctx, "matching.extra.of", "object", object))
	} else if own, ok := ownName(name); ok {
		said = []string{own}
	} else if key := fieldLabels[last]; key != "" {
		said = append(said, T(ctx, key))
	}
	if len(said) == 0 {
		return ""
	}
	return T(ctx, "form.lead", "field", strings.TrimRight(strings.Join(said, ", "), "? \u00a0\u202f"))
}
