package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTestsThatDoSeveralThingsAtOnceAreFoundThroughWhatTheyCall(t *testing.T) {
	root := t.TempDir()
	code := `package web_test
func TestDirect(t *testing.T) { go work() }
func TestGroup(t *testing.T) { var all sync.WaitGroup; all.Go(work) }
func TestByHelper(t *testing.T) { s := site{}; s.crowd() }
func TestAlone(t *testing.T) { work() }
func (s site) crowd() { each(work) }
func each(f func()) { func() { go f() }() }
func work() {}
`
	if err := os.WriteFile(filepath.Join(root, "a_test.go"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := testsAtOnce(root, ".")
	if want := []string{"TestByHelper", "TestDirect", "TestGroup"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := testsAtOnce(t.TempDir(), "."); err == nil {
		t.Error("a folder without such tests is no error")
	}
}
