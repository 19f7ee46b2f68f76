package static

import (
	"path"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// slim takes comments and white space out of style sheets and scripts: they are
// written for who reads the source.
func slim(name string, content []byte) ([]byte, error) {
	m := minify.New()
	m.AddFunc(".css", css.Minify)
	m.AddFunc(".js", js.Minify)
	kind := path.Ext(name)
	if kind != ".css" && kind != ".js" {
		return content, nil
	}
	return m.Bytes(kind, content)
}
