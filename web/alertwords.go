package web

import (
	"context"
	"net/url"
	"time"

	"ringledger/integration/alert"
	"ringledger/integration/callflow"
	"ringledger/views"
)

// AlertWords puts what an alert tells into words.
func AlertWords(language string, zone *time.Location, m alert.Message) alert.Text {
	ctx := views.WithLocale(context.Background(), views.Locale{Language: language, Zone: zone})
	n := views.AlertNews{Kind: m.Alert, State: m.State, Began: m.BeganAt, Ended: m.EndedAt, Count: m.Count, Over: m.Over, Minutes: m.Minutes}
	if m.Digest != nil {
		d := alertDigest(*m.Digest, zone)
		n.Digest = &d
	}
	subject, lines := views.AlertText(ctx, n)
	return alert.Text{Subject: subject, Lines: lines, Link: alertPage(m.Alert)}
}

// alertPage is where an alert leads to.
func alertPage(kind string) string {
	switch kind {
	case alert.SalesforceGrant, alert.SalesforceDown, alert.SalesforceRefuses, alert.SalesforceLimit:
		return salesforceRoute
	case alert.AircallKey, alert.AircallDown, alert.AircallWebhook, alert.Silence:
		return aircallRoute
	case alert.Failures:
		return attentionRoute
	case alert.Queue:
		return listURL("outcome", string(callflow.Waiting))
	case alert.Test:
		return alertsRoute
	}
	return "/"
}

func alertDigest(r alert.Report, zone *time.Location) views.AlertDigest {
	day, err := callflow.ReadDay(r.Day, zone)
	if err != nil {
		day = time.Time{} // it was written by this program; a day that cannot be read shows as none
	}
	d := views.AlertDigest{Day: day.Add(12 * time.Hour), Received: r.Received, Resolved: r.Resolved, Calls: r.Calls, Accounted: r.Accounted,
		APIUsed: r.APIUsed, APIMax: r.APIMax, More: r.More, Questions: r.Questions, OpenURL: alert.LinkBase + attentionRoute}
	for _, o := range []struct {
		outcome callflow.Outcome
		n       int
	}{{callflow.Logged, r.Logged}, {callflow.Skipped, r.Skipped}, {callflow.NeedsChoice, r.Choice}, {callflow.Waiting, r.Waiting}, {callflow.Failed, r.Failed}} {
		d.Outcomes = append(d.Outcomes, views.AlertFigure{Code: string(o.outcome), Count: o.n,
			URL: alert.LinkBase + listURL("outcome", string(o.outcome), "from", r.Day, "to", r.Day)})
	}
	for _, c := range r.Causes {
		d.Causes = append(d.Causes, views.AlertFigure{Code: c.Reason, Count: c.Count,
			URL: alert.LinkBase + activityRoute + "?" + url.Values{"outcome": {string(callflow.Failed)}, "cause": {c.Key}, "resolved": {"no"}}.Encode()})
	}
	return d
}
