package samples

import (
	"bytes"
	"context"
	"io"
	"strings"

	"ringledger/views"

	"github.com/a-h/templ"
)

// moments are states that a page is in for a while, which scripts bring about:
// the markup is changed as they change it.
func moments() []Sample {
	return []Sample{
		{"moment-offline", func(ctx context.Context) templ.Component {
			words := views.T(ctx, "app.offline")
			return changed(views.Overview(frame(ctx, views.HereOverview), overview(ctx)), `data-text="`+words+`"></p>`, `data-text="`+words+`">`+words+`</p>`)
		}},
		{"moment-sending", func(ctx context.Context) templ.Component {
			plain := views.Frame{Languages: languages(ctx)}
			return changed(views.SignIn(plain, views.SignInPage{Next: "/"}), `<button class="btn primary"`, `<button aria-busy="true" class="btn primary"`)
		}},
	}
}

// changed draws a page with one thing on it changed.
func changed(page templ.Component, from, to string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := page.Render(ctx, &b); err != nil {
			return err
		}
		_, err := io.WriteString(w, strings.Replace(b.String(), from, to, 1))
		return err
	})
}
