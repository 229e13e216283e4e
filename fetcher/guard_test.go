package fetcher

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/fetcher/origintest"
	"chinanews/news"
)

func TestGuard(t *testing.T) {
	for _, tt := range []struct {
		address string
		allow   []string
		ok      bool
	}{
		{"93.184.216.34:80", nil, true}, {"93.184.216.34:443", nil, true}, {"[2606:2800:220:1::1]:443", nil, true},
		{"93.184.216.34:22", nil, false}, {"93.184.216.34:8080", []string{"*:8080"}, true}, {"10.0.0.1:8080", []string{"*:8080"}, false},
		{"127.0.0.1:80", nil, false}, {"127.1.2.3:80", nil, false}, {"[::1]:80", nil, false}, {"0.0.0.0:80", nil, false}, {"[::]:80", nil, false},
		{"10.1.2.3:80", nil, false}, {"172.16.0.1:80", nil, false}, {"172.31.255.255:80", nil, false}, {"192.168.1.1:80", nil, false},
		{"100.64.0.1:80", nil, false}, {"169.254.169.254:80", nil, false}, {"192.0.0.1:80", nil, false}, {"198.18.0.1:80", nil, false},
		{"224.0.0.1:80", nil, false}, {"240.0.0.1:80", nil, false}, {"255.255.255.255:80", nil, false}, {"203.0.113.5:80", nil, false},
		{"[::ffff:127.0.0.1]:80", nil, false}, {"[::ffff:10.0.0.1]:80", nil, false}, {"[64:ff9b::7f00:1]:80", nil, false}, {"[2002:7f00:1::]:80", nil, false},
		{"[fe80::1%eth0]:80", nil, false}, {"[fc00::1]:80", nil, false}, {"[ff02::1]:80", nil, false}, {"[2001:db8::1]:80", nil, false}, {"[2001::1]:80", nil, false},
		{"127.0.0.1:8080", []string{"127.0.0.1:8080"}, true}, {"127.0.0.1:8081", []string{"127.0.0.1:8080"}, false},
		{"10.1.2.3:9999", []string{"10.0.0.0/8"}, true}, {"[::ffff:10.1.2.3]:9999", []string{"10.0.0.0/8"}, true}, {"nonsense", nil, false},
	} {
		g, err := newGuard("fetch.allow", tt.allow)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.check(tt.address); (err == nil) != tt.ok {
			t.Errorf("%s, allowed %v: %v, want permitted %v", tt.address, tt.allow, err, tt.ok)
		}
	}
	for _, address := range []string{"10.1.2.3:80", "93.184.216.34:8080", "[fd00::1]:443"} {
		g, err := newGuard("fetch.allow", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.check(address); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("fetch: {allow: [%q]}", address)) {
			t.Errorf("%s: %v, want what permits it", address, err)
		}
	}
	for _, bad := range []string{"localhost", "1.2.3.4", "10.0.0.0/99", ":80", "a:b", "*:99999"} {
		if _, err := New(Options{Fetching: news.Fetching{Allow: []string{bad}}}); err == nil || !strings.Contains(err.Error(), "fetch.allow") {
			t.Errorf("allow %q: %v", bad, err)
		}
	}
	for _, bad := range []string{"nowhere", "ftp://p.example:1", "://"} {
		if _, err := New(Options{Fetching: news.Fetching{Proxy: bad}}); err == nil || !strings.Contains(err.Error(), "fetch.proxy") {
			t.Errorf("proxy %q: %v", bad, err)
		}
	}
}

