package fetcher

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"

	"chinanews/news"
)

// Visitor is a client that looks at one public address as others do: the site's
// own. The guard of polls stands before each connection, with fetch.allow and
// the address's own port; fetch.proxy is used. The client follows no redirect
// and unpacks no answer; the caller sets deadlines and reads no more of an
// answer than it wants. It is safe for concurrent use.
func Visitor(f news.Fetching, n Network, to *url.URL) (*http.Client, error) {
	g, err := newGuard("fetch.allow", f.Allow)
	if err != nil {
		return nil, err
	}
	g.ports[portOf(to)] = true
	t, err := newTransport(Options{Fetching: f, Network: n}, g)
	if err != nil {
		return nil, err
	}
	t.DisableKeepAlives = true
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: &visitor{t, g}, CheckRedirect: stay}, nil
}

type visitor struct {
	next  http.RoundTripper
	rules *guard
}

func (v *visitor) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := v.rules.checkURL(r.URL); err != nil {
		return nil, err
	}
	return v.next.RoundTrip(r)
}

// Addresses are those that a name leads to, by the resolver that polls use. An
// address leads to itself.
func (n Network) Addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	return n.lookup(ctx, host)
}

// LooksUp reports whether names are looked up here, and not by fetch.proxy.
func LooksUp(f news.Fetching) bool {
	u, err := url.Parse(f.Proxy)
	return err != nil || f.Proxy == "" || u.Scheme == "socks5"
}

// Trouble says in words why an address did not answer, and what to do about it.
func Trouble(err error, to *url.URL) *news.Problem { return wordsOf(err, to) }
