package fetcher

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

// shownState is what a flow remembers of the answer that a batch was read from.
func shownState(b news.Batch, address string) news.FetchState {
	return news.FetchState{FinalURL: address, Reader: b.Reader, Capture: b.Capture, Charset: b.Charset, Condition: news.OK, Items: 1}
}

// readAnswer reads an answer as that of a task.
func readAnswer(f *Fetcher, src news.Source, task news.Task, a answer, now time.Time) (b news.Batch, p *news.Problem) {
	u, _ := url.Parse(task.URL)
	b = f.batch(src, task, now)
	b.ID = news.BatchID{}
	p = f.read(context.Background(), &b, request{src: src, task: task, url: u, now: now, reader: b.Reader}, a, &leaf{shown: 1})
	return b, p
}

// drawnPage is a page of a release with whatever may stand on one.
func drawnPage(t *rapid.T) []byte {
	of := func(what string, list ...string) string { return rapid.SampledFrom(list).Draw(t, what) }
	body := of("text", lookText, halfText+"</p>", "<p>短。</p>", "<p>该文章已被删除。</p>", "<p>"+lookText+`<a href="/f.pdf">附件</a></p>`, "")
	return []byte(frame(of("title", lookTitle, "404", "其他"), of("heading", lookTitle, "系统维护", "页面不存在", "用户登录"), body) +
		of("foot", "", "<p>2026-11-20 09:30</p>", "<input type=password>", `<a href="1_2.html">2</a>`, `<script>createPageHTML(2, 0, "1", "html");</script>`, `<p>1_2.html</p>`))
}

const harbourPage = "https://harbour.example/news/1.html"

// harbourRow lists that page.
func harbourRow() news.Source {
	src := row("https://harbour.example/news/list.html")
	src.Kind, src.Language = news.KindHTML, "zh-CN"
	return src
}

// A look that is answered with the bytes that the release is shown by is the
// batch that reading them would be, but for the entry that says nothing new.
// Whatever else was answered is read.
func TestALookAtTheSameBytes(t *testing.T) {
	f := newFetcher(t)
	rapid.Check(t, func(t *rapid.T) {
		src, address := harbourRow(), harbourPage
		src.Article.Body = rapid.SampledFrom([][]string{nil, {"#b"}}).Draw(t, "selector")
		a := answer{url: rapid.SampledFrom([]string{address, "https://harbour.example/", "https://harbour.example/404.html"}).Draw(t, "final"), at: noon, status: http.StatusOK, proto: "HTTP/1.1",
			header: http.Header{"Etag": {`"1"`}}, contentType: rapid.SampledFrom([]string{"", "text/html; charset=utf-8"}).Draw(t, "type"), body: drawnPage(t)}
		task := news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: address, Listed: news.Entry{URL: address, Title: lookTitle}}
		first, p := readAnswer(f, src, task, a, noon)
		if p != nil {
			return
		}
		final := a.url
		task.Kind, task.Listed, task.Text = news.TaskLook, first.Entries[0], first.Entries[0].HTML
		change := rapid.SampledFrom([]string{"", "", "bytes", "charset", "reader", "address"}).Draw(t, "change")
		switch change {
		case "bytes":
			a.body = append(a.body[:len(a.body):len(a.body)], ' ')
		case "charset":
			a.contentType = "text/html; charset=gb2312"
		case "reader":
			first.Reader = "another"
		case "address":
			a.url = "https://harbour.example/news/2.html"
		}
		later := noon.Add(26 * time.Hour)
		want, wantProblem := readAnswer(f, src, task, a, later)
		task.State = shownState(first, final)
		got, problem := readAnswer(f, src, task, a, later)
		if got.Unchanged {
			if change != "" || len(got.Entries) > 0 || len(want.Entries) != 1 || want.Entries[0].Fingerprint() != first.Entries[0].Fingerprint() {
				t.Fatalf("after a change of %q it is as it was: %+v", change, got)
			}
			want.Entries = nil
		}
		was, _ := json.Marshal(want)
		now, _ := json.Marshal(got)
		if string(was) != string(now) || !reflect.DeepEqual(want.Captures, got.Captures) || !reflect.DeepEqual(wantProblem, problem) || want.State.Kept() != got.State.Kept() {
			t.Fatalf("a look is\n%s (%v)\nand read\n%s (%v)", now, problem, was, wantProblem)
		}
	})
}

