package likeness

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// originals are the first items of the open corpus's releases.
func originals(t testing.TB) (entries []news.Entry) {
	seen := make(map[string]bool)
	for n, i := range storytest.Items(t, "..", "open") {
		if !seen[i.Release] && (n%4 == 0 || !testing.Short()) {
			entries = append(entries, i.Plain(t))
		}
		seen[i.Release] = true
	}
	return entries
}

func TestSameIsSymmetric(t *testing.T) {
	var texts []*Text
	for _, e := range originals(t) {
		texts = append(texts, Of(e))
	}
	for _, lang := range []string{"en", "zh"} {
		for _, p := range pairs(t, lang) {
			texts = append(texts, Of(p.a), Of(p.b))
		}
	}
	step := 3
	if testing.Short() {
		step = 17
	}
	for n, a := range texts {
		for m := n % step; m < n; m += step {
			b := texts[m]
			forth, sameForth := Same(a, b)
			back, sameBack := Same(b, a)
			if sameForth != sameBack || !reflect.DeepEqual(forth, back) {
				t.Fatalf("one way %v, %v; the other %v, %v", sameForth, forth, sameBack, back)
			}
		}
	}
}

func TestTextIsTheSameAsItself(t *testing.T) {
	for _, e := range originals(t) {
		a, twice := Of(e), e
		twice.Summary += "\n" + e.Summary
		if ev, same := Same(a, Of(twice)); !same {
			t.Errorf("%s, twice: %v", a.title.letters, ev)
		}
		if e, same := Same(a, Of(e)); !same || e.Replaced > 0 || e.Words > 0 || e.Containment != 1 {
			t.Errorf("%s: %v", a.title.letters, e)
		}
	}
}

// frames of two sites, in lines and in sentences.
var frames = map[string][2][2]string{
	"en": {
		{"Home > Press > Releases\nPublished on 7 May 2026\nWelcome to the portal of the city, where you find services for residents and all that there is to know about permits.", "Share this page\nRelated news\nOpening hours change\nCopyright City of Sarn"},
		{"Source: The Observer\nUpdated: 2026-05-09 08:15", "Readers who like what they find here can support us with a small gift each month, or take part in our walks.\nContact us: desk, 4 Linden Row"},
	},
	"zh": {
		{"首页 > 新闻 > 要闻\n2026-05-07\n欢迎访问本市门户网站，这里汇集便民服务和办事指南，工作日有专人在线解答。", "【打印本页】【关闭窗口】\n相关新闻\n关于调整窗口时间的通知"},
		{"来源：观察报\n发布时间：2026-05-09 08:15", "喜欢本报的读者可以每月小额捐助，也欢迎报名参加我们的徒步活动。\n版权所有 观察报社\n备案号：岭备字00001号"},
	},
}

func TestFramesOfPagesDoNotMatter(t *testing.T) {
	for _, e := range originals(t) {
		a, b := e, e
		f := frames[e.Lang]
		a.Summary = f[0][0] + "\n" + e.Summary + "\n" + f[0][1]
		b.Summary = f[1][0] + "\n" + e.Summary + "\n" + f[1][1]
		for _, pair := range [][2]news.Entry{{e, a}, {e, b}, {a, b}} {
			one, other := Of(pair[0]), Of(pair[1])
			if e, same := Same(one, other); !same || !candidate(one, other) {
				t.Errorf("%s: candidate %v: %v", pair[0].Title, candidate(one, other), e)
			}
		}
	}
}

// A part from the beginning is found and is the same, wherever it is cut.
func TestExcerpts(t *testing.T) {
	for _, e := range originals(t) {
		runes := []rune(e.Summary)
		for _, percent := range []int{50, 57, 75} {
			part := e
			part.Summary = string(runes[:len(runes)*percent/100]) + "..."
			one, other := Of(e), Of(part)
			if ev, same := Same(one, other); !same || !candidate(one, other) {
				t.Errorf("%d %% of %s: candidate %v: %v", percent, e.Title, candidate(one, other), ev)
			}
		}
	}
}

