package storage

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// oldRecord puts the record that the program of schema 1 made of the sample
// ministries into a directory.
func oldRecord(t *testing.T) (dir string) {
	t.Helper()
	packed, err := os.ReadFile("testdata/schema1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents are the feeds of a record, a line an entry, and its items with what
// changed in them.
func contents(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	view(t, s, func(l *Ledger) {
		p, _ := l.Publication()
		for _, feed := range p.Feeds {
			for _, as := range []news.As{news.AsNews, news.AsHistory} {
				for m := range l.Entries(feed.Name, as) {
					s, _ := l.Story(m.Story)
					lead, _ := l.Item(m.Lead)
					_, html, err := l.Texts(lead.ShownPos(), lead.Shown)
					if err != nil {
						t.Error(err)
					}
					fmt.Fprintf(&b, "%s %s %d %s %s %s %q %s\n", feed.Name, as, m.Seq, s.Address, m.Published.Format(time.RFC3339Nano), m.Updated.Format(time.RFC3339Nano), lead.Shown.Title, news.TextDigest(html))
				}
			}
		}
		for _, src := range p.Sources {
			for i := range l.Items(src.Origin, time.Time{}) {
				fmt.Fprintf(&b, "%s %s %s %d %s\n", src.Origin, i.ID, i.State, len(i.Revisions), i.Presence)
			}
		}
	})
	return b.String()
}

func TestSchema1IsBroughtToday(t *testing.T) {
	dir := oldRecord(t)
	var said string
	s, err := Open(dir, Options{Note: func(what string) { said = what }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	verify(t, s)
	golden := "testdata/schema1.golden" // as the program of schema 1 read its own record
	got := contents(t, s)
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%v; the record has\n%s\nwant\n%s", err, got, want)
	}
	backup := filepath.Join(dir, "backups", "news.db.schema1-BACKUP")
	if !strings.Contains(said, "schema 1 to 2") || !strings.Contains(said, backup) {
		t.Errorf("it says %q", said)
	}
	tip, _ := s.Tip()
	if got := schema1Tip(t, backup); got != tip.Pos-1 {
		t.Errorf("the copy ends at record %d, want %d, one before the mark", got, tip.Pos-1)
	}
	s.db.View(func(tx *bbolt.Tx) error {
		if r, err := readRecord(tx, tip.Pos); err != nil || string(r.Body) != `{"mark":"migrated","schema":2}` {
			t.Errorf("the last record is %s, %v", r.Body, err)
		}
		return nil
	})
}

// schema1Tip is the last position of a file of schema 1.
func schema1Tip(t *testing.T, path string) (pos uint64) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.View(func(tx *bbolt.Tx) error {
		if schema, err := schemaOf(tx); schema != schemaUnsealed {
			t.Errorf("the copy has schema %d, %v", schema, err)
		}
		pos = uint64(tx.Bucket(bucketLog).Stats().KeyN)
		return nil
	})
	return pos
}

// A crash at any step leaves the old record or the new one, and the next start
// ends with the new.
func TestMigrationEndsAnywhere(t *testing.T) {
	for n := 1; ; n += stride() {
		dir := oldRecord(t)
		finished := crashAt(t, n, "open", dir)
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatalf("after a crash at step %d: %v", n, err)
		}
		verify(t, s)
		if want, _ := os.ReadFile("testdata/schema1.golden"); contents(t, s) != string(want) {
			t.Errorf("after a crash at step %d the record has other contents", n)
		}
		s.Close()
		schema1Tip(t, filepath.Join(dir, "backups", "news.db.schema1-BACKUP"))
		if finished {
			return
		}
	}
}

// crashEnv makes a child process end at a step of a deed on a directory:
// "STEP DEED DIR".
const crashEnv = "CHINANEWS_TEST_CRASH"

// deeds are what children do until they end.
var deeds = map[string]func(dir string) error{
	"open": func(dir string) error {
		s, err := Open(dir, Options{})
		if err != nil {
			return err
		}
		return s.Close()
	},
}

const crashed = 77

// stride is which steps are crashed at: every one, in a short run some.
func stride() int {
	if testing.Short() {
		return 3
	}
	return 1
}

func crashing(said string) int {
	var at int
	var deed, dir string
	fmt.Sscan(said, &at, &deed, &dir)
	step = func() {
		if at--; at == 0 {
			os.Exit(crashed)
		}
	}
	if err := deeds[deed](dir); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// crashAt has a child do a deed and end at its n-th step; finished when the
// deed has fewer.
func crashAt(t *testing.T, n int, deed, dir string) (finished bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s %s", crashEnv, n, deed, dir))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == crashed {
		return false
	}
	if err != nil {
		t.Fatalf("%s until step %d: %v: %s", deed, n, err, out)
	}
	return true
}

// No room is left for values without a checksum: only value.go touches them.
func TestValuesGoThroughOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "value.go" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			raw := strings.Contains(line, ".Put(") || strings.Contains(line, ".Get(")
			if raw && !strings.Contains(line, "meta.Get(keySchema)") && !strings.Contains(line, "zips.") {
				t.Errorf("%s:%d: a raw value: %s", name, n+1, line)
			}
		}
	}
}
