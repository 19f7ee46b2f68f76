package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// chooseRecord takes a person's word for whose number it is, for this entry
// and, when asked to remember, for this number from now on.
func (s *Server) chooseRecord(c echo.Context) error {
	e, tries, err := s.entryOf(c)
	if err != nil {
		return err
	}
	chosen, ok := candidate(tries, c.FormValue("record"))
	list := listOf(c, views.LocaleOf(s.reader(c)).Zone)
	back := list.url(entryURL(e.ID))
	if c.FormValue("back") == "attention" {
		back = attentionRoute
	}
	if !ok && back == attentionRoute {
		return s.renderAttention(c, http.StatusUnprocessableEntity, e.ID)
	}
	if !ok {
		return s.renderDetail(c, http.StatusUnprocessableEntity, e, tries, "choice_missing")
	}
	who := visitorOf(c).who
	remember := c.FormValue("remember") == "true"
	detail := map[string]string{"record": chosen.ID, "remember": strconv.FormatBool(remember)}
	err = s.audited(c, who, store.AuditRecordChosen, entryURL(e.ID), detail, func(ctx context.Context, st *store.Store) error {
		// The entry first: what is no longer asked is no longer remembered either.
		if err := st.ChooseForEntry(ctx, e.ID, chosen.ID); err != nil || !remember || e.External == "" {
			return err
		}
		if err := st.ChooseRecord(ctx, e.External, chosen, who); err != nil {
			return err
		}
		_, err := st.AskAgain(ctx, e.External)
		return err
	})
	if errors.Is(err, store.ErrConflict) {
		return s.redirect(c, back, "replaying")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, back, "choice_saved")
}

// shownChoices is how many remembered choices the page lists.
const shownChoices = 50

func (s *Server) choices(ctx context.Context, c echo.Context, h house) (views.ChoicesPage, error) {
	found, all, err := s.o.Store.Choices(ctx, shownChoices)
	if err != nil {
		return views.ChoicesPage{}, err
	}
	m := views.ChoicesPage{More: int(all) - len(found)}
	hide := maskFor(visitorOf(c), "")
	for _, ch := range found {
		row := views.ChosenNumber{Number: hide.text(phone.International(ch.E164)), Record: hide.text(ch.Record.Name), RecordKind: string(ch.Record.Kind),
			RecordURL: recordURL(h, ch.Record.ID), By: ch.ChosenBy, At: views.On(ctx, ch.ChosenAt)}
		if !hide.hides() {
			row.Key = ch.E164
		}
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

// forgetChoice lets the rules decide about a number again, from its next call.
func (s *Server) forgetChoice(c echo.Context) error {
	number := c.FormValue("number")
	err := s.audited(c, visitorOf(c).who, store.AuditChoiceForgotten, phone.Mask(number), nil, func(ctx context.Context, st *store.Store) error {
		forgotten, err := st.ForgetChoice(ctx, number)
		if err == nil && !forgotten {
			err = store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.redirect(c, "/rules/matching", "choice_forgotten")
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
