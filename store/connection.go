package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Salesforce is the connection to one org. Secrets are sealed at rest.
type Salesforce struct {
	LoginURL string `json:"login_url"`
	ClientID string `json:"client_id"`

	InstanceURL string    `json:"instance_url,omitempty"`
	IdentityURL string    `json:"identity_url,omitempty"`
	OrgID       string    `json:"org_id,omitempty"`
	OrgName     string    `json:"org_name,omitempty"`
	UserID      string    `json:"user_id,omitempty"`
	UserName    string    `json:"user_name,omitempty"`
	UserEmail   string    `json:"user_email,omitempty"`
	Scope       string    `json:"scope,omitempty"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	ConnectedAt time.Time `json:"connected_at,omitzero"`
	ConnectedBy string    `json:"connected_by,omitempty"`
	// Reconnect says why the grant is dead; empty while it works.
	Reconnect string          `json:"reconnect,omitempty"`
	Org       json.RawMessage `json:"org,omitempty"` // what describe told, kept for restarts
	OrgAt     time.Time       `json:"org_at,omitzero"`

	ClientSecret Secret `json:"-"`
	AccessToken  Secret `json:"-"`
	RefreshToken Secret `json:"-"`
}

// Connected reports whether there is a grant, dead or alive.
func (c Salesforce) Connected() bool { return c.RefreshToken != "" || c.AccessToken != "" }

// Aircall is the connection to one Aircall company.
type Aircall struct {
	APIID       string    `json:"api_id,omitempty"`
	Company     string    `json:"company,omitempty"`
	ByHand      bool      `json:"by_hand,omitempty"`
	ConnectedAt time.Time `json:"connected_at,omitzero"`
	ConnectedBy string    `json:"connected_by,omitempty"`
	Problem     string    `json:"problem,omitempty"` // what the last check found; empty = well
	CheckedAt   time.Time `json:"checked_at,omitzero"`
	// WellAt is when the webhook was last seen to send everything it should.
	WellAt time.Time `json:"well_at,omitzero"`
	// Outage is the last time it did not.
	Outage Outage `json:"outage,omitzero"`
	// Others are further webhooks of Aircall that send to us.
	Others []OtherWebhook `json:"others,omitempty"`

	APIToken Secret `json:"-"`
}

// Outage is a time in which the provider did not send everything.
type Outage struct {
	Found    string    `json:"found"` // "disabled", "deleted", "events"
	Since    time.Time `json:"since"` // the webhook was last seen to work
	SeenAt   time.Time `json:"seen_at"`
	MendedAt time.Time `json:"mended_at,omitzero"` // zero while it lasts
	Events   []string  `json:"events,omitempty"`   // that were missing
}

// Lasts reports whether the outage is not mended yet.
func (o Outage) Lasts() bool { return o.Found != "" && o.MendedAt.IsZero() }

// OtherWebhook is a registration at the provider that is not the one we use.
type OtherWebhook struct {
	ID        string    `json:"id"`
	Active    bool      `json:"active"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Earlier   bool      `json:"earlier,omitempty"` // sends to an address we had before
}

// Connected reports whether webhooks can come.
func (c Aircall) Connected() bool { return c.APIToken != "" || c.ByHand }

// SalesforceConnection returns the connection; zero when none was saved.
func (s *Store) SalesforceConnection(ctx context.Context) (Salesforce, error) {
	var c Salesforce
	secrets, err := s.readConnection(ctx, s.r, false, "salesforce", &c)
	c.ClientSecret, c.AccessToken, c.RefreshToken = secrets["client_secret"], secrets["access_token"], secrets["refresh_token"]
	return c, err
}

// ChangeSalesforce reads, changes and writes the connection in one transaction,
// and writes down in it who did so.
func (s *Store) ChangeSalesforce(ctx context.Context, change func(*Salesforce) error, did ...AuditRow) error {
	return s.changeConnection(ctx, "salesforce", did, func(tx *gorm.DB) (any, map[string]Secret, error) {
		var c Salesforce
		secrets, err := s.readConnection(ctx, tx, true, "salesforce", &c)
		if err != nil {
			return nil, nil, err
		}
		c.ClientSecret, c.AccessToken, c.RefreshToken = secrets["client_secret"], secrets["access_token"], secrets["refresh_token"]
		if err := change(&c); err != nil {
			return nil, nil, err
		}
		return c, map[string]Secret{"client_secret": c.ClientSecret, "access_token": c.AccessToken, "refresh_token": c.RefreshToken}, nil
	})
}

