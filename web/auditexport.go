package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// exportAudit sends the filtered log as a file for spreadsheets. That it was
// taken is written into the log first, and so may stand in the file itself.
func (s *Server) exportAudit(c echo.Context) error {
	ctx := s.reader(c)
	zone := views.LocaleOf(ctx).Zone
	q := auditQueryOf(c, zone)
	q.filter.Limit = exportPage
	if _, err := s.o.Store.ListAudit(ctx, q.filter); err != nil {
		return err // while an answer can still tell
	}
	s.nameCSV(c, "ringledger-audit", zone)
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	if err := s.audit(c, visitorOf(c).who, store.AuditAuditExported, q.url("/audit.csv"), nil); err != nil {
		return err
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	w, err := s.beginCSV(c)
	if err != nil {
		return err
	}
	return s.writeAudit(ctx, c, w, q.filter, names)
}

// writeAudit writes the head and all rows that the filter finds.
func (s *Server) writeAudit(ctx context.Context, c echo.Context, w *csv.Writer, f store.AuditFilter, names map[string]string) error {
	if err := w.Write([]string{"id", "at", "who", "what", "sentence", "object", "detail", "address"}); err != nil {
		return err
	}
	for n := 0; ; {
		takeTime(c, pageTimeout)
		page, err := s.o.Store.ListAudit(ctx, f)
		if err != nil {
			return err
		}
		about, err := s.auditAbout(ctx, house{}, page.Rows) // sentences have no links
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			row, err := auditCells(ctx, r, names, about[r.ID])
			if err != nil {
				return err
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
		w.Flush()
		if n += len(page.Rows); w.Error() != nil || page.Older == "" || n >= exportMost {
			return w.Error()
		}
		f.After, f.Before = page.Older, ""
	}
}

func auditCells(ctx context.Context, r store.AuditRow, names map[string]string, about views.AuditAbout) ([]string, error) {
	detail := ""
	if len(r.Detail) > 0 {
		text, err := json.Marshal(r.Detail)
		if err != nil {
			return nil, fmt.Errorf("web: export audit: %w", err)
		}
		detail = string(text)
	}
	who := views.AuditWho(ctx, r.Who, names[r.Who])
	row := []string{strconv.FormatInt(r.ID, 10), r.At.In(views.LocaleOf(ctx).Zone).Format(time.RFC3339), r.Who, string(r.What),
		views.AuditText(ctx, string(r.What), who, r.Object, about), r.Object, detail, r.Address}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row, nil
}
