package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// body is one thing that somebody who knows the token may send.
type body struct {
	name, text string
	want       int
}

// corpus makes some 330 bodies: odd but genuine events, which must be kept, and
// what is no event, which must be refused. %T stands for the token.
func corpus(token string) []body {
	var all []body
	add := func(want int, name string, texts ...string) {
		for n, text := range texts {
			all = append(all, body{fmt.Sprintf("%s %d", name, n), strings.ReplaceAll(text, "%T", token), want})
		}
	}
	good := `{"resource":"call","event":"call.ended","timestamp":1767225600,"token":"%T","data":{"id":8000001,"direction":"inbound","raw_digits":"+33 1 99 00 12 34","tags":[{"name":"vip"}]}}`
	event := func(data string) string {
		return `{"resource":"call","event":"call.ended","timestamp":1767225600,"token":"%T","data":` + data + `}`
	}
	for n, v := range oddValues() {
		add(http.StatusOK, "odd data", event(v))
		add(http.StatusOK, "odd field", event(fmt.Sprintf(`{"id":%d,"direction":%s,"raw_digits":%s,"user":%s,"number":%s,"tags":%s,"comments":%s}`, 8_100_000+n, v, v, v, v, v, v)))
		add(http.StatusOK, "odd id", event(`{"id":`+v+`}`))
		add(http.StatusOK, "odd timestamp", strings.Replace(good, "1767225600", v, 1))
		add(http.StatusOK, "odd event", strings.Replace(good, `"call.ended"`, v, 1))
		add(http.StatusOK, "further key", strings.Replace(good, `"resource"`, `"further":`+v+`,"resource"`, 1))
	}
	for n, s := range naughtyTexts() {
		q, err := json.Marshal(s)
		if err != nil {
			panic(err) // a text is always written
		}
		add(http.StatusOK, "naughty", event(fmt.Sprintf(`{"id":%d,"direction":"inbound","raw_digits":%s,"user":{"id":1,"name":%s,"email":"a@example.com"},"tags":[{"name":%s}],"comments":[{"content":%s}]}`, 8_200_000+n, q, q, q, q)))
	}
	for cut := 1; cut < len(good)-1; cut += 2 { // a sender that hangs up
		add(http.StatusBadRequest, "cut", good[:cut])
	}
	for at := 0; at < len(good); at += 7 { // broken on the way
		add(http.StatusBadRequest, "broken", good[:at]+"\x01"+good[at:], good[:at]+"\xff"+good[at:])
	}
	add(http.StatusBadRequest, "no object", `[]`, `"text"`, `1`, `null`, `true`, ` `, `{`, `}`, `{}{}`, `[{`+good+`}]`, `nul`, `'a'`, `{a:1}`, `{"a":1,}`, `{"a":01}`, `{"a":NaN}`, `{"a":+1}`, `{"a":.5}`, `{"a":"\x41"}`, `/* */{}`, "\uFEFF"+good)
	add(http.StatusBadRequest, "rest", good+"x", good+good, good+"]", good+"\x00")
	add(http.StatusBadRequest, "second token", // other readers would take the last or the one in capitals
		strings.Replace(good, `"data"`, `"token":"%T","data"`, 1), strings.Replace(good, `"data"`, `"Token":"%T","data"`, 1), strings.Replace(good, `"data"`, `"TOKEN":"%T","data"`, 1),
		strings.Replace(good, `"data"`, `"to\u212Aen":"%T","data"`, 1), strings.Replace(good, `"data"`, "\"to\u212Aen\":\"%T\",\"data\"", 1), strings.Replace(good, `"data"`, `"\u0074oken":"%T","data"`, 1),
		strings.Replace(good, `"%T"`, `["%T"]`, 1), strings.Replace(good, `"%T"`, `{"token":"%T"}`, 1), strings.Replace(good, `"resource"`, `"event":"x","resource"`, 1))
	add(http.StatusUnauthorized, "no token", strings.Replace(good, `"token":"%T",`, "", 1), strings.Replace(good, "%T", "", 1), strings.Replace(good, "%T", "%T ", 1), `{}`, strings.Replace(good, `"token"`, `"a"`, 1))
	add(http.StatusBadRequest, "deep", event(strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)), event(strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000)), strings.Repeat("[", 1_000_000))
	return append(all, large(token)...)
}

// oddValues are JSON values of every kind, with none that Aircall sends where
// they are put.
func oddValues() []string {
	return []string{`null`, `true`, `0`, `-1`, `1e400`, `123456789012345678901234567890`, `0.1`, `""`, `"text"`, `[]`, `{}`, `[[[]]]`, `{"id":{}}`, `"\u0000"`, `"\ud83d"`}
}

// naughtyTexts are texts that programs have stumbled over.
func naughtyTexts() []string {
	return []string{
		"", " ", "null", "undefined", "NaN", "0", "-0", "true", "\u0000", "\u200b", "\u202e+33199001234", "é\u0301", "\U0001F4DE\U0001F468\u200D\U0001F469\u200D\U0001F467",
		"'; DROP TABLE entries;--", `" OR 1=1`, `\' OR Id != ''`, "} IN ALL FIELDS RETURNING User(Id)", "*", "?", "&|!{}[]()^~:\\\"'+-", "%s%s%n", "{{7*7}}", "${7*7}", "<%= 1 %>",
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "=1+1", "@SUM(1)", "+1-1", "../../etc/passwd", "\r\nSet-Cookie: a=b", "\x1b[31m", "2038-01-19T03:14:08Z",
		"ﷺ", "Ω≈ç√", "社會科學院", "ᚠᛇᚻ", "مرحبا", "ก็็็็็", strings.Repeat("a", 5000), strings.Repeat("\U0001F4DE", 1000), "Null", "Robert", "CON", "+441632960200;ext=1", "anonymous", "00000000000",
	}
}

// large are bodies that cost the reader and not the sender.
func large(token string) []body {
	keys := &strings.Builder{}
	for n := range 100_000 {
		fmt.Fprintf(keys, `"k%d":1,`, n)
	}
	return []body{
		{"10 MB of data", fmt.Sprintf(`{"event":"call.ended","token":%q,"data":{"a":"%s"}}`, token, strings.Repeat("x", 10<<20)), http.StatusRequestEntityTooLarge},
		{"10 MB of spaces", strings.Repeat(" ", 10<<20), http.StatusRequestEntityTooLarge},
		{"10 MB of brackets", strings.Repeat("[", 10<<20), http.StatusRequestEntityTooLarge},
		{"100,000 keys", `{` + keys.String() + fmt.Sprintf(`"token":%q}`, token), http.StatusBadRequest},
		{"100,000 keys of data", fmt.Sprintf(`{"event":"call.ended","token":%q,"data":{%s"id":8300001}}`, token, keys), http.StatusOK},
	}
}
