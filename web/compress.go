package web

import (
	"bytes"
	"compress/gzip"
	"sync"

	"ringledger/static"

	"github.com/labstack/echo/v4"
)

// worthPacking is the size below which a page fits into one packet anyway.
const worthPacking = 1 << 10

// packers are reused: each holds some hundred kilobytes.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// foreign reports whether another site made the browser ask: by a link, a form
// or a redirect, which bring the cookie along.
func foreign(c echo.Context) bool {
	from := c.Request().Header.Get("Sec-Fetch-Site")
	return from == "cross-site" || from == "same-site"
}

// sendPage sends a page, compressed for whoever takes that. A compressed
// length tells an attacker who can put words into a page whether they are in
// it twice (BREACH). Pages repeat the query of their address, and some hold a
// secret or numbers: so what another site makes a browser ask for is sent as
// it is, and whoever listens learns nothing of its length. Streams, files and
// answers to programs do not come this way.
func sendPage(c echo.Context, status int, page []byte) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if len(page) < worthPacking || foreign(c) || !static.TakesGzip(c.Request().Header.Get("Accept-Encoding")) {
		return c.HTMLBlob(status, page)
	}
	var packed bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&packed)
	if _, err := w.Write(page); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	h.Set("Content-Encoding", "gzip")
	return c.HTMLBlob(status, packed.Bytes())
}
