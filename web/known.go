package web

import (
	"net/http"
	"time"

	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// exportNumber sends everything that is known of a number as one file. The
// number is sent in the form and stands in no address, so in no log of one.
func (s *Server) exportNumber(c echo.Context) error {
	ctx := s.reader(c)
	typed := c.FormValue("number")
	all, err := s.numbersMeant(ctx, typed)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return s.askForNumber(c, typed, nil)
	}
	one, ok := oneMeant(all)
	if !ok || one.calls == 0 && !one.written { // an empty file would say that nothing is known
		return s.askForNumber(c, typed, numberChoice(ctx, typed, privacyRoute+"/export", "number", all))
	}
	number := one.E164
	if err := s.audit(c, visitorOf(c).who, store.AuditKnownTaken, endOf(number), nil); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="ringledger-number-`+s.o.Now().In(views.LocaleOf(ctx).Zone).Format(time.DateOnly)+`.json"`)
	return s.o.Store.WriteKnown(ctx, unhurried{c}, number, phone.Spellings(number, phone.Region(number)))
}

// askForNumber asks which number is meant, or for one when none can be.
func (s *Server) askForNumber(c echo.Context, typed string, choice *views.NumberChoice) error {
	ctx := s.reader(c)
	kept, err := s.o.Store.Kept(ctx)
	if err != nil {
		return err
	}
	m := views.PrivacyPage{Form: keptForm(kept), Choice: choice}
	m.Form.Values["number"] = []string{typed}
	if choice != nil {
		return s.renderPrivacy(c, http.StatusOK, kept, m)
	}
	m.Form.Mistakes = []views.Mistake{{Field: "number", Text: views.ProblemText(ctx, "no_number", nil)}}
	return s.renderPrivacy(c, http.StatusUnprocessableEntity, kept, m)
}

// unhurried gives each piece of a long answer its own time.
type unhurried struct{ c echo.Context }

func (u unhurried) Write(p []byte) (int, error) {
	takeTime(u.c, pageTimeout)
	return u.c.Response().Write(p)
}

// endOf is what the audit log says of a number: enough for two people to know
// which of them they mean, and nobody else.
func endOf(number string) string { return "••" + number[len(number)-2:] }
