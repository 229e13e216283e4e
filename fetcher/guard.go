package fetcher

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"code.dny.dev/ssrf"
)

// errBlocked says that an address is one that is never asked.
var errBlocked = errors.New("address is not public")

// refusal is an errBlocked in the guard's own words, which end with what allows
// the address. They are shown whole.
type refusal string

func (r refusal) Error() string        { return string(r) }
func (r refusal) Is(target error) bool { return target == errBlocked }

// guard decides which addresses may be connected to. It is asked at connect
// time with the address that is dialled, whatever name led there.
type guard struct {
	key      string // of the configuration, for what it says
	public   *ssrf.Guardian
	prefixes []netip.Prefix  // allowed on every port
	exact    map[string]bool // host:port as configured, allowed as such
	named    map[uint16]bool // allowed on public addresses
	ports    map[uint16]bool // the same, and 80 and 443
	proxied  bool            // names are resolved by a proxy, where the guard sees no address
	proxy    string          // host:port of fetch.proxy: it may be dialled, and asked for nothing
}

// newGuard reads a list of what is allowed, which stands under a key of the
// configuration: prefixes, host:port, *:port.
func newGuard(key string, allow []string) (*guard, error) {
	g := &guard{key: key, exact: make(map[string]bool), named: make(map[uint16]bool), ports: map[uint16]bool{80: true, 443: true}, public: ssrf.New(ssrf.WithAnyPort())}
	for _, a := range allow {
		if p, err := netip.ParsePrefix(a); err == nil {
			g.prefixes = append(g.prefixes, p)
			continue
		}
		host, port, err := net.SplitHostPort(a)
		n, errPort := strconv.ParseUint(port, 10, 16)
		if err != nil || errPort != nil || host == "" {
			return nil, fmt.Errorf("%s: %q is no prefix (10.0.0.0/8), host:port or *:port", key, a)
		}
		if host == "*" {
			g.ports[uint16(n)], g.named[uint16(n)] = true, true
			continue
		}
		g.exact[net.JoinHostPort(host, port)] = true
	}
	return g, nil
}

// check is asked before a connection is made.
func (g *guard) check(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errBlocked, address)
	}
	ip := ap.Addr().Unmap().WithZone("")
	switch {
	case g.exact[address], slices.ContainsFunc(g.prefixes, func(p netip.Prefix) bool { return p.Contains(ip) }):
		return nil
	case g.public.SafeAddr(ap.Addr()) != nil:
		return g.refuse(address, whereabouts(ip))
	case !g.ports[ap.Port()]:
		return g.refuse(address, otherPort)
	}
	return nil
}

const otherPort = "has a port that is not asked: only 80 and 443 are"

// refuse says what an address is, and the line that allows it.
func (g *guard) refuse(address, what string) error {
	room, key, _ := strings.Cut(g.key, ".")
	return refusal(fmt.Sprintf("%s %s; if you mean it, write into the configuration: %s: {%s: [%q]} and, where the daemon runs, say chinanewsd reload", address, what, room, key, address))
}

var carriers = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598

// whereabouts says of an address that is not public where it is.
func whereabouts(ip netip.Addr) string {
	place := "of a special range"
	switch {
	case ip.IsLoopback(), ip.IsUnspecified():
		place = "on this machine"
	case ip.IsPrivate(), ip.IsLinkLocalUnicast(), carriers.Contains(ip):
		place = "in a private network"
	}
	return "is " + place + ", so it is not asked"
}

// checkURL refuses what needs no connection to be refused: other schemes, and
// literal addresses, which a proxy would ask without our seeing them.
func (g *guard) checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: %s is no scheme that is asked; only http and https are", errBlocked, u.Scheme)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err == nil {
		return g.check(netip.AddrPortFrom(ip, portOf(u)).String())
	}
	if g.proxied {
		return g.checkName(u.Hostname(), portOf(u))
	}
	return nil
}

// longestHost is the longest name that a host can have, in bytes (RFC 1035,
// section 2.3.4).
const longestHost = 253

// checkName judges a name that a proxy will look up.
func (g *guard) checkName(host string, port uint16) error {
	named := hostPort(host, port)
	switch {
	case len(host) > longestHost:
		return refusal(fmt.Sprintf("%.40s… is no name of a host: it is too long", host))
	case g.exact[named]:
		return nil
	case local(host):
		return g.refuse(named, "is in the proxy's own network, so it is not asked")
	case !g.ports[port]:
		return g.refuse(named, otherPort)
	}
	return nil
}

// local reports a name that a proxy would look for in its own network: one of
// the special names (RFC 6761, RFC 6762, RFC 8375), one without a dot, or an
// address in one of its old spellings (0x7f.1, 2130706433).
func local(host string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	last := labels[len(labels)-1]
	if _, err := strconv.ParseUint(last, 0, 64); err == nil || strings.Trim(last, "0123456789") == "" {
		return true
	}
	return len(labels) == 1 || slices.Contains([]string{"localhost", "local", "internal", "lan", "arpa"}, last)
}

func hostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

func portOf(u *url.URL) uint16 {
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		return uint16(n)
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}
