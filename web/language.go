package web

import (
	"net/http"
	"net/url"
	"slices"

	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const languageCookie = "ringledger_lang"

// localeOf is the language to answer in: the person's, else the browser's
// choice here, else what the browser asks for.
func (s *Server) localeOf(c echo.Context) string {
	if chosen := c.QueryParam("lang"); isLanguage(chosen) {
		return chosen
	}
	if u := visitorOf(c).user; isLanguage(u.Locale) {
		return u.Locale
	}
	if cookie, err := c.Cookie(cookieName(languageCookie, s.https())); err == nil && isLanguage(cookie.Value) {
		return cookie.Value
	}
	return views.MatchLanguage(c.Request().Header.Get("Accept-Language"))
}

func isLanguage(code string) bool { return slices.Contains(views.Languages(), code) }

// withLanguage remembers the language that a page's link asks for, and leads
// to the same page without the wish in its address. A form that asks for it is
// answered at once: what it holds stands nowhere else.
func (s *Server) withLanguage(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		sent := r.Method == http.MethodPost
		if r.Method != http.MethodGet && !sent || isAPI(c) || isFragment(c) || !isLanguage(c.QueryParam("lang")) {
			return next(c)
		}
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" { // a link of elsewhere shows a page and changes nothing
			return next(c)
		}
		if err := s.rememberLanguage(c, c.QueryParam("lang")); err != nil {
			return err
		}
		to := *r.URL
		q := to.Query()
		q.Del("lang")
		to.RawQuery = q.Encode()
		if sent {
			r.URL.RawQuery = to.RawQuery // localeOf goes on reading the parameters as they came
			return next(c)
		}
		return c.Redirect(http.StatusSeeOther, localPath(to.RequestURI()))
	}
}

func (s *Server) rememberLanguage(c echo.Context, chosen string) error {
	if !isLanguage(chosen) {
		return nil
	}
	cookie := &http.Cookie{Name: cookieName(languageCookie, s.https()), Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
	cookie.Secure = s.https() // else a browser without TLS would not send it back
	c.SetCookie(cookie)
	u := visitorOf(c).user
	if u.ID == 0 || u.Locale == chosen {
		return nil
	}
	return s.o.Store.SetUserLocale(c.Request().Context(), u.ID, chosen)
}

// changeLanguage takes the choice of the language menu and leads back.
func (s *Server) changeLanguage(c echo.Context) error {
	if err := s.rememberLanguage(c, c.FormValue("lang")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, localPath(c.FormValue("back")))
}

// asksAgain reports whether a form is sent for its page in another language: as
// typed, and for nothing else. Secrets are not shown again.
func asksAgain(c echo.Context) bool { return c.FormValue(doField) == editDraft }

// asTyped is the frame of a page whose form, sent to action, is asked for in
// another language with what was typed into it.
func asTyped(f views.Frame, action string) views.Frame {
	f.Draft = &views.Draft{Again: editDraft}
	for i, l := range f.Languages {
		f.Languages[i].URL = action + "?" + url.Values{"lang": {l.Code}}.Encode()
	}
	return f
}
