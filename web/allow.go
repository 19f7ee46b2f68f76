package web

import (
	"context"
	"errors"
	"net/http"

	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// allowNumber first says what it means to keep the calls of an erased number
// again, and does it when it is confirmed. As when it is erased, the number
// stands in no address.
func (s *Server) allowNumber(c echo.Context) error {
	ctx := s.reader(c)
	typed := c.FormValue("erased")
	kept, err := s.o.Store.Kept(ctx)
	if err != nil {
		return err
	}
	m := views.PrivacyPage{Form: keptForm(kept)}
	m.Form.Values["erased"] = []string{typed}
	refuse := func(problem string) error {
		m.Form.Mistakes = []views.Mistake{{Field: "erased", Text: views.ProblemText(ctx, problem, nil)}}
		return s.renderPrivacy(c, http.StatusUnprocessableEntity, kept, m)
	}
	number, err := s.readNumber(ctx, typed)
	if err != nil {
		return err
	}
	if number == "" {
		return refuse("no_number")
	}
	if c.FormValue("step") != "allow" {
		erased, err := s.o.Store.ErasedAmong(ctx, []string{number})
		if err != nil {
			return err
		}
		if !erased[number] {
			return refuse("not_erased")
		}
		m.Allow = &views.AllowPlan{Number: phone.International(number), E164: number}
		return s.renderPrivacy(c, http.StatusOK, kept, m)
	}
	err = s.audited(c, visitorOf(c).who, store.AuditAllowed, endOf(number), nil, func(ctx context.Context, st *store.Store) error {
		return st.AllowNumber(ctx, number)
	})
	if errors.Is(err, store.ErrNotFound) { // somebody was faster
		return refuse("not_erased")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, privacyRoute, "number_allowed")
}
