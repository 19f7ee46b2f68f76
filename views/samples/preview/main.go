// Command preview serves the samples on the loopback, under the content policy
// of the real server, for screenshots and page checkers.
package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"time"

	"ringledger/static"
	"ringledger/views/samples"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func main() {
	address := "127.0.0.1:8787"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	for _, s := range samples.All() {
		mux.HandleFunc("/"+s.Name, func(w http.ResponseWriter, r *http.Request) { show(w, r, s) })
	}
	mux.HandleFunc("/{$}", list)
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	fmt.Println("http://" + address)
	if err := server.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func show(w http.ResponseWriter, r *http.Request, s samples.Sample) {
	ctx := samples.In(r.Context(), r.URL.Query().Get("lang"))
	var page bytes.Buffer
	if err := s.Page(ctx).Render(ctx, &page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	_, _ = w.Write(page.Bytes()) // whoever went away needs no page
}

func list(w http.ResponseWriter, _ *http.Request) {
	for _, s := range samples.All() {
		_, _ = fmt.Fprintln(w, s.Name) // as above
	}
}
