package desk

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chinanews/news"
)

// doorman lets everybody in under the name that they give.
type doorman struct{}

func (doorman) Visitor(r *http.Request) (Visitor, bool) {
	return Visitor{Name: r.Header.Get("User"), Lang: r.Header.Get("Language")}, true
}

// trying is a workbench that answers what it is told to.
type trying struct {
	live      Live
	look      func(context.Context, Trial) (Sighting, error)
	rehearsal func(context.Context, Trial) (Rehearsal, error)
}

func (b *trying) Live() Live { return b.live }
func (b *trying) Look(ctx context.Context, t Trial) (Sighting, error) {
	return b.look(ctx, t)
}
func (b *trying) Rehearse(ctx context.Context, t Trial) (Rehearsal, error) {
	return b.rehearsal(ctx, t)
}

const evil = `</textarea></pre><script>alert(1)</script>"'><b>&`

func bench() *trying {
	harbours := news.Source{ID: "harbours", Publisher: news.NamesOf(map[string]string{"en": "Ministry of Harbours", "zh-CN": "港务部" + evil})}
	dated := news.Date{Precision: news.Day, Zone: "Asia/Shanghai", Time: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	return &trying{
		live: Live{Feeds: []news.Feed{{ID: "all", Title: "All" + evil, Where: "\n" + `has(text, "port")` + evil}, {ID: "ports", Title: "Ports"}}, Words: []string{"russia"}, File: "/etc/chinanewsd/config.yaml"},
		look: func(_ context.Context, t Trial) (Sighting, error) {
			j := Match{Address: "abc", Title: "港口 " + evil, Lang: "zh", Source: harbours, Dated: dated, Saw: []Saw{{Text: `has(text, "port")`, Saw: "“port” in text: " + evil, True: true}}}
			left := j
			left.In, left.Saw = true, []Saw{{Text: "x", Saw: evil}}
			out := j
			out.Out = "an editor hides it"
			return Sighting{Looked: 412, Passes: 57, Gains: 20, Leaves: 1, Matches: []Match{j, out}, Losses: []Match{left}, Since: dated.Time, Cut: t.Where == "cut"}, nil
		},
		rehearsal: func(_ context.Context, t Trial) (Rehearsal, error) {
			m := []Move{{"abc", "Title " + evil, "en", news.AsNews, "it passes: " + evil}}
			return Rehearsal{Feed: "all", Gains: m, Losses: m, Waits: m, Leads: 3, Stays: 44, Took: 1500 * time.Millisecond, Row: Row{Text: "- id: all\n  where: '" + evil + "'\n", File: "/etc/c.yaml", Line: 42}}, nil
		},
	}
}

// benchRequest is what a browser sends.
type benchRequest struct {
	method, path, user, lang string
	form                     url.Values
	script                   bool
}

func (q benchRequest) ask(ctx context.Context, h http.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, q.method, q.path, strings.NewReader(q.form.Encode()))
	r.Header.Set("User", q.user)
	r.Header.Set("Language", q.lang)
	if q.method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if q.script {
		r.Header.Set(fragmentHeader, "1")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func officeOf(b Bench) http.Handler {
	return New(Office{Site: func() news.Site { return news.Site{Title: "News", BaseURL: "https://n.example/x"} }, People: doorman{}, Bench: b})
}

// The workbench works without script, and as parts that a script asks for, in
// both languages; nothing that it shows is taken for markup.
func TestBenchPages(t *testing.T) {
	h := officeOf(bench())
	where := url.Values{"feed": {"all"}, "where": {"\nlang == \"zh\"\r\n// " + evil + "\r\n\r\n"}}
	for _, tt := range []struct {
		benchRequest
		en, zh []string
	}{
		{benchRequest{method: "GET", path: "/desk/rules"}, []string{"Rules", "a new feed", `data-matches="/x/desk/rules/matches"`}, []string{"规则", "新订阅源"}},
		{benchRequest{method: "GET", path: "/desk/rules?feed="}, []string{"Id, part of its address"}, []string{"标识"}},
		{benchRequest{method: "POST", path: "/desk/rules/matches", form: where}, []string{"57 of 412 releases pass.", "20 of them are not", "1 that are in it would leave", "all that the record has", "and 55 more", "23 November 2026", "Ministry of Harbours", "in the feed", "is true:", "is false:", "an editor hides it", "/x/desk/stories/abc"}, []string{"412条消息中有57条符合。", "另有55条", "港务部", "2026年11月23日"}},
		{benchRequest{method: "GET", path: "/desk/rules/matches?feed=all&where=cut"}, []string{"There was time to look back to"}, []string{"只查看到"}},
		{benchRequest{method: "POST", path: "/desk/rules/rehearsal", form: where}, []string{"1 enter, 1 leave, 44 stay.", "3 of them", "1 begin to wait", "It took 1.5 s.", "- id: all\n  where: '", "line 42", "chinanewsd check", "as news"}, []string{"1条进入，1条退出，44条保留。", "用时1.5秒", "第42行"}},
	} {
		for lang, want := range map[string][]string{"en": tt.en, "zh": tt.zh} {
			for _, script := range []bool{false, true} {
				q := tt.benchRequest
				q.lang, q.script = lang, script
				w := q.ask(t.Context(), h)
				page := w.Body.String()
				if w.Code != http.StatusOK || strings.Contains(page, "<script>alert") || script != !strings.Contains(page, "<html") && tt.method == "POST" {
					t.Fatalf("%s %s %s %v: %d\n%.3000s", tt.method, tt.path, lang, script, w.Code, page)
				}
				text := textOf(t, page)
				for _, part := range want {
					if !strings.Contains(text, part) && !strings.Contains(page, part) {
						t.Errorf("%s %s %s: no %q in\n%s", tt.method, tt.path, lang, part, text)
					}
				}
			}
		}
	}
}

// textOf is the text of a page, and the value of its rule as a browser sends it.
func textOf(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// The rule is in its field again as it was written, the feed's own if none was.
func TestBenchKeepsTheRule(t *testing.T) {
	b := bench()
	var asked Trial
	look := b.look
	b.look = func(ctx context.Context, t Trial) (Sighting, error) { asked = t; return look(ctx, t) }
	h := officeOf(b)
	for sent, want := range map[string]string{"": "", "a\r\nb": "a\nb", "\na  \n\n": "\na", "  a": "  a", evil: evil, "\xff": "\ufffd", strings.Repeat("x", 200_000): strings.Repeat("x", 200_000)} {
		w := benchRequest{method: "POST", path: "/desk/rules/matches", form: url.Values{"feed": {"ports"}, "where": {sent}}, lang: "en"}.ask(t.Context(), h)
		if got := field(t, w.Body.String()); got != want || asked.Where != want || asked.Feed != "ports" {
			t.Errorf("%.30q comes back as %.30q, and %.30q was tried", sent, got, asked.Where)
		}
	}
	w := benchRequest{method: "GET", path: "/desk/rules?feed=all", lang: "en"}.ask(t.Context(), h)
	if got := field(t, w.Body.String()); got != b.live.Feeds[0].Where {
		t.Errorf("the feed's own rule is %q", got)
	}
	form := url.Values{"feed": {""}, "id": {" new "}, "title": {"T"}, "language": {"all"}, "sources": {"a, b  tag:c"}, "where": {"true"}}
	benchRequest{method: "POST", path: "/desk/rules/matches", form: form}.ask(t.Context(), h)
	if asked.Feed != "" || asked.New.ID != "new" || strings.Join(asked.New.Sources, "|") != "a|b|tag:c" || asked.New.Languages[0] != "all" || asked.New.Language != "" {
		t.Errorf("%+v", asked)
	}
	for path, want := range map[string]int{"/desk/rules?feed=none": 404, "/desk/rules/matches?feed=none": 404} {
		if w := (benchRequest{method: "GET", path: path, lang: "en"}).ask(t.Context(), h); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, bad := range []benchRequest{{method: "GET", path: "/desk/rules?feed=%zz"}, {method: "POST", path: "/desk/rules/matches", form: url.Values{"where": {strings.Repeat("中", 400_000)}}}} {
		if page := bad.ask(t.Context(), h).Body.String(); !strings.Contains(page, "not what the form sends") || !strings.Contains(page, `value="ports"`) {
			t.Errorf("%s: %.2000s", bad.path, page)
		}
	}
}

// field is the rule that a browser shows in its field.
func field(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "textarea" && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

// What is wrong with a rule is pointed at; what else is wrong is said.
func TestBenchTrouble(t *testing.T) {
	b := bench()
	var err error
	b.look = func(context.Context, Trial) (Sighting, error) { return Sighting{}, err }
	b.rehearsal = func(context.Context, Trial) (Rehearsal, error) { return Rehearsal{}, err }
	h := officeOf(b)
	for _, tt := range []struct {
		err   error
		where string
		words []string
		code  int
	}{
		{&RuleError{5, "no field titel", "did you mean title?"}, `has(titel, "x")`, []string{"Column 5: no field titel; did you mean title?", "<pre lang=\"en\" dir=\"ltr\">has(<mark>t</mark>itel, &#34;x&#34;)</pre>"}, 200},
		{&RuleError{12, "what", ""}, "true or\n中文 x\nlast", []string{"Line 2, column 4: what", "中文 <mark>x</mark></pre>"}, 200},
		{&RuleError{99999, evil, evil}, "", []string{"<mark>&nbsp;</mark>"}, 200},
		{&RuleError{20_001, "the rule is longer", ""}, strings.Repeat("长", 20_010), []string{">" + strings.Repeat("长", maxAround) + "<mark>长</mark>" + strings.Repeat("长", 9) + "<"}, 200},
		{&Refusal{Words: "choose another id"}, "x", []string{"choose another id"}, 200},
		{ErrTime, "x", []string{"There was no time", "--config COPY"}, 200},
		{context.Canceled, "x", []string{"You have begun another one since."}, 200},
		{errors.New("the disk is broken"), "x", []string{"the disk is broken"}, 503},
	} {
		err = tt.err
		for _, part := range []string{"matches", "rehearsal"} {
			for _, script := range []bool{false, true} {
				w := benchRequest{method: "POST", path: "/desk/rules/" + part, form: url.Values{"feed": {"ports"}, "where": {tt.where}}, lang: "en", script: script}.ask(t.Context(), h)
				page := w.Body.String()
				for _, words := range tt.words {
					if w.Code != tt.code || !strings.Contains(page, words) && !strings.Contains(textOf(t, page), words) || strings.Contains(page, "<script>alert") || tt.code == 200 && !strings.Contains(page, `class="note trouble"`) {
						t.Errorf("%v %s script %v: %d without %q:\n%.2500s", tt.err, part, script, w.Code, words, page)
					}
				}
			}
		}
	}
}

// Whoever begins another look ends the one before, and no other's; a tab that is
// closed ends its own.
func TestBenchOneLookAtATime(t *testing.T) {
	b := bench()
	begun := make(chan string, 9)
	var mu sync.Mutex
	running := make(map[string]int)
	b.look = func(ctx context.Context, tr Trial) (Sighting, error) {
		who, _, _ := strings.Cut(tr.Where, " ")
		mu.Lock()
		if running[who]++; running[who] > 1 {
			t.Errorf("%s has two at once", who)
		}
		mu.Unlock()
		begun <- tr.Where
		<-ctx.Done()
		mu.Lock()
		running[who]--
		mu.Unlock()
		return Sighting{}, ctx.Err()
	}
	h := officeOf(b)
	ended := make(chan string, 9)
	start := func(who, rule string) context.CancelFunc {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			w := benchRequest{method: "POST", path: "/desk/rules/matches", user: who, lang: "en", form: url.Values{"where": {who + " " + rule}}, script: true}.ask(ctx, h)
			if !strings.Contains(w.Body.String(), "another one since") {
				t.Errorf("%s: %s", rule, w.Body)
			}
			ended <- rule
		}()
		if got := <-begun; got != who+" "+rule {
			t.Errorf("%s begins", got)
		}
		return cancel
	}
	other := start("li", "other")
	start("wang", "first")
	start("wang", "second")
	if got := <-ended; got != "first" {
		t.Errorf("%s ends", got)
	}
	last := start("wang", "third")
	if got := <-ended; got != "second" {
		t.Errorf("%s ends", got)
	}
	last()
	if got := <-ended; got != "third" {
		t.Errorf("%s ends", got)
	}
	other()
	<-ended
}

// A storm of looks leaves nothing behind.
func TestTurnsEnd(t *testing.T) {
	var all turns
	var group sync.WaitGroup
	var mu sync.Mutex
	now := make(map[string]int)
	for n := range 200 {
		group.Go(func() {
			who := string(rune('a' + n%3))
			_, done := all.take(t.Context(), who)
			mu.Lock()
			if now[who]++; now[who] > 1 {
				t.Errorf("%s has two turns", who)
			}
			mu.Unlock()
			mu.Lock()
			now[who]--
			mu.Unlock()
			done()
		})
	}
	group.Wait()
	if len(all.running) > 0 {
		t.Errorf("%d turns are left", len(all.running))
	}
}