// Markup says nothing that its text does not.
func TestMarkupIsReadAsItsText(t *testing.T) {
	for _, e := range originals(t) {
		marked := e
		marked.HTML = "<div>\n<p>" + strings.ReplaceAll(e.Summary, "\n", "</p>\n<p class=\"x\">") + "</p></div>"
		marked.Summary = "something else"
		if a, b := Of(e), Of(marked); !slices.Equal(a.Features(), b.Features()) {
			t.Errorf("%s: %d and %d features, %d in common", e.Title, len(a.Features()), len(b.Features()), inCommon(a, b))
		}
	}
}

var figure = regexp.MustCompile(`\d+\.\d+`)

// Two other figures make another text, whatever else is the same.
func TestOtherFigures(t *testing.T) {
	tried := 0
	for _, e := range originals(t) {
		other, n := e, 0
		other.Summary = figure.ReplaceAllStringFunc(e.Summary, func(s string) string {
			if n++; n > 2 {
				return s
			}
			return fmt.Sprintf("%s%d", s, n)
		})
		other.Date.Time = e.Date.Time.Add(20 * time.Hour)
		if n < 2 {
			continue
		}
		tried++
		if ev, same := Same(Of(e), Of(other)); same || !strings.Contains(ev.Why, "numbers") {
			t.Errorf("%s: %v", e.Title, ev)
		}
	}
	if tried < 20 && !testing.Short() {
		t.Errorf("%d texts had two figures", tried)
	}
}

// Another name in the middle makes another text, whatever else is the same.
func TestOtherNames(t *testing.T) {
	capital := regexp.MustCompile(`([a-z],? )[A-Z][a-z]{3,}`)
	tried := 0
	for _, e := range originals(t) {
		lines := strings.Split(e.Summary, "\n")
		n := len(lines) / 2
		runes, was := []rune(lines[n]), lines[n]
		if e.Lang == "zh" && len(runes) > 60 {
			lines[n] = string(runes[:30]) + "鑫淼" + string(runes[32:])
		} else if at := capital.FindStringSubmatchIndex(was); at != nil {
			lines[n] = was[:at[3]] + "Zarvos" + was[at[1]:]
		}
		if lines[n] == was {
			continue
		}
		tried++
		other := e
		other.Summary = strings.Join(lines, "\n")
		if ev, same := Same(Of(e), Of(other)); same {
			t.Errorf("%s: %v", lines[n], ev)
		}
	}
	if tried < 60 && !testing.Short() {
		t.Errorf("%d texts were changed", tried)
	}
}

func TestDatesFarApart(t *testing.T) {
	for _, e := range originals(t)[:20] {
		later := e
		later.Date.Time = e.Date.Time.AddDate(0, 0, 13)
		if ev, same := Same(Of(e), Of(later)); !same {
			t.Errorf("13 days: %v", ev)
		}
		later.Date.Time = e.Date.Time.AddDate(0, 0, 16)
		if ev, same := Same(Of(e), Of(later)); same {
			t.Errorf("16 days: %v", ev)
		}
	}
}

func TestFeaturesAreBounded(t *testing.T) {
	for name, e := range map[string]news.Entry{
		"nothing":  {},
		"title":    {Title: "Minister Hale Opens Rail Bridge at Corran"},
		"long":     {Lang: "en", Title: "A long text about nothing at all", Summary: patched("own")},
		"repeated": {Lang: "zh", Summary: strings.Repeat("关于调整领事窗口时间的通知。", 4000)},
	} {
		f := Of(e).Features()
		if len(f) > mostFeatures || !slices.IsSorted(f) || len(slices.Compact(slices.Clone(f))) != len(f) {
			t.Errorf("%s: %d features", name, len(f))
		}
		if want := map[string]int{"nothing": 0, "title": 1, "long": 70}[name]; len(f) < want {
			t.Errorf("%s: %d features, want at least %d", name, len(f), want)
		}
	}
}

var update = flag.Bool("update", false, "write the features anew, for a new version of them")

// Features are kept in an index: a change of this file is a new version of
// them, and a new version of the index.
func TestFeaturesAreStable(t *testing.T) {
	var got []string
	for _, lang := range []string{"en", "zh"} {
		for _, p := range pairs(t, lang)[:4] {
			for _, f := range Of(p.a).Features() {
				got = append(got, fmt.Sprintf("%016x", f))
			}
			got = append(got, p.name)
		}
	}
	const file = "testdata/features.1.json"
	if *update {
		out, _ := json.MarshalIndent(got, "", " ")
		if err := os.WriteFile(file, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(written, &want); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("features are not those of version %d any more", version)
	}
}
