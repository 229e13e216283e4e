package fetcher

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestCheckOutgoing(t *testing.T) {
	allow := []string{"10.0.0.0/8", "reader.lan:8080", "127.0.0.1:9000", "*:8443"}
	for address, want := range map[string]string{
		"https://reader.example/": "", "https://93.184.216.34/": "", "https://10.1.2.3:99/": "", "http://10.1.2.3/": "", "http://[::ffff:10.1.2.3]/": "",
		"http://reader.lan:8080/x": "", "http://127.0.0.1:9000": "", "http://reader.example:8443/": "", "https://reader.example:99/": "",
		"http://reader.example/":    `is plain http; use https; if you mean it, write into the configuration: hub: {allow: ["reader.example:80"]} and, where the daemon runs`,
		"http://reader.lan/":        `is plain http; use https; if you mean it, write into the configuration: hub: {allow: ["reader.lan:80"]} and, where the daemon runs`,
		"http://93.184.216.34/":     `is plain http; use https; if you mean it, write into the configuration: hub: {allow: ["93.184.216.34:80"]} and, where the daemon runs`,
		"https://93.184.216.34:22/": `only 80 and 443 are; if you mean it, write into the configuration: hub: {allow: ["93.184.216.34:22"]}`,
		"https://127.0.0.1/":        `so it is not asked; if you mean it, write into the configuration: hub: {allow: ["127.0.0.1:443"]}`,
		"http://169.254.169.254/":   `so it is not asked; if you mean it, write into the configuration: hub: {allow: ["169.254.169.254:80"]}`,
		"https://[::1]/":            `so it is not asked; if you mean it, write into the configuration: hub: {allow: ["[::1]:443"]}`,
		"ftp://reader.example/":     "only http and https",
		"javascript:alert(1)":       "only http and https",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckOutgoing(allow, u)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !errors.Is(err, errBlocked)) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
		if err != nil && u.Path != "" {
			u.Path, u.RawQuery = "/a-secret", "a-secret"
			if err := CheckOutgoing(allow, u); err == nil || strings.Contains(err.Error(), "a-secret") {
				t.Errorf("%s: %v: who knows the address can pretend to be us", address, err)
			}
		}
	}
	if _, err := Outgoing([]string{"nonsense"}, Network{}, ""); err == nil || !strings.Contains(err.Error(), "hub.allow") {
		t.Errorf("a wrong list: %v", err)
	}
}

// recorded is a network of one server on loopback to which every connection
// goes that the guard lets pass; it has the addresses that passed.
func recorded(t *testing.T, h http.HandlerFunc, names map[string]string) (n Network, passed *[]string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	passed = new([]string)
	n.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
		ip, ok := names[host]
		if !ok {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return []netip.Addr{netip.MustParseAddr(ip)}, nil
	}
	n.Connect = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		*passed = append(*passed, to.String())
		return new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(s.URL, "http://"))
	}
	return n, passed
}

func TestOutgoingIsGuarded(t *testing.T) {
	names := map[string]string{"inside.example": "10.0.0.1", "metadata.example": "169.254.169.254", "loop.example": "127.0.0.1", "mapped.example": "::ffff:192.168.0.1"}
	n, passed := recorded(t, func(http.ResponseWriter, *http.Request) {}, names)
	client, err := Outgoing([]string{"*:80", "*:8080"}, n, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"http://inside.example/", "http://metadata.example/", "http://loop.example:8080/", "http://mapped.example/", "http://127.0.0.1/", "http://0x7f000001/", "http://[::1]:8080/"} {
		if _, err := client.Get(address); err == nil {
			t.Errorf("%s was asked", address)
		}
	}
	if len(*passed) > 0 {
		t.Errorf("connections to %q", *passed)
	}
}

// A name is judged by the address that is dialled, not by one that it had.
func TestOutgoingAndANameThatRebinds(t *testing.T) {
	names := map[string]string{"rebind.example": "93.184.216.34"}
	n, passed := recorded(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }, names)
	client, err := Outgoing([]string{"*:80"}, n, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, ip := range []string{"93.184.216.34", "10.0.0.1"} {
		names["rebind.example"] = ip
		resp, err := client.Get("http://rebind.example/")
		if err == nil {
			resp.Body.Close()
		}
		if (err == nil) != (ip == "93.184.216.34") {
			t.Errorf("at %s: %v", ip, err)
		}
	}
	if len(*passed) != 1 || (*passed)[0] != "93.184.216.34:80" {
		t.Errorf("connections to %q", *passed)
	}
}

func TestOutgoingFollowsNothingAndSaysWhoAsks(t *testing.T) {
	var agents []string
	n, passed := recorded(t, func(w http.ResponseWriter, r *http.Request) {
		agents = append(agents, r.UserAgent())
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusTemporaryRedirect)
	}, map[string]string{"reader.example": "93.184.216.34"})
	client, err := Outgoing([]string{"reader.example:80"}, n, "chinanewsd/1")
	if err != nil {
		t.Fatal(err)
	}
	own, err := http.NewRequest("POST", "http://reader.example/", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	own.Header.Set("User-Agent", "own")
	resp, err := client.Do(own)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	resp, err = client.Get("http://reader.example/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect || strings.Join(agents, " ") != "own chinanewsd/1" {
		t.Errorf("status %d, asked by %q", resp.StatusCode, agents)
	}
	for _, to := range *passed {
		if to != "93.184.216.34:80" {
			t.Errorf("connected to %s", to)
		}
	}
}
