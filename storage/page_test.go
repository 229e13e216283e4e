package storage

import (
	"bytes"
	"context"
	"math/rand"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// paged is an answer with a page.
func paged(id byte, c news.Condition, page string) news.Batch {
	b := batch(id)
	b.Condition, b.Seen, b.Fetched = c, []byte(page), noon
	return b
}

func kept(t *testing.T, s *Store, good bool) (page news.Sight) {
	t.Helper()
	view(t, s, func(l *Ledger) { page, _ = l.Sight("a", "https://a.example/", good) })
	return page
}

func TestPagesAreKept(t *testing.T) {
	s, dir := create(t)
	first, mended := strings.Repeat("<li>通知\n</li>", 1000), "<ul>new</ul>"
	accept(t, s, paged(1, news.OK, first))
	if got := kept(t, s, true); string(got.Text) != first || got.URL != "https://a.example/" || !got.At.Equal(noon) || got.Condition != news.OK {
		t.Errorf("%d bytes of %s", len(got.Text), got.URL)
	}
	for n, c := range []news.Condition{news.Thin, news.Redesigned, news.HTMLInstead} {
		accept(t, s, paged(byte(2+n), c, "<p>"+string(c)))
		if got := kept(t, s, false); string(got.Text) != "<p>"+string(c) {
			t.Errorf("the last bad page is %q, want that of %s", got.Text, c)
		}
	}
	accept(t, s, paged(9, news.OK, ""))
	moved := paged(10, news.UnreadableDates, mended)
	moved.FinalURL = "https://b.example/"
	accept(t, s, moved)
	if _, err := s.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, dir)
	if got := kept(t, s, true); string(got.Text) != mended || got.URL != "https://b.example/" {
		t.Errorf("after rebuild and a restart the good page is %q of %s", got.Text, got.URL)
	}
	if got := kept(t, s, false); string(got.Text) != "<p>html-instead" {
		t.Errorf("and the bad one %q", got.Text)
	}
	verify(t, s)
}

func TestPagesAreBounded(t *testing.T) {
	s, _ := create(t)
	noise := make([]byte, 2*maxPage)
	rand.New(rand.NewSource(1)).Read(noise)
	accept(t, s, paged(1, news.OK, string(noise)))
	if got := kept(t, s, true); got.Text != nil {
		t.Errorf("%d bytes of noise are kept", len(got.Text))
	}
	long := bytes.Repeat([]byte("<li>the same again</li>\n"), 400_000)
	accept(t, s, paged(2, news.OK, string(long)))
	if got := kept(t, s, true); !bytes.Equal(got.Text, long) {
		t.Errorf("%d of %d bytes are kept of a page that packs well", len(got.Text), len(long))
	}
	article := paged(3, news.OK, "<p>an article")
	article.Kind, article.State.URL = news.TaskArticle, ""
	accept(t, s, article)
	if got := kept(t, s, true); len(got.Text) != len(long) {
		t.Error("an article's page is kept as a listing's")
	}
}

// A record made before pages were kept takes them.
func TestPagesInAnOlderRecord(t *testing.T) {
	s, _ := create(t)
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketPages) }); err != nil {
		t.Fatal(err)
	}
	if got := kept(t, s, true); got.Text != nil {
		t.Error("a page out of nothing")
	}
	accept(t, s, paged(1, news.OK, "<ul>"))
	if got := kept(t, s, true); string(got.Text) != "<ul>" {
		t.Errorf("%q is kept", got.Text)
	}
}

func TestAbout(t *testing.T) {
	s, dir := create(t)
	accept(t, s, batch(1, 1))
	a, err := s.About()
	if err != nil || a.Site != "site-1" || len(a.Incarnation) != 16 || len(a.Store) != 16 || a.Store == a.Incarnation || a.Tip.Pos != 3 || a.Size < 1<<14 || !strings.HasPrefix(a.File, dir) {
		t.Errorf("about %+v (%v)", a, err)
	}
	if again, err := reopen(t, s, dir).About(); err != nil || again.Incarnation != a.Incarnation {
		t.Errorf("after a restart %+v (%v)", again, err)
	}
}
