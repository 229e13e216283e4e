package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/feedout/desk"
	"chinanews/news"
	"chinanews/storage"
)

// atBench is a daemon with a workbench: two sources of which one has some of the
// other's releases, and feeds in the ways that people write rows.
func atBench(t *testing.T) (*siteFile, *workbench) {
	t.Helper()
	o, s := newOrigin(t), newSite(t)
	o.set("/a.xml", rssOf("A", 0, 30))
	o.set("/b.xml", rssOf("B", 20, 20))
	o.set("/c.xml", newsOf("c", "商務部就稀土出口答記者問", "发言人说：关税不变。", "Release 7 abroad", "In another language."))
	s.write(feedRow("a", o.URL+"/a.xml")+feedRow("b", o.URL+"/b.xml")+strings.Replace(feedRow("c", o.URL+"/c.xml"), "language: en", "language: zh-CN, tags: [trade]", 1), `  - id: all
    title: All # of it
    languages: all
    where: 'has(title, "1*") or lang == "zh"' # for now

  - {id: a-only, title: A, sources: [a], where: 'not has(title, "release 3")'}
  # what waits
  - id: held
    title: Held
    hold: true
    sources: ["b", "tag:trade"]
    languages: all
`)
	s.create()
	s.do(0, "poll")
	s.start()
	cfg, err := config.Load(s.file, checks())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *house, 1), make(chan error, 1)
	go func() {
		ended <- daemon(ctx, cfg, settings{create: true, log: quiet}, true, func(h *house, _ string) { ready <- h })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case h := <-ready:
		return s, newWorkbench(h)
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return nil, nil
}

var benchRules = []string{"", `has(title, "1*")`, `lang == "zh"`, `any_of(text, "关税", "release 3")`, `not has(title, "A")`, `false`, `source == "b" and "c" in carriers`, `"trade" in tags // why` + "\n" + `or has(title, "release 12")`}

// What is counted is what one counts who asks the rule about every item.
func TestWorkbenchCounts(t *testing.T) {
	_, b := atBench(t)
	for _, trial := range []desk.Trial{{Feed: "all"}, {Feed: "a-only"}, {Feed: "held"}, {New: news.Feed{Sources: []string{"tag:trade", "b"}, Languages: []string{"all"}}}, {New: news.Feed{Language: "zh-CN"}}} {
		for _, rule := range benchRules {
			trial.Where = rule
			s, err := b.Look(t.Context(), trial)
			if err != nil || s.Cut {
				t.Fatal(trial, err, s.Cut)
			}
			looked, passes, gains := b.naive(t, trial)
			if s.Looked != looked || s.Passes != passes || s.Gains != gains {
				t.Errorf("%s%v %q: %d of %d pass, %d new; counted %d of %d, %d", trial.Feed, trial.New.Sources, rule, s.Passes, s.Looked, s.Gains, passes, looked, gains)
			}
			if len(s.Matches) != min(passes, desk.MostShown) || !slices.IsSortedFunc(s.Matches, func(a, b desk.Match) int { return b.Dated.Time.Compare(a.Dated.Time) }) {
				t.Errorf("%q: %d matches are shown", rule, len(s.Matches))
			}
			for _, m := range append(s.Matches, s.Losses...) {
				if m.Title == "" || m.Address == "" || m.Lang == "" || m.Source.ID == "" || (len(m.Saw) == 0) != (rule == "") {
					t.Errorf("%q: %+v", rule, m)
				}
			}
			if trial.Feed == "" || trial.Feed == "held" { // in which approvals decide
				continue
			}
			r, err := b.Rehearse(t.Context(), trial)
			if err != nil || len(r.Losses) != s.Leaves || len(r.Gains) != s.Gains {
				t.Errorf("%s %q: %d leave and %d enter in a rehearsal (%v), %d and %d in a look", trial.Feed, rule, len(r.Losses), len(r.Gains), err, s.Leaves, s.Gains)
			}
		}
	}
}

