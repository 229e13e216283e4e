package curator

import (
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// What a rule is judged to make of an item in the record is what a feed with
// that rule does.
func TestJudgeEqualsWhatFeedsTake(t *testing.T) {
	a, b := row("a"), row("b")
	m, c := live(t, a, b)
	again := entry(1, 0)
	again.ID, again.URL, again.Date.Time = "b-1", "https://b.example/1", again.Date.Time.Add(5*time.Hour)
	m.accept(c, listing(b, again, entry(2, 0)))
	passed := 0
	for _, where := range []string{``, `"b" in carriers and has(text, "measure number 1")`, `source == "a"`, `has(title, "announcement 2")`, `len(carriers) == 1`, `has(text, "province") and url startsWith "https://b"`, `len(tags) % len(authors) == 0`} {
		p := publication(a, b)
		p.Feeds[0].Where = where
		ruled := curate(t, p)
		for _, id := range m.order {
			i := m.items[id]
			h := ruled.hear(m, news.Batch{})
			s, _ := h.story(i.Story)
			want := h.takes(ruled.feeds[0], s, &i)
			said, got := ruled.Judge(m, ruled.feeds[0].rule, i)
			if got != want || said.True != want {
				t.Errorf("%q for %q: judged %v, taken %v: %+v", where, i.Shown.URL, got, want, said)
			}
			if got {
				passed++
			}
		}
	}
	if passed != 3+2+1+1+1+1 {
		t.Errorf("%d pass", passed)
	}
	for _, id := range m.order {
		if said, ok := curate(t, publication(row("z"))).Judge(m, nil, m.items[id]); ok || said.Saw == "" {
			t.Errorf("of a source that is gone: %+v", said)
		}
	}
	lone := m.items[m.order[0]]
	lone.Story = news.StoryID{9}
	if said, ok := c.Judge(m, mustCompile(t, `"a" in carriers`), lone); !ok {
		t.Errorf("without its story: %+v", said)
	}
}

// A rule of ten parts over an article of 6,000 characters, with a list of
// forty words.
func BenchmarkRule(b *testing.B) {
	words := map[string][]string{"many": many(40)}
	r, err := Compile(`any_of(text, words.many) or near(text, "China", "Lanshan", 2) or has(title, "visa") or has(text, "稀土") or lang == "zh" or `+strings.Repeat(`any_of(text, "rail", "visa", "customs") or `, 4)+`"x" in tags`, words)
	if err != nil {
		b.Fatal(err)
	}
	s := meeting()
	s.text = strings.Repeat("The ministry announces measures for the province. 部门宣布了若干措施。", 100)
	b.Run("passes", func(b *testing.B) {
		for b.Loop() {
			r.passes(s)
		}
	})
	b.Run("explain", func(b *testing.B) {
		for b.Loop() {
			r.Explain(s)
		}
	})
}
