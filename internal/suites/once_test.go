package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestATestThatIsLateBesideOthersIsRunOnceMoreAndTold(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module late\n")
	write("late_test.go", `package late
import ("os"; "testing")
func TestWell(t *testing.T) {}
func TestLate(t *testing.T) {
	if n, _ := os.ReadFile("tried"); len(n) == 0 { os.WriteFile("tried", []byte("1"), 0o600); t.Fatal(os.Getenv("SAYS")) }
}
`)
	p := &place{root: root}
	for said, want := range map[string]int{"too slow": 0, "WARNING: DATA RACE": 1, "a call was lost": 1} {
		_ = os.Remove(filepath.Join(root, "tried"))
		r := goTest{env: []string{"SAYS=" + said}, packages: []string{"./..."}, flags: []string{"-count=1"}}.run(t.Context(), p)
		if r.failed != want || r.passed+r.failed != 2 {
			t.Errorf("%s: %d passed, %d failed, want %d failed: %s", said, r.passed, r.failed, want, r.output.String())
		}
		if told := strings.Join(r.figures, "\n"); want == 0 && !strings.Contains(told, said) {
			t.Errorf("%s: what was said at first is not told: %s", said, told)
		}
	}
}
