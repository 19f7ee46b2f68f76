// Command sprite joins the vendored icons into static/sprite.svg. Run it by
// `go generate ./static` after adding one.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// icons is where the vendored drawings are, seen from the static folder.
const icons = "vendor/lucide-1.62.0"

func main() {
	sprite, err := join(icons)
	if err == nil {
		err = os.WriteFile("sprite.svg", []byte(sprite), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var (
	opening = regexp.MustCompile(`(?s)<svg[^>]*>`)
	spaces  = regexp.MustCompile(`\s+`)
)

// join makes one symbol of each drawing, by the order of their names. Colour
// and width of the strokes come from the page's style.
func join(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.svg"))
	if err != nil {
		return "", fmt.Errorf("sprite: list icons: %w", err)
	}
	var b strings.Builder
	b.WriteString("<svg xmlns=\"http://www.w3.org/2000/svg\">\n")
	for _, file := range files {
		drawing, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("sprite: read icon: %w", err)
		}
		at := opening.FindIndex(drawing)
		end := strings.LastIndex(string(drawing), "</svg>")
		if at == nil || end < at[1] {
			return "", fmt.Errorf("sprite: %s is no drawing", file)
		}
		inner := strings.TrimSpace(spaces.ReplaceAllString(string(drawing[at[1]:end]), " "))
		name := strings.TrimSuffix(filepath.Base(file), ".svg")
		fmt.Fprintf(&b, "<symbol id=%q viewBox=\"0 0 24 24\">%s</symbol>\n", name, inner)
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}
