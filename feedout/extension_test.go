package feedout

import (
	"encoding/xml"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chinanews/news"
)

// Every key that a document can have is in the list, and no other; keys of what
// is in a key are named in its text, in both languages.
func TestExtensionIsDocumented(t *testing.T) {
	documented := make(map[string]Key)
	for _, k := range Extension {
		documented[k.Name] = k
		if k.English == "" || k.Chinese == "" {
			t.Errorf("%s is not said in both languages", k.Name)
		}
	}
	used := make(map[string]bool)
	for _, of := range []any{jsonDocument{}, jsonExtension{}, jsonNotice{}, jsonWithdrawn{}, jsonDigest{}} {
		for name, field := range jsonKeys(reflect.TypeOf(of)) {
			used[name] = true
			k, ok := documented[name]
			if !ok {
				t.Errorf("%T: %s is not documented", of, name)
			}
			for inner := range jsonKeys(field) {
				if !strings.Contains(k.English, inner) || !strings.Contains(k.Chinese, inner) {
					t.Errorf("%s of %s is not documented", inner, name)
				}
			}
		}
	}
	for name := range documented {
		if !used[name] {
			t.Errorf("%s is documented and nowhere", name)
		}
	}
}

// jsonKeys are the keys of a struct, or of one in a list.
func jsonKeys(t reflect.Type) map[string]reflect.Type {
	out := make(map[string]reflect.Type)
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	for n := range fieldsOf(t) {
		name, _, _ := strings.Cut(t.Field(n).Tag.Get("json"), ",")
		out[name] = t.Field(n).Type
	}
	return out
}

func fieldsOf(t reflect.Type) int {
	if t.Kind() != reflect.Struct {
		return 0
	}
	return t.NumField()
}

func TestMedia(t *testing.T) {
	d := example("en")
	if body := string(render(t, d, RSS)); strings.Contains(body, "mrss") {
		t.Error("the namespace is declared where there is no media")
	}
	d.Releases[0].Lead.Shown.Files = append(d.Releases[0].Lead.Shown.Files, newsFiles()...)
	root := parsed(t, render(t, d, RSS))
	item := root.all("channel")[0].all("item")[0]
	var got []string
	for _, c := range item.all("content") {
		got = append(got, c.XMLName.Space+" "+c.attr("medium")+" "+c.attr("type")+" "+c.attr("url")+" "+c.attr("fileSize"))
	}
	want := []string{"http://search.yahoo.com/mrss/ image image/jpeg https://moc.example/a.jpg 99", "http://search.yahoo.com/mrss/ video video/mp4 https://moc.example/b.mp4 "}
	if !slices.Equal(got, want) || len(item.all("enclosure")) != 2 {
		t.Errorf("media %q, want %q; enclosures %v", got, want, item.all("enclosure"))
	}
	if body := string(render(t, d, JSON)); !strings.Contains(body, `"image": "https://moc.example/a.jpg"`) {
		t.Errorf("JSON has no picture:\n%s", body)
	}
	checkRules(t, d)
}

func newsFiles() []news.File {
	return []news.File{{URL: "https://moc.example/a.jpg", Type: "image/jpeg; q=1", Title: "The hall <1>", Size: 99}, {URL: "https://moc.example/b.mp4", Type: "video/mp4"}}
}

// node is an element with its children.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
}

func parsed(t *testing.T, body []byte) (root node) {
	t.Helper()
	if err := xml.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func (n node) all(name string) []node {
	return slices.DeleteFunc(slices.Clone(n.Children), func(c node) bool { return c.XMLName.Local != name })
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
