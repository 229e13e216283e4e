package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/news"
)

// parse reads rows with a feed behind them.
func parseRows(t *testing.T, rows string) news.Config {
	t.Helper()
	cfg, err := Parse("c.yaml", []byte(rows+"\nfeeds: [{id: f}]\n"), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// A key of the row wins over the catalogue's, the catalogue's over defaults;
// nested mappings are merged, lists replaced.
func TestLayers(t *testing.T) {
	cfg := parseRows(t, `
defaults: {interval: 2h, rights: open, timezone: Europe/Paris}
sources:
  - xinhua-en
  - mnd-zh
  - use: mfa-en-conferences
    id: mine
    list: {limit: 50}
    pages: {max: 3}
    tags: [a, b]
    publisher: {zh-CN: 外交部新闻司}
    url: https://mirror.example/
    date_from: [url]
    rewrite: []
  - use: gov-cn-news
    list: {link_match: ""}
    article: {remove: []}
`)
	xinhua, mnd, mine, gov := cfg.Sources[0], cfg.Sources[1], cfg.Sources[2], cfg.Sources[3]
	for what, pair := range map[string][2]any{
		"the catalogue's interval":           {xinhua.Interval.String(), "15m"},
		"the catalogue's rights":             {xinhua.Rights, news.Media},
		"the default interval":               {mnd.Interval.String(), "2h"},
		"the default zone":                   {mnd.Timezone, "Europe/Paris"},
		"the row's limit":                    {mine.List.Limit, 50},
		"the catalogue's pattern beside it":  {mine.List.LinkMatch, `/t20\d{6}_\d+\.s?html$`},
		"one key of pages":                   {fmt.Sprint(mine.Pages), "{index_{n}.html 1 3}"},
		"a list in place of the catalogue's": {fmt.Sprint(mine.Tags, mine.DateFrom, mine.Rewrite), "[a b] [url] []"},
		"one publisher beside the other":     {fmt.Sprint(mine.Publisher), "[[en Ministry of Foreign Affairs] [zh-CN 外交部新闻司]]"},
		"an address in place of another":     {fmt.Sprint(mine.URLs), "[https://mirror.example/]"},
		"an id and origin of its own":        {fmt.Sprint(mine.ID, " ", mine.Origin), "mine mine"},
		"a key taken back":                   {fmt.Sprint(gov.List.LinkMatch, gov.Article.Remove, len(gov.List.Item)), "[] 1"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
}

// One row changed must not change the catalogue for the next.
func TestLayersShareNothing(t *testing.T) {
	before := parseRows(t, "sources: [stats-zh]").Sources[0]
	parseRows(t, `sources: [{use: stats-zh, publisher: {en: X}, headers: {Referer: x}, tags: [y], list: {item: z}}]`)
	after := parseRows(t, "sources: [stats-zh]").Sources[0]
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("the catalogue changed:\n%v\n%v", before, after)
	}
}

func TestInclude(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b.yaml": "sources:\n  - mnd-zh\n", "a.yaml": "- {id: first, url: \"https://a.example/\"}\n", "none.yaml": "# nothing\n", "empty.yaml": "",
		"notes.txt": "not a row",
	} {
		os.MkdirAll(filepath.Join(dir, "sources"), 0o700)
		os.WriteFile(filepath.Join(dir, "sources", name), []byte(text), 0o600)
	}
	file := filepath.Join(dir, "config.yaml")
	os.WriteFile(file, []byte("include: [sources/b.yaml, sources/*.yaml]\ndefaults: {max_age: 9d}\nfeeds: [{id: f, sources: [first, mnd-zh]}]\n"), 0o600)
	cfg, err := Load(file, testChecks())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range cfg.Sources {
		ids = append(ids, s.ID+" "+s.MaxAge.String())
	}
	if got := strings.Join(ids, ", "); got != "mnd-zh 9d, first 9d" {
		t.Errorf("rows %s, want those of b.yaml, then of a.yaml, with defaults", got)
	}
}

func TestIncludeBounds(t *testing.T) {
	dir := t.TempDir()
	for i := range maxIncluded + 1 {
		os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.row", i)), nil, 0o600)
	}
	file := filepath.Join(dir, "config.yaml")
	os.WriteFile(file, []byte(good+"include: ['*.row']\n"), 0o600)
	if _, err := Load(file, testChecks()); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("%d files: %v", maxIncluded+1, err)
	}
}

func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Join(dir, "systemd"))
	t.Setenv("TOKEN", "from the environment")
	os.Mkdir(filepath.Join(dir, "systemd"), 0o700)
	os.WriteFile(filepath.Join(dir, "systemd", "a"), []byte("of systemd\n"), 0o600)
	os.WriteFile(filepath.Join(dir, "a"), []byte("beside the file"), 0o600)
	os.WriteFile(filepath.Join(dir, "b"), []byte("beside the file\r\n"), 0o600)
	os.Mkdir(filepath.Join(dir, "secrets"), 0o700)
	os.WriteFile(filepath.Join(dir, "secrets", "f"), []byte("newer than the start"), 0o600)
	for _, loaded := range []string{"e", "f"} {
		os.WriteFile(filepath.Join(dir, "systemd", "secrets_"+loaded), []byte("of a folder that systemd loaded"), 0o600)
	}
	file := filepath.Join(dir, "config.yaml")
	os.WriteFile(file, []byte(strings.Replace(good, "tags: [x]", `headers: {A: "file:a", B: "file:b", C: "${TOKEN}", D: "file:`+dir+`/a", E: "file:secrets/e", F: "file:secrets/f"}`, 1)), 0o600)
	cfg, err := Load(file, testChecks())
	if err != nil {
		t.Fatal(err)
	}
	want := "map[A:of systemd B:beside the file C:from the environment D:beside the file E:of a folder that systemd loaded F:newer than the start]"
	if got := fmt.Sprint(cfg.Sources[0].Headers); got != want {
		t.Errorf("headers %s, want %s", got, want)
	}
}

