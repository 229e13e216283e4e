package main

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"chinanews/fetcher"
	"chinanews/news/porttest"
	"chinanews/storage"
)

// traces are all files below a directory, with what is in them.
func traces(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		text, _ := os.ReadFile(path)
		about, err := d.Info()
		fmt.Fprintf(&b, "%s %v %x\n", path, about.Mode(), sha256.Sum256(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Of a site without a daemon that is said, and what else is wrong; nothing is
// changed by looking.
func TestDoctorWithoutADaemon(t *testing.T) {
	const none = "bad daemon: none runs on this record"
	for _, tt := range []struct {
		name  string
		fault func(*doctored)
		want  []string
	}{
		{"stopped", nil, []string{none}},
		{"taken", func(s *doctored) {
			l, err := net.Listen("tcp", s.listen)
			s.must(err)
			s.t.Cleanup(func() { l.Close() })
			s.answer = fronted(503, "")
		}, []string{none, "bad listen: " + "LISTEN is taken by " + "chinanewsd.test, pid"}},
		{"no address of ours", func(s *doctored) { s.set(s.listen, "198.51.100.7:8080") }, []string{none,
			"bad listen: 198.51.100.7:8080 is no address of this machine", "warn trusted_proxies: "}},
		{"damaged", func(s *doctored) { s.must(os.Truncate(filepath.Join(s.data, "news.db"), 40_000)) }, []string{"bad record: "}},
		{"lost", func(s *doctored) { s.must(os.Remove(filepath.Join(s.data, "news.db"))) }, []string{"bad record: the record is missing"}},
		{"another site's", func(s *doctored) { s.set("site: {", "site: {id: other-1, ") }, []string{"bad record: "}},
		{"earlier version's", func(s *doctored) { s.earlier() }, []string{"bad daemon: none runs, and the record is an earlier version's"}},
		{"a file", func(s *doctored) {
			s.must(os.RemoveAll(s.data))
			s.must(os.WriteFile(s.data, nil, 0o600))
		}, []string{"bad data directory: DATA is no directory"}},
		{"renamed row", func(s *doctored) { s.set("id: a,", "id: b,") }, []string{"bad configuration: FILE: source b is new and has the address of a, which is gone: write `was: [a]`"}},
		{"fresh", func(s *doctored) { s.must(os.RemoveAll(s.data)) }, []string{"warn daemon: none runs, and there is no record yet"}},
		{"cut config", func(s *doctored) { s.set("sources:\n", ""); s.set("feeds:", "#") }, nil},
		{"another's file", func(s *doctored) {
			if os.Geteuid() != 0 {
				s.t.Skip("needs root, to make a file another user's")
			}
			s.must(os.Chown(s.backup(), 65534, 65534))
		}, []string{"bad data directory: DATA is root's, and backups/NAME in it is nobody's", none}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newDoctored(t, time.Now().AddDate(1, 0, 0))
			if tt.fault != nil {
				tt.fault(s)
			}
			before := traces(t, filepath.Dir(s.data))
			d := s.examine()
			if after := traces(t, filepath.Dir(s.data)); after != before {
				t.Errorf("doctor changed\n%s\nto\n%s", before, after)
			}
			if tt.want == nil { // beside the configuration, what can be seen without it
				lines := slices.DeleteFunc(d.faults(), func(line string) bool { return strings.HasPrefix(line, "bad configuration: ") })
				if len(lines) != 1 || !strings.HasPrefix(lines[0], none) || len(d.faults()) < 2 {
					t.Errorf("%q", d.faults())
				}
				return
			}
			for n := range tt.want {
				tt.want[n] = strings.ReplaceAll(tt.want[n], "LISTEN", s.listen)
			}
			s.found(d, tt.want...)
			s.loopback()
		})
	}
}

// earlier puts a record of the earlier version in the place of the site's.
func (s *doctored) earlier() {
	s.t.Helper()
	f, err := os.Open("../../storage/testdata/schema1.db.gz")
	s.must(err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	s.must(err)
	text, err := io.ReadAll(z)
	s.must(err)
	s.must(os.WriteFile(filepath.Join(s.data, "news.db"), text, 0o600))
}

// By the Date of answers a clock shows that is wrong, though the record goes
// with it; the clock of one host alone may be that host's fault.
func TestDoctorHoldsTheClockAgainstAnswers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ahead []time.Duration // of hosts
		age   string
		want  string
	}{
		{"right", []time.Duration{0, 0, time.Second}, "", ""},
		{"an hour ahead", []time.Duration{time.Hour, time.Hour}, "", "bad clock: it was 1 h ahead when sources last answered, by the median of 2 hosts"},
		{"a day behind", []time.Duration{-24 * time.Hour, -24 * time.Hour, -23 * time.Hour}, "", "bad clock: it was 24 h behind"},
		{"five minutes", []time.Duration{5 * time.Minute, 5 * time.Minute}, "", "warn clock: it was 5 min ahead when sources last answered, by the Date of 2 hosts"},
		{"one host of three", []time.Duration{0, 0, 9 * time.Hour}, "", ""},
		{"one host alone", []time.Duration{time.Hour}, "", "warn clock: it was 1 h ahead when sources last answered, by the Date of 1 host"},
		{"out of caches", []time.Duration{time.Hour, time.Hour}, "3600", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newDoctored(t, time.Now().AddDate(1, 0, 0))
			s.must(os.RemoveAll(s.data))
			rows := ""
			for n, ahead := range tt.ahead {
				answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Date", time.Now().Add(-ahead).UTC().Format(http.TimeFormat))
					if tt.age != "" {
						w.Header().Set("Age", tt.age)
					}
					io.WriteString(w, rssOf(fmt.Sprint("A", n), 0, 2))
				}))
				defer answers.Close()
				rows += feedRow(fmt.Sprint("a", n), answers.URL+"/feed.xml")
			}
			s.write(rows, allFeed)
			s.set("http://news.example", s.base())
			s.set("listen: 127.0.0.1:0", "listen: "+s.listen)
			s.create()
			s.do(0, "poll")
			s.do(0, "backup")
			s.start(false)
			s.found(s.examine(), tt.want)
		})
	}
}

