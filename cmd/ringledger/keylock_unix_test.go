//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheKeyFileIsChangedByOneProcessAtATime(t *testing.T) {
	data := keyed(t)
	path := filepath.Join(data, "secret.key")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Another change is under way: its key waits to be put in its place.
	unlock, err := lockKey(&config{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	const others = "the key of the other change"
	if err := os.WriteFile(path+".next", []byte(others), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "key", "change"); code != failed || !strings.Contains(errs, "another process changes") {
		t.Errorf("beside another change: exit %d, %q", code, errs)
	}
	next, nextErr := os.ReadFile(path + ".next")
	if now, err := os.ReadFile(path); err != nil || nextErr != nil || string(now) != string(before) || string(next) != others {
		t.Errorf("the files were touched: %v, %v", err, nextErr)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "key", "change"); code != done {
		t.Errorf("afterwards: exit %d, %q", code, errs)
	}
	checkGrant(t, data)
}
