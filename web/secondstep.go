package web

import (
	"context"
	"errors"
	"net/http"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const secondStepRoute = peopleRoute + "/two-step"

// saveSecondStep changes whose sign-in must ask for a second step.
func (s *Server) saveSecondStep(c echo.Context) error {
	before, after := store.Required(c.FormValue("required_of_before")), store.Required(c.FormValue("required_of"))
	if !before.Valid() {
		return errBadForm // nobody types it
	}
	m := views.PeoplePage{Form: inviteForm(store.Invitation{Role: store.Viewer}), SecondStep: secondStepForm(before, after)}
	refused := func(code string) error {
		m.SecondStep.Form.Mistakes = []views.Mistake{requiredMistake(s.reader(c), code, after)}
		return s.renderPeople(c, http.StatusUnprocessableEntity, m)
	}
	if !after.Valid() {
		return refused("unknown_value")
	}
	v := visitorOf(c)
	detail := map[string]string{"required_of": string(after), "required_of_before": string(before)}
	err := s.audited(c, v.who, store.AuditTwoStepRequired, "", detail, func(ctx context.Context, st *store.Store) error {
		return st.RequireSecondStep(ctx, v.user.ID, before, after)
	})
	if errors.Is(err, store.ErrNoSecondStep) {
		return refused("second_step_own")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, peopleRoute, "second_step_saved")
}

func requiredMistake(ctx context.Context, code string, typed store.Required) views.Mistake {
	return views.Mistake{Field: "required_of", Text: views.ProblemText(ctx, code, map[string]string{"value": string(typed), "allowed": "nobody, admins, everyone"})}
}

func secondStepForm(before, chosen store.Required) views.SecondStep {
	return views.SecondStep{Form: views.Form{Values: map[string][]string{"required_of": {string(chosen)}, "required_of_before": {string(before)}}}}
}

// addSecondStep says on the page of people of whom a second step is required,
// and who has yet to set it up.
func (s *Server) addSecondStep(ctx context.Context, c echo.Context, m *views.PeoplePage, people []store.Person) error {
	required, err := s.o.Store.SecondStep(ctx)
	if err != nil {
		return err
	}
	if m.SecondStep.Form.Values == nil {
		m.SecondStep = secondStepForm(required, required)
	}
	for i, p := range people {
		if p.ID == visitorOf(c).user.ID {
			m.SecondStep.Own = p.TwoStep
		}
		if required.Of(p.Role) && !p.TwoStep && p.DeactivatedAt.IsZero() {
			m.Rows[i].TwoStepDue = true
			m.SecondStep.Missing++
		}
	}
	return nil
}

// leadsToSecondStep answers who must set up their second step before anything
// else.
func (s *Server) leadsToSecondStep(c echo.Context) error {
	switch {
	case isFragment(c):
		c.Response().Header().Set("HX-Redirect", twoStepRoute)
		return c.NoContent(http.StatusForbidden)
	case c.Path() == eventsRoute:
		return c.NoContent(http.StatusForbidden)
	default:
		return c.Redirect(http.StatusSeeOther, twoStepRoute)
	}
}
