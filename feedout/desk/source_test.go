package desk

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"chinanews/news"
)

// archive are sources that do not change.
type archive struct {
	list []Source
	one  Examined
	err  error
}

func (a archive) Sources(context.Context) ([]Source, error) {
	return append([]Source(nil), a.list...), a.err
}
func (a archive) Days(_ context.Context, ids []string) ([][]int, error) {
	days := make([][]int, len(ids))
	for n := range ids {
		days[n] = []int{0, 3, 1, 0}
	}
	return days, a.err
}
func (a archive) Source(_ context.Context, id string) (Examined, error) {
	if id != a.one.Row.ID {
		return Examined{}, ErrNotFound
	}
	return a.one, a.err
}

func sourceNamed(id string, state news.Condition) Source {
	s := Source{Row: news.Source{ID: id, Publisher: news.NamesOf(map[string]string{"en": "Ministry of " + id, "zh-CN": id + "部"}), Language: "zh-CN", URLs: []string{"https://" + id + ".example/"}},
		Condition: Condition{URL: "https://" + id + ".example/", State: state, Words: "words on " + id, LastGood: monday, LastTry: monday, Next: monday.AddDate(0, 0, 1), Newest: "2026-11-23", Items: 15, Usual: 14.6}}
	if state.Alarming() {
		s.Failures, s.Hint = 3, "what to do"
	}
	return s
}

// ministries are sources in every condition that there is.
func ministries() archive {
	return archive{list: []Source{
		sourceNamed("lakes", news.OK), sourceNamed("harbour", news.Redesigned), sourceNamed("forests", news.Challenged), sourceNamed("roads", news.Dead),
		sourceNamed("salt", news.Quiet), {Row: news.Source{ID: "silk", Paused: true}, Condition: Condition{State: news.Paused}}, {Row: news.Source{ID: "tea"}, Condition: Condition{State: news.Waiting}},
	}}
}

func redesigned() Examined {
	e := Examined{Source: sourceNamed("harbour", news.Redesigned), Place: "config.yaml:12", Text: "id: harbour   # config.yaml:12\n", Newest: []Sample{sample},
		Absent: []Absent{{Title: "湖区公告", URL: "https://harbour.example/2", Lang: "zh", State: news.Missing, Since: monday, Looks: 3}, {Title: "No address", State: news.Unlisted}}}
	e.Days = []int{1, 0, 2}
	e.Listings = []Page{{Condition: e.Condition, Usually: []string{"about 15 entries", "a day each"},
		Lately: []news.Turn{{At: monday, Condition: news.Redesigned, Words: "list.item matches nothing"}, {At: monday.AddDate(0, -1, 0), Condition: news.OK}},
		Good:   &Reading{At: monday.AddDate(0, 0, -1), Items: []Sample{sample, sample}}, Bad: &Reading{At: monday, Words: "list.item matches nothing"},
		Changes: []Change{{What: "Title", Before: "Harbour news", Now: "Harbour"}, {What: "list.item", Selector: "ul.old li", Before: "15", Now: "0"}}, Vanished: []string{".old"}, Appeared: []string{".new", "#list"},
		Mended: "list: {item: ul.new li} # 15 entries", Try: "id: harbour\nlist: {item: ul.new li}\n"}}
	return e
}

func TestSourcePages(t *testing.T) {
	healthy := Examined{Source: sourceNamed("lakes", news.OK), Place: "config.yaml:3", Text: "id: lakes\n", Listings: []Page{{Condition: sourceNamed("lakes", news.OK).Condition}, {Condition: Condition{State: news.Waiting}}}}
	for _, lang := range []string{"en", "zh"} {
		for name, path := range map[string]string{"sources": "/desk/sources/", "sources-none": "/desk/sources/?q=nothing", "sources-ill": "/desk/sources/?state=ill"} {
			golden(t, name+"-"+lang, reply(lakeOffice(lang, &told{}, ministries()), path, nil).Body.String())
		}
		golden(t, "source-redesigned-"+lang, reply(lakeOffice(lang, &told{}, archive{one: redesigned()}), "/desk/sources/harbour", nil).Body.String())
		golden(t, "source-healthy-"+lang, reply(lakeOffice(lang, nil, archive{one: healthy}), "/desk/sources/lakes", nil).Body.String())
	}
	if page := reply(lakeOffice("en", nil, archive{}), "/desk/sources/", nil).Body.String(); !strings.Contains(page, "There are no sources yet.") {
		t.Error("where there are no sources, it is not said")
	}
	if w := reply(lakeOffice("en", nil, archive{}), "/desk/sources/nobody", nil); w.Code != 404 {
		t.Errorf("a source that is not there: %d", w.Code)
	}
	if w := reply(lakeOffice("en", nil, archive{err: context.DeadlineExceeded}), "/desk/sources/", nil); w.Code != 503 {
		t.Errorf("a record that cannot be read: %d", w.Code)
	}
}

