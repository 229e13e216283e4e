package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"chinanews/config"
	"chinanews/news"
)

// Every row and profile that ships passes the checks of the rooms that use it.
func TestCatalogueIsUsable(t *testing.T) {
	offers, err := config.Catalogue(checks())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.Profiles(checks()); err != nil {
		t.Error(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	reachable := 0
	for _, o := range offers {
		if o.Unreachable == "" {
			reachable++
		}
	}
	if says := fmt.Sprintf("%d rows come with the program, %d that can be polled", len(offers), reachable); !strings.Contains(string(readme), says) {
		t.Errorf("the README does not say that %s", says)
	}
}

func TestSources(t *testing.T) {
	s := newSite(t) // without a file: the list needs none
	out, _ := s.do(0, "sources")
	for line := range strings.Lines(out) {
		if len([]rune(strings.TrimRight(line, "\n"))) > 100 {
			t.Errorf("wider than a terminal: %s", line)
		}
	}
	for _, want := range []string{"State media\n", "  mfa-en-top ", "customs-zh               cannot be polled: it needs a browser"} {
		if !strings.Contains(out, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if out, _ = s.do(0, "sources", "驻英国"); !strings.Contains(out, "embassy-uk-en") || strings.Contains(out, "mfa-en-top") {
		t.Errorf("by a publisher's name:\n%s", out)
	}
	if _, stderr := s.do(1, "sources", "atlantis"); !strings.Contains(stderr, `"atlantis"`) {
		t.Errorf("what there is not: %s", stderr)
	}
	if out, _ = s.do(0, "sources", "--profiles"); !strings.Contains(out, "trs") {
		t.Errorf("profiles:\n%s", out)
	}
	out, _ = s.do(0, "sources", "nhc-zh", "--json")
	var rows []catalogueLine
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 1 || rows[0].Unreachable == "" || rows[0].Publisher.In("zh-CN") != "国家卫生健康委" {
		t.Errorf("as JSON: %v, %s", err, out)
	}
}

func TestTryEffective(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 1))
	s.write("  - {use: cgtn-china, id: a, url: \""+o.URL+"/a.xml\", body: feed, rank: 7}\n", allFeed)
	out, _ := s.do(0, "try", "a", "--effective")
	for _, want := range []string{"rank: 7 ", "# config.yaml:7\n", "language: en ", "# catalogue\n", "timezone: Asia/Shanghai ", "# default\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("the row lacks %q:\n%s", want, out)
		}
	}
	out, _ = s.do(0, "try", "a", "--effective", "--json")
	var row effectiveRow
	if err := json.Unmarshal([]byte(out), &row); err != nil || row.Row.Rank != 7 || row.Written["rank"] != "config.yaml:7" || row.Written["rights"] != "catalogue" {
		t.Errorf("as JSON: %v, %s", err, out)
	}
	if _, stderr := s.do(2, "try", "customs-zh"); !strings.Contains(stderr, "needs a browser") {
		t.Errorf("a row of the catalogue that cannot be polled: %s", stderr)
	}
	if _, stderr := s.do(2, "try", "nobody"); !strings.Contains(stderr, "chinanewsd sources") {
		t.Errorf("a source that there is not: %s", stderr)
	}
	s.write("  - {id: a, url: \""+o.URL+"/none.xml\"}\n", allFeed)
	if out, stderr := s.do(0, "try", "a", "--effective"); !strings.Contains(out, "id: a") || !strings.Contains(stderr, "not read") {
		t.Errorf("of a source that cannot be read: %s%s", out, stderr)
	}
}

// A row of the catalogue can be tried before a configuration takes it.
func TestTryOffered(t *testing.T) {
	var cfg news.Config
	src, err := tryCmd{What: "gov-cn-policies"}.offered(&cfg)
	if err != nil || src.Kind != news.KindJSON || src.Origin != "gov-cn-policies" || cfg.Written.Of(src.ID)["json.title"] != "catalogue" {
		t.Errorf("%+v, written %v, %v", src, cfg.Written, err)
	}
}
