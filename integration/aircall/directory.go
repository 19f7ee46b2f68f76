package aircall

import (
	"context"
	"errors"
	"net/http"

	"ringledger/integration/callflow"
)

// Company is the account that the credentials belong to. Aircall gives it no id.
type Company struct {
	Name    string
	Users   int
	Numbers int
}

// Tag is a label of the account. Those the system sets itself are known by
// their description: "queue_callback".
type Tag struct {
	ID, Name, Color, Description string
}

// Ping proves that Aircall answers and accepts the credentials.
func (c *Client) Ping(ctx context.Context) error {
	q := request{method: http.MethodGet, path: "/v1/ping"}
	body, err := c.do(ctx, q)
	if err != nil {
		return err
	}
	pong := false
	r := newReader(body)
	r.object(func(key []byte) {
		if string(key) == "ping" {
			pong = r.text() == "pong"
		} else {
			r.skip()
		}
	})
	if !pong {
		return c.unreadable(q)
	}
	return nil
}

// Company says whose account it is.
func (c *Client) Company(ctx context.Context) (Company, error) {
	var company Company
	err := c.one(ctx, request{method: http.MethodGet, path: "/v1/company"}, "company", func(r *reader) {
		r.object(func(key []byte) {
			switch string(key) {
			case "name":
				company.Name = r.text()
			case "users_count":
				company.Users = r.int()
			case "numbers_count":
				company.Numbers = r.int()
			default:
				r.skip()
			}
		})
	})
	return company, err
}

// Numbers lists the company's lines.
func (c *Client) Numbers(ctx context.Context) ([]callflow.Line, error) {
	var lines []callflow.Line
	err := c.all(ctx, list{path: "/v1/numbers", key: "numbers", element: func(r *reader) {
		own := ends{line: r.line()}
		if l := own.ownLine(); l.ID != "" {
			lines = append(lines, l)
		}
	}})
	return lines, err
}

// Users lists the people of the account. Accounts that do not have the second
// version of the list yet are asked for the first.
func (c *Client) Users(ctx context.Context) ([]callflow.Agent, error) {
	users, err := c.users(ctx, "/v2/users")
	if failed := (*Error)(nil); errors.As(err, &failed) && failed.Kind == Missing {
		return c.users(ctx, "/v1/users")
	}
	return users, err
}

func (c *Client) users(ctx context.Context, path string) ([]callflow.Agent, error) {
	var users []callflow.Agent
	err := c.all(ctx, list{path: path, key: "users", element: func(r *reader) {
		if u := r.agent(); u.ID != "" {
			users = append(users, u)
		}
	}})
	return users, err
}

// Tags lists the labels that calls can have.
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var tags []Tag
	err := c.all(ctx, list{path: "/v1/tags", key: "tags", element: func(r *reader) {
		var t Tag
		r.object(func(key []byte) {
			switch string(key) {
			case "id":
				t.ID = r.id()
			case "name":
				t.Name = r.text()
			case "color":
				t.Color = r.text()
			case "description":
				t.Description = r.text()
			default:
				r.skip()
			}
		})
		if t.ID != "" {
			tags = append(tags, t)
		}
	}})
	return tags, err
}
