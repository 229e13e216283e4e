package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/feedout"
	"chinanews/news"
	"chinanews/storage"
)

// turmoil is a month in which everything happens in any order, beside a plain
// account of what editors were told was done.
type turmoil struct {
	*month
	done   []*promise
	copies int

	archive *archivist
}

// promise is an act that was acknowledged.
type promise struct {
	e      news.Editing // as it was recorded
	pos    uint64
	undone uint64
}

// TestTurmoil interleaves polls, acts of editors and their being taken back,
// configurations, restarts, losses of the process and rebuilds: nothing that
// was acknowledged is lost, nothing is there twice, and the record alone gives
// the same again.
func TestTurmoil(t *testing.T) {
	seeds, steps, more := 2, 30, 0
	if os.Getenv("CHINANEWS_LONG") != "" {
		seeds, steps, more = 12, 200, 60 // so that archives have several pages
	}
	if testing.Short() {
		seeds, steps = 1, 12
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			m := &turmoil{month: newMonth(t, uint64(100+seed)), archive: newArchivist()}
			m.feeds()
			for range more {
				m.carry(m.desks[m.rng.IntN(len(m.desks))], m.compose())
			}
			m.begin()
			for n := range steps {
				m.now = m.now.Add(time.Duration(2+m.rng.IntN(90)) * time.Minute)
				m.step()
				m.due()
				m.fill()
				m.check()
				m.archive.visit(t, m.press, feedout.Atom, feedout.RSS)
				if t.Failed() {
					t.Fatalf("after step %d", n)
				}
			}
			m.again()
		})
	}
}

// feeds gives the month feeds of every kind beside the one that takes all.
func (m *turmoil) feeds() {
	all := m.pub.Feeds[0]
	for _, id := range []string{"held", "noted", "few"} {
		f := all
		f.ID, f.Name, f.Title = id, news.FeedName(id), strings.ToUpper(id)
		m.pub.Feeds = append(m.pub.Feeds, f)
	}
	for _, o := range m.desks[3:] {
		o.row.Language = "zh"
	}
	m.pub.Feeds[1].Hold = true
	m.pub.Feeds[2].Where = `"of-note" in tags`
	m.pub.Feeds[3].Sources = []string{"office-0", "office-1"}
	m.configure()
}

// fill gives feeds their first contents that have none yet, as the daemon does.
func (m *turmoil) fill() {
	m.rule(func(l *storage.Ledger) news.Decision {
		if !m.curator.Unfilled(l) {
			return news.Decision{}
		}
		return m.curator.Fill(l)
	})
}

// step is one thing that happens.
func (m *turmoil) step() {
	switch draw := m.rng.IntN(20); {
	case draw < 6:
		m.hourly()
	case draw < 14:
		m.anyAct()
	case draw < 16:
		m.takeBack()
	case draw == 16:
		m.restart()
	case draw == 17:
		m.lose()
	case draw == 18:
		m.rebuild()
	case draw == 19 && m.rng.IntN(2) == 0:
		m.reword()
	default:
		m.pub.Feeds[0].Where = []string{"", `has(title, "notice") or has(title, "editor")`, `not has(title, "ba*")`}[m.rng.IntN(3)]
		m.configure()
	}
}

// reword gives a source or a feed another name, or only another rhythm.
func (m *turmoil) reword() {
	o := m.desks[m.rng.IntN(len(m.desks))]
	switch m.rng.IntN(3) {
	case 0:
		o.row.Publisher = news.NamesOf(map[string]string{"en": "Office of " + m.words(1)})
	case 1:
		m.pub.Feeds[2].Title = m.words(2)
	case 2:
		o.row.Interval++
	}
	m.configure()
}

// hourly is news, reposts, corrections and migrations, and a poll of all.
func (m *turmoil) hourly() {
	for range 1 + m.rng.IntN(2) {
		m.carry(m.desks[m.rng.IntN(len(m.desks))], m.compose())
	}
	m.repost()
	m.correct()
	if o := m.desks[m.rng.IntN(len(m.desks))]; m.rng.IntN(8) == 0 {
		o.made++
	}
	m.pair()
	for _, o := range m.desks {
		m.poll(o)
	}
}