// Profiles that ship are complete, and rows know them by name.
func TestProfiles(t *testing.T) {
	profiles, err := Profiles(testChecks())
	if err != nil || len(profiles) == 0 {
		t.Fatalf("%d profiles, %v", len(profiles), err)
	}
	cfg := parseRows(t, "sources:\n  - {id: a, url: \"https://a.example/\", profile: "+profiles[0].Name+"}\n  - {id: b, url: \"https://b.example/\"}")
	if cfg.Sources[0].Profile != profiles[0].Name || cfg.Sources[1].Profile != "auto" || len(cfg.Profiles) != len(profiles) {
		t.Errorf("profiles %q and %q of %d", cfg.Sources[0].Profile, cfg.Sources[1].Profile, len(cfg.Profiles))
	}
}

func TestKeysOfIssue(t *testing.T) {
	s := parseRows(t, `
sources:
  - id: a
    url: https://a.example/{2006-01}/{02}.json
    kind: json
    json: {items: data.rows, title: head.0.text, date: day, link_template: "https://a.example/{id}?c={meta.class}"}
    cookies: true
    versions: items
    stale_after: 9d
    list: {markup: [script]}
`).Sources[0]
	if s.URLs[0] != "https://a.example/{2006-01}/{02}.json" || s.JSON != (news.JSON{Items: "data.rows", Title: "head.0.text", Date: "day", LinkTemplate: "https://a.example/{id}?c={meta.class}"}) ||
		!s.Cookies || s.Versions != news.VersionsItems || s.StaleAfter.String() != "9d" || s.List.Markup[0] != "script" {
		t.Errorf("row %+v", s)
	}
}

func TestLooksAndRemovals(t *testing.T) {
	cfg, err := Parse("c.yaml", []byte(`
defaults: {looks: [2h]}
sources:
  - {id: a, url: "https://a.example/"}
  - {id: b, url: "https://b.example/", looks: []}
  - {id: c, url: "https://c.example/", looks: [1h, 1d, 30d]}
  - {id: d, url: "https://d.example/", looks: 5h}
feeds:
  - {id: marked}
  - {id: dropped, on_removal: drop}
`), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{"[2h]", "[]", "[1h 24h 30d]", "[5h]"} {
		if got := fmt.Sprint(cfg.Sources[n].Looks); got != want || cfg.Sources[n].Looks == nil {
			t.Errorf("source %d: looks %s, want %s", n, got, want)
		}
	}
	if cfg.Feeds[0].OnRemoval != "" || cfg.Feeds[1].OnRemoval != news.RemovalDrop {
		t.Errorf("feeds %+v", cfg.Feeds)
	}
}
