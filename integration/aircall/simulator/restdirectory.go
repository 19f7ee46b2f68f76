package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (a *Account) ping(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"ping": "pong"})
}

func (a *Account) showCompany(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"company": map[string]any{
		"name": companyName, "users_count": len(a.dir().users), "numbers_count": len(a.dir().lines),
	}})
}

func (a *Account) listNumbers(w http.ResponseWriter, r *http.Request) {
	answerPage(w, r, "numbers", a.dir().lines, func(l *Line) wireNumber { return numberWire(l, false) })
}

func (a *Account) showNumber(w http.ResponseWriter, r *http.Request) {
	for _, l := range a.dir().lines {
		if strconv.FormatInt(l.ID, 10) == r.PathValue("id") {
			answer(w, http.StatusOK, map[string]any{"number": numberWire(l, true)})
			return
		}
	}
	notFound(w, "Number")
}

func (a *Account) listUsers(version string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answerPage(w, r, "users", a.dir().users, func(u *User) *wireUser { return userWire(u, version) })
	}
}

// showUser finds a user by id and, in version 2, by e-mail too. Only version 1
// lists the user's numbers.
func (a *Account) showUser(version string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		u := a.userByID(r.PathValue("id"), version == "v2")
		if u == nil {
			notFound(w, "User")
			return
		}
		wire := userWire(u, version)
		if version == "v1" {
			wire.Numbers = a.numbersOf(u)
		}
		answer(w, http.StatusOK, map[string]any{"user": wire})
	}
}

func (a *Account) listUserNumbers(w http.ResponseWriter, r *http.Request) {
	u := a.userByID(r.PathValue("id"), true)
	if u == nil {
		notFound(w, "User")
		return
	}
	answerPage(w, r, "numbers", a.numbersOf(u), func(n nestedNumber) nestedNumber { return n })
}

type availability struct {
	ID           int64  `json:"id,omitempty"`
	Availability string `json:"availability"`
}

func (a *Account) listAvailabilities(w http.ResponseWriter, r *http.Request) {
	answerPage(w, r, "users", a.dir().users, func(u *User) availability {
		return availability{ID: u.ID, Availability: "available"}
	})
}

func (a *Account) showAvailability(w http.ResponseWriter, r *http.Request) {
	if a.userByID(r.PathValue("id"), false) == nil {
		notFound(w, "User")
		return
	}
	answer(w, http.StatusOK, availability{Availability: "available"})
}

func (a *Account) userByID(id string, orEmail bool) *User {
	for _, u := range a.dir().users {
		if strconv.FormatInt(u.ID, 10) == id || orEmail && strings.EqualFold(u.Email, id) {
			return u
		}
	}
	return nil
}

func (a *Account) numbersOf(u *User) []nestedNumber {
	numbers := []nestedNumber{}
	for _, l := range a.dir().lines {
		if slices.Contains(l.agents, u) {
			numbers = append(numbers, numberWire(l, false).nestedNumber)
		}
	}
	return numbers
}

func (a *Account) listTags(w http.ResponseWriter, r *http.Request) {
	answerPage(w, r, "tags", a.dir().tags, tagWire)
}

func (a *Account) listTeams(w http.ResponseWriter, r *http.Request) {
	answerPage(w, r, "teams", a.dir().teams, teamWire)
}

func (a *Account) listContacts(w http.ResponseWriter, r *http.Request) {
	answerPage(w, r, "contacts", a.dir().contacts, contactWire)
}

func (a *Account) searchContacts(w http.ResponseWriter, r *http.Request) {
	phone, email := r.URL.Query().Get("phone_number"), r.URL.Query().Get("email")
	var found []*contact
	for _, c := range a.dir().contacts {
		if (phone == "" || sameDigits(c.number, phone)) && (email == "" || strings.EqualFold(c.email, email)) {
			found = append(found, c)
		}
	}
	answerPage(w, r, "contacts", found, contactWire)
}

func (a *Account) showContact(w http.ResponseWriter, r *http.Request) {
	for _, c := range a.dir().contacts {
		if strconv.FormatInt(c.id, 10) == r.PathValue("id") {
			answer(w, http.StatusOK, map[string]any{"contact": contactWire(c)})
			return
		}
	}
	notFound(w, "Contact")
}

// sameDigits compares two written forms of a number. An unescaped plus of a
// query arrives as a space, and is forgiven with the others.
func sameDigits(x, y string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	return digits(x) == digits(y)
}
