package web

import (
	"context"
	"net/http"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const keysRoute = "/keys"

// maxKeyName is more than what a key is for needs.
const maxKeyName = 100

// listKeys shows which programs may use the API.
func (s *Server) listKeys(c echo.Context) error {
	return s.renderKeys(c, http.StatusOK, views.KeysPage{Form: keyForm("", string(store.Viewer))})
}

func keyForm(name, role string) views.Form {
	return views.Form{Values: map[string][]string{"purpose": {name}, "role": {role}}}
}

func (s *Server) renderKeys(c echo.Context, status int, m views.KeysPage) error {
	ctx := s.reader(c)
	keys, err := s.o.Store.APIKeys(ctx)
	if err != nil {
		return err
	}
	people, err := s.people(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{"console": views.AuditWho(ctx, "console", "")}
	for _, p := range people {
		names[p.Email] = p.Name
	}
	for _, k := range keys {
		row := s.keyRow(ctx, k)
		if row.By = names[k.MadeBy]; row.By == "" {
			row.By = k.MadeBy
		}
		m.Rows = append(m.Rows, row)
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HereKeys)
	if m.New == nil { // which nothing may keep
		f = asTyped(f, keysRoute)
	}
	return s.render(ctx, c, status, views.Keys(f, m))
}

func (s *Server) keyRow(ctx context.Context, k store.APIKey) views.KeyRow {
	row := views.KeyRow{Name: k.Name, Role: string(k.Role), CreatedAt: views.On(ctx, k.CreatedAt), RevokedAt: views.On(ctx, k.RevokedAt)}
	if !k.UsedAt.IsZero() {
		row.UsedAt = views.Ago(ctx, k.UsedAt, s.o.Now())
	}
	if k.RevokedAt.IsZero() {
		row.RevokeURL = keysRoute + "/" + strconv.FormatInt(k.ID, 10) + "/revoke"
	}
	return row
}

// createKey makes a key and shows it in its answer: no redirect, since nothing
// may keep the key until a next page, neither an address nor the session.
func (s *Server) createKey(c echo.Context) error {
	ctx := s.reader(c)
	name, role := typedName(c.FormValue("purpose")), store.Role(c.FormValue("role"))
	if asksAgain(c) {
		return s.renderKeys(c, http.StatusOK, views.KeysPage{Form: keyForm(name, string(role))})
	}
	if wrong := keyMistakes(ctx, name, role); len(wrong) > 0 {
		form := keyForm(name, string(role))
		form.Mistakes = wrong
		return s.renderKeys(c, http.StatusUnprocessableEntity, views.KeysPage{Form: form})
	}
	var key store.Secret
	err := s.o.Store.Together(ctx, func(st *store.Store) (err error) {
		if key, err = st.AddAPIKey(ctx, name, role, visitorOf(c).who); err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditKeyCreated, name, map[string]string{"role": string(role)})
	})
	if err != nil {
		return err
	}
	return s.renderKeys(c, http.StatusOK, views.KeysPage{Form: keyForm("", string(store.Viewer)), New: &views.NewKey{Name: name, Key: string(key)}})
}

func keyMistakes(ctx context.Context, name string, role store.Role) []views.Mistake {
	var out []views.Mistake
	wrong := func(field, code string, params map[string]string) {
		out = append(out, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)})
	}
	switch {
	case name == "":
		wrong("purpose", "missing", nil)
	case len(name) > maxKeyName:
		wrong("purpose", "too_long", map[string]string{"max": strconv.Itoa(maxKeyName)})
	}
	if !role.Valid() {
		wrong("role", "unknown_value", map[string]string{"value": string(role), "allowed": "viewer, editor, admin"})
	}
	return out
}

// key finds the key that the address names, unless it was revoked.
func (s *Server) key(c echo.Context) (store.APIKey, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return store.APIKey{}, store.ErrNotFound
	}
	keys, err := s.o.Store.APIKeys(c.Request().Context())
	for _, k := range keys {
		if k.ID == id && k.RevokedAt.IsZero() {
			return k, nil
		}
	}
	if err == nil {
		err = store.ErrNotFound
	}
	return store.APIKey{}, err
}

// confirmRevokeKey says what it means before it is done.
func (s *Server) confirmRevokeKey(c echo.Context) error {
	ctx := s.reader(c)
	k, err := s.key(c)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	row := s.keyRow(ctx, k)
	return s.render(ctx, c, http.StatusOK, views.RevokeKey(s.frame(ctx, c, h, views.HereKeys), views.RevokeKeyPage{KeyRow: row, Action: row.RevokeURL}))
}

// revokeKey ends a key at once.
func (s *Server) revokeKey(c echo.Context) error {
	k, err := s.key(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error { return s.revokeKeyIn(ctx, st, c, k) })
	if err != nil {
		return err
	}
	return s.redirect(c, keysRoute, "key_revoked")
}

func (s *Server) revokeKeyIn(ctx context.Context, st *store.Store, c echo.Context, k store.APIKey) error {
	if err := st.RevokeAPIKey(ctx, k.ID); err != nil {
		return err
	}
	return s.auditIn(st, c, visitorOf(c).who, store.AuditKeyRevoked, k.Name, map[string]string{"role": string(k.Role)})
}