// Those to look at come first, and every one is on some page once.
func TestSourcesPaged(t *testing.T) {
	var a archive
	for n := range 2*sourcesShown + 5 {
		state := news.OK
		if n%20 == 7 {
			state = news.Unreachable
		}
		a.list = append(a.list, sourceNamed(fmt.Sprintf("s%d", n), state))
	}
	seen, ill := make(map[string]int), 0
	for page := range 3 {
		body := reply(lakeOffice("en", nil, a), fmt.Sprintf("/desk/sources/?page=%d", page+1), nil).Body.String()
		for n, part := range strings.Split(body, `<th scope="row"><a href="/x/desk/sources/`)[1:] {
			id, _, _ := strings.Cut(part, `"`)
			seen[id]++
			if page == 0 && n < 5 && strings.Contains(part, "▲") {
				ill++
			}
		}
	}
	if len(seen) != len(a.list) || ill != 5 {
		t.Errorf("%d of %d were shown, %d of 5 first", len(seen), len(a.list), ill)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was shown %d times", id, n)
		}
	}
	for _, query := range []string{"page=-3", "page=99999999999999999999", "page=4", "q=" + url.QueryEscape(hostile) + "&state=x&page=1"} {
		w := reply(lakeOffice("en", nil, a), "/desk/sources/?"+query, nil)
		if w.Code != 200 {
			t.Errorf("%s: %d", query, w.Code)
		}
		harmless(t, w.Body.String())
	}
}

// What sources say of themselves is text.
func TestSourcesHostile(t *testing.T) {
	bad := Sample{Title: hostile, URL: "javascript:alert(1)", Lang: hostile, Date: news.Date{Raw: hostile}, Text: hostile, Error: hostile}
	s := sourceNamed("lakes", news.Redesigned)
	s.Row.Publisher, s.Row.Name = news.NamesOf(map[string]string{"en": hostile}), hostile
	s.URL, s.Words, s.Hint, s.Newest, s.Warnings = "javascript:alert(1)", hostile, hostile, hostile, []string{hostile}
	e := Examined{Source: s, Place: hostile, Text: hostile, Newest: []Sample{bad}, Absent: []Absent{{Title: hostile, URL: "javascript:alert(1)", Lang: hostile, State: news.Presence(hostile)}}}
	e.Listings = []Page{{Condition: s.Condition, Usually: []string{hostile}, Lately: []news.Turn{{At: monday, Condition: news.Condition(hostile), Words: hostile}},
		Good: &Reading{Items: []Sample{bad}}, Bad: &Reading{Words: hostile}, Changes: []Change{{What: hostile, Selector: hostile, Before: hostile, Now: hostile}, {What: hostile}},
		Vanished: []string{hostile}, Appeared: []string{hostile}, Mended: hostile, Try: hostile}}
	a := archive{list: []Source{s}, one: e}
	for _, lang := range []string{"en", "zh"} {
		for _, path := range []string{"/desk/sources/", "/desk/sources/lakes"} {
			w := reply(lakeOffice(lang, &told{}, a), path, nil)
			if w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
			harmless(t, w.Body.String())
		}
	}
}

// The words of a condition are not said again behind its name.
func TestBeyond(t *testing.T) {
	for words, want := range map[string]string{"read well": "", "read well; the newest is of today": "the newest is of today", "read welly": "read welly", "other words": "other words", "": ""} {
		if got := beyond(news.OK, words); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
	if got := coded("run <a> & b", "<a> & b"); got != "run <code>&lt;a&gt; &amp; b</code>" {
		t.Errorf("coded: %s", got)
	}
}
