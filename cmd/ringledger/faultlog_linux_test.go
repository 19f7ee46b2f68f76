package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestALogThatCannotBeWrittenStopsNothing has the program log each request to a
// disk that is full, and to a program that has ended.
func TestALogThatCannotBeWrittenStopsNothing(t *testing.T) {
	faultSuite(t, "bash")
	for name, to := range map[string]string{"a full disk": `exec "$@" >/dev/full 2>&1`, "a reader that ended": `exec "$@" > >(exit 0) 2>&1`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quiet)
			h.addVisitor() // the link to the first admin has to be printed
			h.env = append(h.env, "RINGLEDGER_LOG_LEVEL=debug")
			if _, ok := h.startUnder("bash", "-c", to, "bash"); !ok {
				t.Fatal("the program does not answer")
			}
			s := newSender(h)
			var ids []string
			for n := range 50 {
				if status := s.send(15_000_001 + n); status != http.StatusOK {
					t.Errorf("a good sender got %d", status)
				}
				ids = append(ids, fmt.Sprint(15_000_001+n))
			}
			h.allIsWell(ids, 60*time.Second)
			figure(t, "%d calls acknowledged, 0 lost, 0 doubled", len(s.acked))
		})
	}
}
