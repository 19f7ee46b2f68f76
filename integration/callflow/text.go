package callflow

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// cut shortens a text to a length. Salesforce counts characters outside the
// basic plane, such as emoji, as two. A character is never split, nor taken
// from the marks and joiners that belong to it. 0 is no limit.
func cut(s string, length int) string {
	if length <= 0 || len(s) <= length {
		return s
	}
	runes := []rune(s)
	end, used := 0, 0
	for end < len(runes) {
		n := utf16.RuneLen(runes[end])
		if used+n > length {
			break
		}
		used += n
		end++
	}
	if end == len(runes) {
		return s
	}
	for end > 0 && joined(runes[end-1], runes[end]) {
		end--
	}
	return string(runes[:end])
}

// joined reports whether two neighbours are drawn as one character.
func joined(before, after rune) bool {
	const joiner = '\u200d'
	skinTone := after >= 0x1F3FB && after <= 0x1F3FF
	return before == joiner || after == joiner || skinTone || unicode.Is(unicode.M, after)
}

// clean takes out what Salesforce refuses: broken UTF-8 and control characters
// other than line breaks and tabs.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) && r != '\ufffe' && r != '\uffff' {
			return r
		}
		return -1
	}, s)
}

// oneLine is a clean text with every run of blanks as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// spoken writes a duration as people read it: "42 s", "3 min 05 s", "1 h 02 min".
func spoken(d time.Duration) string {
	seconds := int(d / time.Second)
	switch {
	case seconds < 60:
		return fmt.Sprintf("%d s", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%d min %02d s", seconds/60, seconds%60)
	default:
		return fmt.Sprintf("%d h %02d min %02d s", seconds/3600, seconds/60%60, seconds%60)
	}
}
