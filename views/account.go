package views

import (
	"context"
	"strconv"
	"strings"
)

// device names the browser of a session.
func (r SessionRow) device(ctx context.Context) string {
	switch {
	case r.Browser != "" && r.System != "":
		return T(ctx, "account.sessions.browser_on", "browser", r.Browser, "system", r.System)
	case r.Browser != "":
		return r.Browser
	case r.System != "":
		return T(ctx, "account.sessions.on", "system", r.System)
	default:
		return T(ctx, "account.sessions.unknown")
	}
}

// box is the drawing with the quiet edge that readers need.
func (q QR) box() string {
	const quiet = 4
	side := strconv.Itoa(q.Size + 2*quiet)
	return "-4 -4 " + side + " " + side
}

// whole is the ground under the drawing.
func (q QR) whole() string { return strconv.Itoa(q.Size + 8) }

// text is one code a line, as people keep them.
func (m RecoveryCodesPage) text() string { return strings.Join(m.Codes, "\n") }
