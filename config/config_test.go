package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// columnError is a rule's error with its place.
type columnError int

func (e columnError) Error() string { return "no such word" }
func (e columnError) Column() int   { return int(e) }

func testChecks() Checks {
	return Checks{
		Selector: func(s string) error {
			if strings.Contains(s, "[[") || s == "" {
				return errors.New("no CSS selector")
			}
			return nil
		},
		Layout: func(l string) error {
			if l == "date" {
				return errors.New("no date layout")
			}
			return nil
		},
		Rule: func(rule string, words map[string][]string) error {
			if i := strings.Index(rule, "wrong"); i >= 0 {
				return columnError(i + 1)
			}
			return nil
		},
	}
}

// good is a small configuration; each case changes a line of it.
const good = `site:
  contact: ops@example.org
  base_url: https://news.example.org
fetch:
  hosts: {"*": {delay: 1s}}
words: {trade: [trade]}
sources:
  - id: a
    url: https://a.example/feed.xml
    tags: [x]
feeds:
  - id: f
    sources: [a]
`

func TestGood(t *testing.T) {
	cfg, err := Parse("dir/c.yaml", []byte(good), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	s, f := cfg.Sources[0], cfg.Feeds[0]
	if s.Interval.Std() != 30*time.Minute || s.Timezone != "Asia/Shanghai" || s.Rights != news.Media || s.Rank != 50 || !s.Robots || s.Kind != news.KindAuto || s.Origin != "a" {
		t.Errorf("defaults of a row: %+v", s)
	}
	if f.Limit != 100 || f.Content != news.Full || f.Link != news.LinkOriginal || !f.Provenance || f.Name != "f" || f.Title != "f" || f.Languages[0] != "en" {
		t.Errorf("defaults of a feed: %+v", f)
	}
	if cfg.Listen != "127.0.0.1:8080" || cfg.Admin != "127.0.0.1:8081" || cfg.Fetch.MaxBody != 10<<20 || cfg.Fetch.RuleFor("x").Delay.Std() != time.Second {
		t.Errorf("defaults: %+v", cfg)
	}
	if len(cfg.Warnings) != 0 || !filepath.IsAbs(cfg.Data) || filepath.Base(filepath.Dir(cfg.Data)) != "dir" {
		t.Errorf("data %s, warnings %v", cfg.Data, cfg.Warnings)
	}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"site:", "sit:", "1:1: unknown key sit; did you mean site?"},
		{"    tags: [x]", "    colour: red", "10:5: unknown key colour; known here: "},
		{"    tags: [x]", "    intervall: 5m", "10:5: unknown key intervall; did you mean interval?"},
		{"    tags: [x]", "    id: b", "10:5: key id stands twice; the first is in line 8"},
		{"    tags: [x]", "    interval: fast", `10:15: "fast" is no duration; write 30s, 15m, 24h or 7d`},
		{"    tags: [x]", "    interval: -5m", `10:15: "-5m" is no duration; write 30s, 15m, 24h or 7d`},
		{"    tags: [x]", "    interval: 0s", `10:15: "0s" is too short; write 30s, 15m, 24h or 7d`},
		{"    tags: [x]", "    kind: feeds", `10:11: "feeds" is not known here; did you mean feed?`},
		{"    tags: [x]", "    kind: json", "10:11: kind json is not available in this version; kinds are auto, feed and html"},
		{"    tags: [x]", "    kind: html", "8:5: source a is a page, and nothing says which of its links are items; write list.item or list.link_match"},
		{"    tags: [x]", "    rights: free", `10:13: "free" is not known here; known here: government, open, media, restricted`},
		{"    tags: [x]", "    rank: many", `10:11: "many" is not a whole number from 1 to 1000`},
		{"    tags: [x]", "    rank: 0", `10:11: "0" is not a whole number from 1 to 1000`},
		{"    tags: [x]", "    robots: perhaps", `10:13: "perhaps" is neither true nor false`},
		{"    tags: [x]", "    timezone: Mars/North", `10:15: "Mars/North" is no time zone; write an IANA name: Asia/Shanghai, Europe/London`},
		{"    tags: [x]", "    language: english language", `10:15: "english language" is no language; write a BCP 47 tag: en, zh-CN`},
		{"    tags: [x]", "    body: nowhere", `10:11: "nowhere" is not known here; known here: page, feed, none`},
		{"    tags: [x]", "    include: '(?=x)'", "10:14: the regex does not compile: invalid or unsupported Perl syntax: `(?=`; Go's syntax (RE2) has no lookaround"},
		{"    tags: [x]", "    list: {item: \"[[\"}", "10:18: no CSS selector; write CSS, css@attribute, or meta:Name"},
		{"    tags: [x]", "    list: [1]", "10:11: this must be a mapping; write key: value pairs"},
		{"    tags: [x]", "    date_layouts: [date]", "10:20: no date layout"},
		{"    tags: [x]", "    date_from: [moon]", `10:17: "moon" is not known here; known here: article, list, feed, title, url`},
		{"    tags: [x]", "    pages: {pattern: index.html}", `10:22: "index.html" has no {n}; write index_{n}.html`},
		{"    tags: [x]", "    pages: {pattern: \"i{n}\", first: 5, max: 2}", "8:5: source a: pages.max is below pages.first"},
		{"    tags: [x]", "    rewrite: [[a]]", `10:15: a rewrite is a pair; write ["https://old/", "https://new/"]`},
		{"    tags: [x]", "    headers: {Cookie: x}", "10:15: header Cookie cannot be set here"},
		{"    tags: [x]", "    accept_status: [999]", `10:21: "999" is not a whole number from 100 to 599`},
		{"    tags: [x]", "    publisher: {english: X}", `10:17: "english" is no language; write a BCP 47 tag: en, zh-CN`},
		{"    tags: [x]", "    use: mfa", "10:5: use is not available in this version; write the row out"},
		{"    tags: [x]", "    json: {items: x}", "10:5: json is not available in this version; sources of kind json come later"},
		{"    tags: [x]", "  - mfa-en-top", `10:5: "mfa-en-top" names a row of a catalogue, which is not available in this version; write the row out`},
		{"    tags: [x]", "  - {id: a, url: \"https://b.example/\"}", "10:5: source a stands twice; the first is in line 8"},
		{"    tags: [x]", "  - {id: b}", "10:5: source b has no url"},
		{"    tags: [x]", "  - {url: \"https://b.example/\"}", "10:5: a source has no id; write id: lower-case-name"},
		{"  - id: a", "  - id: A_b", `8:9: "A_b" is no id; write lower-case letters, digits and hyphens, at most 64`},
		{"https://a.example/feed.xml", "a.example/feed.xml", `9:10: "a.example/feed.xml" is no web address; write it whole: https://www.example.org/list/`},
		{"https://a.example/feed.xml", "file:///etc/passwd", `9:10: "file:///etc/passwd" is no web address; write it whole: https://www.example.org/list/`},
		{"https://a.example/feed.xml", "${NO_SUCH_NAME}", "9:10: environment variable NO_SUCH_NAME is not set; set it, or write the value here"},
		{"    url:", "    url: &anchor", "9:10: this must be a single value; put quotes around text with special characters"},
		{"  - id: f", "  - id: edits", "12:5: edits is an id of the program's own; choose another"},
		{"    sources: [a]", "    sources: [b*]", `13:15: "b*" matches no source; write an id, a glob on ids (mfa-*), or tag:name`},
		{"    sources: [a]", "    sources: [\"tag:y\"]", `13:15: "tag:y" matches no source; write an id, a glob on ids (mfa-*), or tag:name`},
		{"    sources: [a]", "    where: has(wrong)", "13:16: the rule does not compile: no such word; fields: title text summary lang source publisher tags ...; functions: has, any_of, near"},
		{"    sources: [a]", "    where: 'has(wrong)'", "13:17: the rule does not compile: no such word; fields: title text summary lang source publisher tags ...; functions: has, any_of, near"},
		{"    sources: [a]", "    limit: 5000", `13:12: "5000" is not a whole number from 1 to 500`},
		{"    sources: [a]", "    content: all", `13:14: "all" is not known here; known here: full, summary, title`},
		{"    sources: [a]", "    hold: true", "13:5: hold is not available in this version; entries appear without approval"},
		{"    sources: [a]", "    access: token", "13:5: access is not available in this version; every feed is public"},
		{"    sources: [a]", "    languages: prefer en", "13:16: languages: prefer is not available in this version; list the languages"},
		{"    sources: [a]", "  - {id: f}", "13:5: feed f stands twice; the first is in line 12"},
		{"  base_url: https://news.example.org", "  base_url: news.example.org", `3:13: "news.example.org" is no web address; write it whole: https://www.example.org/list/`},
		{"  base_url: https://news.example.org", "  base_url: https://n.example?q=1", `3:13: "https://n.example?q=1" has a query or fragment; write the address under which the site is seen, no more`},
		{`  hosts: {"*": {delay: 1s}}`, "  max_body: 10 cats", `5:13: "10 cats" is no size; write 512KiB or 10MiB`},
		{`  hosts: {"*": {delay: 1s}}`, "  allow: [localhost]", `5:11: "localhost" is neither a prefix nor host:port; write 127.0.0.0/8, 127.0.0.1:8080 or *:8080`},
		{`  hosts: {"*": {delay: 1s}}`, `  hosts: {"a*b": {delay: 1s}}`, `5:11: "a*b" is no host pattern; write a host, *.domain, or *`},
		{"words: {trade: [trade]}", "words: {1x: [trade]}", `6:9: "1x" is no name for a list of words; write letters, digits and underscores: it is used as words.NAME`},
		{"words: {trade: [trade]}", "listen: nowhere", `6:9: "nowhere" is no address to listen on; write host:port, e.g. 127.0.0.1:8080`},
		{"words: {trade: [trade]}", "include: [sources/*.yaml]", "6:1: include is not available in this version; write the rows under sources"},
		{"words: {trade: [trade]}", "cluster: {node: a}", "6:1: cluster is not available in this version; run one node"},
		{good, "", "1:1: the file is empty; the repository's config.yaml is a beginning"},
		{good, "# nothing\n", "1:1: the file is empty; the repository's config.yaml is a beginning"},
		{good, "a: [\n", ":"},
		{good, "\tsite: x\n", "1:5: tab character"},
		{"feeds:\n  - id: f\n    sources: [a]\n", "", "1:1: there are no feeds; write at least one under feeds:"},
	} {
		text := strings.Replace(good, tt.old, tt.new, 1)
		_, err := Parse("c.yaml", []byte(text), testChecks())
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%q: no problem found", tt.new)
			continue
		}
		if !slices.ContainsFunc(problems, func(p Problem) bool { return strings.HasPrefix(p.String(), "c.yaml:"+tt.want) || tt.want == ":" }) {
			t.Errorf("%q:\n got %v\nwant c.yaml:%s", tt.new, err, tt.want)
		}
	}
}

