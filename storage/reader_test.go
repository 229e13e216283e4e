package storage

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chinanews/news"
)

// A record that is opened to be read reads as it does otherwise, takes nothing,
// and leaves the directory as it was.
func TestOpenToReadChangesNothing(t *testing.T) {
	s, dir := create(t)
	if _, err := s.Accept(t.Context(), batch(1, 1, 2, 3), firstAll); err != nil {
		t.Fatal(err)
	}
	want, err := s.Tip()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenToRead(dir, Options{}); err == nil {
		t.Fatal("a record that is open was opened")
	} else if held, ok := errors.AsType[*InUseError](err); !ok || held.PID != os.Getpid() {
		t.Errorf("of a record that is open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := filesIn(t, dir)
	r, err := OpenToRead(dir, Options{Site: "site-1"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Tip(); err != nil || got != want {
		t.Errorf("the tip is %v (%v), want %v", got, err, want)
	}
	if _, err := r.Accept(t.Context(), batch(2, 4), firstAll); !errors.Is(err, ErrReading) {
		t.Errorf("a batch is answered with %v", err)
	}
	if _, err := r.Rebuild(t.Context()); err == nil {
		t.Error("it was rebuilt")
	}
	if _, err := r.Verify(t.Context()); err != nil {
		t.Errorf("verify: %v", err)
	}
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("it was opened beside a reader")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if after := filesIn(t, dir); after != before {
		t.Errorf("reading changed\n%q\nto\n%q", before, after)
	}
	again, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// filesIn are the files of a directory.
func filesIn(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeTree(&b, dir); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func writeTree(w io.Writer, dir string) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		io.WriteString(w, path+" "+digestOf(text)+"\n")
		return err
	})
}

func TestOpenToReadRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(dir string) error
		want  error
	}{
		"none": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, fileName)), os.Remove(filepath.Join(dir, lockName)))
		}, ErrNone},
		"cut off":        {func(dir string) error { return os.Truncate(filepath.Join(dir, fileName), 3*pageSize) }, ErrDamaged},
		"empty":          {func(dir string) error { return os.Truncate(filepath.Join(dir, fileName), 0) }, ErrForeign},
		"older":          {schema1, ErrOlder},
		"another site's": {func(string) error { return nil }, ErrSite},
	} {
		s, dir := create(t)
		s.Close()
		if err := tt.spoil(dir); err != nil {
			t.Fatal(err)
		}
		before := filesIn(t, dir)
		if _, err := OpenToRead(dir, Options{Site: "site-2"}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if after := filesIn(t, dir); after != before {
			t.Errorf("%s: the refusal changed it", name)
		}
	}
}

// schema1 puts a record of the earlier version into a directory.
func schema1(dir string) error {
	packed, err := os.ReadFile("testdata/schema1.db.gz")
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, fileName), text, 0o600)
}

// Clocks are compared by what answers said, also of bodies that were there
// already; what cannot be read ends it.
func TestSkews(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, captureDir, "2026-11-23.warc.gz")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	capture := func(url string, ahead time.Duration, header ...string) news.Capture {
		c := news.Capture{URL: url, At: noon, Proto: "HTTP/1.1", Status: 200, Header: map[string][]string{"Date": {noon.Add(-ahead).Format("Mon, 02 Jan 2006 15:04:05 GMT")}}, Body: []byte("body"), SHA256: digestOf([]byte("body"))}
		for n := 0; n < len(header); n += 2 {
			c.Header[header[n]] = []string{header[n+1]}
		}
		return c
	}
	first := capture("https://a.example/", time.Hour)
	begun, err := info("2026-11-23.warc.gz", noon, software)
	all := begun
	for _, c := range []news.Capture{first, capture("https://b.example/", time.Hour, "Age", "3540"), capture("https://c.example/", 0, "Date", "yesterday")} {
		one, e := response(c)
		all, err = append(all, one...), errors.Join(err, e)
	}
	second, e := revisit(capture("https://d.example/", -2*time.Second), first)
	all = append(all, second...)
	if err := errors.Join(err, e, os.WriteFile(file, append(all, "\x1f\x8b\x08torn"...), 0o600), os.WriteFile(filepath.Join(filepath.Dir(file), "2026-11-24.warc.gz"), begun, 0o600)); err != nil {
		t.Fatal(err)
	}
	want := []Skew{{"https://a.example/", noon, time.Hour}, {"https://b.example/", noon, time.Minute}, {"https://d.example/", noon, -2 * time.Second}}
	for n := range 5 {
		got := Skews(dir, n)
		if last := want[max(0, 3-n):]; len(got) != len(last) {
			t.Errorf("of the last %d: %v, want %v", n, got, last)
		} else {
			for i := range last {
				if got[i] != last[i] {
					t.Errorf("of the last %d: %v, want %v", n, got[i], last[i])
				}
			}
		}
	}
	if got := Skews(t.TempDir(), 9); got != nil {
		t.Errorf("of none: %v", got)
	}
}
