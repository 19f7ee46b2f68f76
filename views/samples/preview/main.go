// Command preview is the gallery: it serves every state of every page on the
// loopback, under the content policy of the real server and without a database,
// for looking, for screenshots and for page checkers.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"ringledger/static"
	"ringledger/views/samples"
)

// policy is the real server's, but that the gallery may frame its pages.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'"

func main() {
	address := "127.0.0.1:8787"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if err := run(address); err != nil {
		fmt.Fprintln(os.Stderr, "preview:", err)
		os.Exit(1)
	}
}

func run(address string) error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("The gallery of all pages is at http://%s\n", listener.Addr())
	server := &http.Server{Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
	return server.Serve(listener)
}

// handler serves the gallery, its pages under /page/, and for what lives on
// them the answers of a server where nothing happens.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.HandleFunc("GET /{$}", showGallery)
	mux.HandleFunc("GET /gallery/{file}", sendFile)
	for _, s := range samples.All() {
		mux.HandleFunc("GET /page/"+s.Name, func(w http.ResponseWriter, r *http.Request) { show(w, r, s) })
	}
	mux.HandleFunc("GET /pages.txt", list)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /events", keepQuiet)
	return mux
}

func show(w http.ResponseWriter, r *http.Request, s samples.Sample) {
	ctx := samples.In(r.Context(), r.URL.Query().Get("lang"))
	var page bytes.Buffer
	if err := s.Page(ctx).Render(ctx, &page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, "text/html; charset=utf-8", page.Bytes())
}

func send(w http.ResponseWriter, kind string, content []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(content) //nolint:gosec // the pages escape what they show; whoever went away needs none
}

// list names the pages for programs.
func list(w http.ResponseWriter, _ *http.Request) {
	var names []string
	for _, s := range samples.All() {
		names = append(names, s.Name)
	}
	send(w, "text/plain; charset=utf-8", []byte(strings.Join(names, "\n")+"\n"))
}

// keepQuiet is a live stream on which nothing is told.
func keepQuiet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if http.NewResponseController(w).Flush() == nil {
		<-r.Context().Done()
	}
}
