package web

import (
	"encoding/csv"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// nameCSV says that the answer is a file for spreadsheets, and what it is called.
func (s *Server) nameCSV(c echo.Context, name string, zone *time.Location) {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+s.o.Now().In(zone).Format(time.DateOnly)+`.csv"`)
	// The page that asked stays as it is: this tells it that its wait is over.
	c.SetCookie(&http.Cookie{Name: cookieName("download", s.https()), Value: "begun", Path: "/", MaxAge: 60, Secure: s.https(), SameSite: http.SameSiteStrictMode})
}

// beginCSV begins the file: UTF-8 with a mark, semicolons where Excel expects
// them.
func (s *Server) beginCSV(c echo.Context) (*csv.Writer, error) {
	if _, err := c.Response().Write([]byte("\ufeff")); err != nil {
		return nil, err
	}
	w := csv.NewWriter(c.Response())
	w.UseCRLF = true
	if c.QueryParam("sep") == ";" || c.QueryParam("sep") == "" && s.localeOf(c) == "fr" {
		w.Comma = ';'
	}
	return w, nil
}
