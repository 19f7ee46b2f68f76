package web

import (
	"errors"
	"strconv"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// errUnchanged says that there was nothing to save: the same rules make no new
// version.
var errUnchanged = errors.New("web: the settings are the same")

// saveRules adds a version after base.
func (s *Server) saveRules(c echo.Context, base store.Rules, next callflow.Settings, note string) (int, error) {
	same, err := sameSettings(base.Settings, next)
	if err != nil {
		return 0, err
	}
	if same {
		return base.Version, errUnchanged
	}
	v := visitorOf(c)
	version, err := s.o.Store.SaveRules(c.Request().Context(), base.Version, next, v.who, note)
	if err != nil {
		return 0, err
	}
	return version, s.audit(c, v.who, "rules_saved", "version "+strconv.Itoa(version), map[string]string{"note": note})
}
