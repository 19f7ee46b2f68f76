package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/alert"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const alertsRoute = "/alerts"

// shownAlerts is how many alerts the page lists.
const shownAlerts = 30

// What may be typed.
const (
	mostFailures   = 10_000
	fewestSilent   = 15
	mostSilent     = 12 * 60
	mostRecipients = 20
)

// showAlerts shows what is told, to whom, and what was.
func (s *Server) showAlerts(c echo.Context) error {
	a, err := s.o.Store.AlertSettings(c.Request().Context())
	if err != nil {
		return err
	}
	if a.Version == 0 { // nobody has chosen yet
		a.Language = s.localeOf(c)
	}
	return s.renderAlerts(c, http.StatusOK, a, views.AlertsPage{Form: alertsForm(a)})
}

func alertsForm(a store.AlertSettings) views.Form {
	on := strconv.FormatBool
	return views.Form{Values: map[string][]string{
		"connections": {on(a.Connections)}, "failures": {on(a.Failures)}, "failures_over": {strconv.Itoa(a.FailuresOver)},
		"silence": {on(a.Silence)}, "silent_minutes": {strconv.Itoa(a.SilentMinutes)}, "queue": {on(a.Queue)},
		"digest": {on(a.Digest)}, "digest_hour": {strconv.Itoa(a.DigestHour)}, "language": {a.Language},
		"recipients": {strings.Join(a.Recipients, "\n")},
	}}
}

func (s *Server) renderAlerts(c echo.Context, status int, a store.AlertSettings, m views.AlertsPage) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m.Version, m.Zone, m.Webhook = strconv.Itoa(a.Version), zoneName(ctx), alert.HostOf(a.WebhookURL)
	if m.Form.Values == nil {
		m.Form = alertsForm(a)
	}
	if m.Hook.Values == nil {
		m.Hook = views.Form{Values: map[string][]string{"webhook_internal": {strconv.FormatBool(a.WebhookInternal)}}}
	}
	if mail := s.o.Alerts.Mail(); mail.Ready() {
		m.Mail = views.AlertMail{Server: mail.Server, From: mail.From, To: len(a.Recipients)}
	}
	for _, channel := range a.Channels() {
		now, err := s.o.Store.AlertChannel(ctx, channel)
		if err != nil {
			return err
		}
		m.Channels = append(m.Channels, views.AlertChannel{Code: channel, Waiting: now.Waiting, Oldest: views.On(ctx, now.Oldest),
			Problem: now.Problem, Next: views.On(ctx, now.NextAt), Last: views.On(ctx, now.TellAt)})
	}
	history, err := s.o.Store.AlertHistory(ctx, shownAlerts)
	if err != nil {
		return err
	}
	for _, past := range history {
		m.Rows = append(m.Rows, alertRow(ctx, past))
	}
	return s.render(ctx, c, status, views.Alerts(asTyped(s.frame(ctx, c, h, views.HereAlerts), alertsRoute), m))
}

func alertRow(ctx context.Context, a store.Alert) views.AlertRow {
	row := views.AlertRow{Kind: a.Kind, Title: views.AlertTitle(ctx, a.Kind, alert.Began), Began: views.On(ctx, a.BeganAt), Ended: views.On(ctx, a.EndedAt), Over: !a.EndedAt.IsZero()}
	var facts alert.Facts
	if a.Facts != "" && json.Unmarshal([]byte(a.Facts), &facts) == nil {
		row.Fact = views.AlertFact(ctx, facts.Count, time.Duration(facts.Minutes)*time.Minute)
	}
	for _, m := range a.Messages {
		told := views.AlertTold{Channel: m.Channel, State: "waiting", To: m.Told, At: views.On(ctx, m.MadeAt), Problem: m.Problem}
		switch {
		case !m.SentAt.IsZero():
			told.State, told.At = "told", views.On(ctx, m.SentAt)
		case !m.DroppedAt.IsZero():
			told.State, told.At = "dropped", views.On(ctx, m.DroppedAt)
		}
		row.Told = append(row.Told, told)
	}
	return row
}

