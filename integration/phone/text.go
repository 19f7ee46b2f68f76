package phone

import (
	"net/netip"
	"regexp"
	"strings"
)

// wholeNumber is how many digits a run of them has at least before it is taken
// for a number in a text that nobody wrote for callers, such as an error.
const wholeNumber = 7

// inText finds addresses of machines and days first, so that they are not taken
// for numbers, then digits with what people and addresses put between them.
var inText = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3})+(?::\d+)?|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|\+?\(?\p{Nd}(?:[\s().+%/·_–-]{0,3}\p{Nd})+`)

// MaskIn hides the numbers in a text, each as Mask does, and leaves addresses
// of machines, days and short runs of digits as they are.
func MaskIn(text string) string {
	return inText.ReplaceAllStringFunc(text, func(run string) string {
		if len(digits(run)) < wholeNumber || isAddress(run) || isDay(run) {
			return run
		}
		if strings.IndexByte(run, '%') >= 0 {
			return dots // an address spells spaces as digits: no part of them tells
		}
		return Mask(run)
	})
}

func isAddress(s string) bool {
	if _, err := netip.ParseAddrPort(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

var day = regexp.MustCompile(`^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ][\d:.]+)?$`)

func isDay(s string) bool { return day.MatchString(s) }
