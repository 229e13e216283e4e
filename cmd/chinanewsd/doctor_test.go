package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/config"
	"chinanews/fetcher"
	"chinanews/fetcher/origintest"
	"chinanews/news/porttest"
	"chinanews/storage"
)

// doctored is a site to be looked over: a record with a backup, a source, and a
// web server with a certificate of *.test in front, all on loopback.
type doctored struct {
	*siteFile
	source *origin
	listen string
	front  *httptest.Server
	answer http.Handler // of the web server in front
	names  map[string]string
	trust  *x509.CertPool
	now    time.Time

	mu      sync.Mutex
	dialled []string
}

func newDoctored(t *testing.T, until time.Time) *doctored {
	t.Helper()
	s := &doctored{siteFile: newSite(t), source: newOrigin(t), listen: porttest.Address(t), names: map[string]string{"news.test": "127.0.0.1"}, now: time.Now()}
	to, _ := url.Parse("http://" + s.listen)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	s.answer = proxy
	s.front = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer.ServeHTTP(w, r) }))
	s.front.Config.ErrorLog = log.New(io.Discard, "", 0)
	cert, pool := certified(t, until)
	s.trust = pool
	s.front.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.front.StartTLS()
	t.Cleanup(s.front.Close)
	s.source.set("/feed.xml", rssOf("A", 0, 5))
	s.write(feedRow("a", s.source.URL+"/feed.xml"), allFeed)
	s.set("http://news.example", s.base())
	s.set("listen: 127.0.0.1:0", "listen: "+s.listen)
	s.create()
	s.do(0, "poll")
	s.do(0, "backup")
	return s
}

func (s *doctored) base() string {
	_, port, _ := net.SplitHostPort(s.front.Listener.Addr().String())
	return "https://news.test:" + port
}

func (s *doctored) network() fetcher.Network {
	return fetcher.Network{TLS: &tls.Config{RootCAs: s.trust}, Resolver: origintest.Resolver(s.names), Dialled: func(address string, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err == nil {
			s.dialled = append(s.dialled, address)
		}
	}}
}

// start runs a daemon until the test ends.
func (s *doctored) start(paused bool) {
	s.t.Helper()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{log: quiet, network: s.network()}, paused, func(*house, string) { close(ready) })
	}()
	select {
	case <-ready:
	case err := <-ended:
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { cancel(); <-ended })
}

func (s *doctored) examine() *doctor {
	d := &doctor{t: &terminal{s.t.Context(), io.Discard, io.Discard, s.file}, now: s.now, network: s.network()}
	d.examine()
	return d
}

// faults are what a doctor finds that is not ok, a line each.
func (d *doctor) faults() (lines []string) {
	for _, f := range d.signs {
		if f.State != doctorOK {
			lines = append(lines, fmt.Sprintf("%s %s: %s; %s", f.State, f.What, f.Found, f.Do))
		}
	}
	return lines
}

// backup is the site's one.
func (s *doctored) backup() string { return storage.Copies(s.data)[0].File }

func (s *doctored) aged(age time.Duration) {
	old := s.backup()
	_, rest, _ := strings.Cut(filepath.Base(old), "Z-")
	s.must(os.Rename(old, filepath.Join(filepath.Dir(old), s.now.Add(-age).UTC().Format("2006-01-02T150405")+"Z-"+rest)))
}