// saveAlerts changes what is told and who gets e-mails.
func (s *Server) saveAlerts(c echo.Context) error {
	a, typed, err := s.alertsTyped(c)
	if err != nil {
		return err
	}
	if asksAgain(c) {
		return s.renderAlerts(c, http.StatusOK, a, views.AlertsPage{Form: views.Form{Values: typed}})
	}
	wrong := readAlerts(s.reader(c), typed, &a)
	if len(wrong) > 0 {
		return s.renderAlerts(c, http.StatusUnprocessableEntity, a, views.AlertsPage{Form: views.Form{Values: typed, Mistakes: wrong}})
	}
	err = s.audited(c, visitorOf(c).who, store.AuditAlertsChanged, "alerts", alertsDetail(a), func(ctx context.Context, st *store.Store) error {
		return st.SaveAlertSettings(ctx, a)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, alertsRoute, "alerts_saved")
}

// alertsTyped reads a form, and the settings as its page showed them: another
// version of them is a conflict.
func (s *Server) alertsTyped(c echo.Context) (store.AlertSettings, url.Values, error) {
	typed, err := c.FormParams()
	if err != nil {
		return store.AlertSettings{}, nil, errBadForm
	}
	a, err := s.o.Store.AlertSettings(c.Request().Context())
	if err != nil {
		return a, nil, err
	}
	if version, err := strconv.Atoi(typed.Get("version")); err != nil || version < 0 {
		return a, nil, errBadForm // nobody types it
	} else if version != a.Version {
		return a, nil, store.ErrConflict
	}
	return a, typed, nil
}

func alertsDetail(a store.AlertSettings) map[string]string {
	set := func(on bool, value string) string {
		if !on {
			return "off"
		}
		return value
	}
	return map[string]string{
		"connections": set(a.Connections, "on"), "failures": set(a.Failures, strconv.Itoa(a.FailuresOver)),
		"silence": set(a.Silence, strconv.Itoa(a.SilentMinutes)), "queue": set(a.Queue, "on"), "digest": set(a.Digest, strconv.Itoa(a.DigestHour)),
		"language": a.Language, "recipients": strings.Join(a.Recipients, ", "),
	}
}

// readAlerts puts what was typed into the settings.
func readAlerts(ctx context.Context, typed url.Values, a *store.AlertSettings) []views.Mistake {
	var wrong []views.Mistake
	mistake := func(field, code string, params map[string]string) {
		wrong = append(wrong, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)})
	}
	for name, to := range map[string]*bool{"connections": &a.Connections, "failures": &a.Failures, "silence": &a.Silence, "queue": &a.Queue, "digest": &a.Digest} {
		all := typed[name]
		*to = len(all) > 0 && all[len(all)-1] == "true"
	}
	for _, n := range []struct {
		name      string
		min, most int
		to        *int
	}{{"failures_over", 1, mostFailures, &a.FailuresOver}, {"silent_minutes", fewestSilent, mostSilent, &a.SilentMinutes}, {"digest_hour", 0, 23, &a.DigestHour}} {
		value, err := strconv.Atoi(strings.TrimSpace(typed.Get(n.name)))
		if err != nil || value < n.min || value > n.most {
			mistake(n.name, "out_of_range", map[string]string{"min": strconv.Itoa(n.min), "max": strconv.Itoa(n.most), "value": typed.Get(n.name)})
			continue
		}
		*n.to = value
	}
	if language := typed.Get("language"); views.MatchLanguage(language) == language {
		a.Language = language
	} else {
		mistake("language", "unknown_value", map[string]string{"value": language, "allowed": strings.Join(views.Languages(), ", ")})
	}
	a.Recipients = strings.FieldsFunc(typed.Get("recipients"), func(r rune) bool { return strings.ContainsRune(" ,;\r\n\t", r) })
	for _, to := range a.Recipients {
		if !alert.IsAddress(to) {
			mistake("recipients", "bad_email", map[string]string{"value": to})
		}
	}
	if len(a.Recipients) > mostRecipients {
		mistake("recipients", "too_many", map[string]string{"max": strconv.Itoa(mostRecipients)})
	}
	return wrong
}
