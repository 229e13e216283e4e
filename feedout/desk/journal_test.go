package desk

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

type logged func(LogQuery) (LogPage, error)

func (w logged) Log(_ context.Context, q LogQuery) (LogPage, error) { return w(q) }

// happened are events of each kind.
func happened() []Event {
	at := time.Date(2026, 11, 26, 4, 30, 0, 0, time.UTC)
	story := Event{Kind: EventAct, Story: "c7z4k2m9x1", Title: "港口将于十二月延长开放时间", Lang: "zh"}
	act := func(pos uint64, who string, act news.Act, args news.Args) Event {
		e := story
		e.Pos, e.Who, e.Act, e.Args = pos, who, act, args
		return e
	}
	list := []Event{
		{Kind: EventSignIn, Who: "wang", Agent: "Firefox on Linux"},
		{Kind: EventSignIn, Who: "", Agent: "curl", Failed: 12},
		act(90, "wang", news.ActPin, news.Args{Until: at.Add(24 * time.Hour)}),
		act(88, "li", news.ActRetitle, news.Args{Text: "Harbour stays open longer in December"}),
		act(86, "li", news.ActMerge, news.Args{}),
		act(84, "wang", news.ActTag, news.Args{Tags: []string{"harbour", "winter"}}),
		act(82, "wang", news.ActSplit, news.Args{Items: make([]news.ItemID, 2)}),
		act(80, "wang", news.ActApprove, news.Args{Rev: 3}),
		act(78, "wang", news.ActWithdraw, news.Args{Reason: "It was published by mistake.", Erase: true}),
		act(76, "wang", "of-a-later-program", news.Args{}),
		{Kind: EventAct, Pos: 74, Who: "li", Act: news.ActHide, Flood: "rivers-en/2026-11-20"},
		{Kind: EventPrune, Pos: 72, Who: "retention", Texts: 120, Captures: "2026-08-28", Why: news.ByRetention},
		{Kind: EventPrune, Pos: 70, Who: "wang", Texts: 4, Bodies: 3, Why: news.ByErasure, Story: "c7z4k2m9x1"},
		{Kind: EventConfig, Pos: 60, Who: "config.yaml", Changes: []ConfigChange{{"site", "", "changed", []string{"title"}}, {"source", "rivers-en", "added", nil}, {"source", "tea", "removed", nil}, {"feed", "harbour", "changed", []string{"limit", "where"}}, {"words", "ships", "changed", nil}, {"thing", "x", "grown", nil}}},
		{Kind: EventConfig, Pos: 2, Who: "config.yaml"},
		{Kind: EventMark, Pos: 50, Mark: "restored", From: 48},
		{Kind: EventMark, Pos: 40, Mark: "migrated"},
		{Kind: EventMark, Pos: 1, Mark: "genesis"},
	}
	list[2].Undone, list[3].Undoes, list[4].Other, list[5].Feed = 91, 20, "a1b2c3d4e5", "harbour"
	for n := range list {
		list[n].At = at.Add(-time.Duration(n) * 3 * time.Hour)
	}
	return list
}

func logOf(list []Event) Office {
	return Office{Journal: logged(func(q LogQuery) (LogPage, error) {
		return LogPage{Events: list, Older: LogPlace{Pos: 1, SignIn: time.UnixMilli(1700000000000)}, More: len(list) > 0, Users: []string{"li", "wang"}}, nil
	})}
}

// The log, as it was looked at, in both languages.
func TestLog(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		page := pageIn(t, logOf(happened()), lang, "/desk/log", 200)
		goldenPage(t, "log."+lang+".html", page)
		if strings.Contains(page, "%!") || strings.Contains(page, "style=") {
			t.Errorf("%s: %s", lang, page)
		}
	}
	if page := pageIn(t, logOf(nil), "en", "/desk/log", 200); !strings.Contains(page, "There is nothing of that in the log.") {
		t.Errorf("of nothing: %s", page)
	}
}

// Every text is a text, whoever wrote it.
func TestLogOfHostileWords(t *testing.T) {
	const hostile = "\"'><img src=x onerror=alert(1)>{{.}}\x00\u202e</li></ol><script>"
	list := happened()
	for n := range list {
		e := &list[n]
		e.Who, e.Title, e.Lang, e.Story, e.Other, e.Feed, e.Flood, e.Agent, e.Mark, e.Captures, e.Act = hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, news.Act(hostile)
		e.Args.Text, e.Args.Tags = hostile, []string{hostile}
		e.Changes = append(e.Changes, ConfigChange{hostile, hostile, hostile, []string{hostile}}, ConfigChange{"feed", hostile, "changed", []string{hostile}})
	}
	o := logOf(list)
	o.Stories = struct{ Stories }{} // there are pages to link to
	for _, lang := range []string{"en", "zh"} {
		page := pageIn(t, o, lang, "/desk/log?who=%22%3E%3Cimg+src%3Dx+onerror%3Dalert%281%29%3E", 200)
		if strings.Contains(page, "<img") || strings.Contains(page, "<script>") || strings.Contains(page, "\x00") || strings.Count(page, "<ol") != strings.Count(page, "</ol>") {
			t.Error("what somebody wrote is markup")
		}
		if regexp.MustCompile(`(href|action)="[^"/#]`).MatchString(page) {
			t.Error("a link leads away")
		}
	}
}

// What is chosen is asked for, and kept by the links.
func TestLogIsChosen(t *testing.T) {
	var asked LogQuery
	o := Office{Journal: logged(func(q LogQuery) (LogPage, error) {
		asked = q
		return LogPage{Events: happened()[:1], Older: LogPlace{Pos: 7, SignIn: time.UnixMilli(1234)}, More: true}, nil
	})}
	page := pageIn(t, o, "en", "/desk/log?who=+li+%26&kind=acts&before=9-88", 200)
	want := LogQuery{Who: "li &", Kind: EventAct, Before: LogPlace{Pos: 9, SignIn: time.UnixMilli(88)}, Most: logPage}
	if asked != want {
		t.Errorf("asked %+v, want %+v", asked, want)
	}
	for _, part := range []string{`href="/desk/log?before=7-1234&amp;kind=acts&amp;who=li&#43;%26" rel="next"`, `href="/desk/log?kind=acts&amp;who=li&#43;%26">Newest`, `<option value="acts" selected>`, `value="li &amp;"`} {
		if !strings.Contains(page, part) {
			t.Errorf("there is no %s in %s", part, page)
		}
	}
	for _, bad := range []string{"before=x", "before=-1", "before=1-", "before=1-x", "before=1--5", "before=99999999999999999999", "before=1-99999999999999999999", "kind=others"} {
		pageIn(t, o, "en", "/desk/log?"+bad, 404)
	}
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{"", "0", "1-2", "-", "18446744073709551615-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := placeAt(text)
		if !ok || text == "" {
			return
		}
		if again, ok := placeAt(p.String()); !ok || again.Pos != p.Pos || !again.SignIn.Equal(p.SignIn) {
			t.Errorf("%q is %v, which is %v again", text, p, again)
		}
	})
}
