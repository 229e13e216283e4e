package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout/site"
	"chinanews/news"
	"chinanews/storage"
)

// A filter lets through what a naive one does, of the record as it is.
func TestFilterOfTheRecord(t *testing.T) {
	s := newOutsider(t)
	s.scene()
	lib := newLibrary(s.h, s.h.press)
	var all []site.Item
	page, err := lib.Page("open", site.Filter{}, 1, 1000)
	if all = page.Items; err != nil || len(all) < 8 {
		t.Fatal(len(all), err)
	}
	today := dayOf(all[0].Membership.Published)
	publishers := []string{"", "Ministry a", "Ministry b", "Ministry c"}
	for _, f := range []site.Filter{{}, {From: today}, {To: today}, {From: today, To: today.AddDate(0, 0, 1)}, {From: today.AddDate(0, 0, 1)}, {From: today, To: today.AddDate(0, 0, -3)}, {To: time.Date(10_000, 1, 1, 0, 0, 0, 0, beijing)}, {From: time.Date(0, 1, 1, 0, 0, 0, 0, beijing)}} {
		for _, f.Publisher = range publishers {
			f.Lang = "en"
			var want []string
			for _, i := range all {
				at := i.Membership.Published
				if (f.From.IsZero() || !at.Before(f.From)) && (f.To.IsZero() || at.Before(f.To)) && (f.Publisher == "" || publisherOf(i) == f.Publisher) {
					want = append(want, i.Address)
				}
			}
			var got []string
			for n := 1; ; n++ {
				page, err := lib.Page("open", f, n, 3)
				if err != nil || page.Total != len(want) || page.Cut {
					t.Fatalf("%+v: %d of %d, %v", f, page.Total, len(want), err)
				}
				for _, i := range page.Items {
					got = append(got, i.Address)
				}
				if len(page.Items) < 3 {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", f, got, want)
			}
		}
	}
}

func publisherOf(i site.Item) string {
	for _, c := range i.Carriers {
		if c.Item.ID == i.Lead.ID {
			return c.Source.PublisherIn("en")
		}
	}
	return ""
}

// A source that only a private feed takes from is named to nobody else: not as
// a carrier, not on /polling, not in the search, not in a filter.
func TestPrivateSourcesAreNotNamed(t *testing.T) {
	file := newSite(t)
	row := "  - {id: %[1]s, url: \"http://%[1]s.example/feed.xml\", kind: feed, language: en, rights: government, publisher: Zq%[1]s}\n"
	file.write(fmt.Sprintf(row, "open")+fmt.Sprintf(row, "hush"), "  - {id: open, title: Open, sources: [open]}\n  - {id: office, title: Office, access: token, tokens: [{name: R, token: "+officeToken+"}]}\n")
	file.create()
	h := file.open()
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[news.Origin]bool{"open": true, "hush": false, "formerly": true} {
		if got := h.press.stand.named(origin); got != want {
			t.Errorf("%s is named: %v", origin, got)
		}
	}
	s := &toldSite{t: t, h: h}
	for _, path := range []string{"/polling", "/search", "/feeds/open/", "/zh/polling"} {
		if body := s.get(path).Body.String(); strings.Contains(body, "Zqhush") || strings.Contains(body, "hush.example") {
			t.Errorf("%s names a source that is private", path)
		}
	}
	if body := s.get("/polling").Body.String(); !strings.Contains(body, "Zqopen") {
		t.Error("/polling does not name the public source")
	}
	if body := s.get("/t/" + officeToken + "/polling").Body.String(); !strings.Contains(body, "Zqhush") || !strings.Contains(body, "Zqopen") {
		t.Error("who has the feed is not told of its sources")
	}
	if w := s.get("/search?q=word&source=hush"); w.Code != 400 {
		t.Errorf("a search of a private source: %d", w.Code)
	}
}

// An item's source never changes: it is asked for once.
func TestSourceOfAnItemIsKept(t *testing.T) {
	v := newVault(t, 30)
	lib := newLibrary(v.h, v.h.press)
	err := lib.view(func(led *storage.Ledger) error {
		id := lib.members(led, "open")[0].Lead
		if one, again := lib.press.lists.source(led, id), lib.press.lists.source(led, id); one != again || one == "" {
			t.Errorf("an item is of %q, then of %q", one, again)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
