package web

import (
	"context"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"
)

// auditAbout finds what rows of the audit log tell of by their marks alone, by
// the number of the row.
func (s *Server) auditAbout(ctx context.Context, h house, rows []store.AuditRow) (map[int64]views.AuditAbout, error) {
	entries := map[int64]int64{} // by row
	var ids []int64
	var causes []string
	for _, r := range rows {
		if digits, ok := strings.CutPrefix(r.Object, activityRoute+"/"); ok {
			if id, err := strconv.ParseInt(digits, 10, 64); err == nil {
				entries[r.ID], ids = id, append(ids, id)
			}
		}
		if cause := r.Detail["cause"]; cause != "" {
			causes = append(causes, cause)
		}
	}
	subjects, err := s.o.Store.AuditSubjects(ctx, ids)
	if err != nil {
		return nil, err
	}
	reasons, err := s.o.Store.ReasonsOf(ctx, causes)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]views.AuditAbout, len(rows))
	for _, r := range rows {
		subject, about := subjects[entries[r.ID]], views.AuditAbout{Reason: reasons[r.Detail["cause"]]}
		about.Call, about.Message = subject.ObjectID, subject.Kind == callflow.KindMessage
		if record := r.Detail["record"]; record != "" {
			about.RecordURL = recordURL(h, record)
			if record == subject.RecordID {
				about.Record = subject.RecordName
			}
		}
		out[r.ID] = about
	}
	return out, nil
}
