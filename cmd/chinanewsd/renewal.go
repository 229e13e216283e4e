package main

import (
	"slices"
	"strings"
	"time"

	"chinanews/feedout/static"
	"chinanews/news"
	"chinanews/storage"
)

// renewal is what has to be made anew of the files of the site: all documents,
// the first page of everything, and what the records of a while touched.
type renewal struct {
	seeds   []string        // paths
	files   map[string]bool // that they are in
	stories map[string]bool // addresses
	newest  map[shelfmark]uint64
}

// renewal looks at the records after a position; nil: everything may have
// changed.
func (l *library) renewal(pos uint64, before feedStates, tree *static.Tree) (r *renewal, now feedStates, err error) {
	r = &renewal{files: make(map[string]bool), stories: make(map[string]bool), newest: make(map[shelfmark]uint64)}
	now = make(feedStates)
	feeds := slices.Concat(l.Feeds(), noticeFeeds(l.press.pub))
	all := false
	err = l.view(func(led *storage.Ledger) error {
		t, err := touchedSince(led, pos)
		if all = t.all; err != nil || all {
			return err
		}
		r.fronts(feeds)
		for id := range t.stories {
			l.renew(led, r, id, tree)
		}
		for _, f := range feeds {
			if now[f.Name] = led.Feed(f.Name); now[f.Name] != before[f.Name] || led.At().Sub(now[f.Name].Changed) <= time.Minute {
				r.own(tree, "feeds/"+f.ID+"/page/")
			}
		}
		return nil
	})
	if err != nil || all {
		return nil, now, err
	}
	r.archives(tree)
	return r, now, nil
}

// feedStates are those of feeds as of a renewal.
type feedStates map[news.FeedName]news.FeedState

func (r *renewal) seed(paths ...string) {
	for _, path := range paths {
		if file := static.File(path); !r.files[file] {
			r.files[file] = true
			r.seeds = append(r.seeds, path)
		}
	}
}

// fronts are renewed each time: the documents before all.
func (r *renewal) fronts(feeds []news.Feed) {
	for _, f := range feeds {
		r.seed("/feeds/"+f.ID+".rss", "/feeds/"+f.ID+".atom", "/feeds/"+f.ID+".json")
	}
	r.seed(fixedPages...)
	r.seed("/sitemap/pages.xml")
	for _, f := range feeds {
		r.seed("/feeds/" + f.ID + "/")
	}
}

// renew has a story's pages made anew, and those of its days and months.
func (l *library) renew(led *storage.Ledger, r *renewal, id news.StoryID, tree *static.Tree) {
	s, ok := led.Story(id)
	if !ok {
		return
	}
	for _, path := range storyPaths(led, s) {
		r.seed(path)
		r.stories[strings.TrimPrefix(path, "/stories/")] = true
	}
	for _, f := range l.Feeds() {
		for _, item := range append([]news.ItemID{news.ItemID(s.ID)}, s.Items...) {
			m, ok := led.Membership(f.Name, news.StoryID(item))
			if !ok {
				continue
			}
			day := dayOf(m.Published)
			before, after := besides(led, f.Name, day)
			for _, d := range []time.Time{before, day, after} {
				if !d.IsZero() {
					r.seed("/feeds/" + f.ID + "/" + d.Format("2006/01/02") + "/")
				}
			}
			if month := "sitemap/" + day.Format("2006-01"); !r.files[month+".xml"] {
				r.seed("/" + month + ".xml")
				r.own(tree, month)
			}
		}
	}
}

// own has files made anew that are there already.
func (r *renewal) own(tree *static.Tree, prefix string) {
	for _, file := range tree.Below(prefix) {
		r.seed("/" + strings.TrimSuffix(file, "index.html"))
	}
}

// archives have documents that are the same for ever, so there is nothing to
// renew: newer ones are found by their links. What is behind the newest page is
// what the feed's document is now.
func (r *renewal) archives(tree *static.Tree) {
	var plain []shelfmark
	for _, file := range tree.Below("feeds/") {
		a, ok := archiveAt("/" + file)
		switch {
		case ok && a.gen > 0:
			r.generation(a)
		case ok:
			plain = append(plain, a)
		}
	}
	for _, a := range plain {
		if r.newest[a] == 0 {
			r.seed(a.today(a.page))
		}
	}
}

// generation notes a generation of a page that there is.
func (r *renewal) generation(a shelfmark) {
	gen := a.gen
	a.gen = 0
	r.newest[a] = max(r.newest[a], gen)
}

// beside is besidePage, and notes what the page is.
func (r *renewal) beside(path string) []string {
	if a, ok := archiveAt(path); ok && a.gen > 0 {
		r.generation(a)
	}
	return besidePage(path)
}

// scope reports whether a file is made anew, or goes if it is no more.
func (r *renewal) scope(file string) bool {
	if rest, ok := strings.CutPrefix(file, "stories/"); ok {
		end := strings.IndexAny(rest, "/.")
		return end > 0 && r.stories[rest[:end]]
	}
	if a, ok := archiveAt("/" + file); ok && a.gen > 0 {
		gen := a.gen
		a.gen = 0
		return gen < r.newest[a]
	}
	return r.files[file]
}