func (s *doctored) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// fronted makes the web server in front answer so.
func fronted(status int, body string, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for n := 0; n < len(headers); n += 2 {
			w.Header().Set(headers[n], headers[n+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
}

// doctorFault is one fault, made for real while a daemon runs, and the one line
// that tells it; nothing else is to be found wrong.
type doctorFault struct {
	name   string
	before func(*doctored) // it starts
	after  func(*doctored)
	want   string
	lasts  time.Duration // of the certificate; 0: a century
}

var doctorFaults = []doctorFault{
	{name: "healthy"},
	{name: "no contact", before: func(s *doctored) { s.set("contact: c", "contact: \"\"") }, want: "warn configuration: "},
	{name: "open directory", after: func(s *doctored) { s.must(os.Chmod(s.data, 0o777)) }, want: "warn data directory: DATA may be written by others than "},
	{name: "unwritable directory", after: func(s *doctored) { s.must(os.Chmod(s.data, 0o500)) }, want: "bad data directory: DATA may not be written by "},
	{name: "changed file", after: func(s *doctored) { s.must(os.Chtimes(s.file, s.now, s.now.Add(time.Minute))) }, want: "warn daemon: FILE was changed after the daemon had read it"},
	{name: "missing socket", after: func(s *doctored) { s.must(os.Remove(filepath.Join(s.data, socketName))) }, want: "bad daemon: pid "},
	{name: "clock behind the record", after: func(s *doctored) { s.now = s.now.Add(-time.Hour) }, want: "bad clock: it says "},
	{name: "another listen", after: func(s *doctored) {
		s.set("listen: "+s.listen, "listen: "+porttest.Address(s.t))
		s.must(os.Chtimes(s.file, s.now, s.now.Add(-time.Minute)))
	}, want: "warn listen: 127.0.0.1:"},
	{name: "admin listen to come", after: func(s *doctored) {
		s.set(`admin: {listen: ""}`, "admin: {listen: \"127.0.0.1:1\"}")
		s.must(os.Chtimes(s.file, s.now, s.now.Add(-time.Minute)))
	}, want: "warn admin.listen: the daemon listens nowhere for operators; what the file says, 127.0.0.1:1, waits for its next start; restart"},
	{name: "any port", before: func(s *doctored) { s.set("listen: "+s.listen, "listen: 127.0.0.1:0"); s.front.Close() }, want: "bad base_url: "},
	{name: "open admin", before: func(s *doctored) {
		s.set(`admin: {listen: ""}`, "admin: {listen: \"0.0.0.0"+portIn(porttest.Address(s.t))+"\"}")
	}, want: "warn admin.listen: [::]:"},
	{name: "own name unknown", before: func(s *doctored) { delete(s.names, "news.test") }, want: "bad dns: news.test, the host of base_url, has no address; make an A or AAAA record"},
	{name: "source's name unknown", before: func(s *doctored) {
		s.set("feeds:", "  - {id: b, url: \"http://gone.test/feed.xml\", kind: feed, publisher: B}\nfeeds:")
	}, want: "warn dns: gone.test, the host of a source, has no address"},
	{name: "expired", lasts: -24 * time.Hour, want: "bad base_url: the certificate of news.test is valid from "},
	{name: "soon to expire", lasts: 20 * 24 * time.Hour, want: "warn base_url: the certificate of news.test ends on "},
	{name: "not soon to expire", lasts: 22 * 24 * time.Hour},
	{name: "of nobody known", after: func(s *doctored) { s.trust = x509.NewCertPool() }, want: "bad base_url: the certificate of news.test is signed by nobody known here"},
	{name: "of another name", before: func(s *doctored) {
		s.names["news.other.test"] = "127.0.0.1"
		s.set("news.test", "news.other.test")
	}, want: "bad base_url: the certificate is for another name (*.test), not for news.other.test"},
	{name: "private", before: func(s *doctored) { s.set("allow: [127.0.0.0/8]", "allow: [\""+s.source.Listener.Addr().String()+"\"]") },
		want: "warn base_url: BASE leads inward from this host: 127.0.0.1:"},
	{name: "bad gateway", after: func(s *doctored) { s.answer = fronted(502, "") }, want: "bad base_url: the web server at BASE answers 502 Bad Gateway: it does not reach the daemon"},
	{name: "not there", after: func(s *doctored) { s.answer = fronted(404, "") }, want: "bad base_url: BASE/opml.xml answers 404 Not Found"},
	{name: "elsewhere", after: func(s *doctored) { s.answer = fronted(301, "", "Location", "https://www.news.test/opml.xml") }, want: "warn base_url: BASE sends its readers on to https://www.news.test/opml.xml"},
	{name: "another page", after: func(s *doctored) { s.answer = fronted(200, "<html>It works!</html>") }, want: "bad base_url: what answers at BASE is not this site"},
	{name: "another site", after: func(s *doctored) {
		s.answer = fronted(200, `<opml><outline xmlUrl="https://other.test/feeds/all.atom"/></opml>`)
	}, want: "bad base_url: what answers at BASE is not this site"},
	{name: "no web server", after: func(s *doctored) { s.front.Close() }, want: "bad base_url: asked from this host, no connection to news.test"},
	{name: "no proxies", before: func(s *doctored) { s.set("data: data", "data: data\ntrusted_proxies: []") }, want: "warn trusted_proxies: "},
	{name: "other proxies", before: func(s *doctored) { s.set("data: data", "data: data\ntrusted_proxies: [10.0.0.0/8]") }, want: "warn trusted_proxies: "},
	{name: "stale backup", after: func(s *doctored) { s.aged(9 * 24 * time.Hour) }, want: "bad backup: the newest is 9 days old (the daemon makes one at 03:30"},
	{name: "stale backup of nobody's", before: func(s *doctored) { s.set("data: data", "data: data\nbackup: {at: \"\"}"); s.aged(9 * 24 * time.Hour) },
		want: "bad backup: the newest is 9 days old (backup.at is empty"},
	{name: "a week's backup of a timer's", before: func(s *doctored) { s.set("data: data", "data: data\nbackup: {at: \"\"}"); s.aged(7 * 24 * time.Hour) }},
	{name: "torn backup", after: func(s *doctored) { s.must(os.Truncate(s.backup(), 20_000)) }, want: "bad backup: NAME cannot be restored: not a good backup: it is torn: its end is missing; `chinanewsd backup`"},
	{name: "flipped backup", after: func(s *doctored) { s.must(flip(s.backup())) }, want: "bad backup: NAME cannot be restored: "},
	{name: "no backup yet", after: func(s *doctored) { s.must(os.Remove(s.backup())) }},
	{name: "no backup at all", before: func(s *doctored) {
		s.set("data: data", "data: data\nbackup: {at: \"\"}")
		s.must(os.Remove(s.backup()))
	}, want: "warn backup: there is none; `chinanewsd backup` makes one now"},
	{name: "no source answers", before: func(s *doctored) { s.set(s.source.URL, "http://"+porttest.Address(s.t)) }, after: func(s *doctored) { s.until(func(d *doctor) bool { return d.over.Sources[0].Failures > 0 }) }, want: "warn polls: none of 1 source could be read yet"},
	{name: "nothing read", after: func(s *doctored) { s.now = s.now.Add(5 * time.Hour) }, want: "bad polls: no source was read well since "},
}

// until looks until something has come about.
func (s *doctored) until(come func(*doctor) bool) {
	s.t.Helper()
	for begin := time.Now(); !come(s.examine()); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			s.t.Fatal("it does not come about")
		}
	}
}

func portIn(addr string) string { return addr[strings.LastIndex(addr, ":"):] }

// flip changes a byte in the middle of a file.
func flip(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text[len(text)/2] ^= 0x40
	return os.WriteFile(file, text, 0o600)
}

func TestDoctorFindsEachFault(t *testing.T) {
	for n, tt := range doctorFaults {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && n%4 != 0 {
				t.Skip("short: one fault in four")
			}
			until := time.Now().AddDate(100, 0, 0)
			if tt.lasts != 0 {
				until = time.Now().Add(tt.lasts)
			}
			s := newDoctored(t, until)
			if tt.before != nil {
				tt.before(s)
			}
			s.start(false)
			if tt.after != nil {
				tt.after(s)
			}
			s.found(s.examine(), tt.want)
			s.loopback()
		})
	}
}

