package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTenThousandIdleConnectionsKeepNoGoodSenderOut opens them and says
// nothing, as many as an attacker with patience.
func TestTenThousandIdleConnectionsKeepNoGoodSenderOut(t *testing.T) {
	faultSuite(t, "prlimit")
	const connections = 10_000
	h := newHouse(t, quiet)
	if took, ok := h.startUnder("prlimit", "--nofile=16384:16384"); !ok {
		t.Fatalf("the program did not start in %s", took)
	}
	s := newSender(h)
	address := strings.TrimPrefix(h.url, "http://")
	var mu sync.Mutex
	var idle []net.Conn
	parallel(50, func(int) {
		for range connections / 50 {
			conn, err := net.DialTimeout("tcp", address, 10*time.Second)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			idle = append(idle, conn)
			mu.Unlock()
		}
	})
	var ids []string
	for n := range 100 {
		if status := s.send(12_000_001 + n); status != http.StatusOK {
			t.Errorf("a good sender got %d", status)
		}
		ids = append(ids, fmt.Sprint(12_000_001+n))
		time.Sleep(20 * time.Millisecond) // fifty calls a second
	}
	memory := h.resident()
	for _, conn := range idle {
		_ = conn.Close() // the program has closed most of them
	}
	if p99 := s.percentile(99); p99 > 4*time.Second {
		t.Errorf("good senders waited %s", p99)
	}
	h.allIsWell(ids, 60*time.Second)
	figure(t, "%d idle connections; 100 good calls acknowledged meanwhile, p99 %s; %d MB of memory", len(idle), s.percentile(99).Round(time.Millisecond), memory/1000)
}
