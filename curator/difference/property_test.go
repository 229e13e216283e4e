package difference

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chinanews/news"
)

// pool is what the texts of the properties are made of.
var pool = []string{
	"Exports rose 12.4 percent in March.", "Exports rose 14.2 percent in March.", "Exports rose in March.", "Minister Li Na met Wang Fang.", "Minister Li Na met Zhao Min.",
	"出口额增长12.4%。", "出口额增长14.2%。", "商务部部长李明出席会议。", "财政部部长李明出席会议。", "会议于3月5日上午9时举行。", "会议不于3月5日举行；", "Views: 1,204", "阅读：12次",
	"1. Scope", "(2) Terms & <terms>", "He said “yes”.", `He said "yes".`, "a | b | 12", "***", "One thing is here, and another is not there.", "One thing is here. And another is not there.",
}

func texts(t *rapid.T, label string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(pool), 0, 12).Draw(t, label)
}

// markup puts pieces into paragraphs, some of them together.
func markup(t *rapid.T, label string) string {
	var b strings.Builder
	for n, p := range texts(t, label) {
		if n > 0 && rapid.Bool().Draw(t, "together") {
			b.WriteString(" " + html.EscapeString(p))
			continue
		}
		b.WriteString("<p>" + html.EscapeString(p))
	}
	return b.String()
}

func TestSameIsNoise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Reading{Title: rapid.SampledFrom(pool).Draw(t, "title"), HTML: markup(t, "text")}
		if got := Of(r, r); !got.Noise() || len(got.Differences) > 0 {
			t.Errorf("a text differs from itself: %+v", got)
		}
		if got := Text(r.HTML, r.HTML); got != "" || strings.ContainsAny(HTML(r.HTML, r.HTML), "¶") || strings.Contains(HTML(r.HTML, r.HTML), "<ins>") {
			t.Errorf("a text is shown to differ from itself: %q", got)
		}
	})
}

func TestMirrored(t *testing.T) {
	exchange := func(class news.EditClass) news.EditClass {
		switch class {
		case news.EditAdded:
			return news.EditRemoved
		case news.EditRemoved:
			return news.EditAdded
		}
		return class
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := Reading{Title: "T", HTML: markup(t, "a")}, Reading{Title: "T", HTML: markup(t, "b")}
		there, back := Of(a, b), Of(b, a)
		var want []news.EditClass
		for _, class := range there.Classes {
			want = append(want, exchange(class))
		}
		slices.Sort(want)
		got := slices.Sorted(slices.Values(back.Classes))
		if !slices.Equal(got, want) || len(there.Differences) != len(back.Differences) {
			t.Fatalf("there %q, back %q", there.Classes, back.Classes)
		}
		for n, d := range there.Differences {
			if d.Was != back.Differences[n].Now || d.Now != back.Differences[n].Was {
				t.Errorf("there %q, back %q", d, back.Differences[n])
			}
		}
	})
}

// Classes are in the order of their declaration, and each difference has one of
// them.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Of(Reading{HTML: markup(t, "a")}, Reading{HTML: markup(t, "b")})
		if !slices.IsSortedFunc(r.Classes, ranked) {
			t.Errorf("classes are out of order: %q", r.Classes)
		}
		for _, d := range r.Differences {
			if !slices.Contains(r.Classes, d.Class) || d.Was == "" && d.Now == "" {
				t.Errorf("a difference of nothing: %q of %q", d, r.Classes)
			}
		}
	})
}

// applied is the text that is left of a rendered difference without what one of
// the sides has alone.
func applied(rendered, without, keep string) string {
	var out []string
	for _, p := range strings.Split(rendered, "</p>\n") {
		p = strings.TrimPrefix(p, "<p>")
		for {
			from := strings.Index(p, "<"+without+">")
			if from < 0 {
				break
			}
			to := strings.Index(p, "</"+without+">")
			p = p[:from] + p[to+len(without)+3:]
		}
		p = strings.NewReplacer("<"+keep+">", "", "</"+keep+">", "").Replace(p)
		for _, line := range strings.Split(html.UnescapeString(p), "¶") {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	return strings.Join(out, "\n")
}

func plainText(markup string) string {
	var lines []string
	for _, b := range blocks(markup) {
		lines = append(lines, strings.Join(split(b.text), " "))
		if b.row {
			lines[len(lines)-1] = b.text
		}
	}
	return strings.Join(lines, "\n")
}

func checkRendered(t interface{ Errorf(string, ...any) }, before, now string) {
	rendered := HTML(before, now)
	for _, side := range []struct{ text, without, keep string }{{before, "ins", "del"}, {now, "del", "ins"}} {
		want, got := news.Line(strings.ReplaceAll(plainText(side.text), "\n", "\n\n")), news.Line(applied(rendered, side.without, side.keep))
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("without %s: got %q, want %q, of %q", side.without, got, want, rendered)
		}
	}
}

// What is marked as gone and come gives both texts back, paragraph for
// paragraph.
func TestRendered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, now := markup(t, "before"), markup(t, "now")
		checkRendered(t, before, now)
		rendered := HTML(before, now)
		for _, side := range []struct{ text, without, keep string }{{before, "ins", "del"}, {now, "del", "ins"}} {
			if got, want := strings.Count(applied(rendered, side.without, side.keep), "\n"), strings.Count(plainText(side.text), "\n"); got != want {
				t.Errorf("%s has %d line ends, want %d: %q", side.keep, got, want, rendered)
			}
		}
	})
}

