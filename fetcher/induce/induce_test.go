package induce

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

var now = time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC)

func open(t testing.TB, page, address string) *Page {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p, problem := Open([]byte(page), base, now)
	if problem != nil {
		t.Fatal(problem)
	}
	return p
}

const listAddress = "https://www.mol.example/xw/index.html"

func TestMadeLists(t *testing.T) {
	for _, m := range slices.Concat(madeLists(), families()) {
		t.Run(m.name, func(t *testing.T) {
			p := open(t, m.page, listAddress)
			if k := p.Kind(); k.Kind != KindList {
				t.Errorf("kind %s: %s", k.Kind, k.Words)
			}
			lists := p.Lists()
			if len(lists) == 0 {
				t.Fatal("no list was found")
			}
			l := lists[0]
			t.Logf("%.2f %+v %q", l.Confidence, l.List, l.Reasons)
			check(t, m, l)
		})
	}
}

// check wants exactly the releases of a page, in its order.
func check(t *testing.T, m made, l List) {
	t.Helper()
	if l.Confidence < Unsure {
		t.Errorf("confidence %.2f", l.Confidence)
	}
	if len(l.List.Item) == 0 || !strings.Contains(l.List.Item[0], m.item) || strings.Contains(l.List.Item[0], "nth-") || len(l.List.Item[0]) > 60 {
		t.Errorf("item %q", l.List.Item)
	}
	if len(l.Items) != len(m.want) {
		t.Errorf("%d items, want %d", len(l.Items), len(m.want))
	}
	for n, e := range l.Items[:min(len(l.Items), len(m.want))] {
		w := m.want[n]
		if e.Title != w.title || !strings.HasSuffix(e.URL, strings.TrimPrefix(w.path, "/xw")) {
			t.Errorf("item %d is %q at %s, want %q at %s", n, e.Title, e.URL, w.title, w.path)
		}
		if m.dated && (e.Date.Origin != news.FromList || e.Date.Day() != w.on("2006-01-02")) {
			t.Errorf("item %d is dated %s (%s, %q), want %s", n, e.Date.Day(), e.Date.Origin, e.Date.Raw, w.on("2006-01-02"))
		}
	}
}

func TestMadeOthers(t *testing.T) {
	for _, m := range madeOthers() {
		t.Run(m.name, func(t *testing.T) {
			p := open(t, m.page, "https://www.mol.example/xw/202611/t20261120_4000.html")
			k := p.Kind()
			if k.Kind != m.kind || k.Words == "" {
				t.Errorf("kind %s (%s), want %s", k.Kind, k.Words, m.kind)
			}
			if lists := p.Lists(); len(lists) > 0 && lists[0].Confidence >= Unsure {
				t.Errorf("a list with confidence %.2f: %+v", lists[0].Confidence, lists[0].List)
			}
		})
	}
}
