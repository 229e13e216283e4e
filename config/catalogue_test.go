package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"chinanews/news"
)

// Every row of the catalogue loads by its word, and says what a row that
// ships must say.
func TestCatalogue(t *testing.T) {
	offers, err := Catalogue(testChecks())
	if err != nil {
		t.Fatal(err)
	}
	reachable, groups, ids := 0, map[string]bool{}, map[string]bool{}
	for _, o := range offers {
		if ids[o.ID] {
			t.Errorf("%s stands twice in the catalogue", o.ID)
		}
		ids[o.ID] = true
		groups[o.Group] = true
		checkOffer(t, o)
		if o.Unreachable != "" {
			continue
		}
		reachable++
		text := strings.Replace(good, "  - id: a\n    url: https://a.example/feed.xml\n    tags: [x]", "  - "+o.ID, 1)
		cfg, err := Parse("c.yaml", []byte(strings.Replace(text, "sources: [a]", "sources: ["+o.ID+"]", 1)), testChecks())
		if err != nil || len(cfg.Sources) != 1 || !reflect.DeepEqual(cfg.Sources[0], o.Source) {
			t.Errorf("%s by its word: %v, %v", o.ID, cfg.Sources, err)
		}
	}
	if len(offers) < 89 || reachable < 79 || len(groups) != 4 {
		t.Errorf("%d rows, %d can be polled, in %d groups; want at least 89 and 79 in 4", len(offers), reachable, len(groups))
	}
}

func checkOffer(t *testing.T, o Offer) {
	t.Helper()
	if o.Publisher.In("en") == "" || o.Publisher.In("zh-CN") == "" || len(o.Tags) == 0 || o.Language == "" || len(o.URLs) == 0 || o.Kind == news.KindAuto {
		t.Errorf("%s lacks a publisher in both languages, a tag, language, url or kind", o.ID)
	}
	if media := strings.Contains(strings.Join(o.Tags, " "), "media"); media && o.Rights != news.Media {
		t.Errorf("%s is of a medium, its rights %s", o.ID, o.Rights)
	}
	if o.Unreachable != "" && strings.HasSuffix(o.Unreachable, ".") {
		t.Errorf("%s: the reason is a part of a sentence: %s", o.ID, o.Unreachable)
	}
}

// The National People's Congress states its dates in a script only.
func TestDateInScript(t *testing.T) {
	offers, err := Catalogue(testChecks())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		if o.ID != "npc-zh" {
			continue
		}
		found := regexp.MustCompile(o.Article.DateRegex).FindStringSubmatch(`var fbrq = "2026年11月20日 09:30";`)
		if !reflect.DeepEqual(o.Article.Date, []string{"script"}) || len(found) < 2 || found[1] != "2026年11月20日 09:30" {
			t.Errorf("%s reads the date from %q as %q", o.ID, o.Article.Date, found)
		}
	}
}
