package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const viewsRoute = "/views"

// maxViewName is how long the name of a view is at most.
const maxViewName = 60

func viewURL(id int64) string { return viewsRoute + "/" + strconv.FormatInt(id, 10) }

// viewQuery is a filter as views keep it: what narrows the list, and not where
// in the list somebody is.
func (q *query) viewQuery() string {
	return strings.TrimPrefix(strings.TrimPrefix(q.url("", "after", "", "before", "", "view", ""), "?"), "/")
}

// plainQuery keeps of a typed filter what the list understands.
func (s *Server) plainQuery(ctx context.Context, typed string) (string, error) {
	params, err := url.ParseQuery(typed)
	if err != nil || len(typed) > 4000 {
		return "", errBadForm
	}
	q := readQuery(params, views.LocaleOf(ctx).Zone)
	return q.viewQuery(), nil
}

// viewAddress is the list under a saved view.
func viewAddress(v store.View) string {
	params, err := url.ParseQuery(v.Query)
	if err != nil {
		params = url.Values{}
	}
	params.Set("view", strconv.FormatInt(v.ID, 10))
	return activityRoute + "?" + params.Encode()
}

// mayChange reports whether the visitor may change a view: who saved it, as
// long as they may share what is shared, and admins those that are.
func (v visitor) mayChange(view store.View) bool {
	if view.Shared {
		return v.may(admin) || v.who == view.Owner && v.may(editor)
	}
	return v.who == view.Owner
}

// maySee reports whether a view tells the visitor no number that is kept from
// them: the search of somebody else's may hold one.
func (v visitor) maySee(view store.View) bool {
	if view.Owner == v.who {
		return true
	}
	params, err := url.ParseQuery(view.Query)
	typed := params.Get("q")
	return err == nil && maskFor(v, "").text(typed) == typed
}

// viewTabs are the views that people saved, and how the list stands to the one
// it began with.
func (s *Server) viewTabs(ctx context.Context, c echo.Context, q query) ([]views.Tab, views.ViewState, error) {
	v := visitorOf(c)
	state := views.ViewState{Query: q.viewQuery(), MayShare: v.may(editor)}
	all, err := s.o.Store.Views(ctx, v.who)
	if err != nil {
		return nil, state, err
	}
	var tabs []views.Tab
	for _, saved := range all {
		if !v.maySee(saved) {
			continue
		}
		if saved.Owner != v.who {
			saved.Name = maskFor(v, "").text(saved.Name)
		}
		t := views.Tab{Name: saved.Name, Shared: saved.Shared, URL: viewAddress(saved)}
		if slices.Equal(q.values["view"], []string{strconv.FormatInt(saved.ID, 10)}) {
			t.Current = true
			state.Name, state.Shared, state.Changed, state.ResetURL = saved.Name, saved.Shared, state.Query != saved.Query, t.URL
			if v.mayChange(saved) {
				state.EditURL = viewURL(saved.ID)
			}
		}
		tabs = append(tabs, t)
	}
	return tabs, state, nil
}

// viewOf finds the view that the address names, when the visitor may change it.
func (s *Server) viewOf(c echo.Context) (store.View, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return store.View{}, store.ErrNotFound
	}
	found, err := s.o.Store.View(c.Request().Context(), id, visitorOf(c).who)
	if err == nil && !visitorOf(c).mayChange(found) {
		err = echo.ErrForbidden
	}
	return found, err
}

// createView keeps the filter of the list under a name.
func (s *Server) createView(c echo.Context) error {
	ctx := s.reader(c)
	kept, err := s.plainQuery(ctx, c.FormValue("query"))
	if err != nil {
		return err
	}
	v := visitorOf(c)
	saved := store.View{Owner: v.who, Name: strings.TrimSpace(c.FormValue("name")), Query: kept, Shared: c.FormValue("shared") == "true" && v.may(editor)}
	wrong := viewMistakes(ctx, saved.Name)
	if len(wrong) == 0 {
		saved.ID, err = s.keepView(c, saved)
		if errors.Is(err, store.ErrTooMany) {
			wrong, err = []views.Mistake{{Field: "name", Text: views.ProblemText(ctx, "too_many_views", map[string]string{"max": strconv.Itoa(store.MaxViews)})}}, nil
		}
	}
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return s.renderView(ctx, c, http.StatusUnprocessableEntity, saved, wrong)
	}
	return s.redirect(c, viewAddress(saved), "view_saved")
}

