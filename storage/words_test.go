package storage

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// release is what a source says of one release.
type release struct {
	n                    int
	title, summary, html string
	lang                 string
	date                 time.Time
}

// said is a batch of what a source says.
func said(id int, origin news.Origin, all ...release) news.Batch {
	b := news.Batch{Source: origin, Kind: news.TaskListing, URL: "https://a.example/", Reader: "r1", Condition: news.OK}
	b.ID[0], b.ID[12], b.ID[13], b.ID[14], b.ID[15] = 1, byte(id>>24), byte(id>>16), byte(id>>8), byte(id)
	for _, r := range all {
		e := news.Entry{ID: fmt.Sprint("id-", r.n), Title: r.title, Summary: r.summary, HTML: r.html, Lang: r.lang, Digest: news.TextDigest(r.html)}
		if !r.date.IsZero() {
			e.Date = news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: r.date}
		}
		b.Entries = append(b.Entries, e)
	}
	return b
}

// readings rules that every entry is a reading of the item with its id.
func readings(l *Ledger, b news.Batch) (d news.Decision) {
	for n, e := range b.Entries {
		r := news.ItemRuling{N: n, Item: news.NewItemID(b.Source, news.ByID, e.ID), How: news.ByID, Key: e.ID, Rev: 1, Class: news.First, As: news.AsNews, State: news.Read}
		if i, known := l.Item(r.Item); known {
			r.Rev, r.Class = len(i.Revisions)+1, news.Edit
		}
		d.Ruling.Items, d.Keep = append(d.Ruling.Items, r), append(d.Keep, n)
	}
	return d
}

func read(t testing.TB, s *Store, b news.Batch) {
	t.Helper()
	if _, err := s.Accept(context.Background(), b, readings); err != nil {
		t.Fatal(err)
	}
}

