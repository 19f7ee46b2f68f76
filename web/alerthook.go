package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/alert"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// testTime is longer than any channel takes to answer.
const testTime = 40 * time.Second

// maxHookURL is more than any service's addresses have.
const maxHookURL = 2000

// newAlertSecret makes the secret that signs what is posted.
func newAlertSecret() store.Secret { return store.Secret("rla_" + strings.ToLower(rand.Text())) }

// saveAlertWebhook keeps where alerts are posted to, with a secret of its own.
// The secret is shown in the answer: nothing keeps it until a next page.
func (s *Server) saveAlertWebhook(c echo.Context) error {
	a, typed, err := s.alertsTyped(c)
	if err != nil {
		return err
	}
	ctx := s.reader(c)
	address, internal := strings.TrimSpace(typed.Get("webhook_url")), false
	if all := typed["webhook_internal"]; len(all) > 0 {
		internal = all[len(all)-1] == "true"
	}
	if wrong := hookMistakes(ctx, address, internal); len(wrong) > 0 {
		return s.renderAlerts(c, http.StatusUnprocessableEntity, a, views.AlertsPage{Hook: views.Form{Values: typed, Mistakes: wrong}})
	}
	a.WebhookURL, a.WebhookInternal, a.WebhookSecret = store.Secret(address), internal, newAlertSecret()
	detail := map[string]string{"internal": strconv.FormatBool(internal)}
	err = s.audited(c, visitorOf(c).who, store.AuditAlertWebhookSaved, alert.HostOf(a.WebhookURL), detail, func(ctx context.Context, st *store.Store) error {
		return st.SaveAlertSettings(ctx, a)
	})
	if err != nil {
		return err
	}
	return s.showAlertSecret(c, a)
}

func hookMistakes(ctx context.Context, address string, internal bool) []views.Mistake {
	code := ""
	switch err := alert.CheckURL(address, internal); {
	case address == "":
		code = "missing"
	case len(address) > maxHookURL:
		code = "too_long"
	case errors.Is(err, alert.ErrInternal):
		code = "internal_address"
	case err != nil:
		code = "not_https"
	default:
		return nil
	}
	return []views.Mistake{{Field: "webhook_url", Text: views.ProblemText(ctx, code, map[string]string{"max": strconv.Itoa(maxHookURL)})}}
}

// renewAlertSecret replaces the secret, for who has lost it or has told it.
func (s *Server) renewAlertSecret(c echo.Context) error {
	a, _, err := s.alertsTyped(c)
	if err != nil {
		return err
	}
	if a.WebhookURL == "" {
		return store.ErrConflict
	}
	a.WebhookSecret = newAlertSecret()
	err = s.audited(c, visitorOf(c).who, store.AuditAlertSecretRenewed, alert.HostOf(a.WebhookURL), nil, func(ctx context.Context, st *store.Store) error {
		return st.SaveAlertSettings(ctx, a)
	})
	if err != nil {
		return err
	}
	return s.showAlertSecret(c, a)
}

func (s *Server) showAlertSecret(c echo.Context, a store.AlertSettings) error {
	a.Version++ // as it was just saved
	return s.renderAlerts(c, http.StatusOK, a, views.AlertsPage{Secret: string(a.WebhookSecret)})
}

// removeAlertWebhook posts nothing any more.
func (s *Server) removeAlertWebhook(c echo.Context) error {
	a, _, err := s.alertsTyped(c)
	if err != nil {
		return err
	}
	host := alert.HostOf(a.WebhookURL)
	a.WebhookURL, a.WebhookSecret, a.WebhookInternal = "", "", false
	err = s.audited(c, visitorOf(c).who, store.AuditAlertWebhookRemoved, host, nil, func(ctx context.Context, st *store.Store) error {
		return st.SaveAlertSettings(ctx, a)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, alertsRoute, "alert_webhook_removed")
}

func (s *Server) testAlertMail(c echo.Context) error    { return s.testAlerts(c, store.ByEmail) }
func (s *Server) testAlertWebhook(c echo.Context) error { return s.testAlerts(c, store.ByWebhook) }

// testAlerts sends a test and shows what the other side said.
func (s *Server) testAlerts(c echo.Context, channel string) error {
	ctx := c.Request().Context()
	takeTime(c, testTime+pageTimeout)
	bounded, cancel := context.WithTimeout(ctx, testTime)
	defer cancel()
	answer, failed := s.o.Alerts.Test(bounded, channel)
	if errors.Is(failed, alert.ErrNoChannel) {
		return store.ErrConflict
	}
	row := s.auditRow(c, visitorOf(c).who, store.AuditAlertTested, channel, map[string]string{"channel": channel, "arrived": strconv.FormatBool(failed == nil)})
	if err := s.o.Store.AddAudit(context.WithoutCancel(ctx), row); err != nil {
		return err
	}
	a, err := s.o.Store.AlertSettings(ctx)
	if err != nil {
		return err
	}
	tested := &views.AlertTest{Channel: channel, Answer: answer}
	if failed != nil {
		tested.Error = strings.TrimPrefix(failed.Error(), "alert: ")
	}
	return s.renderAlerts(c, http.StatusOK, a, views.AlertsPage{Test: tested})
}
