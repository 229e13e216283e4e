package curator

import (
	"fmt"
	"testing"
	"time"

	"chinanews/news"
)

// bulletin is what stands at a ministry's one address on a day.
func bulletin(n int, id string) news.Entry {
	text := fmt.Sprintf("The flood bulletin of day %d: all rivers are at level %d.", n, n)
	return news.Entry{ID: id, URL: "https://moc.example/bulletin.html", Title: fmt.Sprintf("Flood bulletin no. %d", n), Lang: "en",
		Digest: news.TextDigest(text), HTML: "<p>" + text + "</p>"}
}

func firsts(d news.Decision) (n int) {
	for _, r := range d.Ruling.Items {
		if r.Class == news.First {
			n++
		}
	}
	return n
}

func TestBulletins(t *testing.T) {
	for _, tt := range []struct {
		name     string
		versions news.Versions
		id       func(n int) string
		want     int // items of three days
	}{
		{"a new title is a new item", news.VersionsItems, func(int) string { return "" }, 3},
		{"under one guid", news.VersionsItems, func(int) string { return "bulletin" }, 3},
		{"under guids of their own", news.VersionsItems, func(n int) string { return fmt.Sprint("g", n) }, 3},
		{"a revision, unless the row says otherwise", "", func(int) string { return "" }, 1},
		{"a revision", news.VersionsRevise, func(int) string { return "bulletin" }, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := row("moc")
			src.Versions = tt.versions
			m, c := live(t, row("mer"), src)
			got := 0
			for n := range 3 {
				got += firsts(m.accept(c, listing(src, bulletin(n, tt.id(n)))))
				m.now = m.now.Add(24 * time.Hour)
				if d := m.accept(c, listing(src, bulletin(n, tt.id(n)))); firsts(d) > 0 {
					t.Errorf("day %d: what is known came as new", n)
				}
			}
			if got != tt.want {
				t.Errorf("%d items, want %d", got, tt.want)
			}
			changed := bulletin(2, tt.id(2))
			changed.Digest, changed.HTML = "other", "<p>The level was corrected.</p>"
			if d := m.accept(c, listing(src, changed)); firsts(d) > 0 || len(d.Ruling.Items) != 1 || d.Ruling.Items[0].Class != news.Edit {
				t.Errorf("the same title with another text: %+v, want an edit", d.Ruling.Items)
			}
			if d := m.accept(c, listing(src, bulletin(0, tt.id(0)))); tt.versions == news.VersionsItems && firsts(d) > 0 {
				t.Error("a title that came back is a new item")
			}
		})
	}
}

func TestRowThatBecameABulletin(t *testing.T) {
	src := row("moc")
	m, c := live(t, row("mer"), src)
	m.accept(c, listing(src, bulletin(1, "")))
	src.Versions = news.VersionsItems
	c = curate(t, publication(row("mer"), src))
	if n := firsts(m.accept(c, listing(src, bulletin(1, "")))); n != 0 {
		t.Error("what was known before came as new")
	}
	if n := firsts(m.accept(c, listing(src, bulletin(2, "")))); n != 1 {
		t.Error("the next bulletin is no item of its own")
	}
}

func TestBulletinsOnPages(t *testing.T) {
	src := page("moc")
	src.Versions = news.VersionsItems
	m, c := live(t, row("mer"), src)
	listed := func(n int) news.Entry {
		e := bulletin(n, "")
		e.Digest, e.HTML = "", ""
		return e
	}
	one := m.accept(c, listing(src, listed(1))).Ruling.Items[0].Item
	two := m.accept(c, listing(src, listed(2))).Ruling.Items[0].Item
	late := m.accept(c, reading(src, news.TaskArticle, one, bulletin(2, "")))
	if len(late.Ruling.Items) != 0 || len(late.Tasks) != 0 || m.items[one].State != news.Unreadable {
		t.Errorf("the second bulletin's text was taken for the first one's, or that is asked for again: %+v", late)
	}
	d := m.accept(c, reading(src, news.TaskArticle, two, bulletin(2, "")))
	if len(d.Ruling.Items) != 1 || d.Ruling.Items[0].Class != news.Fill {
		t.Errorf("the second bulletin's own text: %+v", d.Ruling.Items)
	}
	for _, task := range d.Tasks {
		if task.Kind == news.TaskLook {
			t.Error("an address that is another's tomorrow is looked at")
		}
	}
}

func TestBulletinsOfTwoSources(t *testing.T) {
	a, b := row("moa"), row("mob")
	a.Versions = news.VersionsItems
	m, c := live(t, row("mer"), a, b)
	m.accept(c, listing(a, bulletin(1, "")))
	m.accept(c, listing(b, bulletin(2, "")))
	m.accept(c, listing(b, entry(5, 0), bulletin(2, "")))
	stories := 0
	for s := range m.Stories() {
		if len(s.Items) > 0 {
			stories++
		}
	}
	if stories != 4 { // mer's, two bulletins, entry 5
		t.Errorf("%d stories, want 4: bulletins with different titles are different releases", stories)
	}
}
