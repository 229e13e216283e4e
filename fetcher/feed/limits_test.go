package feed

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"chinanews/news"
)

// spread repeats a pattern of one number until a document has n bytes.
func spread(pattern string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, pattern, i)
	}
	return b.String()
}

const tenMiB = 10 << 20

var hostile = []struct {
	name  string
	doc   func() string
	class news.Class
}{
	{"nesting", func() string { return rss2("<item>" + strings.Repeat("<a>", tenMiB/3)) }, news.ClassTooDeep},
	{"nested JSON", func() string {
		return `{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", tenMiB)
	}, news.ClassTooDeep},
	{"tiny items", func() string { return rss2(strings.Repeat("<item/>", tenMiB/7)) }, news.ClassTooLarge},
	{"2001 items", func() string { return rss2(strings.Repeat(dam, 2001)) }, news.ClassTooLarge},
	{"2001 items in JSON", func() string {
		return `{"version":"https://jsonfeed.org/version/1","items":[` + strings.TrimSuffix(strings.Repeat(`{"id":"1"},`, 2001), ",") + `]}`
	}, news.ClassTooLarge},
	{"namespaces in one element", func() string { return rss2("<item" + spread(` xmlns:n%d="u"`, tenMiB) + "/>") }, news.ClassTooLarge},
	{"namespaces in many", func() string { return rss2(spread(`<a xmlns:n%d="u"/>`, tenMiB)) }, news.ClassTooLarge},
	{"one namespace for ever", func() string { return rss2(strings.Repeat(`<a xmlns:n="u"/>`, tenMiB/16)) }, news.ClassTooLarge},
	{"attributes", func() string { return rss2("<item" + spread(` a%d=""`, tenMiB) + "/>") }, news.ClassTooLarge},
	{"a long name", func() string { return rss2("<" + strings.Repeat("a", tenMiB) + "/>") }, news.ClassTooLarge},
	{"angle brackets", func() string { return rss2(strings.Repeat("<", tenMiB)) }, news.ClassTooLarge},
	{"instructions", func() string { return rss2(strings.Repeat("<?x>", tenMiB/4)) }, news.ClassTooLarge},
	{"values in JSON", func() string {
		return `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat(`1,`, tenMiB/2)
	}, news.ClassTooLarge},
}

// Memory is measured rather than time: a clock lies on a busy machine, and what
// is quadratic in ten megabytes does not end within the test's own limit.
func TestHostileDocumentsAreRefusedBeforeTheyCost(t *testing.T) {
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			doc := []byte(c.doc())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, p := Read(doc, row, site, noon)
			runtime.ReadMemStats(&after)
			if p == nil || p.Class != c.class {
				t.Fatalf("got %v, want class %s", p, c.class)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("allocated %d MiB", used>>20)
			}
		})
	}
}

func TestEntityBombStaysSmall(t *testing.T) {
	doc := `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 1000) + `"><!ENTITY b "&a;&a;&a;&a;">]>` +
		rss2("<item><title>Dam</title><description>"+strings.Repeat("&a;&b;", 20_000)+"</description></item>")
	l, p := Read([]byte(doc), row, site, noon)
	if p != nil {
		t.Fatal(p)
	}
	if n := len(l.Entries[0].Summary); n > maxExpansion+maxContent {
		t.Errorf("the summary has %d bytes", n)
	}
}

func TestProblemsSayWhatCame(t *testing.T) {
	for _, c := range []struct {
		name, doc string
		class     news.Class
		condition news.Condition
		words     string
	}{
		{"nothing", " \n", news.ClassEmpty, news.Empty, "empty"},
		{"no items", rss2(""), news.ClassNoItems, news.Empty, "no items"},
		{"no items in JSON", `{"version":"https://jsonfeed.org/version/1","items":[]}`, news.ClassNoItems, news.Empty, "no items"},
		{"a page", "<!DOCTYPE html><html><title>Rivers</title></html>", news.ClassNotAFeed, news.HTMLInstead, `a web page ("Rivers")`},
		{"a login page", `<html><title>Ministry</title><input type="password"></html>`, news.ClassNotAFeed, news.HTMLInstead, "login"},
		{"a soft 404", `<html><title>您访问的页面不存在</title></html>`, news.ClassNotAFeed, news.HTMLInstead, "nothing here"},
		{"a parked name", `<html><title>mofr.example is for sale</title></html>`, news.ClassNotAFeed, news.HTMLInstead, "on sale"},
		{"an error page", `<html><title>502 Bad Gateway</title></html>`, news.ClassNotAFeed, news.HTMLInstead, "error page"},
		{"a closed site", `<html><title>系统维护中</title></html>`, news.ClassNotAFeed, news.HTMLInstead, "closed"},
		{"text", "Internal error", news.ClassNotAFeed, news.Broken, `"Internal error"`},
		{"JSON of another kind", `{"list":[{"title":"Dam"}]}`, news.ClassNotAFeed, news.Broken, "kind: json"},
		{"broken JSON", `{"version":"https://jsonfeed.org/version/1","items":[{]}`, news.ClassMalformed, news.Broken, "broken"},
		{"cut off too soon", `<rss version="2.0"><channel><item><title>Dam`, news.ClassTruncated, news.Broken, "cut off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, p := Read([]byte(c.doc), row, site, noon)
			if p == nil || p.Class != c.class || p.Condition != c.condition || !strings.Contains(p.Words, c.words) {
				t.Errorf("got %+v, want %s, %s, %q", p, c.class, c.condition, c.words)
			}
			if len(l.Entries) != 0 {
				t.Errorf("got %d entries with a problem", len(l.Entries))
			}
		})
	}
}
