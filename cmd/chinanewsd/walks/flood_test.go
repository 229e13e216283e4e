package walks

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// notices are the notices to shipping of many days, of both of the office's
// lists. They are too old to be news when a list is first read, and not too old
// when they come later.
func notices(first, last, days int) (all []release) {
	for n := first; n <= last; n++ {
		at := time.Now().AddDate(0, 0, -days).Add(-time.Duration(n) * time.Hour)
		name := fmt.Sprintf("n%03d.html", n)
		all = append(all,
			release{"news", name, fmt.Sprintf("Notice to Shipping %d: Depths and Lights on the Lower Sael", n), fmt.Sprintf("<p>Notice number %d. The light at kilometre %d burns again.</p>", n, n+11), at},
			release{"xw", name, fmt.Sprintf("第%d号航行通告：萨尔河下游水深与航标", n), fmt.Sprintf("<p>第%d号通告。%d公里处航标灯恢复发光。</p>", n, n+11), at})
	}
	return all
}

// listed are the lines of the status that tell of lists with the first notices.
var listed = regexp.MustCompile(`(?m)^  rivers-(news|xw) .* 40\b`)

// A source that brings many old releases at once is one line of the queue. It
// opens to what came, and an editor lets them in, or leaves them in pages.
func TestFlood(t *testing.T) {
	browser(t)
	m := newMinistry(t, notices(1, 40, 6)...)
	d := start(t, deskConfig+m.rows(), map[string]string{"ann": command(t, password("ann")+"\n", "hash-password"), "bo": command(t, password("bo")+"\n", "hash-password")})
	until(t, "the lists are read", func() bool { return len(listed.FindAllString(d.command(t, "status"), -1)) == 2 })
	m.publish(notices(41, 75, 3)...)
	until(t, "both floods wait", func() bool { return strings.Count(d.command(t, "queue"), "flood: 15 releases") == 2 })
	day := time.Now().UTC().Format(time.DateOnly)
	english, chinese := "/desk/floods/rivers-news/"+day, "/desk/floods/rivers-xw/"+day
	judgePages(t, "desk", func(l look) map[string]way {
		if l.languages != "" {
			return d.ways(map[string]string{"flood": chinese, "queue-flood": "/desk/"})
		}
		return d.ways(map[string]string{"flood": english, "queue-flood": "/desk/"})
	}, func(t *testing.T, l look) *tab { return editor(t, d, "bo", l) })
	t.Run("walk", func(t *testing.T) { floodWalk(t, d, english) })
	judgePages(t, "desk", func(look) map[string]way { return d.ways(map[string]string{"flood-decided": english}) },
		func(t *testing.T, l look) *tab { return editor(t, d, "ann", l) })
}

// floodWalk lets a flood in, takes that back, and leaves it in pages.
func floodWalk(t *testing.T, d *daemon, flood string) {
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/")
	b.follow(`#queue a[href="` + flood + `"]`)
	if shown := b.texts("#found h2"); len(shown) != 15 {
		t.Errorf("the flood of 15 lists %d: %q", len(shown), shown)
	}
	held := strings.TrimSpace(strings.SplitN(b.text("#found h2"), "\n", 2)[0])
	if inFeed(t, d, "river-news", held) {
		t.Fatalf("%q is in the feed though the flood waits", held)
	}
	b.follow("#acts button[value=approve]")
	until(t, "it is in the feed", func() bool { return inFeed(t, d, "river-news", held) })
	b.follow("#status button[value=undo]")
	until(t, "it is out of the feed again", func() bool { return !inFeed(t, d, "river-news", held) })
	b.follow("#acts button[value=hide]")
	b.says("#status", "ann")
	if b.has("#acts") {
		t.Error("a flood that is decided still asks for a decision")
	}
}