// keepView stores a view and writes it down.
func (s *Server) keepView(c echo.Context, v store.View) (id int64, err error) {
	detail := map[string]string{"filter": v.Query}
	err = s.audited(c, visitorOf(c).who, store.AuditViewSaved, v.Name, detail, func(ctx context.Context, st *store.Store) (err error) {
		id, err = st.SaveView(ctx, v)
		return err
	})
	return id, err
}

func viewMistakes(ctx context.Context, name string) []views.Mistake {
	code, params := "", map[string]string{"max": strconv.Itoa(maxViewName)}
	switch {
	case name == "":
		code = "missing"
	case utf8.RuneCountInString(name) > maxViewName:
		code = "too_long"
	default:
		return nil
	}
	return []views.Mistake{{Field: "name", Text: views.ProblemText(ctx, code, params)}}
}

// editView shows a view's name and whom it is for.
func (s *Server) editView(c echo.Context) error {
	v, err := s.viewOf(c)
	if err != nil {
		return err
	}
	return s.renderView(s.reader(c), c, http.StatusOK, v, nil)
}

func (s *Server) renderView(ctx context.Context, c echo.Context, status int, v store.View, wrong []views.Mistake) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	form := views.Form{Values: map[string][]string{"name": {v.Name}, "shared": {strconv.FormatBool(v.Shared)}}, Mistakes: wrong}
	m := views.ViewPage{Form: form, Query: v.Query, MayShare: visitorOf(c).may(editor), Action: viewsRoute, BackURL: activityRoute + "?" + v.Query}
	params, err := url.ParseQuery(v.Query)
	if err != nil {
		return err
	}
	if m.Chips, err = s.chips(ctx, readQuery(params, views.LocaleOf(ctx).Zone)); err != nil {
		return err
	}
	if v.ID != 0 {
		m.Name, m.Shared, m.Owner, m.Action, m.BackURL, m.DeleteURL = v.Name, v.Shared, v.Owner, viewURL(v.ID), viewAddress(v), viewURL(v.ID)+"/delete"
	}
	return s.render(ctx, c, status, views.EditView(s.frame(ctx, c, h, views.HereActivity), m))
}

// saveView takes over a view's new filter, or its name and whom it is for.
func (s *Server) saveView(c echo.Context) error {
	ctx := s.reader(c)
	v, err := s.viewOf(c)
	if err != nil {
		return err
	}
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	if typed.Has("name") {
		v.Name = strings.TrimSpace(typed.Get("name"))
		if visitorOf(c).may(editor) {
			v.Shared = typed.Get("shared") == "true"
		}
	} else if v.Query, err = s.plainQuery(ctx, typed.Get("query")); err != nil {
		return err
	}
	if wrong := viewMistakes(ctx, v.Name); len(wrong) > 0 {
		return s.renderView(ctx, c, http.StatusUnprocessableEntity, v, wrong)
	}
	if _, err := s.keepView(c, v); err != nil {
		return err
	}
	return s.redirect(c, viewAddress(v), "view_saved")
}

// confirmDeleteView says whose view goes before it does.
func (s *Server) confirmDeleteView(c echo.Context) error {
	ctx := s.reader(c)
	v, err := s.viewOf(c)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.ViewPage{Name: v.Name, Shared: v.Shared, Owner: v.Owner, Action: viewURL(v.ID) + "/delete", BackURL: viewURL(v.ID)}
	return s.render(ctx, c, http.StatusOK, views.DeleteView(s.frame(ctx, c, h, views.HereActivity), m))
}

func (s *Server) deleteView(c echo.Context) error {
	v, err := s.viewOf(c)
	if err != nil {
		return err
	}
	err = s.audited(c, visitorOf(c).who, store.AuditViewDeleted, v.Name, nil, func(ctx context.Context, st *store.Store) error {
		return st.DeleteView(ctx, v.ID)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, activityRoute, "view_deleted")
}