func TestAllProblemsAtOnceInOrder(t *testing.T) {
	text := strings.NewReplacer("tags: [x]", "rank: x\n    kind: y", "sources: [a]", "limit: z", "contact:", "contakt:").Replace(good)
	_, err := Parse("c.yaml", []byte(text), testChecks())
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "c.yaml:2:3: ") || !strings.HasPrefix(lines[3], "c.yaml:14:12: ") {
		t.Errorf("problems:\n%v", err)
	}
}

func TestWarnings(t *testing.T) {
	text := strings.NewReplacer("  contact: ops@example.org\n", "", "tags: [x]", "interval: 5s\n    profile: trs\n    robots: false", "words:", "desk: {}\nwords:").Replace(good)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(cfg.Warnings, "\n")
	for _, want := range []string{"c.yaml:5:1: desk has no effect in this version", "profile has no effect", "an interval of 5s is for tests", "robots.txt is not asked", "site.contact is empty"} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings lack %q:\n%s", want, all)
		}
	}
}

func TestHostsMostSpecificFirst(t *testing.T) {
	text := strings.Replace(good, `{"*": {delay: 1s}}`, `{"*.gov.cn": {delay: 3s}, "*": {connections: 2, delay: 1s}, "*.mfa.gov.cn": {retries: 3}}`, 1)
	cfg, err := Parse("c.yaml", []byte(text), testChecks())
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{"www.mfa.gov.cn": "1s 2 3", "www.mod.gov.cn": "3s 2 1", "a.example": "1s 2 1"} {
		r := cfg.Fetch.RuleFor(host)
		if got := strings.Join([]string{r.Delay.String(), string(rune('0' + r.Connections)), string(rune('0' + r.Retries))}, " "); got != want {
			t.Errorf("%s: delay, connections, retries %s, want %s", host, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("WHERE", "https://b.example/list")
	t.Setenv("STATE_DIRECTORY", "/var/lib/x:/other")
	cfg, err := Parse("c.yaml", []byte(strings.Replace(good, "https://a.example/feed.xml", "${WHERE}", 1)), testChecks())
	if err != nil || cfg.Sources[0].URLs[0] != "https://b.example/list" || cfg.Data != "/var/lib/x" {
		t.Errorf("%v, data %s, %v", cfg.Sources, cfg.Data, err)
	}
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := Find(""); err == nil || !strings.Contains(err.Error(), "/etc/chinanewsd/config.yaml") {
		t.Errorf("error %v, want the places tried", err)
	}
	os.WriteFile("config.yaml", []byte(good), 0o600)
	if f, _ := Find(""); f != "config.yaml" {
		t.Errorf("found %q", f)
	}
	t.Setenv("CHINANEWSD_CONFIG", "env.yaml")
	if f, _ := Find(""); f != "env.yaml" {
		t.Errorf("found %q", f)
	}
	if f, _ := Find("flag.yaml"); f != "flag.yaml" {
		t.Errorf("found %q", f)
	}
	if _, err := Load("none.yaml", testChecks()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Load("config.yaml", testChecks()); err != nil {
		t.Error(err)
	}
	os.WriteFile("big.yaml", make([]byte, maxFile+1), 0o600)
	if _, err := Load("big.yaml", testChecks()); err == nil || !strings.Contains(err.Error(), "4 MiB") {
		t.Errorf("a large file: %v", err)
	}
}

// The configuration that ships must load, and teach no bad manners.
func TestShipped(t *testing.T) {
	cfg, err := Load("../config.yaml", testChecks())
	if err != nil {
		t.Fatal(err)
	}
	var ids, languages []string
	for _, f := range cfg.Feeds {
		ids = append(ids, f.ID)
	}
	for _, s := range cfg.Sources {
		if !slices.Contains(languages, s.Language) {
			languages = append(languages, s.Language)
		}
		if s.Publisher["en"] == "" || s.Publisher["zh-CN"] == "" || len(s.Tags) == 0 {
			t.Errorf("%s lacks a publisher in both languages, or a tag", s.ID)
		}
	}
	if len(cfg.Sources) < 20 || strings.Join(ids, " ") != "china-news china-news-zh diplomacy economy" || len(languages) != 2 {
		t.Errorf("%d sources in %v, feeds %v", len(cfg.Sources), languages, ids)
	}
	if len(cfg.Warnings) != 2 || cfg.Site.Contact != "" || cfg.Site.BaseURL != "" {
		t.Errorf("warnings %v, want those of contact and base_url", cfg.Warnings)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	if text, err := os.ReadFile("../config.yaml"); err == nil {
		f.Add(string(text))
	}
	for _, seed := range []string{"a: &x [*x]", "- a\n- b", "sources: {a: b}", "? x\n: y", "%YAML 1.2\n---\na: b", "sources:\n  - [1, 2]", "feeds: 5", "!!binary x", "<<: {a: b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse("c.yaml", []byte(text), testChecks())
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("error %v is not a list of problems", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.What == "" {
				t.Errorf("problem %+v has no place or no words", p)
			}
		}
	})
}
