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

// shownErasures is how many erased numbers the page lists.
const shownErasures = 20

// eraseNumber first shows what goes with a number. Typed a second time, the
// number is erased. It stands in no address, so in no log of one.
func (s *Server) eraseNumber(c echo.Context) error {
	ctx := s.reader(c)
	typed, again := c.FormValue("number"), c.FormValue("again")
	kept, err := s.o.Store.Kept(ctx)
	if err != nil {
		return err
	}
	m := views.PrivacyPage{Form: keptForm(kept)}
	m.Form.Values["number"] = []string{typed}
	all, err := s.numbersMeant(ctx, typed)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		m.Form.Mistakes = []views.Mistake{{Field: "number", Text: views.ProblemText(ctx, "no_number", nil)}}
		return s.renderPrivacy(c, http.StatusUnprocessableEntity, kept, m)
	}
	one, ok := oneMeant(all)
	if !ok {
		m.Choice = numberChoice(ctx, typed, privacyRoute+"/erase", "number", all)
		return s.renderPrivacy(c, http.StatusOK, kept, m)
	}
	number := one.E164
	spellings := phone.Spellings(number, phone.Region(number))
	m.Erase = &views.ErasePlan{Number: phone.International(number), E164: number, Calls: one.calls, Postgres: s.o.Store.Postgres(),
		Assumed: views.CountryText(ctx, one.Region)}
	if asksAgain(c) {
		m.Form.Values["again"] = []string{again}
		return s.renderPrivacy(c, http.StatusOK, kept, m)
	}
	if c.FormValue("step") != "erase" {
		return s.renderPrivacy(c, http.StatusOK, kept, m)
	}
	if !isWritten(again, number) {
		m.Form.Mistakes = []views.Mistake{{Field: "again", Text: views.ProblemText(ctx, "other_number", nil)}}
		return s.renderPrivacy(c, http.StatusUnprocessableEntity, kept, m)
	}
	takeTime(c, pageTimeout)
	who := visitorOf(c).who
	err = s.audited(c, who, store.AuditErased, endOf(number), nil, func(ctx context.Context, st *store.Store) error {
		return st.AddErasure(ctx, number, who)
	})
	if err != nil {
		return err
	}
	switch err := s.o.Store.EraseNumber(ctx, number, spellings); {
	case errors.Is(err, store.ErrBusy):
		m.Form.Mistakes = []views.Mistake{{Text: views.ProblemText(ctx, "erase_busy", nil)}}
		return s.renderPrivacy(c, http.StatusConflict, kept, m)
	case err != nil:
		return err
	}
	return s.redirect(c, privacyRoute, "number_erased")
}
