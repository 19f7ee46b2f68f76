package web

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"
)

// draft is a form of rules as its page shows it again, before it is saved.
type draft struct {
	form  views.Form
	stale bool // somebody else saved since the page was opened

	conflict *views.RulesConflict // what both changed, when stale
}

// draft puts what was typed over what is saved. When somebody else saved
// meanwhile, a field that this page left alone shows what is in force now;
// where both changed one, the typed value stays and is marked.
func (s *Server) draft(ctx context.Context, rules store.Rules, keys []formKey, typed url.Values) (draft, error) {
	now := views.RulesForm(rules.Settings)
	d := draft{form: views.RulesForm(rules.Settings)}
	d.form.Unsaved, d.form.Saved = true, map[string][]string{}
	d.form.Values["note"] = typed["note"]
	named := typed.Get(versionField)
	d.stale = named != "" && named != strconv.Itoa(rules.Version)
	before, err := s.openedWith(ctx, named, rules)
	if err != nil {
		return d, err
	}
	base := views.RulesForm(before.Settings)
	if d.stale {
		if d.conflict, err = s.conflictOf(ctx, before, rules, keys, typed); err != nil {
			return d, err
		}
	}
	for _, name := range typedNames(keys, typed) {
		k := keys[slices.IndexFunc(keys, func(k formKey) bool { return k.matches(name) })]
		mine := k.said(typed[name])
		if d.stale && mine == k.said(base.Values[name]) {
			continue
		}
		d.form.Values[name] = typed[name]
		if mine != k.said(now.Values[name]) {
			d.form.Saved[name] = now.Values[name]
		}
		if theirs := k.said(now.Values[name]); d.stale && theirs != mine && theirs != k.said(base.Values[name]) {
			d.form.Mistakes = append(d.form.Mistakes, views.Mistake{Field: name, Text: views.NowInForce(ctx, name, now.Values[name])})
		}
	}
	return d, nil
}

// openedWith is the version that the page was opened with. One that is not
// there any more, or never was, is as good as what is in force.
func (s *Server) openedWith(ctx context.Context, named string, current store.Rules) (store.Rules, error) {
	version, err := strconv.Atoi(named)
	if err != nil {
		version = 0 // there never was one
	}
	base, err := s.o.Store.RulesVersion(ctx, version)
	if errors.Is(err, store.ErrNotFound) {
		return current, nil
	}
	return base, err
}

// conflictOf tells what somebody else saved meanwhile, beside what this form
// asks for: both values of every key that would differ.
func (s *Server) conflictOf(ctx context.Context, before, now store.Rules, keys []formKey, typed url.Values) (*views.RulesConflict, error) {
	words, err := s.ruleWords(ctx, visitor{role: store.Editor})
	if err != nil {
		return nil, err
	}
	c := &views.RulesConflict{Version: now.Version, By: words.who(ctx, now), At: views.On(ctx, now.SavedAt)}
	mine, mistakes, err := applyForm(before.Settings, keys, typed)
	if err != nil || len(mistakes) > 0 { // told at their fields
		return c, err
	}
	wanted, err := settings.Diff(before.Settings, mine)
	if err != nil {
		return nil, err
	}
	apart, err := settings.Diff(now.Settings, mine)
	if err != nil {
		return nil, err
	}
	for _, d := range apart {
		row := words.change(ctx, d)
		if !slices.ContainsFunc(wanted, func(w settings.Change) bool { return w.Path() == d.Path() }) {
			row.New = views.T(ctx, "rules.conflict.left")
		}
		c.Changes = append(c.Changes, row)
	}
	return c, nil
}

// typedNames are the fields that the form answers, in a steady order: those it
// sends, and those whose boxes were all left empty.
func typedNames(keys []formKey, typed url.Values) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		if slices.ContainsFunc(keys, func(k formKey) bool { return k.matches(name) }) {
			names = append(names, name)
		}
	}
	for _, k := range keys {
		if k.absent(typed) {
			names = append(names, k.path)
		}
	}
	return names
}

// said is what the values of a field mean, so that two ways to write the same
// are no change.
func (k formKey) said(values []string) string {
	switch k.kind {
	case typedList, typedDay:
		return strings.Join(listed(strings.Join(values, ",")), "\n")
	case typedLines:
		if slices.Contains(values, "all") {
			return "all"
		}
		return formKey{kind: typedChoices}.said(values)
	case typedChoices, typedOrder:
		ticked := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		if k.kind == typedChoices {
			slices.Sort(ticked)
		}
		return strings.Join(ticked, "\n")
	}
	last := ""
	if len(values) > 0 {
		last = strings.TrimSpace(values[len(values)-1])
	}
	if k.kind == typedSwitch && last == "" {
		return "false"
	}
	if n, err := strconv.Atoi(last); err == nil && (k.kind == typedNumber || k.kind == typedMaybe) {
		return strconv.Itoa(n)
	}
	return last
}
