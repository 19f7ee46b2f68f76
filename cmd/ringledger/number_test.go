package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTheConsoleWritesWhatIsKnownOfANumber(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, data, "", "migrate"); code != done {
		t.Fatal(errs)
	}
	tamper(t, data, "INSERT INTO numbers (e164, created) VALUES ('+441632960207', '{\"Name\":\"Zebedee\"}')", "INSERT INTO numbers (e164, created) VALUES ('+441632960208', '{\"Name\":\"another\"}')")
	code, out, errs := command(t, data, "", "number", "export", "+44 (0)1632 960207")
	var file struct {
		Number string
		Held   struct {
			Numbers []struct {
				Created struct{ Name string }
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &file); code != done || err != nil || file.Number != "+441632960207" || len(file.Held.Numbers) != 1 || file.Held.Numbers[0].Created.Name != "Zebedee" {
		t.Errorf("exit %d, %v, %s%s", code, err, out, errs)
	}
	if what := tells(errs); what != "" {
		t.Errorf("the log tells %s: %s", what, errs)
	}
	_, copied, _ := command(t, data, "", "audit", "verify")
	if !strings.Contains(copied, "whole: 1 rows") {
		t.Errorf("the audit log: %s", copied)
	}
	for _, args := range [][]string{{"number"}, {"number", "export"}, {"number", "export", "x"}, {"number", "export", "01632 960207"}, {"number", "export", "+441632960207", "more"}} {
		if code, _, errs := command(t, data, "", args...); code != misuse || strings.Contains(errs, "960207") {
			t.Errorf("%v: exit %d, %q; want 2 and no number", args, code, errs)
		}
	}
	if _, out, _ := command(t, newLedger(t), "", "number", "export", "+441632960207"); !strings.Contains(out, `"entries": []`) {
		t.Errorf("of an empty ledger: %s", out)
	}
}
