package worker

import (
	"sync"
	"time"

	"ringledger/integration/callflow"
)

// userLife is how long the users of an e-mail are remembered. A new user owns
// calls at the latest after it; one who left is refused by Salesforce, which
// forgets him at once.
const userLife = 15 * time.Minute

// userCache remembers which users have an e-mail, and that none has.
type userCache struct {
	now   func() time.Time
	mu    sync.Mutex
	known map[string]cachedUsers
}

type cachedUsers struct {
	users []callflow.User
	at    time.Time
}

func (u *userCache) knows(email string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	c, ok := u.known[email]
	return ok && u.now().Sub(c.at) < userLife
}

func (u *userCache) find(email string) []callflow.User {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.known[email].users
}

func (u *userCache) keep(emails []string, found map[string][]callflow.User) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known == nil {
		u.known = map[string]cachedUsers{}
	}
	for _, e := range emails {
		u.known[e] = cachedUsers{found[e], u.now()}
	}
}

func (u *userCache) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.known = nil
}
