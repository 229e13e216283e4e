package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chinanews/config"
)

const someOPML = `<?xml version="1.0" encoding="%s"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Ministries">
    <outline type="rss" text="%s" xmlUrl="https://www.lakes.example/news/rss.xml" language="zh-CN"/>
    <outline type="rss" text="Ministry of &lt;Tides&gt;: ${HOME} &#39;news&#39;" xmlUrl=" https://tides.example/feed.xml " language="no language"/>
    <outline text="Deeper"><outline title="Tides again" text="x" xmlUrl="https://tides.example/feed.xml"/></outline>
  </outline>
  <outline text="Known" xmlUrl="http://known.example/a.xml"/>
  <outline text="Odd" xmlUrl="javascript:alert(1)"/>
  <outline text="A page" htmlUrl="https://page.example/"/>
</body></opml>`

// The feeds of an OPML become rows that the configuration takes as they are,
// each address once; what makes none is said.
func TestImport(t *testing.T) {
	s := newSite(t)
	s.write(feedRow("known", "http://known.example/a.xml"), allFeed)
	file := filepath.Join(t.TempDir(), "mine.opml")
	name := "湖区部"
	for label, encoded := range map[string]string{"utf-8": name, "gb2312": "\xba\xfe\xc7\xf8\xb2\xbf"} {
		text := strings.NewReplacer(`"%s"?`, `"`+label+`"?`, `"%s"`, `"`+encoded+`"`).Replace(someOPML)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, said := s.do(exitDone, "import", file)
		cfg, err := config.Parse("rows.yaml", []byte("site: {contact: c}\nsources:\n"+out+"feeds:\n- {id: all}\n"), checks())
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		if len(cfg.Sources) != 2 || cfg.Sources[0].URLs[0] != "https://www.lakes.example/news/rss.xml" || cfg.Sources[0].Language != "zh-CN" || cfg.Sources[0].Name != name ||
			cfg.Sources[1].URLs[0] != "https://tides.example/feed.xml" || !strings.Contains(cfg.Sources[1].Name, "<Tides>") || strings.Contains(out, "${") {
			t.Errorf("%s: the rows are\n%s", label, out)
		}
		if !strings.Contains(out, "# from the folder Ministries\n") {
			t.Errorf("the folder is not named:\n%s", out)
		}
		for _, left := range []string{"https://tides.example/feed.xml: the source tides-feed asks it", "http://known.example/a.xml: the source known asks it", `"javascript:alert(1)" is no address`, "2 rows"} {
			if !strings.Contains(said, left) {
				t.Errorf("%s: it does not say %q:\n%s", label, left, said)
			}
		}
	}
	for text, status := range map[string]int{"<html></html>": exitUsage, "": exitUsage, "<opml><body>": exitUsage, `<!DOCTYPE o [<!ENTITY a "b">]><opml><body><outline xmlUrl="&a;"/></body></opml>`: exitUsage, "<opml><body/></opml>": exitFailed} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, said := s.do(status, "import", file); out != "" || said == "" {
			t.Errorf("of %q it says %q and %q", text, out, said)
		}
	}
	s.do(exitUsage, "import", file+".none")
}
