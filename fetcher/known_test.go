package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// rivers is a feed of numbered releases, built at a minute.
func rivers(minute int, numbers ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Rivers</title><link>https://rivers.example/</link><lastBuildDate>%d</lastBuildDate>`, minute)
	for _, n := range numbers {
		fmt.Fprintf(&b, `<item><title>Level %d</title><link>/%[1]d.html</link><guid>%[1]d</guid><pubDate>Fri, 20 Nov 2026 06:%02[1]d:00 GMT</pubDate><description>&lt;p&gt;It rose by %[1]d mm.&lt;/p&gt;</description></item>`, n)
	}
	return b.String() + "</channel></rss>"
}

func shorts(b news.Batch) (n int) {
	for _, e := range b.Entries {
		if e.Short {
			n++
		}
	}
	return n
}

// Whatever comes, a fetcher that remembers says and keeps what one does that has
// never heard of the source.
func TestFeedsAreReadInPart(t *testing.T) {
	var doc string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, doc) })
	f, src := newFetcher(t), row(s.URL)
	state := news.FetchState{}
	for n, step := range []struct {
		doc   string
		short int
	}{
		{rivers(0, 5, 4, 3, 2, 1), 0},
		{rivers(1, 5, 4, 3, 2, 1), 5},
		{rivers(2, 6, 5, 4, 3, 2, 1), 5},
		{rivers(3, 6, 2, 1, 5), 4},
		{strings.Replace(rivers(4, 6, 5, 2, 1), "rose by 2", "fell by 2", 1), 3},
		{strings.Replace(rivers(5, 6, 5, 2), "rivers.example", "streams.example", 1), 0},
		{rivers(6, 6, 5, 2)[:600], 0},
		{rivers(7, 6, 5, 2), 0},
		{rivers(8, 6, 5), 2},
		{rivers(9, 8), 0},
	} {
		doc = step.doc
		b := fetch(t, f, src, listing(s.URL+"/feed", state))
		want := fetch(t, newFetcher(t), src, listing(s.URL+"/feed", state))
		if got := shorts(b); got != step.short {
			t.Errorf("step %d: %d entries of %d are short, want %d", n, got, len(b.Entries), step.short)
		}
		if (b.Whole != nil) != (step.short > 0) || b.Whole != nil && !b.Whole() {
			t.Errorf("step %d: the whole cannot be had", n)
		}
		if !reflect.DeepEqual(b.Entries, want.Entries) || !reflect.DeepEqual(b.State, want.State) || b.Condition != want.Condition || !slices.Equal(b.Warnings, want.Warnings) || b.Capture != want.Capture {
			t.Errorf("step %d: got\n%+v\n%+v %q, want\n%+v\n%+v %q", n, b.Entries, b.State, b.Warnings, want.Entries, want.State, want.Warnings)
		}
		state = b.State
	}
}

// What is remembered counts only with the state that was recorded with it, for
// the row that it was read by and the same address.
func TestWhatWasNotHeardIsNotKnown(t *testing.T) {
	doc := rivers(0, 2, 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, doc) })
	f, src := newFetcher(t), row(s.URL)
	first := fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{})).State
	doc = rivers(1, 3, 2, 1)
	lost := fetch(t, f, src, listing(s.URL+"/feed", first)) // and never recorded
	if shorts(lost) != 2 {
		t.Fatalf("%d entries are short, want 2", shorts(lost))
	}
	doc = rivers(2, 3, 2, 1)
	if got := shorts(fetch(t, f, src, listing(s.URL+"/feed", first))); got != 0 {
		t.Errorf("%d entries are short of which nobody heard", got)
	}
	if got := shorts(fetch(t, f, src, listing(s.URL+"/other", first))); got != 0 {
		t.Errorf("%d entries are short at another address", got)
	}
	second := fetch(t, f, src, listing(s.URL+"/feed", first)).State
	other := src
	other.DateLayouts = []string{"2006"}
	next, err := f.Next(Options{Fetching: settings()})
	if err != nil {
		t.Fatal(err)
	}
	doc = rivers(3, 3, 2, 1)
	if got := shorts(fetch(t, next, src, listing(s.URL+"/feed", second))); got != 3 {
		t.Errorf("%d entries are short after a reload, want 3", got)
	}
	doc = rivers(4, 3, 2, 1)
	if got := shorts(fetch(t, next, other, listing(s.URL+"/feed", second))); got != 0 {
		t.Errorf("%d entries are short that another row read", got)
	}
	task := listing(s.URL+"/feed", second)
	task.Page = news.Page{N: 2, Of: s.URL}
	fetch(t, f, src, task)
	doc = rivers(5, 3, 2, 1)
	if got := shorts(fetch(t, f, src, task)); got != 0 {
		t.Errorf("%d entries are short on a further page", got)
	}
}

