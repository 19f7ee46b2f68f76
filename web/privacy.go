package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const privacyRoute = "/privacy"

const (
	// fewestDays is how long events must be kept: a dry run judges the calls of
	// the last week anew.
	fewestDays, mostDays = 7, 3650
	// countedOld is how far what is old is counted: nobody waits for more.
	countedOld = 10_000
)

// showPrivacy shows how long data is kept and how its removal goes.
func (s *Server) showPrivacy(c echo.Context) error {
	kept, err := s.o.Store.Kept(c.Request().Context())
	if err != nil {
		return err
	}
	return s.renderPrivacy(c, http.StatusOK, kept, views.PrivacyPage{Form: keptForm(kept)})
}

func keptForm(k store.Kept) views.Form {
	values := map[string][]string{}
	for _, kind := range store.KeptKinds() {
		days := strconv.Itoa(*k.Days(kind))
		values[kind], values[kind+"_before"] = []string{days}, []string{days}
	}
	return views.Form{Values: values}
}

func (s *Server) renderPrivacy(c echo.Context, status int, kept store.Kept, m views.PrivacyPage) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	last, err := s.o.Store.LastRemoval(ctx)
	if err != nil {
		return err
	}
	m.Began, m.Next, m.Running = views.On(ctx, last.BeganAt), views.On(ctx, last.DueAt), !last.BeganAt.IsZero() && last.FinishedAt.IsZero()
	if last.Longest > 0 {
		m.Longest = views.Duration(ctx, last.Longest)
	}
	for _, kind := range store.KeptKinds() {
		n, err := s.o.Store.OldCount(ctx, kind, kept, countedOld)
		if err != nil {
			return err
		}
		m.Kinds = append(m.Kinds, views.KeptKind{Code: kind, Kept: views.KeptText(ctx, *kept.Days(kind)),
			Removed: views.Number(ctx, int(last.Removed[kind])), Due: views.UpTo(ctx, int(n), countedOld)})
	}
	erased, err := s.o.Store.Erasures(ctx, shownErasures)
	if err != nil {
		return err
	}
	for _, e := range erased {
		m.Erased = append(m.Erased, views.ErasedNumber{Number: "••" + e.Tail, By: e.AskedBy, At: views.On(ctx, e.AskedAt),
			Calls: views.Number(ctx, int(e.Entries)), Done: !e.FinishedAt.IsZero()})
	}
	f := s.frame(ctx, c, h, views.HerePrivacy)
	switch {
	case m.Erase != nil:
		f = asTyped(f, privacyRoute+"/erase")
	case m.Choice == nil && m.Allow == nil:
		f = asTyped(f, privacyRoute)
	}
	return s.render(ctx, c, status, views.Privacy(f, m))
}

// savePrivacy changes how long data is kept. When less is kept than before, it
// first shows what that removes, and asks.
func (s *Server) savePrivacy(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	ctx := s.reader(c)
	before, wrong := readKept(ctx, typed, "_before")
	if len(wrong) > 0 {
		return errBadForm // nobody types these
	}
	kept, wrong := readKept(ctx, typed, "")
	form := views.Form{Values: typed, Mistakes: wrong}
	again := asksAgain(c)
	if again && typed.Get("confirmed") != "true" {
		form.Mistakes = nil
		return s.renderPrivacy(c, http.StatusOK, before, views.PrivacyPage{Form: form})
	}
	if len(wrong) > 0 {
		return s.renderPrivacy(c, http.StatusUnprocessableEntity, before, views.PrivacyPage{Form: form})
	}
	if again || typed.Get("confirmed") != "true" {
		if less, err := s.keepLess(ctx, before, kept); err != nil {
			return err
		} else if again || len(less.Rows) > 0 {
			return s.renderPrivacy(c, http.StatusOK, before, views.PrivacyPage{Form: form, Shorter: less})
		}
	}
	err = s.audited(c, visitorOf(c).who, store.AuditKeptChanged, "retention", keptDetail(before, kept), func(ctx context.Context, st *store.Store) error {
		return st.Keep(ctx, before, kept)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, privacyRoute, "privacy_saved")
}

// keepLess counts what shorter times remove.
func (s *Server) keepLess(ctx context.Context, before, after store.Kept) (*views.KeepLess, error) {
	less := &views.KeepLess{}
	for _, kind := range store.KeptKinds() {
		was, is := *before.Days(kind), *after.Days(kind)
		if is == 0 || was != 0 && is >= was {
			continue
		}
		n, err := s.o.Store.OldCount(ctx, kind, after, countedOld)
		if err != nil {
			return nil, err
		}
		less.Rows = append(less.Rows, views.KeepLessRow{Code: kind, Kept: views.KeptText(ctx, is), Goes: views.UpTo(ctx, int(n), countedOld)})
	}
	return less, nil
}

func keptDetail(before, after store.Kept) map[string]string {
	detail := map[string]string{}
	for _, kind := range store.KeptKinds() {
		if was, is := *before.Days(kind), *after.Days(kind); was != is {
			detail[kind], detail[kind+"_before"] = strconv.Itoa(is), strconv.Itoa(was)
		}
	}
	return detail
}

// readKept reads the days of each kind.
func readKept(ctx context.Context, typed url.Values, suffix string) (k store.Kept, wrong []views.Mistake) {
	for _, kind := range store.KeptKinds() {
		days, err := strconv.Atoi(typed.Get(kind + suffix))
		if err != nil || days > mostDays || days < fewestDays && days != 0 {
			wrong = append(wrong, views.Mistake{Field: kind, Text: views.ProblemText(ctx, "days_or_never",
				map[string]string{"min": strconv.Itoa(fewestDays), "max": strconv.Itoa(mostDays)})})
		}
		*k.Days(kind) = days
	}
	return k, wrong
}
