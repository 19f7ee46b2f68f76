package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"

	"math"

	"ringledger/integration/aircall/simulator"
)

// exampleToken stands in every body that is sent.
const exampleToken = "0123456789abcdef0123456789abcdef"

// example is the body of one call.ended as Aircall sends it, and what in it
// makes it another call's.
type example struct {
	body   []byte
	id     string // of the call, everywhere in the body
	number string // of the outside party
}

var tokenInBody = regexp.MustCompile(`"token":"[^"]*"`)

// exampleEvent places a call with the simulated account and listens.
func exampleEvent(ctx context.Context) (example, error) {
	const number = "+441632960123"
	account := simulator.New(simulator.Options{Speed: math.Inf(1), Rate: -1})
	defer account.Close()
	var mu sync.Mutex
	var ended []byte
	address, closeServer, err := listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if err == nil && bytes.Contains(body, []byte(`"event":"call.ended"`)) {
			ended = body
		}
	}))
	if err != nil {
		return example{}, err
	}
	if _, err := account.AddWebhook("http://"+address+"/", "bench"); err != nil {
		return example{}, err
	}
	id, err := account.PlaceCall(ctx, simulator.CallSpec{Kind: simulator.InboundAnswered, Number: number, Line: "Support FR", Plain: true})
	if err == nil {
		err = account.Drain(ctx)
	}
	account.Close()
	if err := errors.Join(err, closeServer()); err != nil {
		return example{}, err
	}
	if ended == nil {
		return example{}, errors.New("the simulated account told of no call.ended")
	}
	ended = tokenInBody.ReplaceAll(ended, []byte(`"token":"`+exampleToken+`"`))
	return example{ended, strconv.FormatInt(id, 10), number}, nil
}
