package gate

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func prefixes(list ...string) (p Proxies) {
	for _, s := range list {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

func TestClient(t *testing.T) {
	p := prefixes("127.0.0.0/8", "::1/128", "10.0.0.0/24")
	for _, tt := range []struct{ name, from, forwarded, want string }{
		{"direct", "203.0.113.7:999", "", "203.0.113.7"},
		{"direct, and lies", "203.0.113.7:999", "198.51.100.1", "203.0.113.7"},
		{"direct, IPv6", "[2001:db8:1:2:3::4]:999", "", "2001:db8:1:2::"},
		{"direct, IPv4 in IPv6", "[::ffff:203.0.113.7]:999", "", "203.0.113.7"},
		{"proxied", "127.0.0.1:999", "203.0.113.7", "203.0.113.7"},
		{"by an IPv4 in IPv6", "[::ffff:127.0.0.1]:999", "203.0.113.7", "203.0.113.7"},
		{"proxied twice", "127.0.0.1:999", "203.0.113.7, 10.0.0.9", "203.0.113.7"},
		{"proxied, and lies", "127.0.0.1:999", "198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"proxied, and lies nonsense", "127.0.0.1:999", "<script>, 203.0.113.7", "203.0.113.7"},
		{"in two headers", "127.0.0.1:999", "198.51.100.1\n203.0.113.7", "203.0.113.7"},
		{"with a port", "127.0.0.1:999", "203.0.113.7:4711", "203.0.113.7"},
		{"IPv6 with a port", "127.0.0.1:999", "[2001:db8::1]:4711", "2001:db8::"},
		{"IPv6 in brackets", "127.0.0.1:999", "[2001:db8::1]", "2001:db8::"},
		{"with a zone", "127.0.0.1:999", "fe80::1%eth0", "fe80::"},
		{"a proxy that says nothing", "127.0.0.1:999", "", ""},
		{"a proxy that says nonsense", "127.0.0.1:999", "198.51.100.1, unknown", ""},
		{"proxies only", "127.0.0.1:999", "10.0.0.8, 10.0.0.9", ""},
		{"in process", "", "203.0.113.7", ""},
		{"by a socket", "@", "203.0.113.7", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.from
		for _, line := range lines(tt.forwarded) {
			r.Header.Add("X-Forwarded-For", line)
		}
		who, ok := p.Client(r)
		if got := fmt.Sprint(who); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s: %s, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

func FuzzClient(f *testing.F) {
	for _, s := range []string{"", ",", "[", "[::1", "1.2.3.4:5:6", "::ffff:1.2.3.4%1"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, from, forwarded string) {
		r := &http.Request{RemoteAddr: from, Header: http.Header{"X-Forwarded-For": {forwarded}}}
		if who, ok := prefixes("127.0.0.0/8").Client(r); ok && (!who.IsValid() || who.Zone() != "" || who.Is4In6()) {
			t.Errorf("%q for %q is client %v", from, forwarded, who)
		}
	})
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		served := 0
		h := Pace(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }), Rate{Burst: 3, Every: 2 * time.Second}, prefixes("127.0.0.0/8"))
		ask := func(from string) *http.Response {
			r := httptest.NewRequest("GET", "/search", nil)
			r.RemoteAddr = from
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Result()
		}
		for n := range 4 {
			resp := ask("203.0.113.7:1")
			if want := []int{200, 200, 200, 429}[n]; resp.StatusCode != want {
				t.Errorf("request %d: %d, want %d", n, resp.StatusCode, want)
			}
			if n == 3 && (resp.Header.Get("Retry-After") != "3" || resp.Header.Get("Cache-Control") != "no-store") {
				t.Errorf("refused with %v", resp.Header)
			}
		}
		for _, other := range []string{"203.0.113.8:1", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"} {
			if resp := ask(other); resp.StatusCode != 200 {
				t.Errorf("%s: %d for what another asked", other, resp.StatusCode)
			}
		}
		time.Sleep(2*time.Second + time.Millisecond)
		if a, b := ask("203.0.113.7:1").StatusCode, ask("203.0.113.7:1").StatusCode; a != 200 || b != 429 {
			t.Errorf("a while later %d and %d, want one more", a, b)
		}
		if served != 9 {
			t.Errorf("%d were served, want 9", served)
		}
	})
}

// A client gets, over any time, what the rate says and its burst, never more;
// and what is remembered is bounded.
func TestMeter(t *testing.T) {
	m := &meter{Rate: Rate{Burst: 5, Every: time.Second}, full: make(map[netip.Addr]time.Time)}
	now, who := time.Unix(1_000_000, 0), netip.MustParseAddr("203.0.113.7")
	got := 0
	for range 100_000 {
		now = now.Add(time.Millisecond)
		if wait := m.take(who, now); wait == 0 {
			got++
		} else if wait > time.Second {
			t.Fatalf("wait %v for one more", wait)
		}
	}
	if got < 104 || got > 105 {
		t.Errorf("%d requests in 100 s, want 105", got)
	}
	for n := range 3 * mostClients {
		m.take(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), now)
		if len(m.full) > mostClients {
			t.Fatalf("%d clients are remembered", len(m.full))
		}
	}
}
