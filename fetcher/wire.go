package fetcher

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"golang.org/x/net/proxy"

	"chinanews/news"
)

// Network is how connections are made; the zero value is the machine's own.
// Tests put their own resolver, certificates and wires in.
type Network struct {
	Resolver *net.Resolver
	TLS      *tls.Config
	Dialled  func(address string, err error) // told of each address before it is connected to, and what the guard said

	// Lookup and Connect, always given together, stand in for names and
	// connections as a whole; the guard stays between them.
	Lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	Connect func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
}

const (
	maxHeaderBytes = 64 << 10
	connectTimeout = 10 * time.Second
	mostIdle       = 300              // connections that are kept for a next request; each holds some 20 kB
	longestIdle    = 75 * time.Second // a host with several sources is asked again; few hosts keep one for longer
)

// newTransport makes the one transport for every request of the program.
func newTransport(o Options, g *guard) (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.Network.TLS != nil {
		config = o.Network.TLS
	}
	t := &http.Transport{
		DialContext: o.Network.dialer(g), TLSClientConfig: config, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: connectTimeout, ResponseHeaderTimeout: 20 * time.Second, MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression: true, MaxIdleConns: mostIdle, MaxIdleConnsPerHost: 1, IdleConnTimeout: longestIdle,
	}
	if o.Fetching.Proxy == "" {
		return t, nil
	}
	return t, useProxy(t, o, g)
}

// shownBy is the certificate that a host showed; of one that speaks no TLS, nothing.
func shownBy(host string, c *tls.ConnectionState) news.TLSCertificate {
	if c == nil || len(c.PeerCertificates) == 0 {
		return news.TLSCertificate{}
	}
	leaf := c.PeerCertificates[0]
	return news.TLSCertificate{Host: host, From: leaf.NotBefore.UTC(), Until: leaf.NotAfter.UTC()}
}

// dial is a DialContext.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// dialer connects to what the guard permits. What the configuration names as
// host:port may be a name that resolves to anything.
func (n Network) dialer(g *guard) dial {
	if n.Connect != nil {
		return func(ctx context.Context, _, address string) (net.Conn, error) { return n.connect(ctx, g, address) }
	}
	guarded := &net.Dialer{Timeout: connectTimeout, Resolver: n.Resolver}
	guarded.Control = func(_, address string, _ syscall.RawConn) error { return n.ask(g, address) }
	permitted := &net.Dialer{Timeout: connectTimeout, Resolver: n.Resolver}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if g.exact[address] || address == g.proxy {
			return permitted.DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
}

func (n Network) ask(g *guard, address string) error {
	err := g.check(address)
	if n.Dialled != nil {
		n.Dialled(address, err)
	}
	return err
}

// connect goes the way of a real dialer over the network that was put in.
func (n Network) connect(ctx context.Context, g *guard, address string) (conn net.Conn, err error) {
	addresses, err := n.resolve(ctx, address)
	for _, to := range addresses {
		if err = n.ask(g, to.String()); err != nil && address != g.proxy {
			continue
		}
		if conn, err = n.Connect(ctx, to); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// resolve gives the addresses of a host:port.
func (n Network) resolve(ctx context.Context, address string) ([]netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := net.LookupPort("tcp", service)
	if err != nil {
		return nil, err
	}
	ips := []netip.Addr{}
	if ip, err := netip.ParseAddr(host); err == nil {
		ips = append(ips, ip)
	} else if ips, err = n.lookup(ctx, host); err != nil {
		return nil, err
	}
	out := make([]netip.AddrPort, len(ips))
	for i, ip := range ips {
		out[i] = netip.AddrPortFrom(ip, uint16(port))
	}
	return out, nil
}

func (n Network) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if n.Lookup != nil {
		return n.Lookup(ctx, host)
	}
	r := n.Resolver
	if r == nil {
		r = net.DefaultResolver
	}
	return r.LookupNetIP(ctx, "ip", host)
}

// proxyPorts are the ports of proxies that name none.
var proxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// useProxy sends every request through fetch.proxy. A socks5 proxy is given
// addresses, which are looked up and guarded here; the others (http, https,
// socks5h) resolve names themselves and have to guard what those lead to.
func useProxy(t *http.Transport, o Options, g *guard) error {
	u, err := url.Parse(o.Fetching.Proxy)
	if err != nil || u.Hostname() == "" || proxyPorts[u.Scheme] == "" {
		return errors.New("fetch.proxy is no address of an http, https, socks5 or socks5h proxy; write http://host:port") // it may hold a password
	}
	g.proxy = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), proxyPorts[u.Scheme]))
	if u.Scheme != "socks5" {
		g.proxied = true
		t.Proxy = http.ProxyURL(u)
		return nil
	}
	socks, err := proxy.FromURL(u, contextDialer{t.DialContext})
	if err != nil {
		return fmt.Errorf("fetch.proxy: %w", err)
	}
	t.DialContext = o.Network.through(socks.(proxy.ContextDialer), g)
	return nil
}

// through dials by address over a SOCKS proxy.
func (n Network) through(socks proxy.ContextDialer, g *guard) dial {
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		addresses, err := n.resolve(ctx, address)
		for _, to := range addresses {
			if err = n.ask(g, to.String()); err != nil && !g.exact[address] {
				continue
			}
			if conn, err = socks.DialContext(ctx, network, to.String()); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
}

// contextDialer lets a dial stand where a dialer is wanted.
type contextDialer struct{ dial dial }

func (d contextDialer) Dial(network, address string) (net.Conn, error) {
	return d.dial(context.Background(), network, address)
}

func (d contextDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.dial(ctx, network, address)
}
