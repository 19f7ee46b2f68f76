package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// lent are the addresses that a test of this process has.
var lent sync.Map

// freeAddress is an address on this machine for a program that starts later. Its
// port is none of those that the system hands to whoever asks for any, and no
// other test is given it: what is meant for one program must not reach another.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)) //nolint:gosec // no secret
		if _, taken := lent.LoadOrStore(address, true); taken {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil { // somebody else has it
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return address
	}
	t.Fatal("no port is free")
	return ""
}
