package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chinanews/news"
	"chinanews/storage"
)

// tagged is a site that gives each document a validator of its bytes, and notes
// by what it was asked for and what it answered.
type tagged struct {
	*httptest.Server

	mu   sync.Mutex
	docs map[string]string
	tags map[string]string // empty: it has none
	log  []string
}

type answeredWith struct {
	http.ResponseWriter
	status int
}

func (a *answeredWith) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func newTagged(t *testing.T) *tagged {
	s := &tagged{docs: make(map[string]string), tags: make(map[string]string)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		doc, ok := s.docs[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if tag := s.tags[r.URL.Path]; tag != "" {
			w.Header()["Etag"] = []string{tag}
		}
		a := &answeredWith{w, http.StatusOK}
		http.ServeContent(a, r, "", time.Time{}, strings.NewReader(doc))
		s.log = append(s.log, strings.TrimSpace(fmt.Sprintln(r.URL.Path, a.status, r.Header.Get("If-None-Match"))))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *tagged) set(path, doc, tag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[path], s.tags[path] = doc, tag
}

// lookAsPlanned does the looks that a house has planned, now, and says what they
// asked for.
func (s *tagged) lookAsPlanned(t *testing.T, h *house) string {
	t.Helper()
	s.mu.Lock()
	s.log = nil
	s.mu.Unlock()
	f := h.flow
	for task := range tasksOf(t, h) {
		if task.Kind == news.TaskLook {
			task.Due = f.now()
			f.table.put(task)
		}
	}
	f.idle = func() bool { return f.table.idle(f.now()) }
	if err := f.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log, ", ")
}

// Looks ask by the validators of the page that the release is shown by, and
// record nothing while it is that; an edit is found, and asked by from then on.
func TestLooksAskByWhatIsShown(t *testing.T) {
	o, s := newTagged(t), newSite(t)
	o.set("/list.html", `<ul><li><a href="/1.html">Notice number 1 of the harbour</a></li></ul>`, "")
	o.set("/1.html", body("Notice number 1 of the harbour", "The dues are three hundred lan a day."), `"one"`)
	s.write(pageRow(o.URL+"/list.html", "li"), allFeed)
	s.create()
	s.do(0, "poll")
	h := s.open()
	tip := func() uint64 {
		t.Helper()
		at, err := h.store.Tip()
		if err != nil {
			t.Fatal(err)
		}
		return at.Pos
	}
	before := tip()
	for range 2 {
		if got := o.lookAsPlanned(t, h); got != `/1.html 304 "one"` || tip() != before {
			t.Errorf("a look asked %s, and %d records were made of it", got, tip()-before)
		}
	}
	o.set("/1.html", body("Notice number 1 of the harbour", "The dues are four hundred lan a day."), `"two"`)
	if got := o.lookAsPlanned(t, h); got != `/1.html 200 "one"` || tip() == before {
		t.Errorf("an edit was asked for as %s, and %d records were made of it", got, tip()-before)
	}
	before = tip()
	if got := o.lookAsPlanned(t, h); got != `/1.html 304 "two"` || tip() != before {
		t.Errorf("after an edit it asked %s, and %d records were made of it", got, tip()-before)
	}
	o.set("/1.html", o.docs["/1.html"]+"<!-- 7 -->", `"three"`) // says the same, and is not what is recorded
	for _, want := range []string{`/1.html 200 "two"`, "/1.html 200"} {
		if got := o.lookAsPlanned(t, h); got != want || tip() != before {
			t.Errorf("bytes that are not recorded were asked for as %s, want %s; %d records", got, want, tip()-before)
		}
	}
}

// shown has the record show a release by an answer, as a ruling has it.
func (s *toldSite) shown(b news.Batch, ruling news.Ruling) {
	s.t.Helper()
	_, err := s.h.store.Accept(context.Background(), b, func(l *storage.Ledger, b news.Batch) news.Decision {
		i, _ := l.Item(b.Item)
		r := news.ItemRuling{Item: b.Item, Rev: len(i.Revisions) + 1, Class: news.Slight, State: news.Read}
		if len(ruling.Items) > 0 {
			r.Class = ruling.Items[0].Class
		}
		removal := ruling.Removal
		if removal == nil {
			removal = []news.Removal{{Item: b.Item}}
		}
		return news.Decision{Keep: []int{0}, Ruling: news.Ruling{Items: []news.ItemRuling{r}, Removal: removal}}
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A look is given the answer that its release is shown by, and validators of
// that alone; nothing where the same bytes would not say the same.
func TestALookKnowsWhatItsReleaseIsShownBy(t *testing.T) {
	s := newTold(t, "government")
	src := *s.h.rows["a"]
	for name, tt := range map[string]struct {
		batch  func(*news.Batch)
		task   func(*news.Task)
		ruling news.Ruling
		known  bool
		tag    bool
	}{
		"as it is shown":      {known: true, tag: true},
		"with no validators":  {task: func(k *news.Task) { k.Kept = news.Kept{} }, known: true},
		"of another answer":   {task: func(k *news.Task) { k.Kept.Capture = "other" }, known: true},
		"as a witness":        {task: func(k *news.Task) { k.Beside = s.changed.ID }, known: true},
		"while it is missing": {ruling: news.Ruling{Removal: []news.Removal{{Item: s.same.ID, State: news.Missing, Saw: news.SawNothing, Looks: 1}}}, known: true},
		"several pages":       {batch: func(b *news.Batch) { b.Pages = []string{"c0", "c1"} }},
		"beside an older":     {batch: func(b *news.Batch) { b.Before = "b" }},
		"read from a list":    {batch: func(b *news.Batch) { b.Kind = news.TaskListing }},
		"never captured":      {batch: func(b *news.Batch) { b.Capture = "" }},
		"planned before":      {task: func(k *news.Task) { k.Listed.Digest = "other" }, known: true, tag: true},
		"of no text":          {batch: func(b *news.Batch) { b.Entries[0].Digest = "" }},
		"at another address":  {task: func(k *news.Task) { k.URL += "?2"; k.Listed.URL += "?2" }},
		"asked at another":    {batch: func(b *news.Batch) { b.URL += "?2" }},
		"not what is shown":   {ruling: news.Ruling{Items: []news.ItemRuling{{Class: news.Reread}}}},
	} {
		b := news.Batch{Source: "a", Kind: news.TaskLook, Item: s.same.ID, URL: s.same.Shown.URL, FinalURL: "http://a.example/final", Reader: "r", Charset: "utf-8 (header)", Capture: "c", Condition: news.OK, Entries: []news.Entry{s.same.Shown}}
		copy(b.ID[:], name)
		if tt.batch != nil {
			tt.batch(&b)
		}
		s.shown(b, tt.ruling)
		task := news.Task{Kind: news.TaskLook, Source: "a", Item: s.same.ID, URL: s.same.Shown.URL, Listed: s.same.Shown, Kept: news.Kept{Capture: "c", ETag: `"1"`}}
		if tt.task != nil {
			tt.task(&task)
		}
		if err := s.h.flow.recall(context.Background(), src, &task); err != nil {
			t.Fatal(err)
		}
		want := news.FetchState{}
		if tt.known {
			want = news.FetchState{FinalURL: "http://a.example/final", Reader: "r", Capture: "c", Charset: "utf-8 (header)", Condition: news.OK, Items: 1}
		}
		if tt.tag {
			want.ETag = `"1"`
		}
		if task.Listed.Digest != b.Entries[0].Digest && name != "not what is shown" {
			t.Errorf("%s: a text of %q is looked for", name, task.Listed.Digest)
		}
		if got := task.State; fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s: remembered\n%+v\nwant\n%+v", name, got, want)
		}
	}
	src.Versions = news.VersionsItems
	task := news.Task{Kind: news.TaskLook, Source: "a", Item: s.same.ID, URL: s.same.Shown.URL, Listed: s.same.Shown}
	if err := s.h.flow.recall(context.Background(), src, &task); err != nil || task.State.Capture != "" {
		t.Errorf("a bulletin's page is remembered as %+v (%v)", task.State, err)
	}
}