// What a daemon says of itself.
func TestDoctorOfADaemon(t *testing.T) {
	now := time.Now()
	for name, tt := range map[string]struct {
		over overview
		want string
	}{
		"well":            {overview{Version: version}, ""},
		"another version": {overview{Version: "0.1"}, "warn daemon: pid 4711 is chinanewsd 0.1, and this command is " + version},
	} {
		tt.over.Daemon = &daemonStatus{PID: 4711, Since: now, Loaded: now}
		d := &doctor{now: now, over: tt.over, running: true}
		d.daemon()
		if got := strings.Join(d.faults(), "\n"); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	d := &doctor{now: now, recorded: true, over: overview{Backup: backupStatus{Failed: "no space left on device"}}}
	d.cfg.Data = t.TempDir()
	if d.backups(); len(d.faults()) != 1 || !strings.HasPrefix(d.faults()[0], "bad backup: the last attempt failed: no space left") {
		t.Errorf("of a backup that failed: %q", d.faults())
	}
}

// Who answers at the socket and is no daemon is told of, and nothing is read of
// what it says.
func TestDoctorOfAnotherAtTheSocket(t *testing.T) {
	for _, answer := range []http.Handler{http.NotFoundHandler(), fronted(200, "{}"), fronted(200, "<html>"), fronted(200, `{"daemon": null, "sources": null}`), fronted(400, `{"error": "the record is closed"}`)} {
		s := newDoctored(t, time.Now().AddDate(1, 0, 0))
		l, err := listenControl(s.data)
		s.must(err)
		go http.Serve(l, answer)
		s.found(s.examine(), "bad daemon: ")
		l.Close()
	}
}

// A resolver that does not answer is one fault, whatever needs it.
func TestDoctorWithoutAResolver(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(1, 0, 0))
	s.set("feeds:", "  - {id: b, url: \"http://gone.test/feed.xml\", kind: feed, publisher: B}\nfeeds:")
	s.start(true)
	d := &doctor{t: &terminal{t.Context(), io.Discard, io.Discard, s.file}, now: s.now, network: s.network()}
	d.network = fetcher.Network{Resolver: &net.Resolver{PreferGo: true, Dial: refusedDial}}
	d.examine()
	s.found(d, "warn daemon: pid ", "bad dns: news.test, the host of base_url, cannot be looked up: ")
	if _, err := storage.OpenToRead(s.data, storage.Options{}); err == nil {
		t.Error("a record that a daemon holds was opened")
	}
}

func refusedDial(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "udp", Err: syscall.ECONNREFUSED}
}

// A configuration that does not fit the record is a bad one.
func TestDoctorOfAMisfit(t *testing.T) {
	s := newDoctored(t, time.Now().AddDate(1, 0, 0))
	s.set(s.base(), "http://"+porttest.Address(t))
	s.set("id: a,", "id: b,")
	if out, _ := s.do(exitUsage, "doctor"); !strings.Contains(out, "bad   configuration: "+s.file+": source b is new") {
		t.Error(out)
	}
}
