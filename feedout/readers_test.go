package feedout

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// seen is an entry as another program read it.
type seen struct {
	ID, Title, Link string
	Time            int64
}

// need skips when a tool is missing, and fails where CI has promised it.
func need(t *testing.T, what string, there bool) {
	t.Helper()
	if there {
		return
	}
	if strings.Contains(os.Getenv("CHINANEWS_REQUIRE"), "readers") {
		t.Fatalf("%s is required here and missing", what)
	}
	t.Skipf("needs %s, which is not installed", what)
}

// python is an interpreter that knows feedparser, Debian's if need be.
func python() string {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import feedparser").Run() == nil {
			return name
		}
	}
	return ""
}

func have(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// readBy runs another program on a document and returns what it saw.
func readBy(t *testing.T, name string, args ...string) []seen {
	t.Helper()
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, stderr.String())
	}
	var entries []seen
	for line := range strings.Lines(string(out)) {
		var s seen
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%s says %q: %v", name, line, err)
		}
		entries = append(entries, s)
	}
	return sorted(entries)
}

func sorted(list []seen) []seen {
	slices.SortFunc(list, func(a, b seen) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// expected is what every reader must see.
func expected(d Document) []seen {
	var out []seen
	for _, r := range d.Releases {
		own, _ := d.links(r)
		out = append(out, seen{d.entryID(r), entryTitle(r), own, r.Membership.Published.Unix()})
	}
	for _, told := range d.Notices {
		out = append(out, seen{d.noticeID(told), d.noticeTitle(told), d.noticeURL(told), told.At.Unix()})
	}
	for _, g := range d.Digests {
		out = append(out, seen{d.digestID(g), d.digestTitle(g), d.digestURL(g), g.At.Unix()})
	}
	return sorted(out)
}

// TestOtherReaders reads our feeds with other people's parsers: equal titles,
// links, ids and dates, in every format that they know.
func TestOtherReaders(t *testing.T) {
	for name, d := range map[string]Document{"releases": example("en"), "edits": edited("en"), "removals": gone("zh-CN"), "curated": curated("en"), "archive": page("en"), "digests": digests("zh-CN")} {
		t.Run(name, func(t *testing.T) { otherReaders(t, d) })
	}
}

func otherReaders(t *testing.T, d Document) {
	npm := os.Getenv("CHINANEWS_NPM")
	python := python()
	for _, f := range formats {
		file, err := filepath.Abs(filepath.Join(t.TempDir(), "feed."+string(f)))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, render(t, d, f), 0o600); err != nil {
			t.Fatal(err)
		}
		compare := func(reader string, there bool, read func(t *testing.T) []seen) {
			t.Run(string(f)+" by "+reader, func(t *testing.T) {
				need(t, reader, there)
				if got, want := read(t), expected(d); !slices.Equal(got, want) {
					t.Errorf("%s sees\n%v, want\n%v", reader, got, want)
				}
			})
		}
		compare("gofeed", true, func(t *testing.T) []seen { return byGofeed(t, file) })
		npmReader := "rss-parser"
		if f == JSON {
			npmReader = "feedsmith"
		}
		compare(npmReader, npm != "" && have("node"), func(t *testing.T) []seen { return readBy(t, "node", "testdata/readers/read.mjs", file, npm) })
		if f == JSON {
			continue
		}
		compare("feedparser", python != "", func(t *testing.T) []seen { return readBy(t, python, "testdata/readers/read.py", "feedparser", file) })
		compare("newsboat", have("newsboat") && python != "", func(t *testing.T) []seen { return readBy(t, python, "testdata/readers/read.py", "newsboat", file) })
		compare("sfeed", have("sfeed") && python != "", func(t *testing.T) []seen { return readBy(t, python, "testdata/readers/read.py", "sfeed", file) })
	}
}

func byGofeed(t *testing.T, file string) []seen {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []seen
	for _, i := range feed.Items {
		out = append(out, seen{i.GUID, i.Title, i.Link, i.PublishedParsed.In(time.UTC).Unix()})
	}
	return sorted(out)
}
