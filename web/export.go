package web

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// exportPage is how many entries are read at once, and exportMost how many a
// file holds: more than a spreadsheet shows.
const (
	exportPage = 500
	exportMost = 1_000_000
)

// exportActivity sends the filtered list as a file for spreadsheets.
func (s *Server) exportActivity(c echo.Context) error {
	ctx := c.Request().Context()
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	q := queryOf(c, zone)
	q.Limit = exportPage
	page, err := s.o.Store.ListEntries(ctx, q.Filter)
	if err != nil {
		return err
	}
	s.nameCSV(c, "ringledger", zone)
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	if err := s.audit(c, visitorOf(c).who, store.AuditExported, q.url("/activity.csv"), nil); err != nil {
		return err
	}
	w, err := s.beginCSV(c)
	if err != nil {
		return err
	}
	return s.writeEntries(c, w, q.Filter, page)
}

// writeEntries writes the head, a page of entries and all older ones.
func (s *Server) writeEntries(c echo.Context, w *csv.Writer, f store.Filter, page store.Page) error {
	if err := w.Write(exportColumns()); err != nil {
		return err
	}
	for n := 0; ; {
		takeTime(c, pageTimeout)
		for _, e := range page.Entries {
			if err := w.Write(s.exportRow(c, e)); err != nil {
				return err
			}
		}
		w.Flush()
		if n += len(page.Entries); w.Error() != nil || page.Older == "" || n >= exportMost {
			return w.Error()
		}
		var err error
		f.After, f.Before = page.Older, ""
		if page, err = s.o.Store.ListEntries(c.Request().Context(), f); err != nil {
			return err
		}
	}
}

func exportColumns() []string {
	return []string{"id", "started_at", "kind", "type", "direction", "line", "external_number", "agent", "outcome", "reason", "message",
		"record", "record_kind", "task_id", "rules_version", "call_id"}
}

func (s *Server) exportRow(c echo.Context, e store.Entry) []string {
	a := s.apiEntry(e, maskFor(visitorOf(c), e.External))
	row := []string{strconv.FormatInt(e.ID, 10), a.StartedAt, a.Kind, a.Type, a.Direction, e.LineName, a.ExternalNumber, e.AgentName, a.Outcome, a.Reason,
		reasonWords(s.localeOf(c), e, maskFor(visitorOf(c), e.External)),
		a.Salesforce.RecordName, a.Salesforce.RecordKind, e.TaskID, strconv.Itoa(e.RulesVersion), e.ObjectID}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row
}

// harmless keeps a spreadsheet from running a cell that somebody who called
// or wrote a name could choose. A number with its plus stays readable.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