// naive counts stories by asking the rule about each item that a feed takes.
func (b *workbench) naive(t *testing.T, trial desk.Trial) (looked, passes, gains int) {
	t.Helper()
	f, err := b.tried(trial)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := curator.Compile(trial.Where, b.cfg.Words)
	if err != nil {
		t.Fatal(err)
	}
	c, err := curator.New(b.cfg.Publication, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = b.store.View(t.Context(), func(l *storage.Ledger) error {
		for s := range l.Stories() {
			asked, passed := false, false
			for _, id := range s.Items {
				i, _ := l.Item(id)
				if !slices.Contains(f.Sources, b.rowOf(i.Source)) || !slices.Contains(f.Languages, "all") && !slices.Contains(f.Languages, i.Shown.Lang) || i.State == news.Listed {
					continue
				}
				_, ok := c.Judge(l, rule, i)
				asked, passed = true, passed || ok
			}
			in := slices.Contains(s.Feeds, f.Name)
			looked, passes, gains = looked+one(asked), passes+one(passed), gains+one(passed && !in)
		}
		return nil
	})
	if err != nil || looked == 0 {
		t.Fatal(looked, err)
	}
	return looked, passes, gains
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// What is rehearsed at the desk is what the command says of the file in which
// the row stands that the desk gives.
func TestWorkbenchRehearsesAsTheCommand(t *testing.T) {
	s, b := atBench(t)
	next := *s
	next.file = filepath.Join(filepath.Dir(s.file), "next.yaml")
	moves := 0
	for _, trial := range []desk.Trial{{Feed: "all"}, {Feed: "a-only"}, {Feed: "held"}, {New: news.Feed{ID: "new", Title: "新：1", Sources: []string{"b", "tag:trade"}, Language: "zh-CN", Languages: []string{"all"}}}} {
		for _, rule := range benchRules {
			trial.Where = rule
			r, err := b.Rehearse(t.Context(), trial)
			if err != nil || r.Row.Text == "" || r.Row.File != s.file {
				t.Fatalf("%+v: %+v, %v", trial, r, err)
			}
			moves += len(r.Gains) + len(r.Losses) + len(r.Waits)
			writeRow(t, s.file, next.file, r.Row)
			out, _ := next.do(0, "rehearse", "--json", "--feed", r.Feed)
			if got := rehearsalLine(t, r); got != out {
				t.Errorf("%s %q: the desk says\n%sthe command\n%s", r.Feed, rule, got, out)
			}
			var whole []rehearsed
			for _, one := range next.rehearsed() {
				if one.Feed == r.Feed {
					whole = append(whole, one)
				}
			}
			if again, err := json.Marshal(whole[0]); err != nil || len(whole) != 1 || string(again)+"\n" != out {
				t.Errorf("%s %q: beside the others it is said\n%s\nalone\n%s", r.Feed, rule, again, out)
			}
		}
	}
	if moves < 50 {
		t.Errorf("only %d moves", moves)
	}
}

func rehearsalLine(t *testing.T, r desk.Rehearsal) string {
	t.Helper()
	back := func(list []desk.Move) []moveSaid {
		all := []moveSaid{}
		for _, m := range list {
			all = append(all, moveSaid{Story: m.Address, Title: m.Title, As: m.As, Why: m.Why})
		}
		return all
	}
	said := rehearsed{Feed: r.Feed, Gains: back(r.Gains), Losses: back(r.Losses), Waits: back(r.Waits), Leads: r.Leads, Stays: r.Stays}
	if r.New {
		said.Change = changeNew
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(said); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// writeRow does with a file what the desk says is to be done with the row.
func writeRow(t *testing.T, from, to string, row desk.Row) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var indented string
	for line := range strings.Lines(row.Text) {
		indented += "  " + line
	}
	lines := strings.SplitAfter(string(text), "\n")
	if row.Line == 0 {
		lines = append(lines, indented)
	} else {
		end := row.Line
		for end < len(lines) && strings.HasPrefix(lines[end], "    ") {
			end++
		}
		lines = slices.Concat(lines[:row.Line-1], []string{indented}, lines[end:])
	}
	if err := os.WriteFile(to, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What is wrong with a rule is said with its place; nothing that is written
// here breaks the daemon.
func TestWorkbenchHostileRules(t *testing.T) {
	_, b := atBench(t)
	for _, tt := range []struct {
		rule   string
		column int
	}{
		{`has(titel, "x")`, 5}, {"true or\n lang == en", 18}, {`any_of(title, words.none)`, 21}, {strings.Repeat("x", 200_000), 20_001}, {strings.Repeat("中", 200_000), 20_001},
		{strings.Repeat("(", 19_000), 0}, {strings.Repeat("not ", 4_900) + "true", 0}, {strings.Repeat("[", 9000) + strings.Repeat("]", 9000), 0}, {`text matches "` + strings.Repeat("(a*)*", 900) + `"`, 0},
		{"\x00", 1}, {`len(filter(1..90000, {# > 0})) > 0`, 0}, {`repeat(title, 1000000) contains "x"`, 0}, {"\ufffd\ufeff", 0},
	} {
		for _, trial := range []desk.Trial{{Feed: "all", Where: tt.rule}, {New: news.Feed{ID: "new"}, Where: tt.rule}} {
			_, err := b.Look(t.Context(), trial)
			bad, ok := errors.AsType[*desk.RuleError](err)
			if !ok || bad.What == "" || bad.Column < 1 || tt.column > 0 && bad.Column != tt.column {
				t.Errorf("%.30q: %+v, %v", tt.rule, bad, err)
			}
			if _, again := b.Rehearse(t.Context(), trial); again == nil || fmt.Sprint(again) != fmt.Sprint(err) {
				t.Errorf("%.30q: a rehearsal says %v", tt.rule, again)
			}
		}
	}
	for _, heavy := range []string{strings.Repeat(`text contains "a" and `, 400) + "true", `text matches "(a|b|[^c])*x{1,50}"`, `any_of(text, "` + strings.Repeat(`x*", "`, 1500) + `y")`} {
		if s, err := b.Look(t.Context(), desk.Trial{Feed: "all", Where: heavy}); err != nil || s.Looked == 0 {
			t.Errorf("%.30q: %+v, %v", heavy, s, err)
		}
	}
}

// A row that cannot be is refused in words; what was asked is not there.
func TestWorkbenchRefuses(t *testing.T) {
	s, b := atBench(t)
	for want, n := range map[string]news.Feed{
		`"Ports" is no id`: {ID: "Ports"}, `edits is an id of the program's own`: {ID: "edits"}, `"none" matches no source`: {ID: "x", Sources: []string{"none"}},
		"feed all is there already": {ID: "all"}, `"?" is no language`: {ID: "x", Language: "?"}, `is no id`: {},
	} {
		_, err := b.Rehearse(t.Context(), desk.Trial{New: n, Where: "true"})
		if refused, ok := errors.AsType[*desk.Refusal](err); !ok || !strings.Contains(refused.Words, want) {
			t.Errorf("%+v: %v, want %s", n, err, want)
		}
	}
	for _, bad := range []desk.Trial{{Feed: "none"}, {Feed: "none", Where: "true"}} {
		_, a := b.Look(t.Context(), bad)
		_, c := b.Rehearse(t.Context(), bad)
		if !errors.Is(a, desk.ErrNotFound) || !errors.Is(c, desk.ErrNotFound) {
			t.Error(a, c)
		}
	}
	environment := `text contains "${HOME}"`
	if _, err := b.Rehearse(t.Context(), desk.Trial{New: news.Feed{ID: "x"}, Where: environment}); err == nil || !strings.Contains(err.Error(), `\x24`) {
		t.Error(err)
	}
	if r, err := b.Rehearse(t.Context(), desk.Trial{Feed: "all", Where: environment}); err != nil || !strings.Contains(r.Row.Lack, `\x24`) {
		t.Error(r.Row, err)
	}
	if err := curator.CheckRule(`text contains "\x24{HOME}" and false`, nil); err != nil {
		t.Error("what is said to be written is no rule:", err)
	}
	if err := os.WriteFile(s.file, []byte("feeds: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := b.Rehearse(t.Context(), desk.Trial{Feed: "all", Where: "true"}); err != nil || r.Row.Text != "" || r.Row.Lack == "" || len(r.Gains) == 0 {
		t.Error(r, err)
	}
}

// A look ends when nobody listens any more, wherever it is; so does a
// rehearsal, and both give their places back.
func TestWorkbenchEnds(t *testing.T) {
	_, b := atBench(t)
	if s, err := b.Look(&tired{Context: t.Context()}, desk.Trial{Feed: "all", Where: "true"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", s.Looked, err)
	}
	for after := range 12 {
		ctx := &tired{Context: t.Context(), patience: 3 * after}
		err := b.rehearse(ctx, script{Publication: b.cfg.Publication, Feed: "all"}, func(rehearsed) error { t.Error("said all the same"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d: %v", after, err)
		}
	}
	for range cap(b.looks) {
		b.looks <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Look(ctx, desk.Trial{Feed: "all"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for range cap(b.looks) {
		<-b.looks
	}
	if len(b.looks)+len(b.rehearsals) != 0 {
		t.Errorf("%d and %d places are taken", len(b.looks), len(b.rehearsals))
	}
}

// What there was no time for is said.
func TestWorkbenchIsCut(t *testing.T) {
	_, b := atBench(t)
	f, err := b.tried(desk.Trial{Feed: "all"})
	if err != nil {
		t.Fatal(err)
	}
	pub := b.cfg.Publication
	pub.Feeds = []news.Feed{f}
	c, err := curator.New(pub, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = b.store.View(t.Context(), func(l *storage.Ledger) error {
		all := b.sighting(t.Context(), l, c, f)
		some := b.sighting(&tired{Context: t.Context(), patience: 10}, l, c, f)
		none := b.sighting(&tired{Context: t.Context()}, l, c, f)
		if all.Cut || !some.Cut || !none.Cut || some.Looked != 10 || none.Looked != 0 || some.Since.Before(all.Since) || all.Since.IsZero() {
			t.Errorf("%+v\n%+v\n%+v", all.Looked, some.Looked, none.Looked)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// tired is a context that ends when it has been asked some times.
type tired struct {
	context.Context
	patience int
}

func (c *tired) Err() error {
	if c.patience--; c.patience < 0 {
		return context.Canceled
	}
	return nil
}
