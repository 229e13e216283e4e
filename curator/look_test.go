package curator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// due is how long after now the next look at a release is.
func (w *watched) due(k int) time.Duration {
	t, ok := w.tasks["look "+w.ids[k].String()]
	if !ok {
		return 0
	}
	return t.Due.Sub(w.now)
}

// Looks decay by the row's ages, in the curator's hours.
func TestLooksDecay(t *testing.T) {
	hours := func(list ...int) []news.Duration {
		out := []news.Duration{}
		for _, n := range list {
			out = append(out, news.Duration(time.Duration(n)*time.Hour))
		}
		return out
	}
	for _, tt := range []struct {
		looks []news.Duration
		hour  time.Duration
		want  string
	}{
		{nil, 0, "1h0m0s 6h0m0s 24h0m0s 72h0m0s 168h0m0s 720h0m0s"},
		{hours(2, 5), 0, "2h0m0s 5h0m0s"},
		{hours(2, 5), time.Second, "2s 5s"},
		{hours(), 0, ""},
	} {
		w := watchedOf(t, 2, func(p *news.Publication) { p.Sources[0].Looks = tt.looks })
		var err error
		p := publication(w.src)
		if w.c, err = New(p, tt.hour); err != nil {
			t.Fatal(err)
		}
		w.tasks = map[string]news.Task{}
		w.look(0, news.SawPage)
		got := ""
		for d := w.due(0); d > 0; d = w.due(0) {
			w.now = w.now.Add(d)
			got += fmt.Sprint(" ", w.now.Sub(start))
			w.look(0, news.SawPage)
		}
		if got != "" {
			got = got[1:]
		}
		if got != tt.want {
			t.Errorf("looks %v, hour %v: %q, want %q", tt.looks, tt.hour, got, tt.want)
		}
	}
}

// A look that says nothing is made again, ever later and not for ever, and
// never before the host wants.
func TestTroubleIsLookedAtAgain(t *testing.T) {
	w := watchedOf(t, 2, nil)
	w.now = start.Add(169 * time.Hour) // the next age is that of a month
	b := reading(w.src, news.TaskLook, w.ids[0], w.entries[0])
	b.Problem, b.Status, b.Saw, b.Entries = &news.Problem{}, 503, news.SawOutage, nil
	for n, want := range []time.Duration{0, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 551 * time.Hour} {
		if n == 0 {
			continue
		}
		b.State.Failures = n
		w.accept(w.c, b)
		if got := w.due(0); got != want {
			t.Errorf("after %d failures: again in %v, want %v", n, got, want)
		}
	}
	b.State.Failures, b.State.RetryAfter = 1, w.now.Add(5*time.Hour)
	w.accept(w.c, b)
	if got := w.due(0); got != 5*time.Hour {
		t.Errorf("Retry-After of 5 h: %v", got)
	}
	if w.items[w.ids[0]].Presence != news.Present {
		t.Error("an outage made it missing")
	}
}

