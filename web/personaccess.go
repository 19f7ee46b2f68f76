package web

import (
	"net/http"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// endPersonSession signs somebody out of one browser, at once.
func (s *Server) endPersonSession(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.EndSession(ctx, p.ID, c.Param("session")); err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditSignedOut, p.Email, nil)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, personURL(p.ID, ""), "session_ended")
}

// endPersonSessions signs somebody out everywhere; oneself but here.
func (s *Server) endPersonSessions(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	ctx, ended := c.Request().Context(), int64(0)
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if ended, err = st.EndOtherSessions(ctx, p.ID); err != nil || ended == 0 {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditSignedOutAll, p.Email, nil)
	})
	if err != nil {
		return err
	}
	if ended == 0 {
		return s.redirect(c, personURL(p.ID, ""), "person_not_signed_in")
	}
	return s.redirect(c, personURL(p.ID, ""), "person_signed_out")
}

// twoStepOf finds somebody else whose sign-in asks for a code. Whoever means
// their own proves on their account who they are.
func (s *Server) twoStepOf(c echo.Context) (store.Person, error) {
	p, err := s.person(c)
	if err == nil && (!p.TwoStep || p.ID == visitorOf(c).user.ID) {
		err = store.ErrNotFound
	}
	return p, err
}

// askPersonTwoStepOff says what it means before it is done.
func (s *Server) askPersonTwoStepOff(c echo.Context) error {
	p, err := s.twoStepOf(c)
	if err != nil {
		return err
	}
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.TwoStepPersonPage{PersonRow: s.personRow(ctx, c, p), Action: personURL(p.ID, "/two-step/off")}
	return s.render(ctx, c, http.StatusOK, views.TwoStepPersonOff(s.frame(ctx, c, h, views.HerePeople), m))
}

// turnPersonTwoStepOff lets somebody in with their password alone who lost
// their telephone, and signs them out everywhere: it may be in other hands.
func (s *Server) turnPersonTwoStepOff(c echo.Context) error {
	p, err := s.twoStepOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.EndTwoStep(ctx, p.ID); err != nil {
			return err
		}
		if _, err := st.EndOtherSessions(ctx, p.ID); err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditTwoStepOff, p.Email, nil)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, personURL(p.ID, ""), "person_two_step_off")
}