// found wants exactly these faults, by the beginning of their lines.
func (s *doctored) found(d *doctor, want ...string) {
	s.t.Helper()
	got := d.faults()
	if len(want) == 1 && want[0] == "" {
		want = nil
	}
	here := strings.NewReplacer("DATA", s.data, "FILE", s.file, "BASE", s.base(), "NAME", copyIn(s.data))
	s.t.Log(strings.Join(got, "\n"))
	same := len(got) == len(want)
	for n := 0; same && n < len(want); n++ {
		same = strings.HasPrefix(got[n], here.Replace(want[n]))
	}
	if !same {
		s.t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), here.Replace(strings.Join(want, "\n")))
	}
	for _, f := range d.signs {
		if f.Found == "" || strings.Contains(f.Found+f.Do, "%!") || strings.Contains(f.Found+f.Do, "\n") || f.State != doctorOK && f.Do == "" && f.What != "record" && f.What != "configuration" {
			s.t.Errorf("no good line: %+v", f)
		}
	}
}

func copyIn(data string) string {
	if list := storage.Copies(data); len(list) > 0 {
		return filepath.Base(list[0].File)
	}
	return ""
}

// loopback wants that nothing else was connected to.
func (s *doctored) loopback() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, address := range s.dialled {
		if !netip.MustParseAddrPort(address).Addr().IsLoopback() {
			s.t.Errorf("%s was connected to", address)
		}
	}
}

func TestDoctorOfAPausedDaemon(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(1, 0, 0))
	s.start(true)
	s.found(s.examine(), "warn daemon: pid ")
}

var unsteady = regexp.MustCompile(`127\.0\.0\.1:\d+|\d+(\.\d+)? (GiB|MiB)|/[^ ,"]*/(config.yaml|data)|news\.test:\d+|\d{4}-\d\d-\d\d( \d\d:\d\d|T\d{6}Z-\d+-[0-9a-f]{8})?|to \d+s|\d+ entries|entry \d+|belongs to [^ ]+`)

// What --json prints, and the exit statuses.
func TestDoctorPrints(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(100, 0, 0))
	s.set(s.base(), "")
	var out bytes.Buffer
	run := func(want int, args ...string) string {
		t.Helper()
		stdout, _ := s.do(want, append([]string{"doctor"}, args...)...)
		return unsteady.ReplaceAllString(stdout, "~")
	}
	for _, args := range [][]string{{"--json"}, nil} { // stopped
		out.WriteString(run(exitFailed, args...))
	}
	s.start(false)
	for _, args := range [][]string{{"--json"}, nil} {
		out.WriteString(regexp.MustCompile(`pid \d+`).ReplaceAllString(run(exitDone, args...), "pid ~"))
	}
	s.set("contact: c", "contcat: c")
	for _, args := range [][]string{{"--json"}, nil} {
		out.WriteString(regexp.MustCompile(`pid \d+`).ReplaceAllString(run(exitUsage, args...), "pid ~"))
	}
	golden(t, "doctor.golden", out.Bytes())
}
