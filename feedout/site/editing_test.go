package site

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/news"
)

// curated is two stories that are versions of one release, as an editor left
// them: the English one has another title, a summary and a note.
func curated() *shelf {
	en := item(21, "en", func(i *Item) {
		i.Lead.Shown.Title, i.Lead.Shown.Locale = "Notice No. 47 of 2026 of the Ministry of Commerce on Matters Concerning the Catalogue", "en"
		i.Layer = news.Layer{
			{Pos: 1, Act: news.ActRetitle, Args: news.Args{Text: "Exports of nine metals need a licence from 1 December"}},
			{Pos: 2, Act: news.ActSummary, Args: news.Args{Text: "Nine metals & their oxides join the catalogue of goods under export control."}},
			{Pos: 3, Act: news.ActNote, Args: news.Args{Text: "The annex with the <list> is in Chinese only."}},
			{Pos: 4, Act: news.ActTag, Args: news.Args{Tags: []string{"metals", "export control"}}},
		}
	})
	zh := item(22, "zh", func(i *Item) {
		i.Lead.Shown.Title, i.Lead.Shown.Locale = "商务部公告2026年第47号：关于目录有关事项的公告", "zh-CN"
		i.HTML = "<p>自12月1日起，九种金属及其氧化物列入出口管制目录。</p>"
		i.Layer = news.Layer{
			{Pos: 5, Act: news.ActRetitle, Args: news.Args{Text: "九种金属自12月1日起须凭许可证出口"}},
			{Pos: 6, Act: news.ActNote, Args: news.Args{Text: "附件目录见原文。"}},
		}
	})
	en.Siblings = []news.Sibling{{Story: news.StoryID{30}, Address: "3c00000000", Title: "9種の金属、輸出許可制に", Lead: news.Item{Shown: news.Entry{Lang: "ja"}}},
		{Story: zh.Story, Address: zh.Address, Title: zh.Title(), Lead: zh.Lead}}
	zh.Siblings = []news.Sibling{{Story: en.Story, Address: en.Address, Title: en.Title(), Lead: en.Lead}}
	return &shelf{items: []Item{en, zh}}
}

func TestCuratedGolden(t *testing.T) {
	lib := curated()
	h := New(lib, Options{Version: "1.0"})
	for name, target := range map[string]string{"curated": "/stories/" + lib.items[0].Address, "curated-zh": "/stories/" + lib.items[1].Address, "curated-json": "/stories/" + lib.items[0].Address + ".json", "curated-home": "/"} {
		body := get(h, "GET", target).Body.String()
		if name != "curated-json" {
			wellFormed(t, name, body)
		}
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v; go test -update writes it", err)
		}
		if body != string(want) {
			t.Errorf("%s differs from %s; go test -update, and read the difference:\n%s", target, file, body)
		}
	}
}

// A story's page has both titles, and what the editor wrote marked as such;
// lists and links have the editor's title; a version is as it stood.
func TestEditorsWords(t *testing.T) {
	lib := curated()
	h := New(lib, searchable(&finder{Results: Results{Items: lib.items}}))
	own, title := "Notice No. 47 of 2026", "Exports of nine metals need a licence"
	page := get(h, "GET", "/stories/"+lib.items[0].Address).Body.String()
	for _, want := range []string{`<h1 lang="en" dir="auto">` + title, "Title by the editor; the source&#39;s own:", own, "Editor&#39;s note:", "The annex with the &lt;list&gt;", "Editor&#39;s summary:", "Text of the release", `<title>` + title, "body=" + escape(title)} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	for _, target := range []string{"/", "/feeds/china-news/", "/search?q=metals"} {
		if body := get(h, "GET", target).Body.String(); !strings.Contains(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(body), title) || strings.Contains(body, own) || !strings.Contains(body, "Nine") {
			t.Errorf("%s has not the editor's title and summary:\n%s", target, body)
		}
	}
	if body := get(h, "GET", "/stories/"+lib.items[0].Address+"/versions/1").Body.String(); !strings.Contains(body, own) || strings.Contains(body, "annex") || strings.Contains(body, "hreflang") {
		t.Errorf("the version is not as it stood:\n%s", body)
	}
	if zh := get(h, "GET", "/stories/"+lib.items[1].Address).Body.String(); !strings.Contains(zh, "标题为编者所拟，原题：") || !strings.Contains(zh, "编者注：") || !strings.Contains(zh, "英文版：") {
		t.Errorf("in Chinese:\n%s", zh)
	}
}

// Siblings stand at the top and in the head, each with its language, the page
// itself among those of the head.
func TestSiblings(t *testing.T) {
	lib := curated()
	h := New(lib, Options{Version: "1.0"})
	page := get(h, "GET", "/stories/"+lib.items[0].Address).Body.String()
	zh := lib.items[1].Address
	for _, want := range []string{`<link rel="alternate" hreflang="zh-CN" href="https://news.example.org/stories/` + zh + `">`, `<link rel="alternate" hreflang="en" href="https://news.example.org/stories/` + lib.items[0].Address + `">`,
		`In Chinese: <a rel="alternate" href="/stories/` + zh + `" lang="zh-CN" hreflang="zh-CN" dir="auto">九种金属自12月1日起须凭许可证出口</a>`, `In Japanese: <a`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Index(page, "In Chinese:") > strings.Index(page, `<dl class="facts">`) {
		t.Error("the siblings stand below")
	}
	if alone := get(New(library(), Options{}), "GET", "/stories/"+library().items[0].Address).Body.String(); strings.Contains(alone, `rel="alternate" hreflang`) || strings.Contains(alone, "siblings") {
		t.Error("a story without siblings has links to some")
	}
	var j struct {
		Title    string
		Own      string   `json:"source_title"`
		Note     string   `json:"editor_note"`
		Tags     []string `json:"editor_tags"`
		Siblings []struct{ Language, Story, Title string }
	}
	body := get(h, "GET", "/stories/"+lib.items[0].Address+".json").Body.Bytes()
	if err := json.Unmarshal(body, &j); err != nil || j.Title != lib.items[0].Title() || !strings.HasPrefix(j.Own, "Notice No. 47") || j.Note == "" || len(j.Tags) != 2 || len(j.Siblings) != 2 || j.Siblings[1].Language != "zh-CN" || !strings.HasSuffix(j.Siblings[1].Story, zh) {
		t.Errorf("%v: %s", err, body)
	}
}
