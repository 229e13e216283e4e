package fetcher

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// errBlocked says that an address is one that is never asked.
var errBlocked = errors.New("address is not public")

// guard decides which addresses may be connected to. It is asked at connect
// time with the address that is dialled, whatever name led there.
type guard struct {
	public   *ssrf.Guardian
	prefixes []netip.Prefix  // allowed on every port
	exact    map[string]bool // host:port as configured, allowed as such
	ports    map[uint16]bool // allowed on public addresses, beside 80 and 443
}

// newGuard reads fetch.allow: prefixes, host:port, *:port.
func newGuard(allow []string) (*guard, error) {
	g := &guard{exact: make(map[string]bool), ports: map[uint16]bool{80: true, 443: true}, public: ssrf.New(ssrf.WithAnyPort())}
	for _, a := range allow {
		if p, err := netip.ParsePrefix(a); err == nil {
			g.prefixes = append(g.prefixes, p)
			continue
		}
		host, port, err := net.SplitHostPort(a)
		n, errPort := strconv.ParseUint(port, 10, 16)
		if err != nil || errPort != nil || host == "" {
			return nil, fmt.Errorf("fetch.allow: %q is no prefix (10.0.0.0/8), host:port or *:port", a)
		}
		if host == "*" {
			g.ports[uint16(n)] = true
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
	case !g.ports[ap.Port()]:
		return fmt.Errorf("%w: port %d of %s; only 80 and 443 are asked unless fetch.allow names it", errBlocked, ap.Port(), ap.Addr())
	case g.public.SafeAddr(ap.Addr()) != nil:
		return fmt.Errorf("%w: %s is private or special; fetch.allow can permit it", errBlocked, ap.Addr())
	}
	return nil
}

// checkURL refuses what needs no connection to be refused: other schemes, and
// literal addresses, which a proxy would ask without our seeing them.
func (g *guard) checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: %s is no scheme that is asked; only http and https are", errBlocked, u.Scheme)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil
	}
	return g.check(netip.AddrPortFrom(ip, portOf(u)).String())
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

// Network is how connections are made; the zero value is the machine's own.
// Tests put their own resolver and certificates in.
type Network struct {
	Resolver *net.Resolver
	TLS      *tls.Config
	Dialled  func(address string, err error) // told of each address before it is connected to, and what the guard said
}

const maxHeaderBytes = 64 << 10

// newTransport makes the one transport for every request of the program.
func newTransport(o Options, g *guard) (*http.Transport, error) {
	proxy := http.ProxyURL(nil)
	if o.Fetching.Proxy != "" {
		u, err := url.Parse(o.Fetching.Proxy)
		if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
			return nil, fmt.Errorf("fetch.proxy: %q is no address of an http, https, socks5 or socks5h proxy", o.Fetching.Proxy)
		}
		g.exact[u.Host] = true
		proxy = http.ProxyURL(u)
	}
	guarded := &net.Dialer{Timeout: 10 * time.Second, Resolver: o.Network.Resolver}
	guarded.Control = func(_, address string, _ syscall.RawConn) error {
		err := g.check(address)
		if o.Network.Dialled != nil {
			o.Network.Dialled(address, err)
		}
		return err
	}
	permitted := &net.Dialer{Timeout: 10 * time.Second, Resolver: o.Network.Resolver}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if g.exact[address] {
			return permitted.DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.Network.TLS != nil {
		config = o.Network.TLS
	}
	return &http.Transport{
		Proxy: proxy, DialContext: dial, TLSClientConfig: config, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second, MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression: true, MaxIdleConns: 100, MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second,
	}, nil
}