// pair links two items as versions in two languages, or says that they are none.
func (m *turmoil) pair() {
	list := m.stories()
	one, other := list[m.rng.IntN(len(list))].Items[0], list[m.rng.IntN(len(list))].Items[0]
	if one != other {
		m.rule(func(*storage.Ledger) news.Decision {
			return news.Decision{Ruling: news.Ruling{Siblings: []news.SiblingRuling{{Item: one, Of: other, Evidence: "test", Off: m.rng.IntN(6) == 0}}}}
		})
	}
}

// stories are all that there are, in one order.
func (m *turmoil) stories() (list []news.Story) {
	m.view(func(l *storage.Ledger) { list = slices.Collect(l.Stories()) })
	slices.SortFunc(list, func(a, b news.Story) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return list
}

// anyAct is any act on any story.
func (m *turmoil) anyAct() {
	list := m.stories()
	s, other := list[m.rng.IntN(len(list))], list[m.rng.IntN(len(list))]
	e := news.Editing{Scope: news.Scope{Story: s.ID}}
	until := m.now.Add(time.Duration(1+m.rng.IntN(300)) * time.Minute)
	switch m.rng.IntN(14) {
	case 0:
		e.Act = news.ActHide
	case 1:
		e.Act, e.Scope.Feed = news.ActHide, m.pub.Feeds[m.rng.IntN(4)].Name
	case 2:
		e.Act, e.Args.Until = news.ActPin, until
	case 3:
		e.Act = news.ActHold
	case 4, 5:
		e.Act = news.ActApprove
	case 6:
		e.Act, e.Args.Until = news.ActEmbargo, until
	case 7:
		e.Act, e.Args.Text = news.ActRetitle, "In the editor's words, "+m.words(2)
	case 8:
		e.Act, e.Args.Text = news.ActSummary, m.words(5)
	case 9:
		e.Act, e.Args.Text = news.ActNote, m.words(5)
	case 10:
		e.Act, e.Args.Tags = news.ActTag, []string{[]string{"of-note", "of-none"}[m.rng.IntN(2)]}
	case 11:
		e.Act, e.Args.Story = news.ActMerge, other.ID
	case 12:
		e.Act, e.Args.Items = news.ActSplit, []news.ItemID{s.Items[m.rng.IntN(len(s.Items))]}
	case 13:
		e.Act, e.Args.Reason = news.ActWithdraw, "It was not ours to give."
		if m.rng.IntN(4) > 0 {
			return
		}
	}
	m.attempt(e)
}

// takeBack takes an act back that stands.
func (m *turmoil) takeBack() {
	stand := slices.DeleteFunc(slices.Clone(m.done), func(p *promise) bool { return p.undone > 0 || p.e.Act == news.ActWithdraw })
	if len(stand) == 0 {
		return
	}
	p := stand[m.rng.IntN(len(stand))]
	if pos := m.attempt(news.Editing{Scope: p.e.Scope, Undoes: p.pos}); pos > 0 {
		p.undone = pos
	}
}

// refusable are the answers to an act that leave the record as it is.
var refusable = append(slices.Clone(refusals), storage.ErrStale)

// attempt has an act done, with a revision or without, and asked for twice: it
// is done once, or refused.
func (m *turmoil) attempt(e news.Editing) uint64 {
	m.t.Helper()
	e.Who = "the editor"
	m.fillID(e.ID[:])
	m.view(func(l *storage.Ledger) {
		if m.rng.IntN(3) == 0 {
			e.Rev = l.Decisions(e.Scope).Rev + m.rng.IntN(3)
		}
	})
	decide := func(l *storage.Ledger, x news.Editing) news.Decision { e = x; return m.curator.Edit(l, x) }
	asked := e
	before, _ := m.store.Tip()
	rc, err := m.store.Edit(context.Background(), asked, decide)
	if err != nil {
		after, _ := m.store.Tip()
		if rc.Pos > 0 || after != before || !slices.ContainsFunc(refusable, func(no error) bool { return errors.Is(err, no) }) {
			m.t.Fatalf("%s: %v, the record went from %d to %d", e.Act, err, before.Pos, after.Pos)
		}
		return 0
	}
	recorded := e
	if again, err := m.store.Edit(context.Background(), asked, decide); err != nil || !again.Duplicate || again.Pos > 0 {
		m.t.Fatalf("%s asked for once more: %+v, %v", e.Act, again, err)
	}
	if recorded.Undoes == 0 {
		m.done = append(m.done, &promise{e: recorded, pos: rc.Pos})
	}
	return rc.Pos
}

// lose is what a kill leaves: the file as it is between two transactions.
func (m *turmoil) lose() {
	m.t.Helper()
	m.copies++
	left := fmt.Sprintf("%s-%d", filepath.Join(filepath.Dir(m.dir), "left"), m.copies)
	err := os.MkdirAll(left, 0o700)
	var body []byte
	if err == nil {
		body, err = os.ReadFile(filepath.Join(m.dir, "news.db"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(left, "news.db"), body, 0o600)
	}
	if err = errors.Join(err, m.store.Close()); err == nil {
		m.dir = left
		m.store, err = storage.Open(m.dir, m.options())
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.configure()
}

// rebuild folds the record anew, which changes nothing.
func (m *turmoil) rebuild() {
	m.t.Helper()
	was, stories, queue := m.printed(), m.stories(), m.queue()
	report, err := m.store.Rebuild(context.Background())
	if err != nil || len(report.Differs) > 0 {
		m.t.Fatalf("rebuild: %v %v", report.Differs, err)
	}
	m.same("rebuilt", m.printed(), was)
	if now := m.stories(); fmt.Sprint(now) != fmt.Sprint(stories) {
		m.t.Errorf("rebuilt stories are\n%v, were\n%v", now, stories)
	}
	if now := m.queue(); fmt.Sprint(now) != fmt.Sprint(queue) {
		m.t.Errorf("the rebuilt queue is\n%v, was\n%v", now, queue)
	}
	if _, err := m.store.Verify(context.Background()); err != nil {
		m.t.Errorf("verify: %v", err)
	}
}

func (m *turmoil) queue() (list []news.Queued) {
	m.view(func(l *storage.Ledger) { list = l.Queue() })
	return list
}

// printed are all documents, by a press that has printed nothing before.
func (m *turmoil) printed() map[string]string {
	m.t.Helper()
	p := newPress(m.store, m.pub, m.press.stand.rows)
	if err := p.print(context.Background()); err != nil {
		m.t.Fatal(err)
	}
	return m.bodies(p)
}

func (m *turmoil) bodies(p *press) map[string]string {
	docs := make(map[string]string)
	for _, f := range slices.Concat(m.pub.Feeds, noticeFeeds(m.pub)) {
		for _, format := range []feedout.Format{feedout.RSS, feedout.Atom, feedout.JSON} {
			path := "/feeds/" + f.ID + "." + string(format)
			docs[path] = string(p.shelf.Body(path))
		}
	}
	return docs
}

func (m *turmoil) same(what string, got, want map[string]string) {
	m.t.Helper()
	for path := range want {
		if got[path] != want[path] {
			m.t.Errorf("%s: %s differs:\n%s", what, path, differing(strings.Split(got[path], "\n"), strings.Split(want[path], "\n")))
			return
		}
	}
}

// again checks what is left at the end.
func (m *turmoil) again() {
	m.rebuild()
	m.archive.visit(m.t, m.press, feedout.Atom, feedout.RSS)
	m.restart()
	m.check()
	m.archive.visit(m.t, m.press, feedout.Atom, feedout.RSS)
	acts := make(map[news.Act]int)
	for _, p := range m.done {
		acts[p.e.Act]++
		if p.undone > 0 {
			acts["undo"]++
		}
	}
	m.t.Logf("%d releases, %d stories, acts %v, %s", len(m.made), len(m.stories()), acts, m.archive)
}
