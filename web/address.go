package web

import (
	"net"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// addressOf says whose request it is. A forwarded address is believed only
// from proxies that were named; anybody else can write the header.
func addressOf(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		_, network, err := net.ParseCIDR(p.Masked().String())
		if err != nil {
			continue // a netip.Prefix that is valid is also a CIDR; an invalid one trusts nobody
		}
		trust = append(trust, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// isLocal reports whether the request comes from this very machine, and not
// through a proxy on it.
func isLocal(c echo.Context) bool {
	h := c.Request().Header
	if h.Get("X-Forwarded-For") != "" || h.Get("Forwarded") != "" || h.Get("X-Real-Ip") != "" {
		return false
	}
	a, err := netip.ParseAddrPort(c.Request().RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback()
}
