package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"chinanews/cmd/chinanewsd/cluster/recordertest"
	"chinanews/news"
	"chinanews/relay/jetstream"
	"chinanews/storage"
)

// TestMomentAmongAnswers: what a moment decides is heard while answers wait.
func TestMomentAmongAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		w.fate(func(_ string, line jetstream.Line) (f appending) {
			if line == ruleLine {
				time.Sleep(4 * time.Second)
			}
			return f
		})
		var all sync.WaitGroup
		for n := range 5 * together {
			answer := recordertest.Listing("harbours", n, n)
			answer.Part = uint16(n)
			all.Go(func() { []*member{b, c}[n%2].accept(t, answer) })
		}
		time.Sleep(time.Second)
		began := time.Now()
		if _, err := a.Rule(t.Context(), func(*storage.Ledger) news.Decision { return news.Decision{} }); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a moment waited %v", took)
		}
		all.Wait()
		agree(t, a, b, c)
	})
}

// TestCapturesStay: the answers that a batch was read from are kept where they
// came, even when its acknowledgement was lost.
func TestCapturesStay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, a, b, c := three(t)
		for n, fate := range []appending{{}, {lose: jetstream.ErrFenced}, {lose: jetstream.ErrUnavailable}} {
			answer := recordertest.Listing("harbours", n, n)
			body := []byte{'<', byte('0' + n), '>'}
			sum := sha256.Sum256(body)
			answer.Capture = hex.EncodeToString(sum[:])
			answer.Captures = []news.Capture{{URL: answer.URL, At: time.Now(), Proto: "HTTP/1.1", Status: 200, Body: body, SHA256: answer.Capture}}
			w.fate(onceOf("b", batchLine(answer.Part), fate))
			b.accept(t, answer)
			agree(t, a, b, c)
			if got, err := b.store.Capture(answer.Capture); err != nil || string(got.Body) != string(body) {
				t.Errorf("answer %d is kept as %q, %v", n, got.Body, err)
			}
			if _, err := c.store.Capture(answer.Capture); err == nil {
				t.Errorf("answer %d is kept where it did not come", n)
			}
		}
		if n := len(b.along.waits); n != 0 {
			t.Errorf("%d are waited for when all have come", n)
		}
	})
}

// TestHeard: timetables hear what came, and what is done with.
func TestHeard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("orchards", 1, 1)); err != nil {
			t.Fatal(err)
		}
		agree(t, a, b, c)
		var page news.Task
		for _, task := range c.tasks(t) {
			if task.Kind == news.TaskArticle {
				page = task
			}
		}
		if page.URL == "" {
			t.Fatalf("there is no page to ask for: %v", c.tasks(t))
		}
		answer := recordertest.Listing("orchards", 2, 1)
		answer.Kind, answer.Item, answer.URL, answer.State, answer.Asked = news.TaskArticle, page.Item, page.URL, news.FetchState{}, &page
		rule := func(l *storage.Ledger, b news.Batch) news.Decision {
			d := recordertest.Judge(t).Batch(l, b)
			d.Done = append(d.Done, *b.Asked)
			return d
		}
		a.rig(rule)
		rc, err := b.Accept(t.Context(), answer, rule)
		if err != nil || rc.RulingPos == 0 || len(rc.Decision.Keep) != 1 || len(rc.Decision.Ruling.Items) != 1 {
			t.Fatalf("the page gave %+v, %v", rc, err)
		}
		agree(t, a, b, c)
		for _, m := range []*member{a, b, c} {
			if task, ok := m.tasks(t)[page.Name()]; ok {
				t.Errorf("%s still has the task %+v", m.port.node, task)
			}
			heard, _ := m.told()
			done := slices.ContainsFunc(heard.Done, func(t news.Task) bool { return t.Name() == page.Name() })
			if !heard.Ruled || len(heard.Polls) == 0 || len(heard.Tasks) == 0 || !done {
				t.Errorf("%s heard of polls %v, tasks %v, done %v", m.port.node, heard.Polls, heard.Tasks, heard.Done)
			}
		}
	})
}

// TestConfigureAmongAnswers: a publication is ruled on by what came with it,
// after what waited before it.
func TestConfigureAmongAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		var all sync.WaitGroup
		for n := range 20 {
			answer := recordertest.Listing("harbours", n, n)
			answer.Part = uint16(n)
			all.Go(func() { []*member{b, c}[n%2].accept(t, answer) })
		}
		p := recordertest.Publication()
		p.Site.ID = a.store.Site()
		p.Feeds[0].Title = "Everything"
		asked := 0
		rc, err := a.Configure(t.Context(), p, "config.yaml", func(l *storage.Ledger) news.Decision {
			asked++
			if !l.Publishes(p) {
				t.Error("it is ruled on before it is in the record")
			}
			return recordertest.Judge(t).Config(l)
		})
		if err != nil || rc.Pos == 0 || rc.RulingPos <= rc.Pos || rc.Ruling.Through != rc.Pos || asked != 1 {
			t.Errorf("it gave %+v, %v, and asked %d times", rc, err, asked)
		}
		all.Wait()
		agree(t, a, b, c)
		if heard, _ := c.told(); !heard.Config || c.items(t, "harbours") != 20 {
			t.Errorf("heard %v of it, and there are %d items", heard.Config, c.items(t, "harbours"))
		}
	})
}

// TestPrune: what the ruler throws away goes everywhere.
func TestPrune(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, a, b, c := three(t)
		if _, err := b.accept(t, recordertest.Listing("harbours", 1, 1)); err != nil {
			t.Fatal(err)
		}
		text := func(m *member) (html string) {
			err := m.store.View(t.Context(), func(l *storage.Ledger) (err error) {
				i, _ := l.Item(news.NewItemID("harbours", news.ByID, "id-1"))
				_, html, err = l.Texts(i.ShownPos(), i.Shown)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return html
		}
		agree(t, a, b, c)
		if text(c) == "" {
			t.Fatal("there is no text")
		}
		draft := func(m *member) func(context.Context) ([]byte, error) {
			return func(ctx context.Context) ([]byte, error) {
				d, err := m.store.DraftPrune(ctx, time.Now().Add(time.Hour), nil, func(*storage.Ledger) map[news.ItemID]bool { return nil }, "retention")
				return d.Message, err
			}
		}
		if _, err := b.Record(t.Context(), draft(b)); !errors.Is(err, ErrNotRuler) {
			t.Errorf("on a node that does not rule it gave %v", err)
		}
		if rc, err := a.Record(t.Context(), draft(a)); err != nil || rc.Pos == 0 {
			t.Errorf("it gave %+v, %v", rc, err)
		}
		agree(t, a, b, c)
		if text(a)+text(c) != "" {
			t.Error("the text is still there")
		}
		if rc, err := a.Record(t.Context(), draft(a)); err != nil || rc.Pos != 0 {
			t.Errorf("when nothing is left it gave %+v, %v", rc, err)
		}
	})
}