// The bytes that a release is shown by are read once.
func TestALookAtTheSameBytesIsOfNothingNew(t *testing.T) {
	f, src := newFetcher(t), harbourRow()
	src.Article.Body = []string{"#b"}
	a := answer{url: harbourPage, at: noon, status: http.StatusOK, proto: "HTTP/1.1", header: http.Header{"Etag": {`"1"`}}, contentType: "text/html; charset=utf-8", body: []byte(frame(lookTitle, lookTitle, lookText))}
	task := news.Task{Kind: news.TaskArticle, Source: src.Origin, URL: harbourPage, Listed: news.Entry{URL: harbourPage, Title: lookTitle}}
	first, problem := readAnswer(f, src, task, a, noon)
	if problem != nil {
		t.Fatal(problem)
	}
	task.Kind, task.Listed, task.Text, task.State = news.TaskLook, first.Entries[0], first.Entries[0].HTML, shownState(first, harbourPage)
	if b, problem := readAnswer(f, src, task, a, noon.Add(26*time.Hour)); problem != nil || !b.Unchanged || len(b.Entries) > 0 {
		t.Errorf("%+v, problem %v", b, problem)
	}
}

// What a page goes on with may change while its bytes do not.
func TestALookAtTheSameFirstPage(t *testing.T) {
	s := conference(t, 2, map[int]http.HandlerFunc{2: text(`<h1>The conference</h1><div id="b"><p>Answer number 1.</p></div>`)}) // as its first page
	src := articleRow(s.URL)
	f := newFetcher(t)
	first := fetch(t, f, src, article(src, s.URL+"/c/t1.html"))
	if first.Problem != nil || len(first.Pages) > 0 {
		t.Fatalf("%d pages, problem %v", len(first.Pages), first.Problem)
	}
	task := look(src, s.URL+"/c/t1.html")
	task.Listed, task.State = first.Entries[0], shownState(first, task.URL)
	if b := fetch(t, f, src, task); b.Unchanged || s.count("/c/t1_2.html") != 2 {
		t.Errorf("unchanged %v, its second page was asked for %d times, want 2", b.Unchanged, s.count("/c/t1_2.html"))
	}
}

// A look asks by the validators of the answer that the release is shown by, of
// its own address and reader alone; 304 says that it is there as it is shown.
func TestALookIsConditional(t *testing.T) {
	status := http.StatusOK
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `W/"1"` && status == http.StatusOK {
			w.Header()["ETag"] = []string{`"1b"`}
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header()["ETag"] = []string{`W/"1"`}
		w.WriteHeader(status)
		fmt.Fprint(w, frame(lookTitle, lookTitle, lookText))
	})
	src := row(s.URL + "/list")
	src.Kind, src.Article.Body = news.KindHTML, []string{"#b"}
	f := newFetcher(t)
	address := s.URL + "/news/1.html"
	first := fetch(t, f, src, news.Task{Kind: news.TaskArticle, Source: "a", URL: address, Listed: news.Entry{URL: address, Title: lookTitle}})
	kept := news.Kept{Capture: first.Capture, ETag: `W/"1"`}
	if first.Problem != nil || first.State.Kept() != kept {
		t.Fatalf("read with %+v, problem %v", first.State.Kept(), first.Problem)
	}
	task := news.Task{Kind: news.TaskLook, Source: "a", URL: address, Listed: first.Entries[0], Text: first.Entries[0].HTML, State: shownState(first, address)}
	task.State.ETag = kept.ETag
	b := fetch(t, f, src, task)
	if b.Problem != nil || b.Status != 304 || !b.Unchanged || b.Saw != news.SawPage || b.Capture != first.Capture || b.Charset != first.Charset || b.Condition != news.OK || len(b.Entries)+len(b.Captures) > 0 {
		t.Errorf("not modified: %+v", b)
	}
	if got := b.State.Kept(); got != (news.Kept{Capture: first.Capture, ETag: `"1b"`}) {
		t.Errorf("after it the validators are %+v", got)
	}
	for name, state := range map[string]news.FetchState{"another reader": {FinalURL: address, Reader: "old", ETag: kept.ETag}, "another address": {FinalURL: address + "?", Reader: first.Reader, ETag: kept.ETag}} {
		task.State = state
		if b := fetch(t, f, src, task); s.last().Header.Get("If-None-Match") != "" || b.Unchanged || len(b.Entries) != 1 {
			t.Errorf("%s: asked by %q", name, s.last().Header.Get("If-None-Match"))
		}
	}
	status = http.StatusServiceUnavailable
	task.State = shownState(first, address)
	task.State.ETag = kept.ETag
	if b := fetch(t, f, src, task); b.Problem == nil || b.State.Kept() != kept {
		t.Errorf("after an answer of 503 the validators are %+v", b.State.Kept())
	}
}

// The validators of its first page say nothing of the others.
func TestSeveralPagesHaveNoValidators(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["ETag"] = []string{`"` + r.URL.Path + `"`}
		fmt.Fprintf(w, `<h1>The conference</h1><div id="b"><p>Answer of %s.</p></div><a href="t1_2.html">2</a>`, r.URL.Path)
	})
	src := articleRow(s.URL)
	b := fetch(t, newFetcher(t), src, article(src, s.URL+"/c/t1.html"))
	if b.Problem != nil || len(b.Pages) != 2 || b.State.Kept() != (news.Kept{}) {
		t.Errorf("%d pages with validators %+v (%v)", len(b.Pages), b.State.Kept(), b.Problem)
	}
}
