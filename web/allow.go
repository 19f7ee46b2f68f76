package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

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
	all, err := s.erasedMeant(ctx, typed)
	if err != nil {
		return err
	}
	if all == nil {
		return refuse("no_number")
	}
	if len(all) == 0 {
		return refuse("not_erased")
	}
	number := all[0].E164
	if c.FormValue("step") != "allow" {
		if len(all) > 1 {
			m.Choice = numberChoice(ctx, typed, privacyRoute+"/allow", "erased", all)
			m.Choice.None = false // what was erased has none
			return s.renderPrivacy(c, http.StatusOK, kept, m)
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

// erasedMeant are the erased numbers among those that may be meant: nil when
// it is no number.
func (s *Server) erasedMeant(ctx context.Context, typed string) ([]meant, error) {
	all, err := s.numbersMeant(ctx, typed)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	numbers := make([]string, len(all))
	for i, m := range all {
		numbers[i] = m.E164
	}
	erased, err := s.o.Store.ErasedAmong(ctx, numbers)
	return slices.DeleteFunc(all, func(m meant) bool { return !erased[m.E164] }), err
}
