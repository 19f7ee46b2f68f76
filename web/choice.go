package web

import (
	"errors"
	"net/http"
	"strconv"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// chooseRecord takes a person's word for whose number it is, for this entry
// and, when asked to remember, for this number from now on.
func (s *Server) chooseRecord(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := entryID(c)
	if err != nil {
		return err
	}
	e, err := s.o.Store.Entry(ctx, id)
	if err != nil {
		return err
	}
	tries, err := s.o.Store.TriesOf(ctx, id)
	if err != nil {
		return err
	}
	chosen, ok := candidate(tries, c.FormValue("record"))
	if !ok {
		return s.renderDetail(c, http.StatusUnprocessableEntity, e, tries, "choice_missing")
	}
	who := visitorOf(c).who
	// The entry first: what is no longer asked is no longer remembered either.
	err = s.o.Store.ChooseForEntry(ctx, id, chosen.ID)
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, entryURL(id), "replaying")
	}
	if err != nil {
		return err
	}
	remember := c.FormValue("remember") == "true"
	if remember && e.External != "" {
		if err := s.o.Store.ChooseRecord(ctx, e.External, chosen, who); err != nil {
			return err
		}
		if _, err := s.o.Store.AskAgain(ctx, e.External); err != nil {
			return err
		}
	}
	detail := map[string]string{"record": chosen.ID, "remember": strconv.FormatBool(remember)}
	if err := s.audit(c, who, "record_chosen", entryURL(id), detail); err != nil {
		return err
	}
	return s.redirect(c, entryURL(id), "choice_saved")
}

// candidate finds a record among those the latest search found: nobody can
// choose one that does not hold the number.
func candidate(tries []store.Try, id string) (callflow.Record, bool) {
	for i := len(tries) - 1; i >= 0; i-- {
		for _, step := range tries[i].Steps {
			for _, j := range step.Candidates {
				if j.ID == id && !j.Converted {
					return j.Record, true
				}
			}
		}
	}
	return callflow.Record{}, false
}