// AircallConnection returns the connection; zero when none was saved.
func (s *Store) AircallConnection(ctx context.Context) (Aircall, error) {
	var c Aircall
	secrets, err := s.readConnection(ctx, s.r, false, "aircall", &c)
	c.APIToken = secrets["api_token"]
	return c, err
}

// ChangeAircall reads, changes and writes the connection in one transaction, and
// writes down in it who did so.
func (s *Store) ChangeAircall(ctx context.Context, change func(*Aircall) error, did ...AuditRow) error {
	return s.changeConnection(ctx, "aircall", did, func(tx *gorm.DB) (any, map[string]Secret, error) {
		var c Aircall
		secrets, err := s.readConnection(ctx, tx, true, "aircall", &c)
		if err != nil {
			return nil, nil, err
		}
		c.APIToken = secrets["api_token"]
		if err := change(&c); err != nil {
			return nil, nil, err
		}
		return c, map[string]Secret{"api_token": c.APIToken}, nil
	})
}

func (s *Store) readConnection(ctx context.Context, db *gorm.DB, change bool, name string, into any) (map[string]Secret, error) {
	var found []struct{ Facts, Secrets string }
	sql := "SELECT facts, secrets FROM connections WHERE name = ?"
	if s.postgres && change {
		sql += " FOR UPDATE"
	}
	if err := db.WithContext(ctx).Raw(sql, name).Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("store: read connection %s: %w", name, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(found[0].Facts), into); err != nil {
		return nil, fmt.Errorf("store: read connection %s: %w", name, err)
	}
	if found[0].Secrets == "" {
		return nil, nil
	}
	plain, err := s.unseal(ctx, found[0].Secrets, connectionPlace(name))
	if err != nil {
		return nil, err
	}
	secrets := map[string]Secret{}
	if err := json.Unmarshal(plain, &secrets); err != nil {
		return nil, fmt.Errorf("store: read connection %s: secrets are damaged", name)
	}
	return secrets, nil
}

func (s *Store) changeConnection(ctx context.Context, name string, did []AuditRow, change func(*gorm.DB) (any, map[string]Secret, error)) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		facts, secrets, err := change(tx)
		if err != nil {
			return err
		}
		doc, err := json.Marshal(facts)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(secrets)
		if err != nil {
			return err
		}
		sealed, err := s.seal(tx, plain, connectionPlace(name))
		if err != nil {
			return err
		}
		err = tx.Exec(`INSERT INTO connections (name, facts, secrets, updated_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET facts = excluded.facts, secrets = excluded.secrets, updated_at = excluded.updated_at`,
			name, string(doc), sealed, micros(s.now())).Error
		for _, row := range did {
			if err == nil {
				err = s.appendAudit(ctx, tx, row)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: change connection %s: %w", name, err)
	}
	s.changes.tell()
	return nil
}

func connectionPlace(name string) string { return "connections/" + name + "/secrets" }

// RenewLock lets one holder at a time renew the Salesforce grant, over all
// processes that share the database, and runs do while holding it.
func (s *Store) RenewLock(ctx context.Context, do func(context.Context) error) error {
	return s.locked(ctx, &s.renewing, "SELECT pg_advisory_xact_lock(7291, 1)", do)
}

// WebhookLock is RenewLock for the webhook at Aircall: whoever looks for one and
// makes one does so alone.
func (s *Store) WebhookLock(ctx context.Context, do func(context.Context) error) error {
	return s.locked(ctx, &s.registering, "SELECT pg_advisory_xact_lock(7291, 4)", do)
}

func (s *Store) locked(ctx context.Context, here *sync.Mutex, everywhere string, do func(context.Context) error) error {
	here.Lock() // one connection waits for the other processes, not all of the pool
	defer here.Unlock()
	if !s.postgres {
		return do(ctx)
	}
	return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(everywhere).Error; err != nil {
			return fmt.Errorf("store: wait for the lock: %w", err)
		}
		return do(ctx)
	})
}
