package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// press makes up releases: words of two languages, few of them common and most
// of them rare, as in any language.
type press struct {
	rnd        *rand.Rand
	often      *rand.Zipf
	han, latin []string
}

const vocabulary = 20000

func newPress(seed uint64) *press {
	rnd := rand.New(rand.NewPCG(seed, 1))
	p := &press{rnd: rnd, often: rand.NewZipf(rnd, 1.1, 8, vocabulary-1)}
	common := rand.NewZipf(rnd, 1.05, 30, 3500)
	for range vocabulary {
		var han, latin strings.Builder
		for range 2 + rnd.IntN(2) {
			han.WriteRune('一' + rune(common.Uint64()*5%20900))
			latin.WriteString(string("bcdfghklmnprstvw"[rnd.IntN(16)]) + string("aeiou"[rnd.IntN(5)]) + string("nrst l"[rnd.IntN(6)]))
		}
		p.han, p.latin = append(p.han, han.String()), append(p.latin, strings.ReplaceAll(latin.String(), " ", ""))
	}
	return p
}

// words are n words in a row.
func (p *press) words(zh bool, n int) string {
	var b strings.Builder
	for range n {
		switch w := p.often.Uint64(); {
		case zh && p.rnd.IntN(12) == 0:
			b.WriteString(p.han[w] + "，")
		case zh:
			b.WriteString(p.han[w])
		default:
			b.WriteString(p.latin[w] + []string{" ", " ", ", "}[p.rnd.IntN(3)])
		}
	}
	return b.String()
}

func (p *press) release(n int) release {
	zh := n%2 == 0
	r := release{n: n, title: p.words(zh, 8+p.rnd.IntN(8)), lang: map[bool]string{false: "en", true: "zh"}[zh], date: day.Add(time.Duration(n/40-2500) * 24 * time.Hour)}
	var b strings.Builder
	for range 3 + p.rnd.IntN(6) {
		b.WriteString("<p>" + p.words(zh, 20+p.rnd.IntN(70)) + "</p>")
	}
	r.html = b.String()
	return r
}

// query is 2 to 6 characters or words that stand somewhere in a release.
func (p *press) query(r release) string {
	folded := string(news.ForSearch(news.PlainText(r.html)))
	n := 2 + p.rnd.IntN(5)
	if r.lang == "zh" {
		all := []rune(folded)
		at := p.rnd.IntN(len(all) - n)
		return string(all[at : at+n])
	}
	words := strings.Fields(folded)
	at := p.rnd.IntN(len(words) - n)
	some := words[at : at+n]
	if p.rnd.IntN(2) == 0 {
		return `"` + strings.Join(some, " ") + `"`
	}
	return strings.Join(some, " ")
}

// library is a store of so many releases, and 200 queries: every tenth is of
// the commonest words.
func library(t testing.TB, items int) (s *Store, queries []string) {
	t.Helper()
	s, err := Create(t.TempDir(), Options{Now: ticking()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.db.NoSync = true
	p := newPress(1)
	var bulk []release
	for n := range items {
		r := p.release(n)
		bulk = append(bulk, r)
		if n*200/items >= len(queries) && n%2 == len(queries)%2 {
			q := p.query(r)
			if len(queries)%10 == 0 {
				q = strings.TrimSpace(p.words(r.lang == "zh", 2))
			}
			queries = append(queries, q)
		}
		if len(bulk) == 1000 || n == items-1 {
			read(t, s, said(n, news.Origin(fmt.Sprint("source-", n%17)), bulk...))
			bulk = nil
		}
	}
	return s, queries
}

func librarySize() int {
	switch {
	case os.Getenv("CHINANEWS_LONG") != "":
		return 100_000
	case testing.Short():
		return 500
	}
	return 2000
}

// Search finds everything that reading everything finds, by 200 queries.
func TestRecall(t *testing.T) {
	s, queries := library(t, librarySize())
	start := time.Now()
	posted := indexed(t, s)
	t.Logf("%d items posted in %s", posted, time.Since(start))
	logSizes(t, s)
	want := scanAll(t, s, queries)
	total, phrases := 0, 0
	for n, text := range queries {
		got := make(map[news.ItemID]bool)
		for q := (news.Query{Phrases: parsed(t, text), Limit: 2000}); ; {
			found := searched(t, s, q, public)
			for _, h := range found.Hits {
				got[h.Item.ID], q.After = true, h.Place
			}
			if !found.More {
				break
			}
		}
		for id := range want[n] {
			if !got[id] {
				t.Errorf("%q does not find item %s", text, id)
			}
		}
		if len(got) != len(want[n]) || n%10 > 0 && len(got) == 0 {
			t.Errorf("%q finds %d of %d", text, len(got), len(want[n]))
		}
		total += len(got)
		phrases += len(parsed(t, text))
	}
	t.Logf("%d queries, %d phrases, %d found", len(queries), phrases, total)
	if len(queries) != 200 {
		t.Errorf("%d queries", len(queries))
	}
}

// scanAll reads everything once, for all queries.
func scanAll(t *testing.T, s *Store, queries []string) []map[news.ItemID]bool {
	found := make([]map[news.ItemID]bool, len(queries))
	phrases := make([][]news.Phrase, len(queries))
	for n, q := range queries {
		found[n], phrases[n] = make(map[news.ItemID]bool), parsed(t, q)
	}
	view(t, s, func(l *Ledger) {
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			title, summary, text, err := l.texts(i, news.Full)
			if err != nil {
				t.Fatal(err)
			}
			for n := range queries {
				if news.HasAll(phrases[n], title, summary, text) {
					found[n][i.ID] = true
				}
			}
		}
	})
	return found
}

func logSizes(t testing.TB, s *Store) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		items := derived(tx).Bucket(derivedItems).Stats().KeyN
		words, texts := tx.Bucket(bucketWords).Stats(), tx.Bucket(bucketTexts).Stats()
		t.Logf("%d items; per item: %d bytes of index in use (%d in pages), %d of texts; %d segments", items,
			(words.LeafInuse+words.BranchInuse)/items, (words.LeafAlloc+words.BranchAlloc)/items, texts.LeafInuse/items, words.BucketN-4)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkSearch compares the index with reading everything, and with looking
// through folded texts that are all in memory. Of 200 queries it reports the
// median and the 99th percentile of the first page; an operation is a round of
// all of them, or of some where each takes seconds.
func BenchmarkSearch(b *testing.B) {
	s, queries := library(b, librarySize())
	start := time.Now()
	n := indexed(b, s)
	b.Logf("%d items posted in %s", n, time.Since(start))
	logSizes(b, s)
	run := func(most int, one func(l *Ledger, q news.Query)) func(*testing.B) {
		return func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				for n := 0; n < len(queries); n += len(queries) / most {
					q := news.Query{Phrases: parsed(b, queries[n])}
					start := time.Now()
					if err := s.View(context.Background(), func(l *Ledger) error { one(l, q); return nil }); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
		}
	}
	b.Run("index", run(200, func(l *Ledger, q news.Query) { l.Search(context.Background(), q, public) }))
	b.Run("scan", run(8, func(l *Ledger, q news.Query) { scan(l, q, public) }))
	folded := make(map[news.ItemID][3]news.Searchable)
	err := s.View(context.Background(), func(l *Ledger) error {
		for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
			title, summary, text, _ := l.texts(i, news.Full)
			folded[i.ID] = [3]news.Searchable{title, summary, text}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("memory", run(200, func(_ *Ledger, q news.Query) {
		for _, texts := range folded {
			news.HasAll(q.Phrases, texts[:]...)
		}
	}))
}
