package salesforce

import (
	"encoding/json"
	"strconv"
	"strings"
)

// OAuthKind says what is to be done about an OAuthError.
type OAuthKind string

// The kinds of OAuthError.
const (
	Permanent     OAuthKind = "permanent"     // sign in again, or an admin must act
	Transient     OAuthKind = "transient"     // wait and try again
	Configuration OAuthKind = "configuration" // the app's settings are wrong
)

// OAuthError is a refusal of the login host. Both words are always kept: one
// code covers lasting and passing causes, and the admin needs the description.
type OAuthError struct {
	Code        string
	Description string
	Status      int
}

// Error gives both words.
func (e *OAuthError) Error() string {
	s := "salesforce: sign-in refused: " + e.Code
	if e.Description != "" {
		s += ": " + e.Description
	}
	if e.Status != 0 {
		s += " (HTTP " + strconv.Itoa(e.Status) + ")"
	}
	return s
}

// permanentTexts are parts of descriptions after which only a new sign-in or
// an admin helps, whatever the code.
var permanentTexts = []string{
	"expired access/refresh token", "expired authorization code", "authentication failure", "inactive user",
	"organization is closed", "organization is locked", "organization is suspended",
	"ip restricted", "invalid login hours", "hasn't approved this consumer", "code verifier", "code_verifier",
}

// Kind judges the description first and the code second.
func (e *OAuthError) Kind() OAuthKind {
	text := strings.ToLower(e.Description)
	if strings.Contains(text, "already being processed") || strings.Contains(text, "login rate exceeded") {
		return Transient
	}
	for _, part := range permanentTexts {
		if strings.Contains(text, part) {
			return Permanent
		}
	}
	switch e.Code {
	case "invalid_grant", "inactive_user", "inactive_org", "access_denied", "wrong_identity":
		return Permanent
	case "rate_limit_exceeded", "temporarily_unavailable", "server_error":
		return Transient
	}
	if e.Status >= 500 || e.Status == 429 {
		return Transient
	}
	return Configuration
}

// oauthError reads a refusal in the shape of the login host.
func oauthError(a answer) (*OAuthError, bool) {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(a.body, &body) // what is no refusal of this shape leaves it empty
	if body.Error == "" {
		return nil, false
	}
	return &OAuthError{Code: body.Error, Description: body.Description, Status: a.status}, true
}
