package storage

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nlnwa/gowarc/v3"

	"chinanews/news"
)

// someCaptures keeps answers of many kinds, a fourth of them twice, and returns
// the file and what was kept in it.
func someCaptures(t *testing.T) (file string, all []news.Capture) {
	t.Helper()
	s, dir := create(t)
	for id := byte(1); id <= 60; id++ {
		c := answered(fmt.Sprintf("https://a.example/%%E6%%96%%B0/%d.html?x=a%%20b&id=%d", id, id), strings.Repeat(fmt.Sprintf("<p>第%d条 Release.</p>\r\n", id%45), int(id%45)*20))
		if id%7 == 0 { // bytes of every value, and nothing at all
			c.Body = make([]byte, int(id/7)*255)
			for n := range c.Body {
				c.Body[n] = byte(n)
			}
		}
		c.Status = []int{200, 404, 410, 599}[id%4]
		c.Proto = []string{"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"}[id%3]
		c.Header["Transfer-Encoding"] = []string{"chunked"}
		c.Header["Server"] = []string{"nginx: ministry; \xe6\xb5\x8b"}
		c.SHA256 = digestOf(c.Body)
		b := batch(id, int(id))
		b.Captures, b.Capture = []news.Capture{c}, c.SHA256
		accept(t, s, b)
		all = append(all, c)
	}
	return filepath.Join(dir, captureDir, "2026-11-23.warc.gz"), all
}

// foreign is a record as another program read it.
type foreign struct {
	Type, URL, Digest, SHA256, Refers, ID string
	Status                                int
	Headers                               map[string]string
}

// agree holds what another program read against what was kept.
func agree(t *testing.T, records []foreign, all []news.Capture) {
	t.Helper()
	if len(records) != len(all)+1 || records[0].Type != warcInfo {
		t.Fatalf("%d records, the first a %s; want a warcinfo and %d", len(records), records[0].Type, len(all))
	}
	kept, revisits := make(map[string]string), 0
	for n, r := range records[1:] {
		c := all[n]
		if strings.TrimSpace(r.URL) != c.URL || r.Status != c.Status || r.Digest != "sha256:"+c.SHA256 {
			t.Errorf("record %d is %s %d %s, want %s %d %s", n, r.URL, r.Status, r.Digest, c.URL, c.Status, c.SHA256)
		}
		switch r.Type {
		case warcResponse:
			if r.SHA256 != c.SHA256 {
				t.Errorf("record %d has a body of digest %s, want %s", n, r.SHA256, c.SHA256)
			}
			kept[c.SHA256] = r.ID
		case warcRevisit:
			revisits++
			if r.Refers == "" || kept[c.SHA256] != r.Refers {
				t.Errorf("record %d refers to %q, want %q", n, r.Refers, kept[c.SHA256])
			}
		default:
			t.Errorf("record %d is a %s", n, r.Type)
		}
	}
	if revisits < 10 {
		t.Errorf("%d revisits", revisits)
	}
	t.Logf("%d records read, of them %d revisits", len(records), revisits)
}

// The files are those of archivists' tools: warcio, by the makers of
// ReplayWeb.page, reads every record, and each digest is right.
func TestCapturesByWarcio(t *testing.T) {
	npm := os.Getenv("CHINANEWS_NPM")
	_, err := exec.LookPath("node")
	if npm == "" || err != nil {
		if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "readers") {
			t.Fatal("node and warcio are required here and missing")
		}
		t.Skip("needs node, and warcio in $CHINANEWS_NPM")
	}
	file, all := someCaptures(t)
	out, err := exec.Command("node", "testdata/warc/read.mjs", file, npm).Output()
	if err != nil {
		t.Fatalf("warcio: %v", err)
	}
	var records []foreign
	for line := range strings.Lines(string(out)) {
		var r foreign
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		records = append(records, r)
	}
	agree(t, records, all)
	for n, r := range records[1:] {
		if r.Headers["content-encoding"] != "" || r.Headers["transfer-encoding"] != "" || r.Headers["x-archive-orig-content-encoding"] != "gzip" {
			t.Errorf("record %d has the headers %v", n, r.Headers)
		}
	}
}

// gowarc, of the National Library of Norway, finds no violation of the standard
// and every digest right.
func TestCapturesByGowarc(t *testing.T) {
	file, all := someCaptures(t)
	reader, err := gowarc.NewWarcFileReader(file, 0, gowarc.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var records []foreign
	for r, err := range reader.Records() {
		if err != nil || len(r.Validation) > 0 {
			t.Fatalf("record %d: %v, %v", len(records), err, r.Validation)
		}
		records = append(records, byGowarc(t, r))
		r.Close()
	}
	agree(t, records, all)
}

func byGowarc(t *testing.T, r gowarc.Record) foreign {
	t.Helper()
	h := r.WarcRecord.WarcHeader()
	f := foreign{Type: h.Get("WARC-Type"), URL: h.Get("WARC-Target-URI"), Digest: h.Get("WARC-Payload-Digest"),
		Refers: h.Get("WARC-Refers-To"), ID: h.Get("WARC-Record-ID")}
	if b, ok := r.WarcRecord.Block().(gowarc.HttpResponseBlock); ok {
		f.Status = b.HttpStatusCode()
		in, err := b.PayloadBytes()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		f.SHA256 = digestOf(body)
	} else if b, ok := r.WarcRecord.Block().(interface{ RawBytes() (io.Reader, error) }); ok && f.Type == warcRevisit {
		in, err := b.RawBytes()
		if err != nil {
			t.Fatal(err)
		}
		var proto string
		fmt.Fscan(in, &proto, &f.Status)
	}
	if problems, err := r.WarcRecord.ValidateDigest(); err != nil || len(problems) > 0 {
		t.Errorf("%s %s: %v %v", f.Type, f.URL, problems, err)
	}
	return f
}