func TestNamesThatLeadInside(t *testing.T) {
	names := map[string]string{"a.example": "10.0.0.1", "b.example": "169.254.169.254", "c.example": "::1", "d.example": "::ffff:192.168.0.1",
		"e.example": "64:ff9b::a00:1", "f.example": "100.64.3.4", "g.example": "127.0.0.1", "h.example": "0.0.0.0"}
	var mu sync.Mutex
	var refused, permitted int
	f := newFetcher(t, func(o *Options) {
		o.Fetching.Allow = nil
		o.Network.Resolver = origintest.Resolver(names)
		o.Network.Dialled = func(_ string, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
			} else {
				permitted++
			}
		}
	})
	for name, ip := range names {
		src := row("http://" + name + "/feed")
		b := fetch(t, f, src, listing(src.URLs[0], news.FetchState{}))
		if class(b) != news.ClassBlocked || b.Condition != news.Blocked {
			t.Errorf("%s, which is %s: class %q (%v)", name, ip, class(b), b.Problem)
		}
	}
	if permitted > 0 || refused < len(names) {
		t.Errorf("%d connections permitted, %d refused, want 0 and at least %d", permitted, refused, len(names))
	}
	if b := fetch(t, f, row("http://none.example/"), listing("http://none.example/", news.FetchState{})); class(b) != news.ClassDNS || !strings.Contains(b.Problem.Words, "does not resolve") {
		t.Errorf("a name that is not there: %v", b.Problem)
	}
}

func TestProxy(t *testing.T) {
	s := serve(t, text(oneItem))
	f := newFetcher(t, func(o *Options) { o.Fetching.Proxy, o.Fetching.Allow = s.URL, nil })
	src := row("http://feeds.example/feed")
	if b := fetch(t, f, src, listing(src.URLs[0], news.FetchState{})); b.Problem != nil || s.last().URL.String() != "http://feeds.example/feed" {
		t.Errorf("through the proxy: %v, asked for %s", b.Problem, s.last().URL)
	}
	src = row("http://10.0.0.1/feed")
	if b := fetch(t, f, src, listing(src.URLs[0], news.FetchState{})); class(b) != news.ClassBlocked {
		t.Errorf("a private address behind a proxy: %v", b.Problem)
	}
}

// certificate is one for a name and time, signed by itself.
func certificate(t *testing.T, name string, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: until.Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true}
	if ip := net.ParseIP(name); ip != nil {
		c.DNSNames, c.IPAddresses = nil, []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestCertificates(t *testing.T) {
	for _, tt := range []struct {
		name, host string
		until      time.Time
		trusted    bool
		want       string
	}{
		{"good", "127.0.0.1", time.Now().Add(time.Hour), true, ""},
		{"expired", "127.0.0.1", time.Now().Add(-time.Hour), true, "is valid from"},
		{"another name", "other.example", time.Now().Add(time.Hour), true, "for another name"},
		{"unknown signer", "127.0.0.1", time.Now().Add(time.Hour), false, "signed by nobody known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert, pool := certificate(t, tt.host, tt.until)
			server := httptest.NewUnstartedServer(http.HandlerFunc(text(oneItem)))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
			server.StartTLS()
			defer server.Close()
			f := newFetcher(t, func(o *Options) {
				if tt.trusted {
					o.Network.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
				}
			})
			src := row(server.URL)
			src.Robots = false
			before := news.TLSCertificate{Host: "before.example", Until: time.Unix(1, 0).UTC()}
			b := fetch(t, f, src, listing(server.URL, news.FetchState{Certificate: before}))
			if tt.want == "" {
				if b.Problem != nil {
					t.Errorf("a good certificate: %v", b.Problem)
				}
				if c := b.State.Certificate; c.Host != tt.host || !c.Until.Equal(tt.until.Truncate(time.Second)) || c.Until.Sub(c.From) != 48*time.Hour {
					t.Errorf("it is remembered as %+v", c)
				}
				return
			}
			if b.State.Certificate != before {
				t.Errorf("one that nobody believes is remembered: %+v", b.State.Certificate)
			}
			if class(b) != news.ClassTLS || b.Condition != news.Certificate || !strings.Contains(b.Problem.Words, tt.want) {
				t.Errorf("class %q (%v), want %q in it", class(b), b.Problem, tt.want)
			}
		})
	}
	s := serve(t, text(oneItem))
	src := row(strings.Replace(s.URL, "http:", "https:", 1))
	src.Robots = false
	if b := fetch(t, newFetcher(t), src, listing(src.URLs[0], news.FetchState{})); class(b) != news.ClassTLS {
		t.Errorf("http behind https: %v", b.Problem)
	}
	if b := fetch(t, newFetcher(t), row(s.URL), listing(s.URL, news.FetchState{})); b.Problem != nil || !b.State.Certificate.Until.IsZero() {
		t.Errorf("of http a certificate is remembered: %+v (%v)", b.State.Certificate, b.Problem)
	}
}

func TestRefusedConnectionIsTriedAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	dialled := 0
	f := newFetcher(t, func(o *Options) {
		o.Fetching.Hosts = []news.HostRule{{Pattern: "*", Connections: 1, Retries: 1}}
		o.Network.Dialled = func(string, error) { dialled++ }
	})
	src := row(address)
	src.Robots = false
	if b := fetch(t, f, src, listing(address, news.FetchState{})); class(b) != news.ClassConnect || dialled != 2 {
		t.Errorf("class %q after %d attempts, want connect after 2", class(b), dialled)
	}
}

// Whoever is refused is told where the address is and the line that allows it,
// and the line does.
func TestGuardSaysHowToAllow(t *testing.T) {
	g, err := newGuard("fetch.allow", nil)
	if err != nil {
		t.Fatal(err)
	}
	for address, where := range map[string]string{
		"127.0.0.1:8000": "is on this machine", "127.0.0.1:80": "is on this machine", "[::1]:443": "is on this machine", "0.0.0.0:80": "is on this machine",
		"10.1.2.3:80": "is in a private network", "[fd00::1]:443": "is in a private network", "169.254.169.254:80": "is in a private network", "100.64.0.1:80": "is in a private network",
		"[::ffff:192.168.0.1]:80": "is in a private network", "93.184.216.34:8080": "has a port", "224.0.0.1:80": "is of a special range", "203.0.113.7:80": "is of a special range",
	} {
		said := fmt.Sprint(g.check(address))
		if line := fmt.Sprintf("write into the configuration: fetch: {allow: [%q]} and, where the daemon runs, say chinanewsd reload", address); !strings.HasPrefix(said, address+" "+where) || !strings.HasSuffix(said, line) {
			t.Errorf("%s: %q does not say %q and %s", address, said, where, line)
		}
		allowed, err := newGuard("fetch.allow", []string{address})
		if err != nil || allowed.check(address) != nil {
			t.Errorf("%s is not allowed by what is said to allow it (%v)", address, err)
		}
	}
}

// The line is whole in what a failure says, however long the name is for which
// it stands; no name makes the words endless.
func TestRefusalsAreWhole(t *testing.T) {
	long := strings.Repeat("harbour.", 31) + "lan"
	for address, want := range map[string]string{
		"http://127.0.0.1:18473/news/":                  `fetch: {allow: ["127.0.0.1:18473"]} and, where the daemon runs, say chinanewsd reload`,
		"http://[fd00::1]:18473/news/":                  `fetch: {allow: ["[fd00::1]:18473"]} and, where the daemon runs, say chinanewsd reload`,
		"http://" + long + ":18473/":                    `fetch: {allow: ["` + long + `:18473"]} and, where the daemon runs, say chinanewsd reload`,
		"http://" + strings.Repeat("x", 3000) + ".lan/": "too long",
	} {
		f := newFetcher(t, func(o *Options) { o.Fetching.Allow, o.Fetching.Proxy = nil, "http://127.0.0.1:9" })
		b := fetch(t, f, row(address), listing(address, news.FetchState{}))
		if class(b) != news.ClassBlocked || !strings.HasSuffix(b.Problem.Words, want) || len(b.Problem.Words) > 1000 {
			t.Errorf("%.60s: %v", address, b.Problem)
		}
	}
}
