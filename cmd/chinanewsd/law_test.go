package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms are the folders of the house; a room and its sub-folders count as one.
var rooms = []string{"config", "fetcher", "curator", "storage", "feedout", "relay"}

// owners names, for each library that stands for a technology, the only room
// that may import it, or rooms.
var owners = map[string]string{
	"go.etcd.io/bbolt":                    "storage",
	"github.com/mmcdole/gofeed":           "fetcher",
	"github.com/PuerkitoBio/goquery":      "fetcher",
	"codeberg.org/readeck/go-readability": "fetcher",
	"github.com/microcosm-cc/bluemonday":  "fetcher",
	"github.com/gorilla/feeds":            "feedout",
	"github.com/andybalholm/brotli":       "feedout",
	"github.com/goccy/go-yaml":            "config",
	"github.com/expr-lang/expr":           "curator",
	"github.com/alecthomas/kong":          "cmd",
	"github.com/nats-io":                  "relay/jetstream",
	"golang.org/x/net/html/charset":       "fetcher",
	"github.com/klauspost/compress":       "storage feedout",
	"html/template":                       "feedout",
	"github.com/boombuler/barcode":        "feedout",
	"golang.org/x/crypto":                 "feedout",
	"golang.org/x/term":                   "cmd",
	"github.com/coreos/go-systemd":        "cmd",
	"github.com/prometheus":               "cmd/chinanewsd/meter",
}

// TestImportLaw holds the law of the house: news imports the standard library
// only; a room imports news and third parties, never another room; a
// technology is imported in one room.
func TestImportLaw(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "chinanews/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], "chinanews/")
		room, _, _ := strings.Cut(pkg, "/")
		for _, imported := range fields[1:] {
			checkImport(t, pkg, room, imported)
		}
	}
}

func checkImport(t *testing.T, pkg, room, imported string) {
	t.Helper()
	if ours, ok := strings.CutPrefix(imported, "chinanews/"); ok {
		other, _, _ := strings.Cut(ours, "/")
		if room == "news" || slices.Contains(rooms, room) && other != room && other != "news" {
			t.Errorf("%s imports %s: rooms import news, never one another", pkg, imported)
		}
		return
	}
	if room == "news" && strings.Contains(imported, ".") {
		t.Errorf("news imports %s: it knows the standard library only", imported)
	}
	if strings.HasPrefix(pkg, "cmd/bench") { // it measures beside bare libraries
		return
	}
	for library, owner := range owners {
		if !slices.Contains(strings.Fields(owner), room) && owner != pkg && (imported == library || strings.HasPrefix(imported, library+"/")) {
			t.Errorf("%s imports %s, which only %s may", pkg, imported, owner)
		}
	}
}

var (
	inlineScript = regexp.MustCompile(`(?is)<script\b([^>]*)>(.*?)</script>`)
	scriptSource = regexp.MustCompile(`^ src="\{\{base\}\}/[^"]*\.js" defer$|^ src="\{\{base\}\}/desk/\{\{\.\}\}" defer$`)
	inlineCode   = regexp.MustCompile(`(?is)<style\b|<[a-z][^<>]*\s(?:style|on[a-z]+)\s*=|javascript:|<(?:iframe|object|embed|base)\b`)
)

// TestTemplateLaw holds that no page has a script or style of its own in it, so
// that no action of a template stands inside one.
func TestTemplateLaw(t *testing.T) {
	read := 0
	for _, pattern := range []string{"../../*/templates/*.html", "../../*/*/templates/*.html", "../../*/*/*/templates/*.html"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			read++
			checkTemplate(t, name, string(text))
		}
	}
	if read < 30 {
		t.Errorf("only %d templates are found", read)
	}
}

func checkTemplate(t *testing.T, name, text string) {
	t.Helper()
	scripts := inlineScript.FindAllStringSubmatch(text, -1)
	if strings.Count(strings.ToLower(text), "<script") != len(scripts) {
		t.Errorf("%s opens a script that it does not close", name)
	}
	for _, s := range scripts {
		if !scriptSource.MatchString(s[1]) || s[2] != "" {
			t.Errorf("%s has a script that is no file of ours: %s", name, s[0])
		}
	}
	if m := inlineCode.FindString(text); m != "" {
		t.Errorf("%s has %q", name, m)
	}
}