func indexed(t testing.TB, s *Store) int {
	t.Helper()
	n, err := s.Index(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func public(news.Item) news.Content { return news.Full }

func parsed(t testing.TB, text string) []news.Phrase {
	t.Helper()
	p, err := news.ParseQuery(text)
	if err != nil {
		t.Fatalf("query %q: %v", text, err)
	}
	return p
}

// searched searches the whole record.
func searched(t testing.TB, s *Store, q news.Query, keep func(news.Item) news.Content) (found news.Found) {
	t.Helper()
	err := s.View(context.Background(), func(l *Ledger) error {
		found = l.Search(context.Background(), q, keep)
		return nil
	})
	if err != nil || found.Cut {
		t.Fatalf("%+v: %v, cut %v", q, err, found.Cut)
	}
	return found
}

// scan is what Search has to find, by reading everything.
func scan(l *Ledger, q news.Query, keep func(news.Item) news.Content) (hits []news.Hit) {
	for i := range each[news.Item](l.derived.Bucket(derivedItems)) {
		day := i.Dated().Day()
		if q.Lang != "" && i.Shown.Lang != q.Lang || len(q.Origins) > 0 && !slices.Contains(q.Origins, i.Source) || q.From != "" && day < q.From || q.To != "" && day > q.To {
			continue
		}
		most := keep(i)
		title, summary, text, err := l.texts(i, cmp.Or(most, news.Title))
		if err != nil {
			panic(err)
		}
		if most == "" || !news.HasAll(q.Phrases, title, summary, text) {
			continue
		}
		p := placeOf(i)
		p.Text = !q.Newest && !news.HasAll(q.Phrases, title)
		hits = append(hits, news.Hit{Item: i, Place: p})
	}
	slices.SortFunc(hits, byPlace)
	return hits
}

func byPlace(a, b news.Hit) int {
	x, y := a.Place, b.Place
	if x.Text != y.Text {
		return map[bool]int{false: -1, true: 1}[x.Text]
	}
	return cmp.Or(cmp.Compare(y.At, x.At), cmp.Compare(y.Seen, x.Seen), slices.Compare(x.Item[:], y.Item[:]))
}

// same fails unless pages of a search have what a scan finds, in its order.
func same(t testing.TB, s *Store, q news.Query, keep func(news.Item) news.Content) int {
	t.Helper()
	var want []news.Hit
	if err := s.View(context.Background(), func(l *Ledger) error { want = scan(l, q, keep); return nil }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		found := searched(t, s, q, keep)
		for _, h := range found.Hits {
			got = append(got, fmt.Sprint(h.Place, h.Item.Shown.Title))
			q.After = h.Place
		}
		if !found.More {
			break
		}
	}
	var wanted []string
	for _, h := range want {
		wanted = append(wanted, fmt.Sprint(h.Place, h.Item.Shown.Title))
	}
	if !slices.Equal(got, wanted) {
		t.Errorf("%+v found\n%s\nwant\n%s", q, strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
	return len(want)
}

var day = time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC) // the 20th in Shanghai

func TestSearch(t *testing.T) {
	s, dir := create(t)
	read(t, s, said(1, "moc",
		release{1, "Ministry Announces Tariff on Rare Earth", "", "<p>The U.S. side’s <b>tariffs</b> &amp; China's reply.</p><p>Rare earths</p>", "en", day},
		release{2, "商務部發布稀土出口管制公告", "摘要", "<p>为维护国家安全，“一带一路”倡议……</p>", "zh", day.AddDate(0, 0, 1)},
		release{3, "A later notice", "tariff", "", "en", day.AddDate(0, 0, 2)},
		release{4, "Notice without date", "", "<p>管</p>", "en", time.Time{}}))
	read(t, s, said(2, "mfa", release{5, "发言人就稀土答记者问", "", "<p>Ｇ７峰会 2026年 出口管制</p>", "zh", day}))
	for _, tt := range []struct {
		query string
		with  news.Query
		want  string
	}{
		{"tariff", news.Query{}, "1 3"}, {"tariff", news.Query{Newest: true}, "3 1"}, {"TARIFFS us", news.Query{}, "1"}, {"tarif", news.Query{}, ""}, {`"rare earth"`, news.Query{}, "1"}, {`"earth rare"`, news.Query{}, ""},
		{"earth rare", news.Query{}, "1"}, {"稀土", news.Query{}, "2 5"}, {"稀土", news.Query{To: "2026-11-20"}, "5"}, {"稀土", news.Query{From: "2026-11-21"}, "2"}, {"稀土", news.Query{Origins: []news.Origin{"mfa", "x"}}, "5"},
		{"商务部发布", news.Query{}, "2"}, {"商務部", news.Query{Lang: "zh"}, "2"}, {"商務部", news.Query{Lang: "en"}, ""}, {"出口管制", news.Query{}, "2 5"}, {"一带一路倡议", news.Query{}, "2"}, {"管", news.Query{}, "2 4 5"}, {"议", news.Query{}, "2"},
		{"g7峰会", news.Query{}, "5"}, {"会2026", news.Query{}, "5"}, {"会", news.Query{}, "5"}, {"2026 年出口", news.Query{}, "5"}, {"china", news.Query{}, "1"}, {"notice", news.Query{}, "4 3"}, {"notice tariff", news.Query{}, "3"},
		{"p b amp", news.Query{}, ""}, {"reply rare", news.Query{}, "1"}, {`"reply rare earths"`, news.Query{}, "1"}, {`"earth the"`, news.Query{}, ""}, {"稀土 记者", news.Query{}, "5"},
	} {
		tt.with.Phrases = parsed(t, tt.query)
		for range 2 { // waiting and posted
			var got []string
			for _, h := range searched(t, s, tt.with, public).Hits {
				id, _ := strings.CutPrefix(h.Item.Key, "id-")
				got = append(got, id)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%s %+v found %q, want %q", tt.query, tt.with, got, tt.want)
			}
			same(t, s, tt.with, public)
			if tt.query == "g7峰会" {
				indexed(t, s)
			}
		}
	}
	s = reopen(t, s, dir)
	verify(t, s)
	titled := news.Query{Phrases: parsed(t, "tariff")}
	if n := same(t, s, titled, func(news.Item) news.Content { return news.Title }); n != 1 {
		t.Errorf("%d found by title alone", n)
	}
	if n := same(t, s, titled, func(i news.Item) news.Content { return "" }); n != 0 {
		t.Errorf("%d found of what is not public", n)
	}
}

// What the index finds is what a scan finds, whatever was said, changed,
// posted, forgotten, rebuilt or reopened in between.
func TestSearchIsAScan(t *testing.T) {
	steps := 150
	if testing.Short() {
		steps = 40
	}
	for seed := range uint64(4) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		s, dir := create(t)
		for step := range steps {
			switch n := rnd.IntN(20); {
			case n < 12:
				var all []release
				for range 1 + rnd.IntN(9) {
					all = append(all, anything(rnd))
				}
				read(t, s, said(step, news.Origin(fmt.Sprint("s", rnd.IntN(3))), unlike(all)...))
			case n < 17:
				indexed(t, s)
				if again := indexed(t, s); again != 0 {
					t.Fatalf("%d were posted again", again)
				}
			case n == 17:
				s = reopen(t, s, dir)
			case n == 18:
				forgetSome(t, s, rnd)
			case step%3 == 0:
				if _, err := s.Rebuild(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			same(t, s, anyQuery(t, rnd), func(i news.Item) news.Content {
				return []news.Content{news.Full, news.Full, news.Summary, news.Title, ""}[i.ID[0]%5]
			})
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		verify(t, s)
		indexed(t, s)
		verify(t, s)
	}
}

const fewWords = "china us u.s. tariff Tariffs rare earth the 出口 出 口 管制 管 稀土 稀 土 會議 会议 G7 2026 《 、 。 'n' o'b"

func anything(rnd *rand.Rand) release {
	some := func(most int) string {
		words := strings.Fields(fewWords)
		var b strings.Builder
		for range rnd.IntN(most) {
			b.WriteString(words[rnd.IntN(len(words))] + []string{" ", "", "-", "<b>"}[rnd.IntN(4)])
		}
		return b.String()
	}
	r := release{n: rnd.IntN(60), title: strings.ReplaceAll(some(5), "<b>", ""), summary: some(5), html: "<p>" + some(14) + "</p><p>" + some(6), lang: []string{"en", "zh"}[rnd.IntN(2)]}
	if rnd.IntN(4) > 0 {
		r.date = day.AddDate(0, 0, -rnd.IntN(6))
	}
	return r
}

// unlike leaves out releases whose number another one of the batch has.
func unlike(all []release) []release {
	seen := make(map[int]bool)
	return slices.DeleteFunc(all, func(r release) bool {
		twice := seen[r.n]
		seen[r.n] = true
		return twice
	})
}

func anyQuery(t testing.TB, rnd *rand.Rand) news.Query {
	words := strings.Fields(fewWords)
	text := "稀"
	for range rnd.IntN(4) {
		if text == "稀" {
			text = ""
		}
		text += words[rnd.IntN(len(words))] + []string{" ", "", `"`}[rnd.IntN(3)]
	}
	phrases, err := news.ParseQuery(text)
	if err != nil {
		phrases = parsed(t, "管")
	}
	q := news.Query{Phrases: phrases, Limit: 1 + rnd.IntN(20), Newest: rnd.IntN(3) == 0}
	if rnd.IntN(3) == 0 {
		q.Lang = "zh"
	}
	if rnd.IntN(3) == 0 {
		q.Origins = []news.Origin{"s0", "s2"}[:1+rnd.IntN(2)]
	}
	if rnd.IntN(3) == 0 {
		q.From = "2026-11-18"
	}
	if rnd.IntN(3) == 0 {
		q.To = "2026-11-19"
	}
	return q
}
