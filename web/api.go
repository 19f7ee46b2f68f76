package web

import (
	_ "embed"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"ringledger/integration/settings"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

//go:embed openapi.json
var openAPI []byte

// showOpenAPI describes the API; it holds nothing of anybody.
func (s *Server) showOpenAPI(c echo.Context) error {
	return c.JSONBlob(http.StatusOK, openAPI)
}

// apiError is how every error of the API looks.
type apiError struct {
	Error apiFault `json:"error"`
}

type apiFault struct {
	Code     string       `json:"code"`
	Message  string       `json:"message"`
	Mistakes []apiMistake `json:"mistakes,omitempty"`
}

// apiMistake is one mistake in a settings document.
type apiMistake struct {
	Line    int    `json:"line"`
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (s *Server) sendAPIError(c echo.Context, t told) error {
	return c.JSON(t.status, apiError{apiFault{Code: t.code, Message: apiWords(t.code)}})
}

// badParameter says which parameter of the address was not understood: a list
// that is not narrowed as asked would be taken for the one that is.
func badParameter(c echo.Context, written string) error {
	name, _, _ := strings.Cut(written, "=")
	return c.JSON(http.StatusBadRequest, apiError{apiFault{Code: "bad_request", Message: "The parameter " + strconv.Quote(name) + " cannot be understood."}})
}

// apiWords are the API's messages, in English as all of the API.
func apiWords(code string) string {
	switch code {
	case "sign_in":
		return "Give a valid API key as a bearer token, or sign in."
	case "forbidden":
		return "The key's role does not allow this."
	case "cross_site":
		return "The request comes from another site."
	case "not_found":
		return "There is nothing here."
	case "method":
		return "This method is not answered here."
	case "conflict":
		return "Somebody else changed it meanwhile."
	case "too_large":
		return "The request is too large."
	case "bad_request":
		return "The request cannot be understood."
	case "throttled":
		return "There were too many requests. Try again after the time in Retry-After."
	case "unavailable":
		return "Ringledger is closing or its database does not answer. Try again."
	case "locked_missing", "locked_wrong", "locked_unreadable":
		return "The server's secret key is missing or is not the right one. Calls are received and kept until it is there."
	default:
		return "Something went wrong on our side. The log says what."
	}
}

// apiLimit bounds one page of the API.
const apiLimit = 500

type apiPage struct {
	Entries []apiEntry `json:"entries"`
	Next    string     `json:"next"`
}

// listAPIEntries answers the ledger, newest first.
func (s *Server) listAPIEntries(c echo.Context) error {
	ctx := c.Request().Context()
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	params := c.QueryParams()
	q := queryOf(c, zone)
	if len(q.unknown) > 0 {
		return badParameter(c, q.unknown[0])
	}
	q.ObjectID, q.Before = params.Get("call_id"), ""
	if typed := params.Get("limit"); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil || n < 1 {
			return badParameter(c, "limit="+typed)
		}
		q.Limit = min(n, apiLimit)
	}
	page, err := s.o.Store.ListEntries(ctx, q.Filter)
	if errors.Is(err, store.ErrCursor) {
		return badParameter(c, "after="+q.After)
	}
	if err != nil {
		return err
	}
	out := apiPage{Entries: make([]apiEntry, len(page.Entries)), Next: page.Older}
	for i, e := range page.Entries {
		out.Entries[i] = s.apiEntry(e, maskFor(visitorOf(c), e.External))
	}
	return c.JSON(http.StatusOK, out)
}

// showAPIEntry answers one call or message with its trace and requests.
func (s *Server) showAPIEntry(c echo.Context) error {
	e, tries, err := s.entryOf(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.apiDetail(e, tries, maskFor(visitorOf(c), e.External)))
}

// showAPISettings answers the settings document, as YAML to who asks for it.
// Its ETag is the version, for a change that must not undo another's.
func (s *Server) showAPISettings(c echo.Context) error {
	rules, err := s.o.Store.CurrentRules(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etag(rules.Version))
	if strings.Contains(c.Request().Header.Get("Accept"), "yaml") {
		doc, err := settings.YAML(rules.Settings)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "application/yaml", doc)
	}
	doc, err := settings.JSON(rules.Settings)
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, doc)
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

type apiSaved struct {
	Version  int          `json:"version"`
	Changed  bool         `json:"changed"`
	Warnings []apiMistake `json:"warnings,omitempty"`
}

// saveAPISettings takes a whole document, YAML or JSON, as the new version.
func (s *Server) saveAPISettings(c echo.Context) error {
	ctx := c.Request().Context()
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	next, mistakes := settings.Parse(body)
	note := c.QueryParam("note")
	mistakes = append(mistakes, noteMistakes(note)...)
	if len(mistakes) > 0 {
		return s.refuseDocument(c, mistakes)
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	if match := c.Request().Header.Get("If-Match"); match != "" && match != "*" && match != etag(rules.Version) {
		return store.ErrConflict
	}
	mistakes, warnings, err := s.checkDocument(ctx, c, body, rules.Settings, next)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return s.refuseDocument(c, mistakes)
	}
	version, err := s.saveRules(c, rules, next, note)
	if errors.Is(err, errUnchanged) {
		return c.JSON(http.StatusOK, apiSaved{rules.Version, false, s.apiMistakes(warnings)})
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etag(version))
	return c.JSON(http.StatusOK, apiSaved{version, true, s.apiMistakes(warnings)})
}

func (s *Server) refuseDocument(c echo.Context, mistakes []settings.Mistake) error {
	return c.JSON(http.StatusUnprocessableEntity, apiError{apiFault{Code: "mistakes",
		Message: "The document has mistakes. Nothing was saved.", Mistakes: s.apiMistakes(mistakes)}})
}

func (s *Server) apiMistakes(mistakes []settings.Mistake) []apiMistake {
	out := make([]apiMistake, len(mistakes))
	for i, m := range mistakes {
		out[i] = apiMistake{m.Line, m.Path, m.Code, problemWords(in("en"), m.Problem)}
	}
	return out
}
