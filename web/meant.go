package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/views"
)

// mostMeant bounds how many numbers are offered for one that was typed.
const mostMeant = 20

// meant is a number that somebody may have typed, and its calls.
type meant struct {
	phone.Reading
	written bool // with its country, so that it is no other
	like    bool // its digits are as those typed, and no country reads it so
	calls   int
}

// numbersMeant are the numbers that a text may be: the one that is written, or
// what each country of the lines reads, and what search finds by it. The ones
// with calls come first. Nothing is no number.
func (s *Server) numbersMeant(ctx context.Context, typed string) ([]meant, error) {
	var all []meant
	if e164, ok := phone.Parse(typed, ""); ok {
		all = append(all, meant{Reading: phone.Reading{E164: e164, Valid: true}, written: true})
	} else {
		lines, err := s.o.Store.Lines(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range phone.Readings(typed, countriesOf(lines)...) {
			all = append(all, meant{Reading: r})
		}
		like, err := s.o.Store.NumbersLike(ctx, typed, mostMeant)
		if err != nil {
			return nil, err
		}
		for _, e164 := range like {
			if !slices.ContainsFunc(all, func(m meant) bool { return m.E164 == e164 }) {
				all = append(all, meant{Reading: phone.Reading{E164: e164}, like: true})
			}
		}
	}
	for i, m := range all {
		n, err := s.o.Store.CountOf(ctx, phone.Spellings(m.E164, phone.Region(m.E164)))
		if err != nil {
			return nil, err
		}
		all[i].calls = n
	}
	slices.SortStableFunc(all, func(a, b meant) int { return cmp.Compare(min(b.calls, 1), min(a.calls, 1)) })
	return all, nil
}

// countriesOf are the countries of the lines, in their order.
func countriesOf(lines []store.Line) []string {
	var all []string
	for _, l := range lines {
		if l.Country != "" && !slices.Contains(all, l.Country) {
			all = append(all, l.Country)
		}
	}
	return all
}

// withCalls are those that have calls, or all of them when none has.
func withCalls(all []meant) []meant {
	if i := slices.IndexFunc(all, func(m meant) bool { return m.calls == 0 }); i > 0 {
		return all[:i]
	}
	return all
}

// oneMeant is the number that was meant when there is no doubt: one is written
// with its country, or a country reads it so and no other number has calls.
func oneMeant(all []meant) (m meant, ok bool) {
	all = withCalls(all)
	return all[0], len(all) == 1 && !all[0].like
}

// isWritten reports whether a text is the number, as it is written with or
// without its own country.
func isWritten(text, e164 string) bool {
	for _, region := range []string{"", phone.Region(e164)} {
		if read, ok := phone.Parse(text, region); ok && read == e164 {
			return true
		}
	}
	return false
}

// numberChoice offers the numbers that may be meant.
func numberChoice(ctx context.Context, typed, action, field string, all []meant) *views.NumberChoice {
	all = withCalls(all)
	choice := &views.NumberChoice{Typed: strings.TrimSpace(typed), Action: action, Field: field, None: all[0].calls == 0}
	for _, m := range all {
		choice.Numbers = append(choice.Numbers, views.MeantNumber{Number: phone.International(m.E164), E164: m.E164,
			Country: views.CountryText(ctx, phone.Region(m.E164)), Calls: m.calls})
	}
	return choice
}
