package fetcher

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

// Outgoing is a client for requests that are no polls: to callbacks, webhooks
// and hubs of others. The guard of polls stands before each connection, with a
// list of its own: allow has prefixes, host:port and *:port (hub.allow), and
// what stands under fetch.allow is not in it. Plain http needs such an entry
// too. The client follows no redirect, unpacks no answer, uses no proxy and
// keeps connections alive; the caller sets deadlines and reads no more of an
// answer than it wants. It is safe for concurrent use. agent is the User-Agent
// of requests that name none.
func Outgoing(allow []string, n Network, agent string) (*http.Client, error) {
	g, err := outgoingGuard(allow)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if n.TLS != nil {
		config = n.TLS
	}
	t := &http.Transport{
		DialContext: n.dialer(g), TLSClientConfig: config, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: connectTimeout, ResponseHeaderTimeout: 20 * time.Second, MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression: true, MaxIdleConns: 1000, MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
		WriteBufferSize: 8 << 10, // a small document goes out with its header
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: &outgoing{t, g, agent}, CheckRedirect: stay}, nil
}

// Agent is the User-Agent of polls.
func (f *Fetcher) Agent() string { return f.agent }

// CheckOutgoing says why a client with such a list will not ask an address, as
// far as the address itself tells. What a name leads to is seen when it is
// dialled.
func CheckOutgoing(allow []string, u *url.URL) error {
	g, err := outgoingGuard(allow)
	if err != nil {
		return err
	}
	return g.checkOutgoing(u)
}

func outgoingGuard(allow []string) (*guard, error) { return newGuard("hub.allow", allow) }

// checkOutgoing refuses what carries what it is sent in the open, unless that
// is meant.
func (g *guard) checkOutgoing(u *url.URL) error {
	if err := g.checkURL(u); err != nil || u.Scheme == "https" {
		return err
	}
	port := portOf(u)
	named := hostPort(u.Hostname(), port)
	ip, err := netip.ParseAddr(u.Hostname())
	inside := err == nil && slices.ContainsFunc(g.prefixes, func(p netip.Prefix) bool { return p.Contains(ip.Unmap().WithZone("")) })
	if inside || g.exact[named] || g.named[port] {
		return nil
	}
	return g.refuse(named, "is plain http; use https")
}

// outgoing is the transport of such requests.
type outgoing struct {
	next  http.RoundTripper
	rules *guard
	agent string
}

func (o *outgoing) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := o.rules.checkOutgoing(r.URL); err != nil {
		return nil, err
	}
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", o.agent)
	}
	return o.next.RoundTrip(r)
}

// CloseIdleConnections lets the client close what it keeps open.
func (o *outgoing) CloseIdleConnections() {
	if c, ok := o.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
