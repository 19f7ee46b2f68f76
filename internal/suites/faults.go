package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// faultsSuite breaks the machine below the real program in many ways and prints
// what it counted. It runs its short form unless asked for the long one.
func faultsSuite(ctx context.Context, p *place) result {
	var r result
	if err := p.debian(); err != nil {
		r.check("tools of the faults", "", err)
		return r
	}
	binary, err := p.binary()
	if err != nil {
		r.check("go build", "", err)
		return r
	}
	names, err := testsCalling(p.root, []string{"faultSuite"}, programFolder)
	if err != nil {
		r.check("tests of faults", "", err)
		return r
	}
	figures := filepath.Join(p.temp, "figures")
	env := []string{
		faultsVariable + "=" + cmp.Or(os.Getenv(faultsVariable), "short"),
		"RINGLEDGER_TEST_BINARY=" + binary, "RINGLEDGER_TEST_FIGURES=" + figures,
	}
	flags := []string{"-count=1", "-timeout", "11m", "-parallel", "16", "-run", only(names)}
	r.add(goTest{env: env, flags: flags, packages: []string{"./" + programFolder}}.run(ctx, p))
	text, err := os.ReadFile(figures)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.check("figures", "", err)
	}
	r.figures = strings.Split(strings.TrimSpace(string(text)), "\n")
	return r
}