func TestRenderedWords(t *testing.T) {
	for _, tt := range []struct{ was, now, html, text string }{
		{"<p>Exports rose 12 percent.</p>", "<p>Exports rose 14 percent.</p>", "<p>Exports rose <del>12</del><ins>14</ins> percent.</p>\n", "- Exports rose 12 percent.\n+ Exports rose 14 percent.\n"},
		{"<p>出口增长三成。</p>", "<p>进口增长四成。</p>", "<p><del>出</del><ins>进</ins>口增长<del>三</del><ins>四</ins>成。</p>\n", "- 出口增长三成。\n+ 进口增长四成。\n"},
		{"<p>A stays.</p><p>B goes &lt;away&gt;.</p>", "<p>A stays.</p>", "<p>A stays.</p>\n<p><del>B goes &lt;away&gt;.</del></p>\n", "  A stays.\n- B goes <away>.\n"},
		{"<p>One. Two.</p>", "<p>One.</p><p>Two.</p>", "<p>One.<del> </del><ins>¶</ins>Two.</p>\n", "- One.\n+ One.\n  Two.\n"},
	} {
		if got := HTML(tt.was, tt.now); got != tt.html {
			t.Errorf("HTML: got %q, want %q", got, tt.html)
		}
		if got := Text(tt.was, tt.now); got != tt.text {
			t.Errorf("Text: got %q, want %q", got, tt.text)
		}
	}
}

// What says the same is written the same, however often it is read.
func TestKeysAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(texts(t, "text"), " ") + rapid.StringMatching(`[a-zA-Z0-9 ,.%一二三十百万亿年月日１２’“-]{0,20}`).Draw(t, "more")
		var keys []string
		for _, tok := range tokens(text) {
			if tok.key != "" {
				keys = append(keys, tok.key)
			}
		}
		var again []string
		for _, tok := range tokens(strings.Join(keys, "\n")) {
			if tok.key != "" {
				again = append(again, tok.key)
			}
		}
		if !slices.Equal(keys, again) {
			t.Errorf("%q has the keys %q, and they %q", text, keys, again)
		}
	})
}

func FuzzOf(f *testing.F) {
	f.Add("<p>Exports rose 12 percent on 3 May.</p>", "<p>Exports rose 14 percent on 4 May.</p>")
	f.Add("<table><tr><td>三<td>12:30</table><a href=\"//ad.example\">x", "阿·贝 部长<rt>x</rt>附件：1.一；2.二")
	f.Add("<", "<a <b ¶ ﷽ &#0; a.m. 9 p.m")
	f.Add("1. (一) 一、第三条 -", "百分之百亿亿亿亿亿亿亿 —5 ---")
	f.Fuzz(func(t *testing.T, a, b string) {
		r := Of(Reading{Title: a, HTML: a, Text: b}, Reading{Title: b, HTML: b})
		if same := Of(Reading{Title: a, HTML: a}, Reading{Title: a, HTML: a}); !same.Noise() {
			t.Errorf("a text differs from itself: %+v", same)
		}
		for _, d := range r.Differences {
			if d.Was == "" && d.Now == "" {
				t.Errorf("a difference of nothing: %+v", r)
			}
		}
		Text(a, b)
		if !strings.Contains(a+b, "¶") && !strings.Contains(a+b, "para") && !strings.Contains(a+b, "&") {
			checkRendered(t, a, b)
		}
	})
}

// long is a text of about size bytes, whose sentences have seed in them.
func long(size, seed int) string {
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "<p>Paragraph %d of the report says that output grew by %d percent in region %d. 第%d段说明产量增长%d万吨，位于第%d区。</p>", n, n*seed%97, n*7%31, n, n*seed%89, n*3%17)
	}
	return b.String()
}

// other is a text of about size bytes that has next to nothing in common with
// that of another seed.
func otherText(size, seed int) string {
	var b strings.Builder
	state := uint32(seed)
	for b.Len() < size {
		b.WriteString("<p>")
		for range 40 {
			state = state*1664525 + 1013904223
			fmt.Fprintf(&b, "w%x ", state>>12)
		}
		b.WriteString("end.</p>")
	}
	return b.String()
}

func BenchmarkOf(b *testing.B) {
	for _, size := range []int{20 << 10, 200 << 10} {
		text := long(size, 5)
		for _, bb := range []struct{ name, was, now string }{
			{"one number", text, strings.Replace(text, "grew by 40 percent", "grew by 41 percent", 1)},
			{"every sentence", text, long(size, 7)},
			{"all different", otherText(size, 1), otherText(size, 2)},
			{"one long sentence", strings.ReplaceAll(otherText(size, 1), "end.</p><p>", ""), strings.ReplaceAll(otherText(size, 2), "end.</p><p>", "")},
		} {
			b.Run(fmt.Sprintf("%dk %s", size>>10, bb.name), func(b *testing.B) {
				for b.Loop() {
					Of(Reading{HTML: bb.was}, Reading{HTML: bb.now})
				}
			})
			b.Run(fmt.Sprintf("%dk %s as HTML", size>>10, bb.name), func(b *testing.B) {
				for b.Loop() {
					HTML(bb.was, bb.now)
				}
			})
		}
	}
}
