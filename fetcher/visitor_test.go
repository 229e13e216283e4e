package fetcher

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// A visitor asks at the address's own port, and no private address that is not
// allowed, whatever name or redirect leads there.
func TestVisitor(t *testing.T) {
	names := map[string]string{"news.example": "93.184.216.34", "inside.example": "10.0.0.5"}
	for _, tt := range []struct {
		address string
		allow   []string
		passed  string // the address that is connected to
		want    string // of the error
	}{
		{"http://news.example/x", nil, "93.184.216.34:80", ""},
		{"http://news.example:8443/x", nil, "93.184.216.34:8443", ""},
		{"http://inside.example/x", nil, "", "10.0.0.5:80 is in a private network, so it is not asked; if you mean it, write into the configuration: fetch: {allow:"},
		{"http://inside.example:8443/x", nil, "", "10.0.0.5:8443 is in a private network"},
		{"http://127.0.0.1:8080/x", nil, "", "127.0.0.1:8080 is on this machine"},
		{"http://inside.example/x", []string{"10.0.0.0/8"}, "10.0.0.5:80", ""},
		{"http://nowhere.example/x", nil, "", "nowhere.example does not resolve"},
		{"ftp://news.example/x", nil, "", "ftp is no scheme that is asked"},
	} {
		n, passed := recorded(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://inside.example/secret", http.StatusFound)
		}, names)
		to, err := url.Parse(tt.address)
		if err != nil {
			t.Fatal(err)
		}
		client, err := Visitor(news.Fetching{Allow: tt.allow}, n, to)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Get(tt.address)
		switch {
		case err == nil:
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if tt.want != "" || resp.StatusCode != http.StatusFound {
				t.Errorf("%s answers %s", tt.address, resp.Status)
			}
		case tt.want == "" || !strings.Contains(Trouble(err, to).Words, tt.want):
			t.Errorf("%s: %s, want %q", tt.address, Trouble(err, to).Words, tt.want)
		}
		if got := strings.Join(slices.Compact(*passed), " "); got != tt.passed {
			t.Errorf("%s with %v connected to %q, want %q", tt.address, tt.allow, got, tt.passed)
		}
	}
	if _, err := Visitor(news.Fetching{Allow: []string{"nonsense"}}, Network{}, &url.URL{}); err == nil {
		t.Error("a wrong list is taken")
	}
}

func TestLooksUp(t *testing.T) {
	for proxy, want := range map[string]bool{"": true, "socks5://p:1080": true, "socks5h://p:1080": false, "http://p:3128": false, "https://p": false} {
		if got := LooksUp(news.Fetching{Proxy: proxy}); got != want {
			t.Errorf("%q: %v", proxy, got)
		}
	}
}