// Looks at a host wait while any of its lists, own or another source's, fell
// ill of late.
func TestLooksWaitForTheHost(t *testing.T) {
	moc, other, far := page("moc"), page("other"), page("far")
	other.URLs = []string{"https://moc.example/other"}
	c := curate(t, publication(moc, other, far))
	m := newMemory(t, start)
	task := news.Task{Kind: news.TaskLook, Source: moc.Origin, URL: "https://moc.example/1.html"}
	set := func(s news.Source, condition news.Condition, good time.Duration) {
		m.polls[s.ID+s.URLs[0]] = news.FetchState{Condition: condition, LastGood: start.Add(-good), Next: start.Add(2 * time.Hour)}
	}
	for _, tt := range []struct {
		name string
		set  func()
		want time.Duration
	}{
		{"nobody was asked", func() {}, 0},
		{"well", func() { set(moc, news.OK, time.Hour); set(other, news.Thin, time.Hour) }, 0},
		{"another host is ill", func() { set(far, news.Unreachable, time.Hour) }, 0},
		{"its own list is ill", func() { set(moc, news.Redesigned, time.Hour) }, 2*time.Hour + time.Minute},
		{"the host's other list is ill", func() { set(moc, news.OK, time.Hour); set(other, news.Challenged, 24*time.Hour) }, 2*time.Hour + time.Minute},
		{"it has been for long", func() { set(other, news.Unreachable, 8*24*time.Hour) }, 0},
		{"it never was well", func() { m.polls[other.ID+other.URLs[0]] = news.FetchState{Condition: news.Unreachable} }, 0},
	} {
		tt.set()
		got := time.Duration(0)
		if until := c.Held(m, task); !until.IsZero() {
			got = until.Sub(start)
		}
		if got != tt.want {
			t.Errorf("%s: waits %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A record that lost its tasks gives a missing item its confirming look again.
func TestPendingLooks(t *testing.T) {
	w := watchedOf(t, 6, nil)
	w.now = start.Add(6 * time.Hour)
	w.look(1, news.SawNothing)
	want := w.due(1)
	tasks := w.c.Pending(w.memory, w.items[w.ids[1]])
	if len(tasks) != 1 || tasks[0].Due.Sub(w.now) != want || tasks[0].Kind != news.TaskLook || want > time.Hour {
		t.Errorf("%+v, want a look in %v", tasks, want)
	}
	if tasks := w.c.Pending(w.memory, w.items[w.ids[2]]); len(tasks) != 1 || tasks[0].Due.Sub(start) != 24*time.Hour {
		t.Errorf("of one that is present: %+v", tasks)
	}
}

// One whose text did not come has its page asked for, and waits for no moment more.
func TestPendingText(t *testing.T) {
	w := watchedOf(t, 3, nil)
	for state, want := range map[news.ItemState]string{news.Listed: "article decide", news.Unreadable: "article"} {
		i := w.items[w.ids[1]]
		i.State = state
		var kinds []string
		for _, task := range w.c.Pending(w.memory, i) {
			kinds = append(kinds, string(task.Kind))
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("of one that is %s: %q, want %q", state, got, want)
		}
	}
}

// Other usual looks are another way to plan: whoever has changed them changes
// Planning, and then this.
func TestPlanningIsOfTheUsualLooks(t *testing.T) {
	if got, want := fmt.Sprint(Planning, news.UsualLooks), "1 [1h 6h 24h 3d 7d 30d]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A look that found the bytes that a release is shown by decides what one decides
// that read them, whatever was known of its presence.
func TestLooksAtTheSameBytes(t *testing.T) {
	const k = 2
	for name, arrange := range map[string]func(w *watched, b *news.Batch){
		"present": func(*watched, *news.Batch) {},
		"missing": func(w *watched, _ *news.Batch) { w.look(k, news.SawNothing) },
		"removed": func(w *watched, _ *news.Batch) { w.run(start.Add(30*time.Hour), only(k, news.SawNothing)) },
		"unlisted": func(w *watched, _ *news.Batch) {
			i := w.items[w.ids[k]]
			i.Presence = news.Unlisted
			w.items[w.ids[k]] = i
		},
		"a witness":           func(w *watched, b *news.Batch) { b.Beside = w.ids[1] },
		"with its validators": func(_ *watched, b *news.Batch) { b.State.Capture, b.State.ETag = b.Capture, `"1"` },
	} {
		w := watchedOf(t, 8, nil)
		read := reading(w.src, news.TaskLook, w.ids[k], w.entries[k])
		read.Saw, read.Capture = news.SawPage, "c"
		arrange(w, &read)
		w.now = w.now.Add(time.Minute)
		same := read
		same.Entries, same.Unchanged = nil, true
		want, _ := json.Marshal(w.c.Accept(w.memory, read))
		d := w.c.Accept(w.memory, same)
		if got, _ := json.Marshal(d); string(got) != string(want) {
			t.Errorf("%s: decided\n%s\nwant\n%s", name, got, want)
		}
		if quiet := name == "present" || name == "with its validators"; d.Ruling.Empty() != quiet || len(d.Keep) > 0 {
			t.Errorf("%s: ruled %+v", name, d.Ruling)
		}
		if task := d.Tasks[len(d.Tasks)-1]; task.Item != w.ids[k] || task.Kept != read.State.Kept() {
			t.Errorf("%s: the next look is of %s by %+v", name, task.Item, task.Kept)
		}
	}
}
