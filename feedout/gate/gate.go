// Package gate keeps clients that are slow, many or greedy from costing others
// anything: connections are counted, and so are requests that cost much. It
// looks at nothing but where requests come from.
package gate

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are those whose X-Forwarded-For is believed. Everybody comes through
// them, so that they themselves are not counted.
type Proxies []netip.Prefix

func (p Proxies) has(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// Client is where a request came from: the last address of X-Forwarded-For
// that is no proxy's, if it came through one. False when that is not known.
// Good for limits only: nothing that is shown may depend on it.
func (p Proxies) Client(r *http.Request) (netip.Addr, bool) {
	a, ok := address(r.RemoteAddr)
	if !ok || !p.has(a) {
		return one(a), ok
	}
	lines := r.Header["X-Forwarded-For"]
	for n := len(lines) - 1; n >= 0; n-- {
		for line, more := lines[n], true; more; {
			var name string
			line, name, more = cutLast(line)
			a, ok := address(strings.TrimSpace(name))
			if !ok {
				return netip.Addr{}, false
			}
			if !p.has(a) {
				return one(a), true
			}
		}
	}
	return netip.Addr{}, false
}

// cutLast cuts a list before its last name.
func cutLast(list string) (before, last string, more bool) {
	n := strings.LastIndexByte(list, ',')
	return list[:max(n, 0)], list[n+1:], n >= 0
}

// address is that of host, or host:port; brackets and zones are left out.
func address(s string) (netip.Addr, bool) {
	if strings.HasPrefix(s, "[") || strings.Count(s, ":") == 1 { // else it has no port, and an error costs memory
		if host, _, err := net.SplitHostPort(s); err == nil {
			s = host
		}
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

// one is what counts as one client: an IPv6 network of 64 bits is one, since
// whoever has it has all of its addresses.
func one(a netip.Addr) netip.Addr {
	if a.Is6() {
		p, _ := a.Prefix(64) // not too long for IPv6
		return p.Addr()
	}
	return a
}