// Equal bytes are not parsed, however busy the parser is.
func TestEqualBytesAreNotParsed(t *testing.T) {
	s := serve(t, text(rivers(0, 2, 1)))
	f, src := newFetcher(t), row(s.URL)
	state := fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{})).State
	if !f.parsing.TryAcquire(maxParsing) {
		t.Fatal("the parser is busy already")
	}
	f.known = nil
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b, err := f.Fetch(ctx, src, listing(s.URL+"/feed", state), noon)
	if err != nil || !b.Unchanged || b.Status != http.StatusOK || len(b.Captures) > 0 {
		t.Errorf("got unchanged %v, status %d, %d captures (%v)", b.Unchanged, b.Status, len(b.Captures), err)
	}
}

// What is remembered of all feeds is bounded; the one used last stays.
func TestWhatIsKnownIsBounded(t *testing.T) {
	var numbers []int
	for n := range 90 {
		numbers = append(numbers, n)
	}
	s := serve(t, text(strings.ReplaceAll(rivers(0, numbers...), "Level", strings.Repeat("水", 300))))
	f, src := newFetcher(t), row(s.URL)
	task := listing(s.URL+"/feed", news.FetchState{})
	b := fetch(t, f, src, task)
	task.State = b.State
	learned := f.known.recall(task, b.Reader)
	if learned == nil {
		t.Fatal("nothing is known")
	}
	each := f.known.size
	for n := range MostCached/each + 10 {
		other := task
		other.URL = fmt.Sprint(s.URL, "/", n)
		f.known.remember(other, b, learned)
		f.known.recall(task, b.Reader)
	}
	f.known.remember(task, b, learned)
	if f.known.size > MostCached || f.known.size < MostCached-2*each || len(f.known.of) != f.known.order.Len() {
		t.Errorf("%d bytes of %d, %d and %d feeds", f.known.size, MostCached, len(f.known.of), f.known.order.Len())
	}
	gone := task
	gone.URL = s.URL + "/0"
	if f.known.recall(task, b.Reader) == nil || f.known.recall(gone, b.Reader) != nil {
		t.Error("the one used last is gone, or the first is not")
	}
	f.known.remember(task, b, nil)
	if f.known.recall(task, b.Reader) != nil {
		t.Error("what is to be forgotten is known")
	}
}

// A large feed is not held until it is recorded, to be read again in full then.
func TestLargeFeedsAreReadInFull(t *testing.T) {
	for _, tt := range []struct{ letters, short int }{{1000, 9}, {smallBody / 9, 0}} {
		minute := 0
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			minute++
			fmt.Fprint(w, strings.ReplaceAll(rivers(minute, 9, 8, 7, 6, 5, 4, 3, 2, 1), "mm.", strings.Repeat("m", tt.letters)))
		})
		f, src := newFetcher(t, func(o *Options) { o.Fetching.MaxBody = 2 << 20 }), row(s.URL)
		first := fetch(t, f, src, listing(s.URL+"/feed", news.FetchState{}))
		b := fetch(t, f, src, listing(s.URL+"/feed", first.State))
		if len(b.Entries) != 9 || shorts(b) != tt.short || (b.Whole == nil) != (tt.short == 0) {
			t.Errorf("of %d letters each: %d of %d entries are short, want %d", tt.letters, shorts(b), len(b.Entries), tt.short)
		}
	}
}
