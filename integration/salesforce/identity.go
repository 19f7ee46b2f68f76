package salesforce

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
)

// User is who is connected, and to which org.
type User struct {
	ID       string
	Name     string
	Username string
	Email    string
	TimeZone string
	Language string
	Active   bool
	OrgID    string
	OrgName  string // "" when the user may not read it
	OrgType  string // edition
	Sandbox  bool
}

// Identity asks who the connected user is, and the org's name.
func (c *Client) Identity(ctx context.Context) (User, error) {
	g, err := c.grants.Current(ctx)
	if err != nil {
		return User{}, grantError("identity", err)
	}
	var body struct {
		UserID         string `json:"user_id"`
		OrganizationID string `json:"organization_id"`
		Username       string `json:"username"`
		Preferred      string `json:"preferred_username"`
		DisplayName    string `json:"display_name"`
		Name           string `json:"name"`
		Email          string `json:"email"`
		TimeZone       string `json:"timezone"`
		ZoneInfo       string `json:"zoneinfo"`
		Language       string `json:"language"`
		Active         bool   `json:"active"`
	}
	for _, address := range identityAddresses(g) {
		err = c.do(ctx, request{purpose: "identity", method: http.MethodGet, path: address}, &body)
		if err == nil || passing(err) && KindOf(err) != Down {
			break
		}
	}
	if err != nil {
		return User{}, err
	}
	u := User{
		ID: cmp.Or(body.UserID, g.UserID), OrgID: cmp.Or(body.OrganizationID, g.OrgID),
		Name: cmp.Or(body.DisplayName, body.Name), Username: cmp.Or(body.Username, body.Preferred),
		Email: body.Email, TimeZone: cmp.Or(body.TimeZone, body.ZoneInfo), Language: body.Language, Active: body.Active,
	}
	return u, c.readOrg(ctx, &u)
}

// identityAddresses are where to ask, the org's own host first: the login host
// redirects orgs that live elsewhere, and no redirect is ever followed.
func identityAddresses(g Grant) []string {
	u, err := url.Parse(g.IdentityURL)
	if err != nil || u.Path == "" {
		return []string{"/services/oauth2/userinfo"}
	}
	return []string{u.Path, g.IdentityURL}
}

// readOrg reads the org's name. A user who may not see it is no reason to
// refuse the connection.
func (c *Client) readOrg(ctx context.Context, u *User) error {
	const soql = "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization LIMIT 1"
	var page queryAnswer
	err := c.do(ctx, request{
		purpose: "identity", method: http.MethodGet, statement: soql, path: c.data("/query?q=" + url.QueryEscape(soql)),
	}, &page)
	if err != nil {
		if passing(err) {
			return err
		}
		return nil
	}
	if len(page.Records) > 0 {
		r := page.Records[0]
		u.OrgName, u.OrgType, u.Sandbox = r.text("Name"), r.text("OrganizationType"), r.is("IsSandbox")
	}
	return nil
}

// CheckVersion reports whether the org speaks the API version in use. It needs
// no session and costs no request of the daily ones.
func (c *Client) CheckVersion(ctx context.Context) error {
	var versions []struct{ Version string }
	if err := c.do(ctx, request{purpose: "versions", method: http.MethodGet, path: "/services/data/", open: true}, &versions); err != nil {
		return err
	}
	for _, v := range versions {
		if "v"+v.Version == c.version {
			return nil
		}
	}
	newest := ""
	if n := len(versions); n > 0 {
		newest = "v" + versions[n-1].Version
	}
	return &Error{Kind: Misconfigured, Code: "UNSUPPORTED_API_VERSION", Purpose: "versions",
		Message: strings.TrimSpace("the org does not speak " + c.version + "; its newest is " + newest)}
}
