//go:build ruleguard

package gorules

// What no other linter finds. Golangci-lint reads this file; nothing is built of it.

import "github.com/quasilyte/go-ruleguard/dsl"

// queryText finds a part of a query whose text is not a constant: GORM puts it
// into the statement as it is, and Order takes no values beside it at all.
func queryText(m dsl.Matcher) {
	m.Import("gorm.io/gorm")
	m.Match(
		`$db.Order($text)`, `$db.Group($text)`, `$db.Table($text, $*_)`, `$db.Pluck($text, $_)`,
		`$db.Select($text, $*_)`, `$db.Having($text, $*_)`, `$db.Joins($text, $*_)`, `$db.Distinct($text, $*_)`,
		`$db.Where($text, $*_)`, `$db.Or($text, $*_)`, `$db.Not($text, $*_)`,
	).
		Where(m["db"].Type.Is("*gorm.DB") && !m["text"].Const && m["text"].Type.Underlying().Is("string")).
		Report("a query part whose text $text is not a constant")
}

// printedStatement finds a statement that is printed from its values.
func printedStatement(m dsl.Matcher) {
	m.Import("gorm.io/gorm")
	m.Match(
		`$db.Raw(fmt.Sprintf($*_), $*_)`, `$db.Exec(fmt.Sprintf($*_), $*_)`,
		`$db.QueryContext($_, fmt.Sprintf($*_), $*_)`, `$db.QueryRowContext($_, fmt.Sprintf($*_), $*_)`,
		`$db.ExecContext($_, fmt.Sprintf($*_), $*_)`, `$db.PrepareContext($_, fmt.Sprintf($*_))`,
	).
		Report("a statement printed from values; give them as arguments")
}
